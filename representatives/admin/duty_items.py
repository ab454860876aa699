"""The yearly list of a place (R7), who is below it, and the files of a place as one archive (R73)."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.scope import STEP, Scope
from records.given_forms import GivenForm
from representatives.actions.duty_items import copy_list
from representatives.admin.file_pages import FilePages
from representatives.enums import DutyKind
from representatives.models import DutyItem
from representatives.moves.duty_file import COPY_LIST, listed_places

NAME = "representatives_dutyitem"


class YearFilter(DropdownFilter):
    title = "年度"
    parameter_name = "year"

    def lookups(self, request, model_admin):
        years = DutyItem.objects.visible_to(request.user).order_by("-year").values_list("year", flat=True)
        return [(str(year), f"{year}年") for year in years.distinct()]

    def queryset(self, request, queryset):
        return queryset.filter(year=self.value()) if (self.value() or "").isdecimal() else queryset


class DutyItemForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label="由哪些履职记录完成",
        choices=DutyKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=DutyItem._meta.get_field("kinds").help_text,
    )

    class Meta:
        model = DutyItem
        fields = "__all__"  # noqa: DJ007 - the admin narrows them


@admin.register(DutyItem)
class DutyItemAdmin(FilePages, DeskPages, ScopedModelAdmin):
    """What a place expects in a year: set by the organizers of the city and of counties."""

    readers = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
    form = DutyItemForm
    list_display = ["text", "year", "organization", "sheet", "for_whom", "how_many", "by_what", "is_active"]
    list_filter = [YearFilter, ("sheet", ChoicesDropdownFilter), "is_active"]
    search_fields = ["text", "detail"]
    search_help_text = "事项或要求"
    ordering = ["-year", "organization__path", "sheet", "position", "pk"]
    fields = [
        ("organization", "year"),
        ("sheet", "level"),
        "text",
        "detail",
        "kinds",
        "measure",
        ("wanted", "unit"),
        "source",
        ("position", "is_active"),
    ]
    list_before_template = "admin/representatives/dutyitem/list_tools.html"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization")

    def has_add_permission(self, request, obj=None):
        """Asked for every page's side bar: told by the posts alone, without a query."""
        return any(len(path) <= STEP * 2 for path in Scope.of(request.user).prefixes(Role.ORGANIZER))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organization":
            kwargs["queryset"] = listed_places(None, request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        """What was ticked for one year and place stays of that year and place."""
        return ["organization", "year"] if obj else []

    def get_changeform_initial_data(self, request):
        return {"year": timezone.localdate().year} | super().get_changeform_initial_data(request)

    @display(description="代表", ordering="level")
    def for_whom(self, item):
        return item.get_level_display() or "各级"

    @display(description="每年至少", ordering="wanted")
    def how_many(self, item):
        return f"{item.wanted} {item.unit}"

    @display(description="由什么完成")
    def by_what(self, item):
        return "、".join(item.kind_labels) or "本人写明"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [path("copy/", wrap(self.copy_view), name=f"{NAME}_copy"), *super().get_urls()]

    def copy_view(self, request):
        self.check_may_add(request)
        this = timezone.localdate().year
        started = {"year": this} if request.method == "GET" else None
        form = GivenForm(COPY_LIST, sent_data(request), initial=started, user=request.user)
        items, status = self.take_form(request, form, lambda by, at: copy_list(by=by, at=at, **form.given()))
        if items:
            messages.success(request, f"已复制 {len(items)} 项到{items[0].year}年，要改的逐项改。")
            return HttpResponseRedirect(f"{reverse(f'admin:{NAME}_changelist')}?year={items[0].year}")
        context = {
            "title": "复制清单到下一年",
            "lead": "一个地方一年的清单，一步复制到下一年；下一年已有清单的不动。",
            "form": form,
            "button": "复制",
            "back": reverse(f"admin:{NAME}_changelist"),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)
