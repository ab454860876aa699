"""How the date of a step is computed, and how that is told (R58)."""

from django.utils import timezone

from petitions.enums import Step
from petitions.models import TimeLimit
from workdays.queries import load_calendar


def step_due(step, kind, *, at, calendar=None, limits=None):
    """(due date, explanation) of a step whose clock starts at `at`; (None, {}) where no limit is set.

    The explanation is plain JSON kept with the matter: the page tells how the date came about even after the
    limits or the calendar have changed. `limits` may be a dict (step, kind) → TimeLimit for bulk work.
    """
    limit = _limit_for(step, kind, limits)
    if limit is None:
        return None, {}
    start = timezone.localtime(at).date()
    deadline = (calendar or load_calendar()).add_workdays(start, limit.work_days)
    return deadline.date, {
        "step": step,
        "label": str(Step(step).label),
        "start": start.isoformat(),
        "work_days": limit.work_days,
        "source": limit.source,
        "skipped": [{"date": day.date.isoformat(), "reason": day.reason} for day in deadline.skipped],
        "provisional": deadline.provisional,
    }


def _limit_for(step, kind, limits):
    if limits is None:
        rows = TimeLimit.objects.filter(step=step, kind__in=["", kind])
        limits = {(row.step, row.kind): row for row in rows}
    return limits.get((step, kind)) or limits.get((step, ""))
