"""Yearly targets of venues and the gap table (R89): set at the year's start, looked at again at its end."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin
from accounts.enums import Role
from studios.admin.filters import VenueCountyFilter
from studios.admin.places import chosen_place, county_names, show_report
from studios.enums import TargetKind
from studios.models import Studio, StudioTarget
from studios.reports.gaps import gap_table

FIRST_YEAR = 2021


class YearFilter(DropdownFilter):
    title = "年度"
    parameter_name = "year"

    def lookups(self, request, model_admin):
        return [(str(year), f"{year}年") for year in years()]

    def queryset(self, request, queryset):
        return queryset.filter(year=self.value()) if (self.value() or "").isdecimal() else queryset


def years():
    """Next year's targets are set in December."""
    return range(timezone.localdate().year + 1, FIRST_YEAR, -1)


@admin.register(StudioTarget)
class StudioTargetAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.KEEPER, Role.LEADER, Role.ASSESSOR)
    deletable = True
    list_display = ["studio", "year", "what", "target"]
    list_filter = [VenueCountyFilter, YearFilter, ("kind", ChoicesDropdownFilter)]
    search_fields = ["studio__name"]
    search_help_text = "工作室（站）"
    ordering = ["-year", "studio__organization__path", "studio__name", "kind"]
    fields = ["studio", "year", "kind", "target"]
    autocomplete_fields = ["studio"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("studio__organization")

    def organization_of(self, obj):
        return obj.studio.organization

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "year":
            kwargs["initial"] = timezone.localdate().year
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description="指标", ordering="kind")
    def what(self, target):
        return target.get_kind_display()

    def get_urls(self):
        gaps = path("gaps/", self.admin_site.admin_view(self.gaps_view), name="studios_studiotarget_gaps")
        return [gaps, *super().get_urls()]

    def gaps_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and int(asked) in years() else today.year
        place, counties = chosen_place(request)
        studios = Studio.objects.of_office(request.user)
        if place:
            studios = studios.filter(organization__path__startswith=place.path)
        totals, venues, kinds = gap_table(studios, year, on=today, reader=request.user)
        names = county_names(totals)
        rows = [(names.get(home, ""), row) for home, row in sorted(totals.items())]
        context = {
            "title": f"{year}年目标完成情况",
            "year": year,
            "years": list(years()),
            "counties": counties,
            "place": place,
            "kinds": [(kind, TargetKind(kind).label) for kind in kinds],
            "totals": [(name, [row.gaps.get(kind) for kind in kinds], "") for name, row in rows],
            "venues": [(row.name, [row.gaps.get(kind) for kind in kinds], row.link) for row in venues],
            "as_of": today,
            "may_set": self.has_add_permission(request),
        }
        return show_report(self, request, "admin/studios/gaps.html", context)
