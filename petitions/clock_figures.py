"""What the clock of a matter looked like at the end of a day, for the figures: extensions and pauses decided since are
taken off again, those of that day count."""

from django.db.models import Case, DateField, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Least

from petitions.enums import AssignmentRole, ExtensionState
from petitions.models import Assignment, Extension, Pause, Supervision


def with_limit(rows, *, until):
    """Annotate `limit_on`: the date by which the unit had to answer, as it stood just before the moment `until`; None
    while the clock stood.

    The date can only move later. So of the changes made since, within the same handling, the earliest kept the date of
    that day, and it is the least of the dates they kept.
    """
    leading = Assignment.objects.filter(
        petition=OuterRef("pk"), role=AssignmentRole.LEAD, assigned_at__lt=until
    ).order_by("-assigned_at", "-pk")
    before_extension = Subquery(
        _same_handling(_approved(), "decided_at", until).values("old_due")[:1], output_field=DateField()
    )
    before_pause = Subquery(
        _same_handling(Pause.objects, "started_at", until).values("old_due")[:1], output_field=DateField()
    )
    kept = Least(Coalesce(before_extension, before_pause), Coalesce(before_pause, before_extension))
    return rows.annotate(
        limit_on=Case(
            When(Exists(_standing(until)), then=None),
            default=Coalesce(kept, Subquery(leading.values("due_date")[:1])),
            output_field=DateField(),
        )
    )


def _approved():
    return Extension.objects.filter(state=ExtensionState.APPROVED)


def _same_handling(changes, moment, until):
    """Changes since, the earliest first, without those made after the matter was given out anew."""
    given_anew = Assignment.objects.filter(
        petition=OuterRef("petition"),
        role=AssignmentRole.LEAD,
        assigned_at__gte=until,
        assigned_at__lte=OuterRef(moment),
    )
    since = {f"{moment}__gte": until}
    return changes.filter(~Exists(given_anew), petition=OuterRef("pk"), **since).order_by(moment)


def _standing(until):
    running_again = Q(ended_at=None) | Q(ended_at__gte=until)
    return Pause.objects.filter(running_again, petition=OuterRef("pk"), started_at__lt=until)


def extended(rows, *, until):
    """Matters that had been granted more time."""
    return rows.filter(Exists(_approved().filter(petition=OuterRef("pk"), decided_at__lt=until)))


def paused(rows, *, until):
    """Matters whose clock stood."""
    return rows.filter(Exists(_standing(until)))


def supervised(rows, *, until):
    """Matters that an office above had looked into, whether or not it still did."""
    looked_into = Supervision.objects.filter(petition=OuterRef("pk"), opened_at__lt=until)
    return rows.filter(Exists(looked_into))
