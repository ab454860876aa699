from django.core.cache import cache

from workdays.calendar import DayMark, WorkCalendar
from workdays.models import CalendarYear, DayKind

CACHE_KEY = "workdays:calendar"
CACHE_SECONDS = 300


def load_calendar():
    """The work calendar, from the cache or in one query; `forget_calendar` is called when staff change it."""
    calendar = cache.get(CACHE_KEY)
    if calendar is None:
        calendar = _read_calendar()
        cache.set(CACHE_KEY, calendar, CACHE_SECONDS)
    return calendar


def _read_calendar():
    rows = CalendarYear.objects.order_by().values_list(
        "year", "provisional", "days__date", "days__kind", "days__name"
    )
    days, settled = {}, set()
    for year, provisional, date, kind, name in rows:
        if not provisional:
            settled.add(year)
        if date is not None:
            days[date] = DayMark(is_off=kind == DayKind.OFF, name=name)
    return WorkCalendar(days, settled_years=settled)


def forget_calendar():
    cache.delete(CACHE_KEY)
