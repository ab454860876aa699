"""What the keeper presses and types on the day: who is here, who came, who sat beside, photos, and the venue's screen."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput
from studios.actions.inspecting import keep_photo
from studios.actions.the_day import (
    COMPANION,
    VISIT,
    add_companion,
    cancel_visit,
    check_in,
    check_in_all,
    record_visit,
    remove_companion,
    undo_check_in,
)
from studios.admin.forms import StepForm
from studios.codes import code_at, seconds_left
from studios.enums import CompanionRole, DayStatus
from studios.models import Companion, Duty, Visit
from studios.moves import DAYS
from studios.rules import may_staff

MOST_PHOTOS = 9
"""In one go."""


class OnTheDayPages:
    """Pages of ReceptionDayAdmin."""

    def get_urls(self):
        wrap, name, day = self.admin_site.admin_view, "studios_receptionday_", "<int:pk>/"
        return [
            path(f"{day}check-in/", wrap(self.check_in_all_view), name=f"{name}check_in_all"),
            path(f"{day}check-in/<int:duty>/", wrap(self.check_in_view), name=f"{name}check_in"),
            path(
                f"{day}undo-check-in/<int:duty>/", wrap(self.undo_check_in_view), name=f"{name}undo_check_in"
            ),
            path(f"{day}visits/", wrap(self.visit_view), name=f"{name}visit"),
            path(
                f"{day}visits/<int:visit>/cancel/", wrap(self.cancel_visit_view), name=f"{name}cancel_visit"
            ),
            path(f"{day}companions/", wrap(self.companion_view), name=f"{name}companion"),
            path(
                f"{day}companions/<int:companion>/remove/",
                wrap(self.remove_companion_view),
                name=f"{name}remove_companion",
            ),
            path(f"{day}photos/", wrap(self.photo_view), name=f"{name}photo"),
            path(f"{day}screen/", wrap(self.screen_view), name=f"{name}screen"),
            path(f"{day}screen/code/", wrap(self.code_view), name=f"{name}code"),
            *super().get_urls(),
        ]

    def forms_of(self, request, page, typed):
        """The small forms of the page, as far as the day is open; those in `typed` with what was sent."""
        day = page.day
        if not page.may_staff or day.status != DayStatus.PUBLISHED or day.date > timezone.localdate():
            return {"visit_form": None, "mentee_form": None, "close_form": None}
        user = request.user
        return {
            "visit_form": typed.get("visit")
            or StepForm(VISIT, subject=day, user=user, initial={"count": 1}, auto_id="visit_%s"),
            "mentee_form": typed.get("mentee")
            or StepForm(COMPANION[:1], subject=day, user=user, auto_id="mentee_%s"),
            "close_form": typed.get("close")
            or StepForm(
                DAYS["close"].needs,
                subject=day,
                user=user,
                initial={"minutes": page.minutes},
                auto_id="close_%s",
            ),
        }

    def _press(self, request, day, do, told):
        return self.take_press(
            request,
            do,
            told=told,
            back=self.back_to_day(day),
            refused=lambda sentence, status: self.refused_at(request, day, sentence, status),
        )

    def _duty(self, day, pk):
        rows = Duty.objects.filter(day=day).select_related(
            "person__user", "mandate", "day__studio__organization"
        )
        return get_object_or_404(rows, pk=pk)

    def check_in_view(self, request, pk, duty):
        day = self.find(request, pk)
        duty = self._duty(day, duty)
        return self._press(
            request, day, lambda by, at: check_in(duty, by=by, at=at), f"{duty.person.name}代表已签到。"
        )

    def check_in_all_view(self, request, pk):
        day = self.find(request, pk)
        return self._press(
            request,
            day,
            lambda by, at: check_in_all(day, by=by, at=at),
            lambda duties: "、".join(duty.person.name for duty in duties) + "代表已签到。",
        )

    def undo_check_in_view(self, request, pk, duty):
        day = self.find(request, pk)
        duty = self._duty(day, duty)
        return self._press(
            request,
            day,
            lambda by, at: undo_check_in(duty, by=by, at=at),
            f"已取消{duty.person.name}的签到。",
        )

    def visit_view(self, request, pk):
        """One visitor more with one press (`quick`), or with count, name and what about."""
        day = self.find(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if "quick" in request.POST:
            is_member = request.POST["quick"] == "member"
            return self._press(
                request,
                day,
                lambda by, at: record_visit(day, by=by, at=at, count=1, is_member=is_member),
                "已记党员 1 人次。" if is_member else "已记群众 1 人次。",
            )
        form = StepForm(VISIT, request.POST, subject=day, user=request.user, auto_id="visit_%s")
        return self._typed(
            request,
            day,
            "visit",
            form,
            lambda by, at: record_visit(day, by=by, at=at, **form.given()),
            lambda visit: f"已记来访 {visit.count} 人次。",
        )

    def _typed(self, request, day, name, form, do, told):
        """A form of the page: back to the page with the sentences at its fields where it was not accepted."""
        form.is_valid()

        def careful(by, at):
            try:
                return do(by, at)
            except InvalidInput as fault:
                form.refuse(fault)
                raise

        def refused(sentence, status):
            shown = "" if form.errors else sentence
            fresh = self.find(request, day.pk)
            return self.day_page(request, fresh, refusal=shown, status=status, typed={name: form})

        return self.take_press(request, careful, told=told, back=self.back_to_day(day), refused=refused)

    def cancel_visit_view(self, request, pk, visit):
        day = self.find(request, pk)
        rows = Visit.objects.filter(day=day).select_related("day__studio__organization")
        visit = get_object_or_404(rows, pk=visit)
        return self._press(
            request, day, lambda by, at: cancel_visit(visit, by=by, at=at), "已更正，这一条不再计数。"
        )

    def companion_view(self, request, pk):
        day = self.find(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        role = request.POST.get("role", CompanionRole.MENTEE)
        form = StepForm(COMPANION[:1], request.POST, subject=day, user=request.user, auto_id="mentee_%s")
        person = request.POST.get("person", "")
        return self._typed(
            request,
            day,
            "mentee",
            form,
            lambda by, at: add_companion(day, by=by, at=at, person=person, role=role),
            lambda companion: f"已记{companion.person.name}（{companion.get_role_display()}）。",
        )

    def remove_companion_view(self, request, pk, companion):
        day = self.find(request, pk)
        rows = Companion.objects.filter(day=day).select_related("person", "day__studio__organization")
        companion = get_object_or_404(rows, pk=companion)
        return self._press(
            request,
            day,
            lambda by, at: remove_companion(companion, by=by, at=at),
            f"已去掉{companion.person.name}。",
        )

    def photo_view(self, request, pk):
        day = self.find(request, pk)

        def do(by, at):
            self.check_staffs(request, day.studio)
            uploads = request.FILES.getlist("file")
            if not uploads:
                raise InvalidInput({"file": ["请先选择照片。"]})
            if len(uploads) > MOST_PHOTOS:
                raise Conflict(f"一次最多传 {MOST_PHOTOS} 张，请分几次传。")
            return [keep_photo(day, upload, by=by, at=at) for upload in uploads]

        return self._press(request, day, do, lambda kept: f"已传 {len(kept)} 张照片。")

    def _screen(self, request, pk):
        day = self.find(request, pk)
        if not may_staff(request.user, day.studio):
            raise PermissionDenied
        now = timezone.now()
        shows = day.status == DayStatus.PUBLISHED and day.date == timezone.localdate(now)
        duties = Duty.objects.holding().filter(day=day).select_related("person", "mandate").order_by("pk")
        code = code_at(day.code_secret, now)
        return {
            "day": day,
            "shows": shows,
            "code": f"{code[:3]} {code[3:]}" if shows else "",
            "left": seconds_left(now),
            "duties": list(duties),
        }

    def screen_view(self, request, pk):
        """For the venue's screen: the code of the minute, big, and who has used it."""
        return TemplateResponse(request, "admin/studios/receptionday/screen.html", self._screen(request, pk))

    def code_view(self, request, pk):
        return TemplateResponse(request, "admin/studios/receptionday/_code.html", self._screen(request, pk))
