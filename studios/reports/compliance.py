"""Was there a reception day each month? (R22): held, missed, put off, and not written down, per venue and county."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from studios.enums import DayStatus
from studios.models import ReceptionDay


@dataclass
class Compliance:
    """The reception days of one month at a venue, or summed over a county's venues."""

    studio: object = None
    name: str = ""
    venues: int = 1
    held: int = 0
    missed: int = 0
    postponed: int = 0
    unwritten: int = 0
    """The day has passed and nobody has said how it went."""
    ahead: int = 0
    without: int = 0
    """Venues that have not received once, and will not any more this month."""

    @property
    def due(self):
        """Days that should have been held by now."""
        return self.held + self.missed + self.unwritten

    @property
    def share(self):
        """Held of those due, in whole percent; None while none is due."""
        return self.held * 100 // self.due if self.due else None

    def add(self, other):
        for name in ("venues", "without", *FIELDS):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def verdict(self):
        if self.unwritten:
            return "未登记"
        if self.missed and not self.held:
            return "未接待"
        if self.held:
            return "已接待"
        return "未到日期" if self.ahead else "没有接待日"

    @property
    def chip(self):
        return {"已接待": "archived", "未到日期": "registered", "没有接待日": "handling"}.get(
            self.verdict, "overdue"
        )


FIELDS = ("held", "missed", "postponed", "unwritten", "ahead")


def month_compliance(studios, month, *, on):
    """({county path: Compliance}, [Compliance of each venue]) for the month of the date `month`; two queries.

    `studios`: a QuerySet of Studio. A day put off counts in the month into which it went.
    """
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    coming = Q(status__in=DayStatus.coming())
    counts = (
        ReceptionDay.objects.filter(studio__in=studios, date__gte=first, date__lt=following)
        .order_by()
        .values("studio_id")
        .annotate(
            held=Count("pk", filter=Q(status=DayStatus.HELD)),
            missed=Count("pk", filter=Q(status=DayStatus.MISSED)),
            postponed=Count("pk", filter=Q(status=DayStatus.POSTPONED)),
            unwritten=Count("pk", filter=coming & Q(date__lt=on)),
            ahead=Count("pk", filter=coming & Q(date__gte=on)),
        )
    )
    found = {row.pop("studio_id"): row for row in counts}
    venues, counties = [], {}
    for studio in studios.select_related("organization").order_by("organization__path", "kind", "name"):
        row = Compliance(studio=studio, name=studio.name, **found.get(studio.pk, {}))
        row.without = int(not row.held and not row.ahead)
        venues.append(row)
        total = counties.setdefault(studio.organization.county_path, Compliance(venues=0))
        total.add(row)
    return counties, venues
