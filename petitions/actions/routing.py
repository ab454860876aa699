"""Routing out to where a matter belongs, their receipt, and what comes back (信访工作条例第23条)."""

from django.utils import timezone

from accounts.errors import InvalidInput
from petitions import notices
from petitions.actions.hands import end_assignments
from petitions.actions.moving import iso, move_on, next_due, stop_clock
from petitions.enums import AssignmentEnd, Receiver, Step
from petitions.models import Routing


def _check_told(told_on, told_method, *, earliest, on, needed):
    if (told_on is None) != (not told_method):
        missing = "told_on" if told_on is None else "told_method"
        raise InvalidInput({missing: ["告知的日期和方式要一起填；还没告知的，两项都先不填。"]})
    if needed and told_on is None:
        raise InvalidInput({"told_on": ["反映人还没有告知转到了哪里。请先告知，再登记回执。"]})
    if told_on and told_on > on:
        raise InvalidInput({"told_on": ["告知日期不能晚于今天，请核对。"]})
    if told_on and told_on < earliest:
        raise InvalidInput({"told_on": [f"告知日期不能早于{earliest:%Y-%m-%d}，请核对。"]})


def _route_out(petition, move, *, by, at, receiver, receiver_name, reason, told_on, told_method):
    on = timezone.localdate(at)
    _check_told(told_on, told_method, earliest=timezone.localdate(petition.received_at), on=on, needed=False)
    changes = {"routed_out_at": at, **stop_clock(petition)}
    if petition.lead_unit_id:
        changes |= {"lead_unit": None, "assigned_at": None, "came_back": True}
    after = {"receiver": str(Receiver(receiver).label), "receiver_name": receiver_name}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=reason)
    end_assignments(petition, AssignmentEnd.ROUTED, at=at)
    Routing.objects.create(
        petition=petition,
        receiver=receiver,
        receiver_name=receiver_name,
        reason=reason,
        routed_at=at,
        told_on=told_on,
        told_method=told_method or "",
    )
    notices.tell_routed_out(petition, receiver_name, at=at, unless=by.user)


def _receipt(petition, move, *, by, at, receipt_on, receipt_number, told_on, told_method):
    on = timezone.localdate(at)
    routing = petition.routings.filter(returned_at=None).latest("routed_at")
    routed_on = timezone.localdate(routing.routed_at)
    if receipt_on > on:
        raise InvalidInput({"receipt_on": ["回执日期不能晚于今天，请核对。"]})
    if receipt_on < routed_on:
        raise InvalidInput({"receipt_on": [f"回执日期不能早于转出日期 {routed_on:%Y-%m-%d}，请核对。"]})
    _check_told(
        told_on,
        told_method,
        earliest=timezone.localdate(petition.received_at),
        on=on,
        needed=routing.told_on is None,
    )
    after = {"receipt_number": receipt_number, "receipt_on": iso(receipt_on)}
    move_on(petition, move, by=by, at=at, changes={"receipt_on": receipt_on}, after=after)
    routing.receipt_on, routing.receipt_number = receipt_on, receipt_number
    if told_on:
        routing.told_on, routing.told_method = told_on, told_method
    routing.save(update_fields=["receipt_on", "receipt_number", "told_on", "told_method"])


def _take_back(petition, move, *, by, at, reason):
    changes = {
        "routed_out_at": None,
        "receipt_on": None,
        "came_back": True,
        **next_due(Step.ASSIGN, petition, at),
    }
    move_on(
        petition,
        move,
        by=by,
        at=at,
        changes=changes,
        after={"due_date": iso(changes["due_date"])},
        note=reason,
    )
    petition.routings.filter(returned_at=None).update(returned_at=at, return_reason=reason)


DEEDS = {"route_out": _route_out, "receipt": _receipt, "take_back": _take_back}
