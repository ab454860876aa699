from django.core.cache import cache

from workdays.calendar import DayMark, WorkCalendar
from workdays.models import CalendarDay, CalendarYear, DayKind

CACHE_KEY = "workdays:calendar"
CACHE_SECONDS = 300


def load_calendar():
    """The work calendar, from the cache or in two queries; `forget_calendar` is called when staff change it."""
    calendar = cache.get(CACHE_KEY)
    if calendar is None:
        days = CalendarDay.objects.values_list("date", "kind", "name")
        calendar = WorkCalendar(
            {date: DayMark(is_off=kind == DayKind.OFF, name=name) for date, kind, name in days},
            settled_years=CalendarYear.objects.filter(provisional=False).values_list("year", flat=True),
        )
        cache.set(CACHE_KEY, calendar, CACHE_SECONDS)
    return calendar


def forget_calendar():
    cache.delete(CACHE_KEY)
