"""Who belongs to a venue beside its groups: helpers (R37), and representatives attached in person (R10)."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.enums import Role
from accounts.masking import mask_phone
from accounts.scope import Scope
from representatives.actions import REASON
from studios.actions.helping import join_helper, leave_off_helper, reveal_helper_phone
from studios.admin.filters import VenueCountyFilter
from studios.admin.forms import StepForm
from studios.admin.staffed import STAFF, StaffedVenueAdmin
from studios.models import Helper, MandatePlacement
from studios.moves import JOIN, LEAVE_OFF
from studios.rules import kept_studio_ids, may_staff


class StillFilter(DropdownFilter):
    title = "现在"
    parameter_name = "still"

    def lookups(self, request, model_admin):
        return [("1", "在册"), ("0", "已退出")]

    def queryset(self, request, queryset):
        if self.value() not in ("0", "1"):
            return queryset
        return queryset.filter(left_date__isnull=self.value() == "1")


@admin.register(Helper)
class HelperAdmin(StaffedVenueAdmin):
    writers = STAFF
    list_display = ["who", "kind", "studio", "joined_date", "left"]
    list_display_links = ["who"]
    list_filter = [VenueCountyFilter, ("kind", ChoicesDropdownFilter), StillFilter]
    search_fields = ["person__name", "studio__name"]
    search_help_text = "姓名或工作室（站）"
    ordering = ["studio", "kind", "pk"]
    fields = ["who_masked", "studio", "kind", "joined_date", "left"]
    readonly_fields = ["who_masked", "studio", "left"]
    related = ("studio__organization", "person")
    change_form_template = "admin/studios/helper/change_form.html"
    list_before_template = "admin/studios/helper/import.html"

    def has_change_permission(self, request, obj=None):
        if isinstance(obj, Helper) and obj.pk:
            return may_staff(request.user, obj.studio)
        return self.has_add_permission(request)

    def organization_of(self, obj):
        return obj.studio.organization

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "studio__organization")

    @display(description="姓名")
    def who(self, helper):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>',
            helper.person.name,
            mask_phone(helper.person.phone) or "未留电话",
        )

    @display(description="姓名、电话")
    def who_masked(self, helper):
        return f"{helper.person.name}　{mask_phone(helper.person.phone)}"

    @display(description="退出")
    def left(self, helper):
        return f"{helper.left_date}　{helper.left_reason}" if helper.left_date else "在册"

    def get_urls(self):
        leave = path(
            "<int:pk>/leave/", self.admin_site.admin_view(self.leave_view), name="studios_helper_leave"
        )
        phone = path(
            "<int:pk>/phone/", self.admin_site.admin_view(self.phone_view), name="studios_helper_phone"
        )
        return [leave, phone, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        may_import = Scope.of(request.user).has(Role.ORGANIZER)
        return super().changelist_view(request, {"may_import": may_import} | (extra_context or {}))

    def add_view(self, request, form_url="", extra_context=None):
        self.check_may_add(request)
        kept = sorted(kept_studio_ids(request.user))
        started = {"joined_date": f"{timezone.localdate():%Y-%m-%d}", "studio": kept[0] if kept else None}
        form = StepForm(
            JOIN, sent_data(request), initial=started if request.method == "GET" else None, user=request.user
        )
        helper, status = self.take_form(
            request, form, lambda by, at: join_helper(by=by, at=at, **form.given())
        )
        if helper:
            messages.success(
                request, f"已登记{helper.person.name}为{helper.studio.name}的{helper.get_kind_display()}。"
            )
            again = "_addanother" in request.POST
            return HttpResponseRedirect(reverse(f"admin:studios_helper_{'add' if again else 'changelist'}"))
        context = {
            "title": "登记协助人员",
            "lead": "一人只登记一处。代表或已登记过的人直接选；新来的填姓名和电话。",
            "form": form,
            "button": "登记",
            "again": "登记并记下一个",
            "back": reverse("admin:studios_helper_changelist"),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def phone_view(self, request, pk):
        helper = self.find(request, pk)
        self.check_staffs(request, helper.studio)
        form = StepForm((REASON,), sent_data(request), user=request.user)
        phone, status = self.take_form(
            request, form, lambda by, at: reveal_helper_phone(helper, by=by, at=at, **form.given())
        )
        context = {
            "title": f"查看联系电话：{helper.person.name}",
            "person": helper.person,
            "form": form,
            "phone": phone,
            "back": reverse("admin:studios_helper_change", args=[helper.pk]),
        }
        response = self.show(
            request, "admin/representatives/person/phone.html", context, status=status or 200
        )
        response["Cache-Control"] = "no-store"
        return response

    def leave_view(self, request, pk):
        helper = self.find(request, pk)
        started = {"left_date": f"{timezone.localdate():%Y-%m-%d}"} if request.method == "GET" else None
        form = StepForm(LEAVE_OFF, sent_data(request), initial=started, user=request.user)
        done, status = self.take_form(
            request, form, lambda by, at: leave_off_helper(helper, by=by, at=at, **form.given())
        )
        if done:
            messages.success(request, f"已登记{helper.person.name}退出，在册时间照样保留。")
            return HttpResponseRedirect(reverse("admin:studios_helper_changelist"))
        context = {
            "title": f"登记退出：{helper.person.name}",
            "lead": f"{helper.studio.name}　{helper.get_kind_display()}　{helper.joined_date}加入。",
            "form": form,
            "button": "登记退出",
            "back": reverse("admin:studios_helper_change", args=[helper.pk]),
        }
        if request.method == "GET" and not may_staff(request.user, helper.studio):
            status = 403
            context["refusal"] = "只有本室的联络员和主管单位的组工干部可以登记退出，请联系他们。"
        return self.show(request, "admin/studios/given_form.html", context, status=status)


@admin.register(MandatePlacement)
class MandatePlacementAdmin(ScopedModelAdmin):
    """Higher-level representatives attached to a venue in person; groups come by their own placement."""

    readers = (Role.ORGANIZER, Role.KEEPER, Role.LEADER, Role.ASSESSOR)
    list_display = ["mandate", "studio", "start_date", "end_date"]
    list_filter = [VenueCountyFilter]
    search_fields = ["mandate__person__name", "studio__name"]
    search_help_text = "代表姓名或工作室（站）"
    ordering = ["studio", "-start_date", "pk"]
    fields = ["mandate", "studio", "start_date", "end_date"]
    autocomplete_fields = ["mandate", "studio"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("mandate__person", "studio__organization")

    def organization_of(self, obj):
        return obj.studio.organization

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "start_date":
            kwargs["initial"] = timezone.localdate
        return super().formfield_for_dbfield(db_field, request, **kwargs)
