"""What the page of a matter says about more time, a standing clock and supervision (R58, R60)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from petitions.enums import ExtensionState
from petitions.models import Supervision
from workdays.queries import load_calendar


@dataclass(frozen=True)
class SupervisionWords:
    supervision: object
    days: int
    """Work days since it began."""
    late: int
    """Work days since the report was due; 0 while there is time."""
    left: int | None
    """Work days until the report is due; None where no day was named."""


@dataclass(frozen=True)
class PauseWords:
    reason: str
    note: str
    since: date
    days: int


def clock_part(petition, user):
    """None where nothing is to be said; asks the database only where a field says that there is something."""
    on, calendar = timezone.localdate(), load_calendar()
    extensions = []
    if petition.extension_requested_at or petition.extended_days:
        extensions = list(petition.extensions.select_related("organization", "requested_by", "decided_by"))
    part = {
        "asked": next((row for row in extensions if row.state == ExtensionState.REQUESTED), None),
        "decided": [row for row in extensions if row.decided_at and row.state != ExtensionState.LAPSED],
        "pause": _pause_words(petition, on=on, calendar=calendar),
        "supervision": _supervision_words(petition, on=on, calendar=calendar),
    }
    return part if any(part.values()) else None


def with_supervision(petitions):
    """With who looks in and when the report is due, for the list of supervised matters."""
    open_ones = Supervision.objects.filter(petition=OuterRef("pk"), closed_at=None)
    name = Coalesce(NullIf("organization__short_name", Value("")), "organization__name")
    return petitions.annotate(
        report_due=Subquery(open_ones.values("reply_due")[:1]),
        supervised_by=Subquery(open_ones.annotate(called=name).values("called")[:1]),
    )


def _pause_words(petition, *, on, calendar):
    lines = petition.due_explained.get("lines")
    if not petition.is_paused or not lines:
        return None
    since = timezone.localdate(petition.paused_at)
    return PauseWords(
        reason=lines[-1].get("reason", ""),
        note=lines[-1].get("note", ""),
        since=since,
        days=calendar.workdays_between(since, on),
    )


def _supervision_words(petition, *, on, calendar):
    if petition.supervised_at is None or petition.open_supervision is None:
        return None
    supervision = petition.open_supervision
    due = supervision.reply_due
    return SupervisionWords(
        supervision=supervision,
        days=max(0, calendar.workdays_between(timezone.localdate(supervision.opened_at), on)),
        late=calendar.workdays_between(due, on) if due and due < on else 0,
        left=calendar.workdays_between(on, due) if due and due >= on else None,
    )
