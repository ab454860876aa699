"""日程: a representative's duties, and what she does about one: confirm, ask for leave, offer it, check in."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from portal.access import representatives_only
from portal.agenda import duties_of, line_of, lines_of, standing_leaves
from portal.duty_steps import STEPS
from records.given_forms import GivenForm
from studios.actions.offers import offers_to, partners_of


@representatives_only
@require_safe
def duty_list(request):
    today = timezone.localdate()
    coming, past = lines_of(request.user, on=today)
    context = {
        "active": "duties",
        "coming": coming,
        "past": past,
        "offers": [offer for offer in offers_to(request.user, on=today) if offer.can_be_taken],
        "leaves": standing_leaves(request.user, on=today),
        "year": today.year,
    }
    return render(request, "portal/duties.html", context)


@representatives_only
@require_safe
def duty_page(request, pk):
    return _show_duty(request, _find(request.user, pk))


def _find(user, pk):
    """Her own published duty; anybody else's is not there."""
    return get_object_or_404(duties_of(user), pk=pk)


def _show_duty(request, duty, *, refusal="", status=200):
    line = line_of(duty, on=timezone.localdate())
    successor = getattr(duty, "successor", None)
    context = {
        "active": "duties",
        "line": line,
        "duty": duty,
        "refusal": refusal,
        "successor": successor if successor and successor.is_holding else None,
        "later": duty.day.postponed_to,
    }
    return render(request, "portal/duty.html", context, status=status)


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def duty_step(request, pk, verb):
    duty = _find(request.user, pk)
    if verb not in STEPS:
        raise Http404
    step, at = STEPS[verb], timezone.now()
    form = GivenForm(
        step.needs, request.POST if request.method == "POST" else None, subject=duty, user=request.user
    )
    step.dress(form)
    try:
        if request.method == "POST" and form.is_valid():
            step.do(duty, by=Actor.from_request(request, "portal"), at=at, data=form.given())
            messages.success(request, step.done)
            return redirect("portal:duty", pk=pk)
        step.check(line_of(duty, on=timezone.localdate(at)))
    except InvalidInput as fault:
        form.refuse(fault)
        return _step_page(request, duty, step, form, status=fault.http_status)
    except (Conflict, NotAllowed) as fault:
        # The page below the sentence is read anew: it shows what the other one did.
        return _show_duty(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    if not step.has_page:
        return redirect("portal:duty", pk=pk)
    return _step_page(request, duty, step, form)


def _step_page(request, duty, step, form, *, status=200):
    today = timezone.localdate()
    context = {
        "active": "duties",
        "line": line_of(duty, on=today),
        "duty": duty,
        "step": step,
        "form": form,
        "partners": partners_of(duty, on=today) if step.verb == "offer" else None,
    }
    return render(request, f"portal/{step.template}.html", context, status=status)
