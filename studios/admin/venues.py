from django.contrib import admin
from django.db.models import Count, Q, Value
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.admin_base import ScopedInline, ScopedModelAdmin
from accounts.admin_filters import CountyFilter
from accounts.enums import Role
from accounts.models import Membership, Organization, User
from records.models import Attachment
from studios.admin.grouping import GroupingPages
from studios.admin.reports import ReportPages
from studios.admin.staffed import VenuePages
from studios.admin.venue_papers import PaperPages, checklist_of
from studios.admin.venue_rule import RulePages
from studios.models import (
    ChecklistItem,
    ChecklistResult,
    GroupPlacement,
    Keeper,
    ReceptionDay,
    ReceptionRule,
    Studio,
)
from studios.pages.chips import day_chip
from studios.recurrence import describe_rule
from studios.rules import may_staff

READERS = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR, Role.KEEPER)


class ChecklistInline(ScopedInline):
    model = ChecklistResult
    readers = READERS
    fields = ["item", "is_met", "inspected_date", "inspector", "expires_date", "note"]


class PlacementInline(ScopedInline):
    model = GroupPlacement
    readers = READERS
    fields = ["group"]
    autocomplete_fields = ["group"]
    deletable = True


class KeeperInline(ScopedInline):
    model = Keeper
    readers = READERS
    fields = ["user", "start_date", "end_date"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "start_date":
            kwargs["initial"] = timezone.localdate
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "user":
            within = Organization.objects.visible_to(request.user)
            posts = Membership.objects.current(on=timezone.localdate())
            keepers = posts.filter(role=Role.KEEPER, organization__in=within).values("user_id")
            kwargs["queryset"] = User.objects.filter(pk__in=keepers)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Studio)
class StudioAdmin(RulePages, PaperPages, ReportPages, GroupingPages, VenuePages, ScopedModelAdmin):
    readers = READERS
    related = ("organization",)
    list_display = ["name", "kind", "place", "reception_text", "standard", "is_pilot", "is_active"]
    list_filter = [("kind", ChoicesDropdownFilter), CountyFilter, "is_pilot", "is_active"]
    search_fields = ["name", "address"]
    search_help_text = "名称或地址"
    ordering = ["organization__path", "kind", "name"]
    fields = [
        "name",
        "kind",
        "organization",
        "parent",
        "address",
        "lead_name",
        "lead",
        "reception_text",
        "specialty",
        "is_pilot",
        "is_active",
    ]
    autocomplete_fields = ["lead", "parent"]
    readonly_fields = ["reception_text"]
    """Set by its own page, which shows what it means before it is saved."""
    inlines = [ChecklistInline, PlacementInline, KeeperInline]

    def get_queryset(self, request):
        """With how many items are met and how many are asked for today: items are data, "five" is not assumed."""
        asked = ChecklistItem.objects.filter(is_active=True)
        standing = ChecklistResult.objects.standing(on=timezone.localdate()).filter(item__in=asked)
        rows = super().get_queryset(request).select_related("organization__parent")
        met = Count("checklist_results", filter=Q(checklist_results__in=standing))
        return rows.annotate(met=met, asked=Value(asked.count()))

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context |= self._beside(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @staticmethod
    def _beside(request, studio):
        """Above the form: the rule in words, the next days, the checklist with its evidence, documents."""
        today = timezone.localdate()
        current = ReceptionRule.objects.filter(studio=studio, end_date=None).first()
        days = ReceptionDay.objects.filter(studio=studio).coming(on=today).order_by("date")[:4]
        return {
            "rule": current,
            "rule_words": describe_rule(current.rrule) if current else "",
            "next_days": [(day, day_chip(day, on=today)) for day in days],
            "today": today,
            "checklist": checklist_of(studio, on=today),
            "documents": Attachment.objects.about(studio).count(),
            "staffs": may_staff(request.user, studio),
        }

    @display(description="所在地", ordering="organization__path")
    def place(self, studio):
        home = studio.organization
        return f"{home.parent.display_name} {home.display_name}" if home.parent else home.display_name

    @display(description="建设标准", label={"达标": "success", "未达标": "warning"})
    def standard(self, studio):
        verdict = "达标" if studio.met >= studio.asked > 0 else "未达标"
        return verdict, f"{verdict} {studio.met}/{studio.asked}"
