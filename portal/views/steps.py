"""One step of a matter: its page, its deed, and what a refusal looks like."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions.actions import perform, unmask_petition
from petitions.enums import Status
from petitions.moves import TABLE
from petitions.rules import may_unmask
from portal.access import representatives_only
from portal.forms import StepForm, UnmaskForm
from portal.views.matters import BUTTONS, find_matter, show_matter
from records.moves import check_move

DONE = {
    "feedback": "已记下：本人知道了结果。",
    "rate": "已记下本人的评价。",
    "reopen": "已退回承办单位重新办理。",
    "archive": "已归档。",
}
"""What has been achieved, told after the step."""


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def matter_step(request, pk, verb):
    petition = find_matter(request.user, pk)
    if verb not in TABLE:
        raise Http404
    move, by = TABLE[verb], Actor.from_request(request, "portal")
    form = StepForm(move, _posted(request), subject=petition, user=request.user)
    try:
        if request.method == "POST" and form.is_valid():
            perform(verb, petition, by=by, at=timezone.now(), data=form.given())
            messages.success(request, DONE.get(verb, f"已{move.label}。"))
            return redirect("portal:matter", pk=pk)
        check_move(petition, move, by=by, status=Status)
    except InvalidInput as fault:
        form.refuse(fault)
        return _step_page(request, petition, move, form, status=fault.http_status)
    except (Conflict, NotAllowed) as fault:
        # The page below the sentence is read anew: it shows what the other one did.
        return show_matter(
            request, find_matter(request.user, pk), refusal=fault.message, status=fault.http_status
        )
    return _step_page(request, petition, move, form)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _step_page(request, petition, move, form, *, status=200):
    context = {
        "active": "matters",
        "petition": petition,
        "move": move,
        "form": form,
        "button": BUTTONS.get(move.verb, move.label),
        "reply": petition.replies.select_related("organization").first(),
        "can_unmask": bool(petition.petitioner_phone) and may_unmask(request.user, petition),
    }
    return render(request, "portal/step.html", context, status=status)


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def matter_unmask(request, pk):
    """Name and phone for a reason. Shown in the answer to the POST alone: no address leads back to them."""
    petition = find_matter(request.user, pk)
    form = UnmaskForm(_posted(request), subject=petition, user=request.user)
    context = {"active": "matters", "petition": petition, "form": form, "name": "", "phone": ""}
    status = 200
    try:
        if request.method == "POST" and form.is_valid():
            by = Actor.from_request(request, "portal")
            context["name"], context["phone"] = unmask_petition(
                petition, by=by, at=timezone.now(), **form.given()
            )
            context["is_shown"] = True
        elif not may_unmask(request.user, petition):
            raise NotAllowed("只有接待的代表本人能查看联系方式，请联系该工作室（站）的联络员。")
    except InvalidInput as fault:
        form.refuse(fault)
        status = fault.http_status
    except NotAllowed as fault:
        return show_matter(request, petition, refusal=fault.message, status=fault.http_status)
    template = "portal/_contact.html" if request.htmx else "portal/unmask.html"
    return render(request, template, context, status=status)
