"""What every step of a matter does: the move itself, the date of the next step, the ledger."""

from django.utils import timezone

from petitions.deadlines import step_due
from petitions.enums import ExtensionState, Status, Step
from petitions.models import Assignment, Extension, Pause
from records.moves import make_move
from representatives.actions import write_duty_record
from workdays.queries import load_calendar


def move_on(petition, move, *, by, at, changes, after=None, note=""):
    was_handled = petition.status == Status.HANDLING
    make_move(
        petition,
        move,
        by=by,
        at=at,
        organization=petition.organization,
        status=Status,
        changes=changes,
        after=after,
        note=note,
    )
    if was_handled and CLOCK_STOPPED.keys() <= changes.keys():
        _close_clock_rows(petition, at=at)


CLOCK_STOPPED = {
    "due_date": None,
    "due_explained": {},
    "paused_at": None,
    "clock_left": None,
    "extension_requested_at": None,
}


def stop_clock(petition):
    """The changes of a step after which no date runs any more: withdrawn, routed out, merged into another."""
    return {**CLOCK_STOPPED, "due_explained": {}}


def next_due(step, petition, at, *, category=None):
    """The changes that start the clock of the next step; whatever was left of the old clock ends with it.

    `category` is the one the step gives, where it is not yet on the matter.
    """
    due_date, due_explained = step_due(
        step,
        petition.kind,
        at=at,
        level=petition.organization.kind,
        category=category or petition.category,
    )
    changes = {**CLOCK_STOPPED, "due_date": due_date, "due_explained": due_explained}
    # Whoever begins to handle it has the whole of the time, and of what it may be extended by.
    return changes | {"extended_days": 0} if step == Step.HANDLE else changes


def _close_clock_rows(petition, *, at):
    """The handling is over: a pause ends, and a request for more time needs no answer any more."""
    lapse_extension(petition, at=at)
    if pause := Pause.objects.filter(petition=petition, ended_at=None).first():
        # The unit kept its date if the clock had not run out before it stood.
        end_pause(pause, at=at)


def lapse_extension(petition, *, at):
    Extension.objects.filter(petition=petition, state=ExtensionState.REQUESTED).update(
        state=ExtensionState.LAPSED, decided_at=at
    )


def end_pause(pause, *, at, note=""):
    """Close the row of a pause, and give the units that have the matter in hand their date back. Returns the
    Deadline of the rest of the time, or None where the old date had passed already."""
    deadline = _rest_of(pause, at=at)
    pause.ended_at, pause.end_note = at, note
    pause.new_due = deadline.date if deadline else pause.old_due
    pause.save(update_fields=["ended_at", "end_note", "new_due"])
    move_unit_dates(pause.petition, pause.new_due)
    return deadline


def _rest_of(pause, *, at):
    calendar = load_calendar()
    stopped, resumed = (timezone.localtime(moment).date() for moment in (pause.started_at, at))
    if pause.old_due is None or pause.old_due < stopped:
        return None
    return calendar.add_workdays(resumed, calendar.workdays_between(stopped, pause.old_due))


def move_unit_dates(petition, due_date):
    """Lead unit and co-units have the date of the matter; those who had it before keep theirs."""
    Assignment.objects.active().filter(petition=petition).update(due_date=due_date)


def iso(day):
    return day.isoformat() if day else None


def write_duty(petition, kind, source, *, at):
    if petition.mandate_id:
        write_duty_record(petition.mandate, kind, on=timezone.localtime(at).date(), source=source)
