"""提醒谈话: what was said in her talk, once it has been held, and what she means to do."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.actions.talks import perform_talk
from evaluations.enums import TalkStatus
from evaluations.models import ReminderTalk
from evaluations.moves.talks import TALKS
from evaluations.pages.consequence_chips import TALK_CHIPS
from portal.access import representatives_only
from records.given_forms import GivenForm
from records.moves import check_move

STEPS = ("amend_plan",)
"""What she does herself; the rest is the office's."""


def _find(user, pk):
    """Hers alone, whatever else she may see by an office."""
    rows = ReminderTalk.objects.visible_to(user).filter(evaluation__mandate__person__user=user.pk)
    held = rows.filter(status__in=(TalkStatus.HELD, TalkStatus.CLOSED))
    return get_object_or_404(held.with_names(), pk=pk)


@representatives_only
@require_safe
def talk_page(request, pk):
    return _show(request, _find(request.user, pk))


def _show(request, talk, *, refusal="", status=200):
    context = {
        "active": "me",
        "talk": talk,
        "chip": TALK_CHIPS[talk.status],
        "may_write": TALKS["amend_plan"] in TALKS.allowed(talk, request.user),
        "refusal": refusal,
    }
    return render(request, "portal/talk.html", context, status=status)


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def talk_step(request, pk, verb):
    talk = _find(request.user, pk)
    if verb not in STEPS:
        raise Http404
    move, by = TALKS[verb], Actor.from_request(request, "portal")
    sent = request.POST if request.method == "POST" else None
    started = {"plan": talk.plan} if sent is None else None
    form, status = GivenForm(move.needs, sent, subject=talk, initial=started, user=request.user), 200
    try:
        if request.method == "POST" and form.is_valid():
            perform_talk(verb, talk, by=by, at=timezone.now(), data=form.given())
            messages.success(request, "改进打算已保存。")
            return redirect("portal:talk", pk=pk)
        check_move(talk, move, by=by, status=TalkStatus)
    except InvalidInput as fault:
        form.refuse(fault)
        status = fault.http_status
    except (Conflict, NotAllowed) as fault:
        return _show(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    context = {"active": "me", "talk": talk, "move": move, "form": form}
    return render(request, "portal/talk_step.html", context, status=status)
