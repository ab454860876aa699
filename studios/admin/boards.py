"""The board (排班表) of a venue and a month: plan, choose who sits where, publish."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.admin_base import sent_data
from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.given_forms import GivenForm
from studios.actions.days import publish_days
from studios.actions.planning import month_span, plan_month
from studios.actions.seats import UNSEAT, seat, seat_choices, unseat
from studios.admin import months  # noqa: F401  (the month in an address)
from studios.models import Duty, Studio
from studios.notices import when
from studios.pages.board import board_of
from studios.publishing_job import days_to_publish
from studios.rules import may_staff
from workdays.queries import load_calendar

MOST_OPEN = 8
"""Choices of a seat that are shown without unfolding anything."""


class BoardPages:
    """Pages of ReceptionDayAdmin."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "studios_receptionday_"
        board = "board/<int:studio>/<month:month>/"
        return [
            path(board, wrap(self.board_view), name=f"{name}board"),
            path(f"{board}plan/", wrap(self.plan_view), name=f"{name}plan"),
            path(f"{board}publish/", wrap(self.publish_view), name=f"{name}publish"),
            path("<int:pk>/seat/", wrap(self.seat_view), name=f"{name}seat"),
            path("<int:pk>/unseat/<int:duty>/", wrap(self.unseat_view), name=f"{name}unseat"),
            *super().get_urls(),
        ]

    def _venue(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Studio.objects.of_office(request.user).select_related("organization")
        return get_object_or_404(rows, pk=pk)

    def board_view(self, request, studio, month):
        return self.board_page(request, self._venue(request, studio), month)

    def board_page(self, request, studio, month, *, refusal="", refusals=(), status=200):
        board = board_of(studio, month, on=timezone.localdate())
        context = {
            "title": f"{studio.name} {month.year}年{month.month}月排班表",
            "board": board,
            "studio": studio,
            "may_staff": may_staff(request.user, studio),
            "can_plan": month_span(month)[1] > timezone.localdate(),
            "refusal": refusal,
            "refusals": refusals,
        }
        return self.show(request, "admin/studios/receptionday/board.html", context, status=status)

    def _board_address(self, studio, month):
        return reverse("admin:studios_receptionday_board", args=[studio.pk, month])

    def plan_view(self, request, studio, month):
        studio = self._venue(request, studio)

        def do(by, at):
            venue = Studio.objects.filter(pk=studio.pk)
            result = plan_month(month, venue, by=by, at=at, calendar=load_calendar())
            if not result.venues:
                raise InvalidInput({"month": ["本室还没有接待日规则，排不了班。请先设定规则。"]})
            return result

        return self.take_press(
            request,
            do,
            told=_words_of_plan,
            back=self._board_address(studio, month),
            refused=lambda sentence, status: self.board_page(
                request, studio, month, refusal=sentence, status=status
            ),
        )

    def publish_view(self, request, studio, month):
        """Every day of the month that can be published; the others say why not."""
        studio = self._venue(request, studio)
        left = []

        def do(by, at):
            self.check_staffs(request, studio)
            days = list(days_to_publish(month, [studio.pk]))
            if not days:
                raise Conflict("这个月没有待公布的接待日。", code="wrong-state")
            done, refused = publish_days(days, by=by, at=at)
            left.extend(f"{when(day)}没有公布：{why}" for day, why in refused)
            if not done:
                raise Conflict("没有能公布的接待日。", code="nothing-published")
            return done

        def refused(sentence, status):
            return self.board_page(request, studio, month, refusal=sentence, refusals=left, status=status)

        response = self.take_press(
            request,
            do,
            told=lambda done: f"已公布 {len(done)} 个接待日，代表已收到通知。",
            back=self._board_address(studio, month),
            refused=refused,
        )
        if response.status_code == 302:
            for sentence in left:
                messages.warning(request, sentence)
        return response

    def seat_view(self, request, pk):
        """Who takes the seat: everybody of the venue, the best first, each with what it would do."""
        day = self.find(request, pk)
        chosen = request.POST if request.method == "POST" else request.GET
        leaving = self._duty(day, chosen.get("instead_of"))
        refusal, status = "", 200
        if request.method == "POST":
            try:
                duty = seat(
                    day,
                    by=Actor.from_request(request, "admin"),
                    at=timezone.now(),
                    mandate=request.POST.get("mandate"),
                    instead_of=leaving,
                    reason=request.POST.get("reason", ""),
                )
            except (InvalidInput, Conflict, NotAllowed) as fault:
                refusal, status = fault.message, fault.http_status
                day = self.find(request, pk)
                leaving = self._duty(day, chosen.get("instead_of"))
            else:
                messages.success(request, f"{when(day)}已排{duty.person.name}。")
                return HttpResponseRedirect(self._board_address(day.studio, day.date))
        staffs = may_staff(request.user, day.studio)
        if not staffs and not refusal:
            sentence = "只有本室的联络员和主管单位的组工干部可以排班，请联系他们。"
            return self.board_page(request, day.studio, day.date, refusal=sentence, status=403)
        context = {
            "title": f"选人：{day.studio.name} {when(day)}",
            "day": day,
            "leaving": leaving,
            "choices": _in_parts(
                seat_choices(day, instead_of=leaving) if staffs and day.is_coming else [],
                chosen.get("mandate"),
            ),
            "chosen": chosen.get("mandate", ""),
            "reason": chosen.get("reason", ""),
            "refusal": refusal,
            "back": self._board_address(day.studio, day.date),
        }
        return self.show(request, "admin/studios/receptionday/seat.html", context, status=status)

    @staticmethod
    def _duty(day, pk):
        """The duty whose seat is to change hands; None for a free seat."""
        if not str(pk or "").isdecimal():
            return None
        rows = Duty.objects.holding().filter(day=day).select_related("person__user", "mandate", "day__studio")
        return get_object_or_404(rows, pk=pk)

    def unseat_view(self, request, pk, duty):
        day = self.find(request, pk)
        rows = Duty.objects.filter(day=day).select_related("person__user", "mandate", "day__studio")
        duty = get_object_or_404(rows, pk=duty)
        back = self._board_address(day.studio, day.date)
        if not may_staff(request.user, day.studio):
            sentence = "只有本室的联络员和主管单位的组工干部可以排班，请联系他们。"
            return self.board_page(request, day.studio, day.date, refusal=sentence, status=403)
        form = GivenForm(UNSEAT, sent_data(request), user=request.user)
        done, status = self.take_form(
            request, form, lambda by, at: unseat(day, duty, by=by, at=at, **form.given())
        )
        if done:
            messages.success(request, f"{when(day)}已撤下{duty.person.name}，席位空出来了。")
            return HttpResponseRedirect(back)
        context = {
            "title": f"撤下{duty.person.name}",
            "lead": f"{day.studio.name} {when(day)}。撤下后席位空着，可以另选人。",
            "form": form,
            "button": "撤下",
            "danger": True,
            "back": back,
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)


def _in_parts(choices, chosen):
    """The best few open, the rest folded; who was dragged here is among the first. None where there is nobody."""
    able = [choice for choice in choices if choice.effect]
    able.sort(key=lambda choice: choice.key != chosen)
    impossible = [choice for choice in choices if not choice.effect]
    parts = {"best": able[:MOST_OPEN], "others": able[MOST_OPEN:], "impossible": impossible}
    return parts if choices else None


def _words_of_plan(result):
    told = f"排好了：{result.days} 个接待日，{result.seats} 席中排了 {result.assigned} 席"
    if result.added or result.removed:
        told += f"（新排 {result.added}，撤下 {result.removed}）"
    free = sum(seats for _day, seats, _why in result.unfilled)
    return f"{told}。" if not free else f"{told}，还空 {free} 席，原因写在当天。"
