"""Duties and swaps at the desk (R21): who sits when, and what waits for approval."""

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
from records.given_forms import GivenForm
from records.models import Event
from records.moves import check_move
from studios.actions.duties import ask_leave, confirm_duty
from studios.actions.seats import effect_of
from studios.actions.swaps import REFUSE, approve_swap, refuse_swap
from studios.admin.filters import DayCountyFilter, MonthFilter, SwapCountyFilter
from studios.admin.forms import StepForm
from studios.admin.staffed import StaffedVenueAdmin
from studios.enums import DutyStatus, SwapState
from studios.models import Duty, SwapRequest
from studios.moves import DUTIES
from studios.notices import when
from studios.pages.chips import DUTY_CHIPS, SWAP_CHIPS
from studios.rules import may_staff

STEPS = {"confirm": confirm_duty, "ask_leave": ask_leave}
"""What staff do for somebody who telephones; the rest is done on the day's own page."""


@admin.register(Duty)
class DutyAdmin(StaffedVenueAdmin):
    list_display = ["what", "chip", "when_and_where", "reason"]
    list_display_links = ["what"]
    list_filter = [DayCountyFilter, ("status", ChoicesDropdownFilter), MonthFilter]
    search_fields = ["person__name", "day__studio__name"]
    search_help_text = "代表姓名或工作室（站）"
    ordering = ["-date", "-pk"]
    related = ("day__studio__organization", "person__user", "mandate__person", "replaces__person")

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "mandate", "day__studio")

    @display(description="代表")
    def what(self, duty):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}代表</small></span>',
            duty.person.name,
            duty.mandate.get_level_display(),
        )

    @display(description="状态", ordering="status")
    def chip(self, duty):
        return format_html(
            '<span class="chip chip--{}">{}</span>', DUTY_CHIPS[duty.status], duty.get_status_display()
        )

    @display(description="哪天、在哪里", ordering="date")
    def when_and_where(self, duty):
        return f"{when(duty.day)}　{duty.day.studio.name}"

    def get_urls(self):
        step = path(
            "<int:pk>/step/<slug:verb>/",
            self.admin_site.admin_view(self.step_view),
            name="studios_duty_step",
        )
        return [step, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._page(request, self.find(request, object_id))

    def _page(self, request, duty, *, refusal="", status=200):
        ahead = duty.date >= timezone.localdate()
        moves = DUTIES.allowed(duty, request.user) if ahead else []
        context = {
            "title": f"{duty.person.name}驻室",
            "duty": duty,
            "chip": DUTY_CHIPS[duty.status],
            "moves": [move for move in moves if move.verb in STEPS],
            "swap": duty.swap_requests.order_by("-pk").first(),
            "timeline": Event.objects.about(duty).order_by("-at", "-pk")[:30],
            "refusal": refusal,
        }
        return self.show(request, "admin/studios/duty/detail.html", context, status=status)

    def step_view(self, request, pk, verb):
        duty = self.find(request, pk)
        if verb not in STEPS:
            raise Http404
        move, by = DUTIES[verb], Actor.from_request(request, "admin")
        form, status = StepForm(move.needs, sent_data(request), subject=duty, user=request.user), 200
        back = reverse("admin:studios_duty_change", args=[duty.pk])
        try:
            check_move(duty, move, by=by, status=DutyStatus)
            if request.method == "POST" and (form.is_valid() or not move.needs):
                STEPS[verb](duty, by=by, at=timezone.now(), **form.given())
                messages.success(request, f"已{move.label}：{duty.person.name} {when(duty.day)}")
                return HttpResponseRedirect(back)
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            fresh = self.find(request, pk)
            return self._page(request, fresh, refusal=fault.message, status=fault.http_status)
        context = {
            "title": f"{move.label}：{duty.person.name}",
            "lead": f"{when(duty.day)} {duty.day.studio.name}。{move.hint}",
            "form": form,
            "button": move.label,
            "back": back,
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)


@admin.register(SwapRequest)
class SwapRequestAdmin(StaffedVenueAdmin):
    list_display = ["what", "chip", "when_and_where", "taker", "offered_at"]
    list_display_links = ["what"]
    list_filter = [SwapCountyFilter, ("state", ChoicesDropdownFilter)]
    search_fields = ["duty__person__name", "duty__day__studio__name"]
    search_help_text = "代表姓名或工作室（站）"
    ordering = ["-offered_at", "-pk"]
    related = (
        "duty__day__studio__organization",
        "duty__person__user",
        "duty__mandate__person",
        "taken_by__person__user",
        "in_return__day",
        "in_return__person",
        "decided_by",
    )

    def has_add_permission(self, request):
        """Representatives offer their own duties, from the phone."""
        return False

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("duty__person", "duty__day__studio", "taken_by__person")
        )

    @display(description="谁要换")
    def what(self, swap):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', swap.duty.person.name, swap.note
        )

    @display(description="状态", ordering="state")
    def chip(self, swap):
        return format_html(
            '<span class="chip chip--{}">{}</span>', SWAP_CHIPS[swap.state], swap.get_state_display()
        )

    @display(description="哪一班", ordering="duty__date")
    def when_and_where(self, swap):
        return f"{when(swap.duty.day)}　{swap.duty.day.studio.name}"

    @display(description="谁来接")
    def taker(self, swap):
        return swap.taken_by.person.name if swap.taken_by else "—"

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "studios_swaprequest_"
        return [
            path("<int:pk>/approve/", wrap(self.approve_view), name=f"{name}approve"),
            path("<int:pk>/refuse/", wrap(self.refuse_view), name=f"{name}refuse"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._page(request, self.find(request, object_id))

    def _page(self, request, swap, *, refusal="", form=None, status=200):
        waits = swap.state == SwapState.TAKEN
        decides = waits and may_staff(request.user, swap.duty.day.studio)
        effect = None
        if waits and swap.in_return is None:
            effect = effect_of(swap.duty.day, swap.taken_by, instead_of=swap.duty)
        context = {
            "title": f"换班：{swap.duty.person.name}",
            "swap": swap,
            "chip": SWAP_CHIPS[swap.state],
            "decides": decides,
            "effect": effect,
            "form": form or GivenForm(REFUSE, user=request.user),
            "timeline": Event.objects.about(swap).order_by("-at", "-pk")[:30],
            "refusal": refusal,
        }
        return self.show(request, "admin/studios/swaprequest/detail.html", context, status=status)

    def _back(self, swap):
        day = swap.duty.day
        return reverse("admin:studios_receptionday_board", args=[day.studio_id, day.date])

    def approve_view(self, request, pk):
        swap = self.find(request, pk)
        names = f"{swap.duty.person.name} → {swap.taken_by.person.name}" if swap.taken_by else ""
        return self.take_press(
            request,
            lambda by, at: approve_swap(swap, by=by, at=at),
            told=f"已同意换班：{names}，两人都已通知。",
            back=self._back(swap),
            refused=lambda sentence, status: self._page(
                request, self.find(request, pk), refusal=sentence, status=status
            ),
        )

    def refuse_view(self, request, pk):
        swap = self.find(request, pk)
        form = GivenForm(REFUSE, sent_data(request), user=request.user)
        done, status = self.take_form(
            request, form, lambda by, at: refuse_swap(swap, by=by, at=at, **form.given())
        )
        if done:
            messages.success(request, f"没有同意换班，已告诉{swap.duty.person.name}，这一班仍由她来。")
            return HttpResponseRedirect(self._back(swap))
        fresh = self.find(request, pk)
        refusal = "；".join(form.non_field_errors()) if form.is_bound else ""
        return self._page(request, fresh, refusal=refusal, form=form, status=status)
