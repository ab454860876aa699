"""Filters of the list of links."""

from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from accounts.admin_filters import CountyFilter
from accounts.models import Organization
from representatives.quarters import Quarter


class LinkPlaceFilter(CountyFilter):
    """The county of the representative."""

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal():
            return queryset
        place = Organization.objects.visible_to(request.user).filter(pk=self.value()).first()
        if place is None:
            return queryset.none()
        return queryset.filter(mandate__organization__in=Organization.objects.within(place))


class QuarterFilter(DropdownFilter):
    title = "本季度"
    parameter_name = "quarter"

    def lookups(self, request, model_admin):
        return [("silent", "还没联系"), ("contacted", "已联系")]

    def queryset(self, request, queryset):
        quarter = Quarter.of(timezone.localdate())
        if self.value() == "silent":
            return queryset.open().silent_between(quarter.first, quarter.last)
        if self.value() == "contacted":
            return queryset.contacted_between(quarter.first, quarter.last)
        return queryset


class StandingFilter(DropdownFilter):
    title = "现在"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("1", "结对中"), ("0", "已结束"), ("mine", "归我联系的")]

    def queryset(self, request, queryset):
        if self.value() == "mine":
            return queryset.open().in_hand_of(request.user)
        return (
            queryset.filter(end_date__isnull=self.value() == "1") if self.value() in ("0", "1") else queryset
        )
