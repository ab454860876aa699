"""What is counted against the yearly targets of venues (R89). Upper rooms register what they count, so that this room
need not know them."""

from collections.abc import Callable

from django.db.models import Count, Sum

from studios.enums import DayStatus, TargetKind
from studios.models import Helper, ReceptionDay, Visit

_COUNTERS = {}


def register_target_counter(kind, count: Callable):
    """`count(studios, first, last, reader)` → {studio id: number} for a QuerySet of Studio and a period, both days
    included; one query. Venues with nothing may be left out. For a `reader` (a User) nothing is counted that she must
    not know of; None asks for the official number."""
    _COUNTERS[kind] = count


def count_for_targets(kinds, studios, first, last, *, reader=None):
    """{kind: {studio id: number}}; one query for each kind."""
    return {kind: _COUNTERS[kind](studios, first, last, reader) for kind in kinds if kind in _COUNTERS}


def counted_kinds():
    return [kind for kind in TargetKind if kind in _COUNTERS]


def _days_held(studios, first, last, _reader):
    rows = ReceptionDay.objects.filter(
        studio__in=studios, status=DayStatus.HELD, date__range=(first, last)
    ).order_by()
    return dict(rows.values_list("studio_id").annotate(Count("pk")))


def _visits(studios, first, last, _reader):
    rows = Visit.objects.filter(
        day__studio__in=studios, day__date__range=(first, last), cancelled_at=None
    ).order_by()
    return dict(rows.values_list("day__studio_id").annotate(Sum("count")))


def _helpers(studios, _first, last, _reader):
    """Those who help on the last day."""
    rows = Helper.objects.filter(studio__in=studios).current(on=last).order_by()
    return dict(rows.values_list("studio_id").annotate(Count("pk")))


register_target_counter(TargetKind.DAYS_HELD, _days_held)
register_target_counter(TargetKind.VISITS, _visits)
register_target_counter(TargetKind.HELPERS, _helpers)
