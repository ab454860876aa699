"""Leave at the desk (R21): who is away when, written down for those who telephone."""

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from accounts.admin_base import sent_data
from records.models import Event
from records.moves import Given
from representatives.admin_fields import build_mandate_lookup
from representatives.models import Mandate
from studios.actions.duties import LEAVE, record_leave, withdraw_leave
from studios.admin.forms import StepForm
from studios.admin.staffed import StaffedVenueAdmin
from studios.models import Leave
from studios.notices import when
from studios.rules import staffed_studios


def sitters_of(_subject, user):
    """Mandates of everybody who may sit at a venue that the user staffs."""
    staffed = staffed_studios(None, user).values("pk")
    return Mandate.objects.in_office().filter(
        Q(pk__in=Mandate.objects.filter(group__placement__studio__in=staffed).values("pk"))
        | Q(pk__in=Mandate.objects.filter(studio_placements__studio__in=staffed).values("pk"))
    )


RECORD = (Given("mandate", "代表", "model", options=sitters_of), *LEAVE)


class RecordForm(StepForm):
    lookups = {"mandate": build_mandate_lookup}


class NowFilter(DropdownFilter):
    title = "时间"
    parameter_name = "now"

    def lookups(self, request, model_admin):
        return [("now", "正在请假"), ("ahead", "以后"), ("past", "已过"), ("withdrawn", "已撤销")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        if self.value() == "withdrawn":
            return queryset.exclude(withdrawn_at=None)
        asked = {
            "now": Q(start_date__lte=today, end_date__gte=today),
            "ahead": Q(start_date__gt=today),
            "past": Q(end_date__lt=today),
        }.get(self.value())
        return queryset.filter(asked, withdrawn_at=None) if asked else queryset


@admin.register(Leave)
class LeaveAdmin(StaffedVenueAdmin):
    list_display = ["who", "state", "days", "reason", "recorder"]
    list_display_links = ["who"]
    list_filter = [NowFilter]
    search_fields = ["person__name"]
    search_help_text = "代表姓名"
    ordering = ["-start_date", "-pk"]
    related = ("person__user", "recorded_by")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "recorded_by")

    @display(description="代表")
    def who(self, leave):
        return leave.person.name

    @display(description="状态")
    def state(self, leave):
        colour, words = state_of(leave, on=timezone.localdate())
        return format_html('<span class="chip chip--{}">{}</span>', colour, words)

    @display(description="哪些天", ordering="start_date")
    def days(self, leave):
        return f"{leave.start_date} 至 {leave.end_date}"

    @display(description="登记人")
    def recorder(self, leave):
        if leave.recorded_by_id == leave.person.user_id:
            return "本人"
        return leave.recorded_by.label if leave.recorded_by else "系统"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        withdraw = path("<int:pk>/withdraw/", wrap(self.withdraw_view), name="studios_leave_withdraw")
        return [withdraw, *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        self.check_may_add(request)
        today = f"{timezone.localdate():%Y-%m-%d}"
        started = {"start_date": today, "end_date": today} if request.method == "GET" else None
        form = RecordForm(RECORD, sent_data(request), initial=started, user=request.user)

        def do(by, at):
            given = form.given()
            mandate = self.chosen(RECORD[0], given.pop("mandate"), request.user)
            return record_leave(mandate.person, by=by, at=at, organization=mandate.organization, **given)

        done, status = self.take_form(request, form, do)
        if done:
            leave, duties = done
            messages.success(request, f"已登记{leave.person.name}请假，这段日子不再给她排班。")
            for duty in duties:
                messages.warning(
                    request,
                    f"{when(duty.day)}的班已经公布，还在她名下：请在「驻室安排」里代她请假，再另选人。",
                )
            return HttpResponseRedirect(reverse("admin:studios_leave_changelist"))
        context = {
            "title": "代为登记请假",
            "lead": "代表打电话来说哪些天来不了，在这里记下，排班时就避开。",
            "form": form,
            "button": "登记",
            "back": reverse("admin:studios_leave_changelist"),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._page(request, self.find(request, object_id))

    def _page(self, request, leave, *, refusal="", status=200):
        context = {
            "title": f"{leave.person.name}请假",
            "leave": leave,
            "chip": state_of(leave, on=timezone.localdate()),
            "may_withdraw": leave.withdrawn_at is None
            and leave.end_date >= timezone.localdate()
            and sitters_of(None, request.user).filter(person=leave.person_id).exists(),
            "timeline": Event.objects.about(leave).order_by("-at", "-pk"),
            "refusal": refusal,
        }
        return self.show(request, "admin/studios/leave/detail.html", context, status=status)

    def withdraw_view(self, request, pk):
        leave = self.find(request, pk)
        mandate = leave.person.mandates.select_related("organization").order_by("pk").first()
        home = mandate.organization if mandate else None
        return self.take_press(
            request,
            lambda by, at: withdraw_leave(leave, by=by, at=at, organization=home),
            told=f"已撤销{leave.person.name}的请假，这些天又可以排班了。",
            back=reverse("admin:studios_leave_changelist"),
            refused=lambda sentence, status: self._page(
                request, self.find(request, pk), refusal=sentence, status=status
            ),
        )


def state_of(leave, *, on):
    """(colour, words)"""
    if leave.withdrawn_at:
        return "received", "已撤销"
    if leave.end_date < on:
        return "received", "已过"
    return ("handling", "请假中") if leave.start_date <= on else ("registered", "以后")
