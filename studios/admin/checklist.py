"""The checklist of venues (五有, R17): items are the city's data."""

from django.contrib import admin

from accounts.admin_base import ScopedModelAdmin
from accounts.enums import Role
from studios.models import ChecklistItem


@admin.register(ChecklistItem)
class ChecklistItemAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER,)
    city_only = True
    list_display = ["name", "description", "position", "is_active"]
    fields = ["code", "name", "description", "position", "is_active"]
