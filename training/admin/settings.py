"""What staff set about training: courses, who trains whom, the quota, when reminders go out."""

from django.contrib import admin

from accounts.admin_base import ScopedModelAdmin
from accounts.enums import OrganizationKind, Role
from accounts.models import Organization
from accounts.scope import STEP, Scope, under
from training.models import Course, TrainingDuty, TrainingPolicy


@admin.register(Course)
class CourseAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
    city_only = True
    list_display = ["name", "hours", "description", "is_active", "position"]
    search_fields = ["name"]
    search_help_text = "课程名称"
    ordering = ["position", "pk"]
    fields = ["code", "name", "description", "hours", "keywords", "position", "is_active"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []


@admin.register(TrainingDuty)
class TrainingDutyAdmin(ScopedModelAdmin):
    """R30, as data: who trains whom in the first year of a term."""

    readers = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
    city_only = True
    list_display = ["level", "trainer", "is_frontline_only"]
    fields = list_display
    ordering = ["pk"]

    def get_readonly_fields(self, request, obj=None):
        return ["level"] if obj else []


@admin.register(TrainingPolicy)
class TrainingPolicyAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER,)
    list_display = [
        "organization",
        "quota_percent",
        "quota_base",
        "first_reminder_days",
        "second_reminder_days",
        "certificate_percent",
    ]
    fields = list_display
    ordering = ["organization__path"]

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
