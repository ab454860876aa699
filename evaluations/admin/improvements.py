"""Items to improve after either appraisal (R91): set, done by their owners, confirmed."""

from django.contrib import admin, messages
from django.db.models import Case, Q, When
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.admin_base import sent_data
from accounts.enums import Role
from accounts.scope import Scope
from evaluations.actions.improvements import (
    NO_ORGANIZER,
    add_improvement,
    evaluations_to_improve,
    may_add,
    perform_improvement,
)
from evaluations.admin.candidates import SecondYearFilter
from evaluations.admin.consequence_pages import ConsequencePages, HomeFilter
from evaluations.enums import ImprovementStatus
from evaluations.models import Improvement
from evaluations.moves.improvements import IMPROVEMENT, IMPROVEMENTS
from evaluations.pages.consequence_chips import improvement_chip
from studios.admin.forms import StepForm

FOUND = 30
SETTLED_LAST = Case(When(status__in=ImprovementStatus.open_states(), then=0), default=1)


class YearFilter(SecondYearFilter):
    title = "年度"


class StateFilter(DropdownFilter):
    title = "该办的"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("open", "还没办结"), ("overdue", "已过期限"), ("done", "等验收")]

    def queryset(self, request, queryset):
        if self.value() == "open":
            return queryset.open()
        if self.value() == "overdue":
            return queryset.overdue(on=timezone.localdate())
        if self.value() == "done":
            return queryset.filter(status=ImprovementStatus.DONE)
        return queryset


@admin.register(Improvement)
class ImprovementAdmin(ConsequencePages):
    readers = (*ConsequencePages.readers, Role.KEEPER)
    table = IMPROVEMENTS
    perform = perform_improvement
    states = ImprovementStatus
    template = "admin/evaluations/improvement/detail.html"
    list_display = ["what", "chip", "whose", "owner_label", "due_date"]
    list_display_links = ["what"]
    list_filter = [
        HomeFilter,
        YearFilter,
        ("evaluation__cycle__kind", ChoicesDropdownFilter),
        StateFilter,
        ("status", ChoicesDropdownFilter),
    ]
    search_fields = ["content", "owner__display_name", "owner_name", "evaluation__mandate__person__name"]
    search_help_text = "事项、责任人或代表姓名"
    ordering = [SETTLED_LAST, "due_date", "pk"]

    def has_add_permission(self, request):
        return Scope.of(request.user).has(Role.ORGANIZER)

    @display(description="改进事项", ordering="content")
    def what(self, improvement):
        return improvement.content

    @display(description="状态", ordering="status")
    def chip(self, improvement):
        words = improvement_chip(improvement, on=timezone.localdate())
        return format_html('<span class="chip chip--{}">{}</span>', *words)

    @display(description="谁的考评")
    def whose(self, improvement):
        return f"{improvement.evaluation.name}　{improvement.evaluation.cycle.year}年度"

    @display(description="责任人")
    def owner_label(self, improvement):
        return improvement.owner_label

    def page_context(self, request, improvement):
        colour, words = improvement_chip(improvement, on=timezone.localdate())
        return {"title": improvement.content, "chip": colour, "state": words}

    def add_view(self, request, form_url="", extra_context=None):
        """For one appraisal; without one, it is looked for by name."""
        self.check_may_add(request)
        rows = evaluations_to_improve(request.user)
        asked = request.GET.get("evaluation", "")
        if not asked.isdecimal():
            return self._choose(request, rows)
        evaluation = get_object_or_404(rows, pk=asked)
        form = StepForm(IMPROVEMENT, sent_data(request), subject=evaluation, user=request.user)
        improvement, status = self.take_form(
            request, form, lambda by, at: add_improvement(evaluation, by=by, at=at, data=form.given())
        )
        if improvement:
            messages.success(request, "已列出，责任人会收到通知。")
            return HttpResponseRedirect(self.back_to(improvement))
        refused = "" if may_add(request.user, evaluation) else NO_ORGANIZER
        context = {
            "title": f"列出改进事项：{evaluation.name}",
            "lead": f"{evaluation.cycle.title} · {evaluation.decided_label}",
            "form": form,
            "button": "列出",
            "back": reverse(f"admin:{self.url_name}_changelist"),
            "refusal": refused,
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def _choose(self, request, rows):
        words = request.GET.get("q", "").strip()[:40]
        found = []
        if words:
            named = Q(mandate__person__name__icontains=words) | Q(studio__name__icontains=words)
            found = list(rows.filter(named).order_by("-cycle__year", "pk")[:FOUND])
        context = {"title": "列出改进事项：先选考评结果", "words": words, "found": found, "most": FOUND}
        return self.show(request, "admin/evaluations/improvement/choose.html", context)
