from datetime import datetime, timedelta

from django.contrib.admin import SimpleListFilter
from django.db.models import DateTimeField
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.utils import parse_date_str

from accounts.models import Organization


class CountyFilter(SimpleListFilter):
    """Rows of one county-level unit and of everything below it; only places the user may see are on offer."""

    title = "县市区"
    parameter_name = "county"

    def lookups(self, request, model_admin):
        counties = Organization.objects.visible_to(request.user).county_level()
        return [(county.pk, county.display_name) for county in counties]

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal():
            return queryset
        place = Organization.objects.visible_to(request.user).filter(pk=self.value()).first()
        if place is None:
            return queryset.none()
        return queryset.filter(organization__in=Organization.objects.within(place))


class PlaceFilter(CountyFilter):
    """County, and its towns once one is chosen: one list that opens as one goes down."""

    title = "县市区、镇街"
    parameter_name = "place"

    def lookups(self, request, model_admin):
        counties = super().lookups(request, model_admin)
        places = Organization.objects.visible_to(request.user)
        chosen = places.filter(pk=self.value()).first() if (self.value() or "").isdecimal() else None
        if chosen is None:
            return counties
        towns = places.filter(kind="town", path__startswith=chosen.county_path)
        return counties + [(town.pk, f"　{town.display_name}") for town in towns]


class DayRangeFilter(RangeDateFilter):
    """From one day to another, both included, also for a moment: days begin and end at our own midnight."""

    def queryset(self, request, queryset):
        if not isinstance(self.field, DateTimeField):
            return super().queryset(request, queryset)
        name = self.parameter_name
        first = _midnight(self.used_parameters.get(f"{name}_from"))
        after = _midnight(self.used_parameters.get(f"{name}_to"), days=1)
        if first:
            queryset = queryset.filter(**{f"{name}__gte": first})
        return queryset.filter(**{f"{name}__lt": after}) if after else queryset


def _midnight(text, *, days=0):
    """The beginning of the day, or None for what is no day."""
    found = parse_date_str(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        start = datetime(found.year, found.month, found.day)
        return timezone.make_aware(start + timedelta(days=days))
    except (OverflowError, ValueError):
        return None
