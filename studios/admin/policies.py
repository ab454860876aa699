"""How reception days are planned in a place and below it: set by the organizers of the city and of counties."""

from django.contrib import admin

from accounts.admin_policies import PlacePolicyAdmin
from studios.models import ReceptionPolicy


@admin.register(ReceptionPolicy)
class ReceptionPolicyAdmin(PlacePolicyAdmin):
    list_display = [
        "organization",
        "plan_on_day",
        "publish_days_ahead",
        "first_reminder_days",
        "second_reminder_days",
        "approves_swaps_itself",
        "yearly_minimum",
    ]
