"""改进事项: what one has to do better after an appraisal, and what has become of it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.actions.improvements import perform_improvement
from evaluations.enums import ImprovementStatus
from evaluations.models import Improvement
from evaluations.moves.improvements import IMPROVEMENTS
from evaluations.pages.consequence_chips import improvement_chip
from portal.access import is_representative, signed_in
from records.given_forms import GivenForm
from records.moves import check_move

STEPS = ("report_done",)
"""What is done here; the office works at its desk."""
SETTLED = 30


def _layout(user):
    return "portal/page.html" if is_representative(user) else "allauth/layouts/manage.html"


def _own(user):
    """What she has to do, and what others have to do about her or her venue."""
    return Improvement.objects.own(user).with_names()


@signed_in
@require_safe
def improvement_list(request):
    today = timezone.localdate()
    rows = [
        {"improvement": row, "chip": improvement_chip(row, on=today), "mine": row.owner_id == request.user.pk}
        for row in [
            *_own(request.user).open().order_by("due_date", "pk"),
            *_own(request.user).settled().order_by("-settled_at", "-pk")[:SETTLED],
        ]
    ]
    context = {
        "active": "me",
        "layout": _layout(request.user),
        "open": [row for row in rows if row["improvement"].status in ImprovementStatus.open_states()],
        "settled": [row for row in rows if row["improvement"].status not in ImprovementStatus.open_states()],
    }
    return render(request, "portal/improvements.html", context)


def _find(user, pk):
    return get_object_or_404(_own(user), pk=pk)


@signed_in
@require_safe
def improvement_page(request, pk):
    return _show(request, _find(request.user, pk))


def _show(request, improvement, *, refusal="", status=200):
    allowed = IMPROVEMENTS.allowed(improvement, request.user)
    context = {
        "active": "me",
        "layout": _layout(request.user),
        "improvement": improvement,
        "chip": improvement_chip(improvement, on=timezone.localdate()),
        "moves": [move for move in allowed if move.verb in STEPS],
        "refusal": refusal,
    }
    return render(request, "portal/improvement.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def improvement_step(request, pk, verb):
    improvement = _find(request.user, pk)
    if verb not in STEPS:
        raise Http404
    move, by = IMPROVEMENTS[verb], Actor.from_request(request, "portal")
    sent = request.POST if request.method == "POST" else None
    started = {"result": improvement.result} if sent is None else None
    form, status = GivenForm(move.needs, sent, subject=improvement, initial=started, user=request.user), 200
    try:
        if request.method == "POST" and form.is_valid():
            perform_improvement(verb, improvement, by=by, at=timezone.now(), data=form.given())
            messages.success(request, "已登记完成，等组工干部验收。")
            return redirect("portal:improvement", pk=pk)
        check_move(improvement, move, by=by, status=ImprovementStatus)
    except InvalidInput as fault:
        form.refuse(fault)
        status = fault.http_status
    except (Conflict, NotAllowed) as fault:
        return _show(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    context = {
        "active": "me",
        "layout": _layout(request.user),
        "improvement": improvement,
        "move": move,
        "form": form,
    }
    return render(request, "portal/improvement_step.html", context, status=status)
