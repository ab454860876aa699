"""Filters of lists that hang on a venue."""

from datetime import date, timedelta

from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from accounts.admin_filters import CountyFilter
from accounts.models import Organization

MONTHS_BACK, MONTHS_AHEAD = 12, 3


class VenueCountyFilter(CountyFilter):
    """Rows of the venues of one county; `path_to` leads from the row to the venue's organisation."""

    path_to = "studio__organization"

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal():
            return queryset
        place = Organization.objects.visible_to(request.user).filter(pk=self.value()).first()
        if place is None:
            return queryset.none()
        return queryset.filter(**{f"{self.path_to}__in": Organization.objects.within(place)})


class DayCountyFilter(VenueCountyFilter):
    """Of what hangs on a reception day."""

    path_to = "day__studio__organization"


class SwapCountyFilter(VenueCountyFilter):
    path_to = "duty__day__studio__organization"


class MonthFilter(DropdownFilter):
    """One month out of the last year and the next months."""

    title = "月份"
    parameter_name = "month"
    field = "date"

    def lookups(self, request, model_admin):
        return [
            (f"{first:%Y-%m}", f"{first.year}年{first.month}月") for first in _months(timezone.localdate())
        ]

    def queryset(self, request, queryset):
        first = read_month(self.value())
        if first is None:
            return queryset
        following = (first + timedelta(days=32)).replace(day=1)
        return queryset.filter(**{f"{self.field}__gte": first, f"{self.field}__lt": following})


def _months(today):
    first = today.replace(day=1)
    for _step in range(MONTHS_AHEAD):
        first = (first + timedelta(days=32)).replace(day=1)
    for _step in range(MONTHS_BACK + MONTHS_AHEAD + 1):
        yield first
        first = (first - timedelta(days=1)).replace(day=1)


def read_month(text):
    """The first of the month "2026-12", or None for what is no month."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
