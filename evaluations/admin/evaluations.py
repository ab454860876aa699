"""Appraisals at the desk: the list from which the committee's decisions are taken down, and the page of one (R84–R86)."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import PlaceFilter
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed
from evaluations.actions.evaluations import check_stage, decide_as_suggested, perform_evaluation
from evaluations.admin.filters import (
    CycleFilter,
    CycleYearFilter,
    DecidedFilter,
    LookFilter,
    ReportFilter,
    SuggestedFilter,
)
from evaluations.disclosure import Reader
from evaluations.enums import EvaluationStatus, grade_label
from evaluations.explaining import records_behind
from evaluations.models import Cycle, Evaluation
from evaluations.moves import EVALUATIONS
from evaluations.pages.chips import EVALUATION_CHIPS, GRADE_CHIPS
from evaluations.pages.consequences import consequences_of
from evaluations.pages.evaluation import evaluation_page, grade_form_needs
from evaluations.rules import organizes_anything
from evaluations.venue_measures import explain_measure
from records.moves import check_move
from studios.admin.forms import StepForm


@admin.register(Evaluation)
class EvaluationAdmin(DeskPages, ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR, Role.KEEPER)
    list_display = ["who", "chip", "which", "reported", "score_told", "suggested", "decided"]
    list_display_links = ["who"]
    list_filter = [
        PlaceFilter,
        CycleFilter,
        CycleYearFilter,
        ("status", ChoicesDropdownFilter),
        ReportFilter,
        LookFilter,
        SuggestedFilter,
        DecidedFilter,
    ]
    search_fields = ["mandate__person__name", "studio__name"]
    search_help_text = "姓名或工作室（站）名称"
    ordering = ["-cycle__year", "organization__path", "pk"]
    actions = ["decide_selected"]
    related = (
        "cycle__organization",
        "scheme",
        "organization__parent",
        "mandate__person",
        "mandate__congress",
        "studio",
        "decided_by",
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("cycle", "organization", "mandate__person", "studio")

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        reader = Reader(request.user)
        changes.result_list = list(changes.result_list)
        for row in changes.result_list:
            row.knows = reader.knows(row)
        return changes

    def has_add_permission(self, request, obj=None):
        """Who takes part follows from the cut-off day."""
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @display(description="谁")
    def who(self, row):
        what = "工作室（站）" if row.studio_id else f"{row.mandate.get_level_display()}代表"
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}　{}</small></span>',
            row.name,
            what,
            row.organization.display_name,
        )

    @display(description="状态", ordering="status")
    def chip(self, row):
        status = row.status
        if status == EvaluationStatus.DECIDED and not row.knows.decision:
            # That a decision has been taken is the first thing of it.
            status = EvaluationStatus.REPORTED if row.reported_at else EvaluationStatus.PENDING
        return format_html(
            '<span class="chip chip--{}">{}</span>', EVALUATION_CHIPS[status], EvaluationStatus(status).label
        )

    @display(description="考评")
    def which(self, row):
        return row.cycle.title

    @display(description="述职", ordering="reported_at")
    def reported(self, row):
        if row.status == EvaluationStatus.EXCUSED:
            return "—"
        return timezone.localtime(row.reported_at).date() if row.reported_at else "没有"

    @display(description="总分", ordering="score")
    def score_told(self, row):
        return f"{row.score_value:.2f}" if row.knows.score and row.score is not None else "—"

    @display(description="系统建议")
    def suggested(self, row):
        if not row.knows.score or not row.suggested_grade:
            return "—"
        more = "（超名额）" if row.is_over_quota else ""
        return self._grade(row.suggested_grade, f"{row.suggested_label}{more}")

    @display(description="党委评定")
    def decided(self, row):
        if not row.knows.decision or not row.decided_grade:
            return "—"
        return self._grade(row.decided_grade, f"{row.decided_label}{'（与建议不同）' if row.differs else ''}")

    @staticmethod
    def _grade(grade, words):
        return format_html('<span class="chip chip--{}">{}</span>', GRADE_CHIPS[grade], words)

    def get_actions(self, request):
        actions = super().get_actions(request)
        return actions if organizes_anything(request.user) else {}

    @admin.action(description="按建议评定")
    def decide_selected(self, request, queryset):
        """Those ticked, as suggested: of each cycle among them."""
        by, at, decided = Actor.from_request(request, "admin"), timezone.now(), 0
        ids = list(queryset.values_list("pk", flat=True))
        cycles = Cycle.objects.visible_to(request.user).filter(evaluations__in=ids).distinct()
        for cycle in cycles.select_related("organization"):
            try:
                chosen = Evaluation.objects.filter(pk__in=ids, cycle=cycle)
                decided += decide_as_suggested(cycle, by=by, at=at, only=chosen)
            except DomainError as fault:
                messages.error(request, fault.message)
        left = len(ids) - decided
        if decided:
            more = f"，另外 {left} 份没有建议等次或已评定，没有动" if left else ""
            messages.success(request, f"已按建议评定 {decided} 份{more}。")
        elif left and cycles:
            messages.warning(request, "选中的都已评定，或没有建议等次，没有改动。")

    def get_urls(self):
        wrap, name, one = self.admin_site.admin_view, "evaluations_evaluation_", "<int:pk>/"
        return [
            path(f"{one}step/<slug:verb>/", wrap(self.step_view), name=f"{name}step"),
            path(f"{one}records/<int:indicator>/", wrap(self.records_view), name=f"{name}records"),
            *super().get_urls(),
        ]

    def back_to(self, evaluation):
        return reverse("admin:evaluations_evaluation_change", args=[evaluation.pk])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.evaluation_page(request, self.find(request, object_id))

    def evaluation_page(self, request, evaluation, *, refusal="", status=200, form=None):
        page = evaluation_page(evaluation, request.user)
        if page.decide and form is None:
            needs = grade_form_needs(evaluation)
            started = {
                "grade": evaluation.decided_grade or evaluation.suggested_grade,
                "reason": evaluation.decision_reason,
            }
            form = StepForm(needs, None, subject=evaluation, user=request.user, initial=started)
            for field in form.fields.values():
                field.widget.attrs.pop("autofocus", None)
        context = {
            "title": f"{evaluation.name} {evaluation.cycle.year}年考评",
            "evaluation": evaluation,
            "page": page,
            "followed": consequences_of(evaluation, request.user, on=timezone.localdate()),
            "form": form if page.decide else None,
            "refusal": refusal,
        }
        return self.show(request, "admin/evaluations/evaluation/detail.html", context, status=status)

    def refused_at(self, request, evaluation, sentence, status):
        fresh = self.find(request, evaluation.pk)
        return self.evaluation_page(request, fresh, refusal=sentence, status=status)

    def step_view(self, request, pk, verb):
        evaluation = self.find(request, pk)
        if verb not in EVALUATIONS:
            raise Http404
        move, by, status = EVALUATIONS[verb], Actor.from_request(request, "admin"), 200
        needs = grade_form_needs(evaluation) if verb == "decide" else move.needs
        started = {"report": evaluation.report, "self_mark": evaluation.self_mark}
        initial = started if verb == "submit_report" and move.may(request.user, evaluation) else None
        form = StepForm(needs, sent_data(request), subject=evaluation, user=request.user, initial=initial)
        try:
            check_move(evaluation, move, by=by, status=EvaluationStatus)
            check_stage(evaluation, verb, move.label)
            if request.method == "POST" and (form.is_valid() or not needs):
                given = form.given() if needs else {}
                perform_evaluation(verb, evaluation, by=by, at=timezone.now(), data=given)
                messages.success(request, self._told(verb, move, evaluation))
                return HttpResponseRedirect(self._onward(request, verb, evaluation))
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
            if verb == "decide":
                return self.evaluation_page(request, evaluation, status=status, form=form)
        except (Conflict, NotAllowed) as fault:
            return self.refused_at(request, evaluation, fault.message, fault.http_status)
        context = {
            "title": f"{move.label}：{evaluation.name}",
            "lead": move.hint,
            "form": form,
            "button": move.label,
            "danger": move.tone == "danger",
            "back": self.back_to(evaluation),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    @staticmethod
    def _told(verb, move, evaluation):
        if verb == "decide":
            return f"已评定{evaluation.name}为「{grade_label(evaluation.decided_grade, evaluation.kind)}」。"
        return f"已{move.label}：{evaluation.name}"

    def _onward(self, request, verb, evaluation):
        """Whoever decides one by one goes on to the next."""
        if verb != "decide" or "_next" not in request.POST:
            return self.back_to(evaluation)
        rows = Evaluation.objects.visible_to(request.user).filter(
            cycle=evaluation.cycle_id, status__in=EvaluationStatus.undecided()
        )
        following = rows.order_by("organization__path", "pk").first()
        if following is None:
            messages.success(request, "这次考评都已评定。")
            return reverse("admin:evaluations_cycle_change", args=[evaluation.cycle_id])
        return self.back_to(following)

    def records_view(self, request, pk, indicator):
        """The records that an indicator counts."""
        evaluation = self.find(request, pk)
        if not Reader(request.user).scope.has(*self.readers):
            raise PermissionDenied
        chosen = get_object_or_404(evaluation.scheme.indicators, pk=indicator)
        if chosen.is_share and evaluation.studio_id:
            return self._share(request, evaluation, chosen)
        if not chosen.is_from_ledger:
            raise Http404
        page, rows = records_behind(evaluation, chosen, reader=request.user, page=request.GET.get("page", 1))
        context = {
            "title": f"{evaluation.name}：{chosen.name}",
            "evaluation": evaluation,
            "indicator": chosen,
            "page": page,
            "rows": rows,
        }
        return self.show(request, "admin/evaluations/evaluation/records.html", context)

    def _share(self, request, evaluation, indicator):
        """The records that a venue's share is made of."""
        context = {
            "title": f"{evaluation.name}：{indicator.name}",
            "evaluation": evaluation,
            "indicator": indicator,
            "explained": explain_measure(evaluation, indicator.source, reader=request.user),
        }
        return self.show(request, "admin/evaluations/evaluation/share.html", context)
