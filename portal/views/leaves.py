"""Days on which a representative cannot sit: told ahead, so that nobody plans her in; and taken back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from portal.access import representatives_only
from portal.agenda import duties_of, line_of, standing_leaves
from records.given_forms import GivenForm
from representatives.models import Mandate, Person
from studios.actions.duties import LEAVE, record_leave, withdraw_leave
from studios.enums import DayStatus, DutyStatus
from studios.models import Leave


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def leaves(request):
    person = Person.objects.filter(user_id=request.user.pk).first()
    if request.method != "POST" or person is None:
        return _show(request, person, GivenForm(LEAVE, user=request.user))
    form, at = GivenForm(LEAVE, request.POST, user=request.user), timezone.now()
    form.is_valid()
    try:
        _leave, duties = record_leave(
            person,
            by=Actor.from_request(request, "portal"),
            at=at,
            organization=_organization_of(person),
            **form.given(),
        )
    except InvalidInput as fault:
        form.refuse(fault)
        return _show(request, person, form, status=fault.http_status)
    if duties:
        messages.warning(request, f"已记下。其中有 {len(duties)} 班已经公布，还须逐个请假，见下面。")
    else:
        messages.success(request, "已记下，这些日子不会给您排班。")
    return redirect("portal:leaves")


def _organization_of(person):
    """Whose trail it stands in: the place of her newest mandate."""
    mandate = Mandate.objects.filter(person=person).select_related("organization").order_by("-pk").first()
    return mandate.organization if mandate else None


def _show(request, person, form, *, refusal="", status=200):
    today = timezone.localdate()
    form.fields["start_date"].widget.attrs["min"] = today.isoformat()
    form.fields["end_date"].widget.attrs["min"] = today.isoformat()
    rows = standing_leaves(request.user, on=today)
    duties = duties_of(request.user).filter(
        status__in=DutyStatus.ahead(), day__status=DayStatus.PUBLISHED, date__gte=today
    )
    lines = [line_of(duty, on=today) for duty in duties.order_by("date", "pk")]
    context = {
        "active": "duties",
        "person": person,
        "form": form,
        "rows": [
            (leave, [line for line in lines if leave.start_date <= line.duty.date <= leave.end_date])
            for leave in rows
        ],
        "refusal": refusal,
    }
    return render(request, "portal/leaves.html", context, status=status)


@representatives_only
@require_POST
def leave_withdraw(request, pk):
    leave = get_object_or_404(Leave.objects.filter(person__user_id=request.user.pk), pk=pk)
    try:
        withdraw_leave(
            leave,
            by=Actor.from_request(request, "portal"),
            at=timezone.now(),
            organization=_organization_of(leave.person),
        )
    except (Conflict, NotAllowed) as fault:
        form = GivenForm(LEAVE, user=request.user)
        return _show(request, leave.person, form, refusal=fault.message, status=fault.http_status)
    messages.success(request, "已撤销。已经请了假的班不会自己回来，要回来请联系联络员。")
    return redirect("portal:leaves")
