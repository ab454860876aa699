"""How reception days are planned in a place and below it: set by the organizers of the city and of counties."""

from django.contrib import admin

from accounts.admin_base import ScopedModelAdmin
from accounts.enums import OrganizationKind, Role
from accounts.models import Organization
from accounts.scope import STEP, Scope, under
from studios.models import ReceptionPolicy


@admin.register(ReceptionPolicy)
class ReceptionPolicyAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER,)
    list_display = [
        "organization",
        "plan_on_day",
        "publish_days_ahead",
        "first_reminder_days",
        "second_reminder_days",
        "approves_swaps_itself",
        "yearly_minimum",
    ]
    fields = list_display
    ordering = ["organization__path"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization")

    def has_add_permission(self, request):
        """Asked for every page's side bar: told by the posts alone, without a query."""
        return any(len(path) <= STEP * 2 for path in Scope.of(request.user).prefixes(Role.ORGANIZER))

    @staticmethod
    def _places(request):
        """Of the city and its counties: a town keeps to what its county has set."""
        kinds = (OrganizationKind.CITY, *OrganizationKind.county_level())
        prefixes = Scope.of(request.user).prefixes(Role.ORGANIZER)
        return Organization.objects.filter(under("path", prefixes), kind__in=kinds)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organization":
            kwargs["queryset"] = self._places(request).order_by("path")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return ["organization"] if obj else []
