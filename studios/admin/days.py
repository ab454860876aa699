"""Reception days at the desk: the list, and for each day the keeper's page with its steps (R22–R25)."""

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import sent_data
from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.moves import check_move
from studios.actions.days import perform_day
from studios.admin.boards import BoardPages
from studios.admin.filters import MonthFilter, VenueCountyFilter
from studios.admin.forms import StepForm
from studios.admin.months_overview import MonthPages
from studios.admin.on_the_day import OnTheDayPages
from studios.admin.staffed import StaffedVenueAdmin
from studios.enums import DayStatus
from studios.models import ReceptionDay
from studios.moves import DAYS
from studios.notices import when
from studios.pages.chips import day_chip
from studios.pages.day import day_page, minutes_so_far


@admin.register(ReceptionDay)
class ReceptionDayAdmin(BoardPages, MonthPages, OnTheDayPages, StaffedVenueAdmin):
    list_display = ["what", "chip", "sitters", "visitors", "summary_line"]
    list_display_links = ["what"]
    list_filter = [
        VenueCountyFilter,
        ("studio__kind", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
        MonthFilter,
    ]
    search_fields = ["studio__name"]
    search_help_text = "工作室（站）"
    ordering = ["-date", "studio", "-pk"]
    related = ("studio__organization", "postponed_to", "postponed_from")

    def has_add_permission(self, request):
        """Days come from the rule of their venue."""
        return False

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("studio")
        return rows.prefetch_related("duties__person", "visits")

    @display(description="接待日", ordering="date")
    def what(self, day):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', day.studio.name, when(day)
        )

    @display(description="状态", ordering="status")
    def chip(self, day):
        colour, words = day_chip(day, on=timezone.localdate())
        return format_html('<span class="chip chip--{}">{}</span>', colour, words)

    @display(description="代表")
    def sitters(self, day):
        names = "、".join(duty.person.name for duty in day.duties.all() if duty.is_holding)
        return names or "—"

    @display(description="来访")
    def visitors(self, day):
        count = sum(visit.count for visit in day.visits.all() if visit.cancelled_at is None)
        return f"{count} 人次" if count else "—"

    @display(description="小结或原因")
    def summary_line(self, day):
        text = day.summary or day.reason or day.moved_reason
        return text if len(text) <= 30 else f"{text[:29]}…"

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "studios_receptionday_"
        step = path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name=f"{name}step")
        return [step, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.day_page(request, self.find(request, object_id))

    def day_page(self, request, day, *, refusal="", status=200, typed=None):
        """`typed`: forms of the page that were sent and not accepted, by name."""
        at = timezone.now()
        page = day_page(day, request.user, at=at)
        context = {
            "title": f"{day.studio.name} {when(day)}",
            "page": page,
            "day": day,
            "refusal": refusal,
            "may_photo": page.may_staff
            and day.status in (DayStatus.PUBLISHED, DayStatus.HELD)
            and day.date <= timezone.localdate(at),
            **self.forms_of(request, page, typed or {}),
        }
        return self.show(request, "admin/studios/receptionday/detail.html", context, status=status)

    def back_to_day(self, day):
        return reverse("admin:studios_receptionday_change", args=[day.pk])

    def back_from(self, request, day):
        """To the board where the button stood there, else to the day."""
        if "board" in request.POST:
            return reverse("admin:studios_receptionday_board", args=[day.studio_id, day.date])
        return self.back_to_day(day)

    def refused_at(self, request, day, sentence, status):
        """The page on which the button stood, as it now is, with the sentence on top."""
        fresh = self.find(request, day.pk)
        if "board" in request.POST:
            return self.board_page(request, fresh.studio, fresh.date, refusal=sentence, status=status)
        return self.day_page(request, fresh, refusal=sentence, status=status)

    def step_view(self, request, pk, verb):
        day = self.find(request, pk)
        if verb not in DAYS:
            raise Http404
        move, by = DAYS[verb], Actor.from_request(request, "admin")
        form = StepForm(
            move.needs,
            sent_data(request),
            subject=day,
            user=request.user,
            initial=self.begin_step(verb, day),
        )
        status = 200
        try:
            check_move(day, move, by=by, status=DayStatus)
            if request.method == "POST" and (form.is_valid() or not move.needs):
                perform_day(verb, day, by=by, at=timezone.now(), data=form.given())
                messages.success(request, self.told_of(verb, day))
                return HttpResponseRedirect(self.back_from(request, day))
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            return self.refused_at(request, day, fault.message, fault.http_status)
        context = {
            "title": f"{move.label}：{day.studio.name} {when(day)}",
            "day": day,
            "move": move,
            "form": form,
            "back": self.back_to_day(day),
        }
        return self.show(request, "admin/studios/receptionday/step.html", context, status=status)

    def begin_step(self, verb, day):
        if verb != "close":
            return None
        return {"minutes": minutes_so_far(day, list(day.duties.holding()), at=timezone.now())}

    @staticmethod
    def told_of(verb, day):
        if verb == "postpone":
            return f"已改到{when(day.postponed_to)}，代表已一并通知。"
        return f"已{DAYS[verb].label}：{day.studio.name} {when(day)}"
