"""What every step of a matter does: the move itself, the date of the next step, the ledger."""

from django.utils import timezone

from petitions.deadlines import step_due
from petitions.enums import Status
from records.moves import make_move
from representatives.actions import write_duty_record


def move_on(petition, move, *, by, at, changes, after=None, note=""):
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


def next_due(step, petition, at):
    due_date, due_explained = step_due(step, petition.kind, at=at)
    return {"due_date": due_date, "due_explained": due_explained}


def iso(day):
    return day.isoformat() if day else None


def write_duty(petition, kind, source, *, at):
    if petition.mandate_id:
        write_duty_record(petition.mandate, kind, on=timezone.localtime(at).date(), source=source)
