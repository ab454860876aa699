"""Filters of the desk's list of matters whose choices follow what the user may see."""

from unfold.contrib.filters.admin import DropdownFilter

from accounts.enums import OrganizationKind
from accounts.models import Organization
from petitions.models import Category
from studios.models import Studio


class CategoryFilter(DropdownFilter):
    """The two upper levels of the tree; choosing one takes in everything below it."""

    title = "问题分类"
    parameter_name = "category"

    def lookups(self, request, model_admin):
        upper = [category for category in Category.objects.all() if len(category.path) <= 8]
        return [(category.path, category.full_name) for category in upper]

    def queryset(self, request, queryset):
        return queryset.filter(category__path__startswith=self.value()) if self.value() else queryset


class StudioFilter(DropdownFilter):
    title = "工作室（站）"
    parameter_name = "studio"

    def lookups(self, request, model_admin):
        return list(Studio.objects.visible_to(request.user).values_list("pk", "name"))

    def queryset(self, request, queryset):
        return queryset.filter(studio=self.value()) if (self.value() or "").isdecimal() else queryset


class UnitFilter(DropdownFilter):
    title = "承办单位"
    parameter_name = "unit"

    def lookups(self, request, model_admin):
        units = Organization.objects.visible_to(request.user).filter(kind=OrganizationKind.UNIT)
        return [(unit.pk, unit.display_name) for unit in units]

    def queryset(self, request, queryset):
        return queryset.filter(lead_unit=self.value()) if (self.value() or "").isdecimal() else queryset
