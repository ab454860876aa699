"""What staff set about training: courses, who trains whom, the quota, when reminders go out."""

from django.contrib import admin

from accounts.admin_base import ScopedModelAdmin
from accounts.admin_policies import PlacePolicyAdmin
from accounts.enums import Role
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
class TrainingPolicyAdmin(PlacePolicyAdmin):
    list_display = [
        "organization",
        "quota_percent",
        "quota_base",
        "first_reminder_days",
        "second_reminder_days",
        "certificate_percent",
    ]
