"""The month of all venues that somebody staffs: what is planned, filled and published. Three queries, however many."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q

from studios.actions.days import publishing_fault
from studios.actions.planning import month_span
from studios.enums import DayStatus, DutyStatus
from studios.models import ReceptionDay
from studios.pages.chips import day_chip
from studios.policies import Policies


@dataclass
class VenueMonth:
    studio: object
    days: list = field(default_factory=list)
    """(ReceptionDay with `held`, the number of its filled seats, chip)"""
    free: int = 0
    planned: int = 0
    publishable: int = 0

    @property
    def state(self):
        """(colour, words) of the whole row."""
        if not self.days:
            return "overdue", "还没有排"
        if self.free:
            return "handling", f"空 {self.free} 席"
        return ("received", "待公布") if self.planned else ("archived", "已公布")


@dataclass
class Month:
    first: date
    venues: list

    @property
    def previous(self):
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def following(self):
        return (self.first + timedelta(days=32)).replace(day=1)

    def _sum(self, name):
        return sum(getattr(venue, name) for venue in self.venues)

    @property
    def days(self):
        return sum(len(venue.days) for venue in self.venues)

    @property
    def free(self):
        return self._sum("free")

    @property
    def planned(self):
        return self._sum("planned")

    @property
    def publishable(self):
        return self._sum("publishable")

    @property
    def unplanned(self):
        return sum(not venue.days for venue in self.venues)


def month_of(studios, month, *, on):
    """`studios`: a QuerySet of Studio, those to be shown."""
    first, last = month_span(month)
    venues = {
        studio.pk: VenueMonth(studio)
        for studio in studios.select_related("organization__parent").order_by(
            "organization__path", "kind", "name"
        )
    }
    policies = Policies()
    holding = Count("duties", filter=Q(duties__status__in=DutyStatus.holding()))
    days = (
        ReceptionDay.objects.filter(studio__in=list(venues), date__range=(first, last))
        .exclude(status=DayStatus.POSTPONED)
        .annotate(held=holding)
        .order_by("date", "start_time", "pk")
    )
    for day in days:
        venue = venues[day.studio_id]
        day.studio = venue.studio
        venue.days.append((day, day_chip(day, on=on)))
        if day.is_coming and day.date >= on:
            venue.free += max(day.seats - day.held, 0)
        if day.status == DayStatus.PLANNED and day.date >= on:
            venue.planned += 1
            ahead = policies.of(venue.studio).publish_days_ahead
            venue.publishable += publishing_fault(day, day.held, ahead=ahead, on=on) is None
    return Month(first, list(venues.values()))
