"""December 2026 of 洛城街道's workroom: two days, two sitters each, on a clock of our choosing."""

from datetime import date, datetime

from django.utils import timezone

from representatives.models import Mandate
from studios.actions.days import perform_day
from studios.actions.planning import plan_month
from studios.models import Duty, ReceptionDay, Studio
from tests.factories import CHINA, acting
from tests.studios.conftest import TWENTIETH


def set_clock(monkeypatch, moment):
    """The doors read the clock by timezone.now(); everything behind them is told."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def on(day, hour=9, minute=0, month=12):
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def plan_december(city, calendar):
    plan_month(
        date(2026, 12, 1),
        Studio.objects.filter(pk=city.studio.pk),
        by=acting(city.keeper),
        at=TWENTIETH,
        calendar=calendar,
    )
    return list(ReceptionDay.objects.select_related("studio__organization").order_by("date"))


def publish_december(city, calendar):
    days = plan_december(city, calendar)
    for day in days:
        perform_day("publish", day, by=acting(city.keeper), at=TWENTIETH)
    return days


def duty_of(day, index=0):
    rows = Duty.objects.holding().filter(day=day).order_by("pk")
    return rows.select_related("day__studio__organization", "person__user", "mandate__person")[index]


def free_colleague(city):
    """The mandate of the one of five who sits on neither day."""
    busy = Duty.objects.holding().values("person_id")
    rows = Mandate.objects.filter(group=city.group).exclude(person__in=busy)
    return rows.select_related("person__user").get()
