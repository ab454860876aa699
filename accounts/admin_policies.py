"""Settings of a place at the desk: of the city and of its counties; a town keeps to what its county has set."""

from accounts.admin_base import ScopedModelAdmin
from accounts.enums import OrganizationKind, Role
from accounts.models import Organization
from accounts.scope import STEP, Scope, under


class PlacePolicyAdmin(ScopedModelAdmin):
    """One row for each place, with an `organization` that is chosen once; the model names the rest in `list_display`."""

    readers = (Role.ORGANIZER,)
    ordering = ["organization__path"]

    def get_fields(self, request, obj=None):
        return self.list_display

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization")

    def has_add_permission(self, request, obj=None):
        """Asked for every page's side bar: told by the posts alone, without a query."""
        return any(len(path) <= STEP * 2 for path in Scope.of(request.user).prefixes(Role.ORGANIZER))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organization":
            kinds = (OrganizationKind.CITY, *OrganizationKind.county_level())
            prefixes = Scope.of(request.user).prefixes(Role.ORGANIZER)
            places = Organization.objects.filter(under("path", prefixes), kind__in=kinds)
            kwargs["queryset"] = places.order_by("path")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return ["organization"] if obj else []
