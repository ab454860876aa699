"""The rule of a venue at the desk: typed in the office's own words, seen for a year, then saved (R22, R23)."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.admin_base import sent_data
from accounts.errors import InvalidInput
from studios.actions.schedule import RULE, set_reception_rule
from studios.admin.forms import StepForm
from studios.enums import DayStatus, HolidayPolicy
from studios.models import ReceptionDay, ReceptionRule
from studios.pages.rule import preview_rule
from studios.recurrence import describe_rule
from studios.rules import may_staff
from workdays.queries import load_calendar


class RuleForm(StepForm):
    """In the office's own words; other systems may send an RRULE, nobody types one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = "如：每月1日、15日；每月第一个星期三；每周五"


class RulePages:
    """Pages of StudioAdmin."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/rule/", wrap(self.rule_view), name="studios_studio_rule"),
            path("<int:pk>/rule/preview/", wrap(self.preview_view), name="studios_studio_rule_preview"),
            *super().get_urls(),
        ]

    def rule_view(self, request, pk):
        studio = self.find(request, pk)
        rules = rules_of(studio)
        current = next((rule for rule in rules if rule.end_date is None), None)
        form = RuleForm(RULE, sent_data(request), initial=_begin(current), user=request.user)
        preview, status = None, 200
        looks_only = "_preview" in request.POST
        if looks_only and form.is_valid():
            try:
                preview = preview_rule(form.given(), request.user, calendar=load_calendar())
            except InvalidInput as fault:
                form.refuse(fault)
                status = 400
        elif not looks_only:
            rule, status = self.take_form(
                request, form, lambda by, at: set_reception_rule(studio, by=by, at=at, **form.given())
            )
            if rule:
                messages.success(
                    request,
                    f"接待日定为{describe_rule(rule.rrule)}，从{rule.start_date}起。还没公布的班请重新排一次。",
                )
                return HttpResponseRedirect(reverse("admin:studios_studio_change", args=[studio.pk]))
        staffs = may_staff(request.user, studio)
        context = {
            "title": f"接待日规则：{studio.name}",
            "studio": studio,
            "rules": rules,
            "form": form if staffs or form.is_bound else None,
            "preview": preview,
            "published": ReceptionDay.objects.filter(studio=studio, status=DayStatus.PUBLISHED)
            .coming(on=timezone.localdate())
            .count(),
        }
        return self.show(request, "admin/studios/studio/rule.html", context, status=status)

    def preview_view(self, request, pk):
        """The year of what is being typed; a sentence where it cannot be read yet."""
        self.find(request, pk)
        data = {given.name: request.POST.get(given.name, "") for given in RULE}
        preview, faults = None, []
        try:
            preview = preview_rule(data, request.user, calendar=load_calendar())
        except InvalidInput as fault:
            faults = [sentence for sentences in fault.errors.values() for sentence in sentences]
        context = {"preview": preview, "faults": faults}
        return TemplateResponse(request, "admin/studios/studio/_preview.html", context)


def rules_of(studio):
    """The newest first, each with its `words`."""
    rules = list(ReceptionRule.objects.filter(studio=studio).order_by("-start_date", "-pk"))
    for rule in rules:
        rule.words = describe_rule(rule.rrule)
    return rules


def _begin(current):
    """The form starts with what holds now, from tomorrow's point of view."""
    if current is None:
        return {
            "start_time": "09:00",
            "end_time": "11:30",
            "seats": 2,
            "holiday_policy": HolidayPolicy.NEXT,
            "start_date": f"{timezone.localdate():%Y-%m-%d}",
        }
    start = max(timezone.localdate(), current.start_date)
    return {
        "text": current.words,
        "start_time": f"{current.start_time:%H:%M}",
        "end_time": f"{current.end_time:%H:%M}",
        "seats": current.seats,
        "holiday_policy": current.holiday_policy,
        "wants_mixed_levels": current.wants_mixed_levels,
        "start_date": f"{start:%Y-%m-%d}",
    }
