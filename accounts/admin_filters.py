from datetime import datetime, timedelta

from django.db.models import DateTimeField
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.utils import parse_date_str


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
