"""Filters of the desk's list of matters whose choices follow what the user may see."""

import hashlib

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter, MultipleDropdownFilter

from accounts.admin_filters import CountyFilter
from accounts.enums import OrganizationKind
from accounts.models import Organization
from accounts.scope import Scope
from petitions.models import Assignment, Category, Channel
from studios.models import Studio

KEPT_SECONDS = 300


def kept_choices(request, name, ask):
    """What a filter offers to those of one scope, remembered for some minutes: the list has enough to ask for itself."""
    grants = ",".join(sorted(f"{role}@{path}" for role, path in Scope.of(request.user).grants))
    # Keepers are keepers of venues, which their posts do not name.
    scope = hashlib.sha256(f"{grants}:{request.user.pk}".encode()).hexdigest()[:32]
    return cache.get_or_set(f"petition-filter:{name}:{scope}", lambda: list(ask()), KEPT_SECONDS)


class PetitionCountyFilter(CountyFilter):
    def lookups(self, request, model_admin):
        return kept_choices(
            request, "county", lambda: super(PetitionCountyFilter, self).lookups(request, model_admin)
        )


class ChannelFilter(DropdownFilter):
    title = "来源渠道"
    parameter_name = "channel"

    def lookups(self, request, model_admin):
        return kept_choices(request, "channel", lambda: Channel.objects.values_list("pk", "name"))

    def queryset(self, request, queryset):
        return queryset.filter(channel=self.value()) if (self.value() or "").isdecimal() else queryset


class CategoryFilter(DropdownFilter):
    """The two upper levels of the tree; choosing one takes in everything below it."""

    title = "问题分类"
    parameter_name = "category"

    def lookups(self, request, model_admin):
        upper = Category.objects.annotate(depth=Length("path")).filter(depth__lte=8)
        return kept_choices(request, "category", lambda: upper.values_list("path", "full_name"))

    def queryset(self, request, queryset):
        return queryset.filter(category__path__startswith=self.value()) if self.value() else queryset


class StudioFilter(DropdownFilter):
    title = "工作室（站）"
    parameter_name = "studio"

    def lookups(self, request, model_admin):
        studios = Studio.objects.visible_to(request.user)
        return kept_choices(request, "studio", lambda: studios.values_list("pk", "name"))

    def queryset(self, request, queryset):
        return queryset.filter(studio=self.value()) if (self.value() or "").isdecimal() else queryset


class UnitFilter(DropdownFilter):
    title = "承办单位"
    parameter_name = "unit"

    def lookups(self, request, model_admin):
        units = Organization.objects.visible_to(request.user).filter(kind=OrganizationKind.UNIT)
        return kept_choices(request, "unit", lambda: ((unit.pk, unit.display_name) for unit in units))

    def queryset(self, request, queryset):
        return queryset.filter(lead_unit=self.value()) if (self.value() or "").isdecimal() else queryset


class CoUnitFilter(UnitFilter):
    """A unit that helps with it now; the lead is the other filter."""

    title = "协办单位"
    parameter_name = "co_unit"

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal():
            return queryset
        helping = Assignment.objects.helping().filter(petition=OuterRef("pk"), organization=self.value())
        return queryset.filter(Exists(helping))


MARKS = {
    "overdue": ("已逾期", lambda rows: rows.overdue(on=timezone.localdate())),
    "supervised": ("正在督办", lambda rows: rows.filter(supervised_at__isnull=False)),
    "paused": ("已停表", lambda rows: rows.filter(paused_at__isnull=False)),
    "extension": ("申请延期待批", lambda rows: rows.filter(extension_requested_at__isnull=False)),
    "extended": ("延过期", lambda rows: rows.filter(extended_days__gt=0)),
    "problem": ("已并案", lambda rows: rows.filter(problem__isnull=False)),
    "dispute": ("关联纠纷", lambda rows: rows.filter(dispute__isnull=False)),
    "routed": ("转出过", lambda rows: rows.filter(routed_out_at__isnull=False)),
    "reopened": ("重新办理过", lambda rows: rows.filter(reopen_count__gt=0)),
    "anonymous": ("匿名", lambda rows: rows.filter(anonymous=True)),
    "accusation": ("反映机关单位的问题", lambda rows: rows.filter(is_accusation=True)),
    "resolved": ("已解决", lambda rows: rows.filter(resolved_at__isnull=False)),
}
"""What may be said of a matter beside its stage: code → (words, function (rows) → rows)."""


class MarksFilter(MultipleDropdownFilter):
    """Several may be chosen, and all of them must hold."""

    title = "情形（可多选，须同时符合）"
    parameter_name = "mark"

    def lookups(self, request, model_admin):
        return [(code, label) for code, (label, _narrow) in MARKS.items()]

    def queryset(self, request, queryset):
        for code in self.value() or []:
            if code in MARKS:
                queryset = MARKS[code][1](queryset)
        return queryset


RATED = {
    "low": ("不满意（1–2 分）", Q(rating__lte=2)),
    "middle": ("一般（3 分）", Q(rating=3)),
    "high": ("满意（4–5 分）", Q(rating__gte=4)),
    "none": ("已告知，没有评分", Q(rating=None, fed_back_at__isnull=False)),
}


class RatingFilter(DropdownFilter):
    title = "结果满意度"
    parameter_name = "rated"

    def lookups(self, request, model_admin):
        return [(code, label) for code, (label, _condition) in RATED.items()]

    def queryset(self, request, queryset):
        found = RATED.get(self.value())
        return queryset.filter(found[1]) if found else queryset
