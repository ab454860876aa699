"""The yearly report of a venue (工作小结), written at the desk by the one who keeps it (R83)."""

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed
from evaluations.actions.evaluations import perform_evaluation, save_report
from evaluations.enums import CycleStatus, EvaluationStatus, SubjectKind
from evaluations.models import Evaluation, VenueReport
from evaluations.moves.evaluations import REPORT, SELF_MARK
from evaluations.pages.venue_report import report_page
from records.given_forms import GivenForm

CHIPS = {
    EvaluationStatus.PENDING: "handling",
    EvaluationStatus.REPORTED: "registered",
    EvaluationStatus.DECIDED: "feedback",
    EvaluationStatus.FINAL: "archived",
    EvaluationStatus.EXCUSED: "withdrawn",
}
WORDS = {EvaluationStatus.PENDING: "待写小结", EvaluationStatus.REPORTED: "已上报"}


def state_words(evaluation):
    """What is decided is told when it is public, and not before."""
    if evaluation.status in (EvaluationStatus.DECIDED, EvaluationStatus.FINAL) and not evaluation.is_told:
        return "registered", "已上报" if evaluation.reported_at else "测评中"
    words = WORDS.get(evaluation.status) or evaluation.get_status_display()
    if evaluation.status == EvaluationStatus.PENDING and evaluation.cycle.status != CycleStatus.REPORTING:
        return "overdue", "没有上报小结"
    return CHIPS[evaluation.status], words


class ReportForm(GivenForm):
    prompts = {"report": "工作小结"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["report"].widget.attrs["rows"] = 16


@admin.register(VenueReport)
class VenueReportAdmin(DeskPages, ScopedModelAdmin):
    readers = (Role.KEEPER,)
    writers = ()
    list_display = ["venue", "chip", "year", "due", "score_shown", "grade"]
    list_display_links = ["venue"]
    ordering = ["-cycle__year", "studio__name"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).with_names()

    @display(description="工作室（站）", ordering="studio__name")
    def venue(self, row):
        return row.studio.name

    @display(description="状态", ordering="status")
    def chip(self, row):
        return format_html('<span class="chip chip--{}">{}</span>', *state_words(row))

    @display(description="年度", ordering="cycle__year")
    def year(self, row):
        return row.cycle.year

    @display(description="小结截止")
    def due(self, row):
        return row.cycle.report_due_date

    @display(description="总分", empty_value="—")
    def score_shown(self, row):
        return f"{row.score_value:.2f}" if row.is_told and row.score is not None else None

    @display(description="等次", empty_value="—")
    def grade(self, row):
        return row.decided_label if row.is_told else None

    def get_urls(self):
        do = path(
            "<int:pk>/do/<slug:verb>/",
            self.admin_site.admin_view(self.step_view),
            name="evaluations_venuereport_step",
        )
        return [do, *super().get_urls()]

    def find(self, request, pk):
        """The row itself, so that its trail is one with whatever others do to it."""
        row = super().find(request, pk)
        return Evaluation.objects.with_names().get(pk=row.pk, cycle__kind=SubjectKind.STUDIO)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.page(request, self.find(request, object_id))

    def page(self, request, evaluation, *, form=None, refusal="", status=200):
        if form is None:
            started = {"report": evaluation.report, "self_mark": evaluation.self_mark}
            form = ReportForm((REPORT, SELF_MARK), None, initial=started, user=request.user)
        colour, words = state_words(evaluation)
        is_open = evaluation.cycle.status == CycleStatus.REPORTING
        context = {
            "title": f"{evaluation.studio.name}{evaluation.cycle.year}年度工作小结",
            "evaluation": evaluation,
            "chip": colour,
            "state": words,
            "page": report_page(evaluation, request.user, on=timezone.localdate()),
            "form": form,
            "may_write": is_open and evaluation.status == EvaluationStatus.PENDING,
            "may_recall": is_open and evaluation.status == EvaluationStatus.REPORTED,
            "refusal": refusal,
        }
        return self.show(request, "admin/evaluations/venuereport/detail.html", context, status=status)

    def step_view(self, request, pk, verb):
        evaluation = self.find(request, pk)
        if verb not in ("save", "submit_report", "recall_report"):
            raise Http404
        if request.method != "POST":
            return HttpResponseRedirect(self.back_to(pk))
        form = ReportForm((REPORT, SELF_MARK), sent_data(request), user=request.user)
        by, at = Actor.from_request(request, "admin"), timezone.now()
        try:
            if verb == "save":
                form.is_valid()
                save_report(evaluation, by=by, at=at, data=form.given())
                messages.success(request, "草稿已保存，还没有上报。")
            elif verb == "submit_report":
                form.is_valid()
                perform_evaluation(verb, evaluation, by=by, at=at, data=form.given())
                messages.success(request, "工作小结已上报；截止前还可以收回修改。")
            else:
                perform_evaluation(verb, evaluation, by=by, at=at)
                messages.success(request, "已收回，改好后记得再次上报。")
        except InvalidInput as fault:
            form.refuse(fault)
            return self.page(request, evaluation, form=form, status=fault.http_status)
        except (Conflict, NotAllowed) as fault:
            return self.page(request, self.find(request, pk), refusal=fault.message, status=fault.http_status)
        except DomainError as fault:
            return self.page(request, evaluation, form=form, refusal=fault.message, status=fault.http_status)
        return HttpResponseRedirect(self.back_to(pk))

    @staticmethod
    def back_to(pk):
        return reverse("admin:evaluations_venuereport_change", args=[pk])
