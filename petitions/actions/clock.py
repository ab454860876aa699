"""More time, and standing clocks (R58). A date is moved in work days of the calendar, and each move stays told."""

from django.utils import timezone

from accounts.errors import Conflict, InvalidInput
from petitions import clock_notices
from petitions.actions.moving import end_pause, iso, move_on, move_unit_dates
from petitions.actions.supervising import SUPERVISING
from petitions.deadlines import limit_of, told_days, with_last_line, with_line
from petitions.enums import ExtensionState, PauseReason, Step
from petitions.models import Extension, Pause, Petition
from workdays.queries import load_calendar

CLOCK_FIELDS = (
    "status",
    "due_date",
    "due_explained",
    "paused_at",
    "clock_left",
    "extended_days",
    "extension_requested_at",
)


def _read_clock(petition, move):
    """The clock as it is now, with the row held: what the page showed may have been moved since."""
    now = Petition.objects.select_for_update().values(*CLOCK_FIELDS).get(pk=petition.pk)
    for name, value in now.items():
        setattr(petition, name, value)
    if not move.open_for(petition):
        raise Conflict(f"刚才已有人先办了这件事，「{move.label}」没有执行。请刷新页面，看最新进展。")


def _extend(petition, move, *, by, at, work_days, reason, told_on, told_method):
    _read_clock(petition, move)
    today = timezone.localdate(at)
    _check_extension(petition, on=today, work_days=work_days, told_on=told_on)
    changes = {"extension_requested_at": at}
    after = {"work_days": work_days, "told_on": iso(told_on), "told_method": told_method}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=reason)
    extension = Extension.objects.create(
        petition=petition,
        organization=petition.lead_unit,
        work_days=work_days,
        reason=reason,
        told_on=told_on,
        told_method=told_method,
        requested_at=at,
        requested_by=by.user,
        old_due=petition.due_date,
    )
    clock_notices.tell_extension_asked(petition, extension, at=at, unless=by.user)


def _check_extension(petition, *, on, work_days, told_on):
    """The request has to come while there is still time: an extension prolongs a period, it cannot revive one that
    has run out (信访工作条例第36条 lets the period be extended, with the reason told). The day of the date counts."""
    due = petition.due_date
    if due < on:
        raise Conflict(
            f"期限{due.month}月{due.day}日已过，不能再申请延期。请尽快答复；确有困难的，请联系主管的组工干部。",
            code="too-late",
        )
    errors = {}
    limit = limit_of(Step.EXTEND, petition, on=on)
    left = limit.work_days - petition.extended_days if limit else 0
    if left <= 0:
        errors["work_days"] = ["延期已经用完，不能再延。请尽快答复；确有困难的，请联系主管的组工干部。"]
    elif work_days > left:
        used = f"，已延 {petition.extended_days} 个" if petition.extended_days else ""
        errors["work_days"] = [
            f"最多还能延 {left} 个工作日（上限 {limit.work_days} 个{used}），请改小后再申请。"
        ]
    assigned_on = timezone.localdate(petition.assigned_at)
    if told_on > on:
        errors["told_on"] = ["告知日期不能晚于今天。请先告知反映人，再申请延期。"]
    elif told_on < assigned_on:
        errors["told_on"] = [f"告知日期不能早于交办日期 {assigned_on:%Y-%m-%d}，请核对。"]
    if errors:
        raise InvalidInput(errors)


def _approve_extension(petition, move, *, by, at, work_days, note):
    _read_clock(petition, move)
    extension = petition.extensions.get(state=ExtensionState.REQUESTED)
    days = work_days or extension.work_days
    if days > extension.work_days:
        raise InvalidInput(
            {"work_days": [f"申请的是 {extension.work_days} 个工作日，只能照批或少批，请改小。"]}
        )
    # Counted from the date, not from today: what the office took to decide is not taken off.
    old_due = petition.due_date
    deadline = load_calendar().add_workdays(old_due, days)
    line = {
        "kind": "extension",
        "on": iso(timezone.localdate(at)),
        "work_days": days,
        "start": iso(old_due),
        "due": iso(deadline.date),
        **told_days(deadline),
    }
    changes = {
        "extension_requested_at": None,
        "extended_days": petition.extended_days + days,
        "due_date": deadline.date,
        "due_explained": with_line(petition.due_explained, **line),
    }
    after = {"work_days": days, "due_date": iso(deadline.date)}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)
    extension.granted_days, extension.old_due, extension.new_due = days, old_due, deadline.date
    _decide(extension, ExtensionState.APPROVED, by=by, at=at, note=note)
    move_unit_dates(petition, deadline.date)
    clock_notices.tell_extension_granted(petition, days, at=at, unless=by.user)


def _refuse_extension(petition, move, *, by, at, reason):
    _read_clock(petition, move)
    extension = petition.extensions.get(state=ExtensionState.REQUESTED)
    changes = {"extension_requested_at": None}
    move_on(petition, move, by=by, at=at, changes=changes, note=reason)
    _decide(extension, ExtensionState.REFUSED, by=by, at=at, note=reason)
    clock_notices.tell_extension_refused(petition, reason, at=at, unless=by.user)


def _decide(extension, state, *, by, at, note):
    extension.state, extension.decision_note = state, note
    extension.decided_at, extension.decided_by = at, by.user
    decided = ["state", "decided_at", "decided_by", "decision_note", "granted_days", "old_due", "new_due"]
    extension.save(update_fields=decided)


def _pause(petition, move, *, by, at, reason, note):
    _read_clock(petition, move)
    today, old_due = timezone.localdate(at), petition.due_date
    left = load_calendar().workdays_between(today, old_due)
    label = str(PauseReason(reason).label)
    line = {"kind": "pause", "reason": label, "note": note, "start": iso(today), "left": left}
    changes = {
        "paused_at": at,
        "clock_left": left,
        "due_date": None,
        "due_explained": with_line(petition.due_explained, **line),
    }
    after = {"reason": label, "clock_left": left, "due_date": None}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)
    Pause.objects.create(petition=petition, reason=reason, note=note, started_at=at, old_due=old_due)
    move_unit_dates(petition, None)
    clock_notices.tell_clock_stopped(petition, label, at=at, unless=by.user)


def _resume(petition, move, *, by, at, note):
    _read_clock(petition, move)
    pause = petition.pauses.get(ended_at=None)
    deadline = end_pause(pause, at=at, note=note)
    more = {"end": iso(timezone.localdate(at)), "due": iso(pause.new_due)}
    more |= told_days(deadline) if deadline else {"skipped": [], "provisional": False}
    changes = {
        "paused_at": None,
        "clock_left": None,
        "due_date": pause.new_due,
        "due_explained": with_last_line(petition.due_explained, **more),
    }
    after = {"due_date": iso(pause.new_due)}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)
    clock_notices.tell_clock_resumed(petition, at=at, unless=by.user)


DEEDS = {
    "extend": _extend,
    "approve_extension": _approve_extension,
    "refuse_extension": _refuse_extension,
    "pause": _pause,
    "resume": _resume,
    **SUPERVISING,
}
