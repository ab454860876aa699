"""Are at least so many per cent placed in main classes of county and town Party schools (R31)? Numerator and denominator
are shown: the report does not say of whom the ten per cent are."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from training.enums import SCHOOL_LEVELS, EnrolmentStatus, QuotaBase
from training.models import Enrolment
from training.reports.coverage import HOME, year_span
from training.responsibility import quota_gap, quota_met


@dataclass
class QuotaRow:
    home: str
    name: str = ""
    placed: int = 0
    came: int = 0
    """Of those placed, who has come already."""
    whole: int = 0
    percent: int = 10

    @property
    def rate(self):
        return round(self.placed * 100 / self.whole, 1) if self.whole else None

    @property
    def is_met(self):
        return quota_met(self.placed, self.whole, self.percent)

    @property
    def gap(self):
        return quota_gap(self.placed, self.whole, self.percent)


def quota_base(mandates, base, *, on):
    """The seats of the denominator."""
    rows = mandates.held_on(on).filter(level__in=SCHOOL_LEVELS)
    return rows.frontline() if base == QuotaBase.FRONTLINE else rows


def placed_in_main_class(start, end, *, came_only=False):
    """Exists: the person of a seat has a place in a main class that begins in these days."""
    rows = Enrolment.objects.placed().filter(
        person=OuterRef("person"), training__is_main_class=True, training__start_date__range=(start, end)
    )
    return Exists(rows.filter(status=EnrolmentStatus.ATTENDED) if came_only else rows)


def quota_table(mandates, year, policy, *, on):
    """({home path: QuotaRow}, the whole) for a calendar year: places given until its end count, also those ahead."""
    start, _end = year_span(year, on=on)
    last = start.replace(month=12, day=31)
    base = quota_base(mandates, policy.quota_base, on=min(last, on))
    rows, whole = {}, QuotaRow("", percent=policy.quota_percent)
    counted = {
        "whole": base,
        "placed": base.filter(placed_in_main_class(start, last)),
        "came": base.filter(placed_in_main_class(start, last, came_only=True)),
    }
    for name, seats in counted.items():
        found = seats.order_by().values("organization__path").annotate(n=Count("pk"))
        for path, count in found.values_list("organization__path", "n"):
            row = rows.setdefault(path[:HOME], QuotaRow(path[:HOME], percent=policy.quota_percent))
            setattr(row, name, getattr(row, name) + count)
            setattr(whole, name, getattr(whole, name) + count)
    return rows, whole
