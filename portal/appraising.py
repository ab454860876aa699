"""A representative's yearly appraisal as her phone shows it: what to do next, what is known, what may still be said."""

from dataclasses import dataclass

from django.db.models import Q

from evaluations.enums import AppealStatus, CycleStatus, EvaluationStatus
from evaluations.models import Evaluation

TOLD_CHIPS = {"excellent": "archived", "competent": "registered", "basic": "handling", "incompetent": "overdue"}
SOON_DAYS = 3
"""A report that is due so soon is the red button of the home page, if nothing is due today."""


@dataclass(frozen=True)
class Appraisal:
    """One evaluation of hers, with what the page says and offers about it on the day `on`."""

    evaluation: Evaluation
    days_left: int
    """Until the report is due; negative when it should have been there."""
    appeals_left: int
    """Until the last day to appeal; negative when it has gone by, or is not known yet."""
    has_open_appeal: bool = False

    @property
    def cycle(self):
        return self.evaluation.cycle

    @property
    def can_report(self):
        return self.cycle.status == CycleStatus.REPORTING and self.evaluation.status == EvaluationStatus.PENDING

    @property
    def can_recall(self):
        return (
            self.cycle.status == CycleStatus.REPORTING
            and self.evaluation.status == EvaluationStatus.REPORTED
            and self.days_left >= 0
        )

    @property
    def can_appeal(self):
        return (
            self.cycle.status in (CycleStatus.PUBLICITY, CycleStatus.APPEALS)
            and self.evaluation.status == EvaluationStatus.DECIDED
            and self.appeals_left >= 0
            and not self.has_open_appeal
        )

    @property
    def is_told(self):
        return self.evaluation.is_told

    @property
    def in_publicity(self):
        return self.cycle.status == CycleStatus.PUBLICITY

    @property
    def is_running(self):
        return self.cycle.is_running and self.evaluation.status != EvaluationStatus.EXCUSED

    @property
    def has_draft(self):
        return self.can_report and self.evaluation.report_saved_at is not None

    @property
    def is_late(self):
        return self.can_report and self.days_left < 0

    @property
    def is_soon(self):
        return self.can_report and self.days_left <= SOON_DAYS

    @property
    def left_words(self):
        if self.days_left < 0:
            return f"已过截止日 {-self.days_left} 天"
        return {0: "今天截止", 1: "明天截止", 2: "后天截止"}.get(self.days_left, f"还有 {self.days_left} 天")

    @property
    def chip(self):
        if self.evaluation.status == EvaluationStatus.EXCUSED:
            return "withdrawn"
        if self.is_told:
            return TOLD_CHIPS[self.evaluation.decided_grade]
        if self.can_report:
            return "overdue" if self.is_late else "feedback"
        return "registered"

    @property
    def state_words(self):
        if self.evaluation.status == EvaluationStatus.EXCUSED:
            return "不参加"
        if self.is_told:
            return self.evaluation.decided_label
        if self.cycle.status == CycleStatus.REPORTING:
            return self.evaluation.get_status_display()
        return self.cycle.get_status_display()


def appraisals_of(user):
    """Her own, of cycles that have been opened; one query with what the pages need."""
    rows = Evaluation.objects.filter(mandate__person__user_id=user.pk)
    return rows.exclude(cycle__status__in=(CycleStatus.DRAFT, CycleStatus.CANCELLED)).with_names()


def appraisal_of(evaluation, *, on, appeals=()):
    cycle = evaluation.cycle
    end = cycle.appeal_end_date or cycle.publicity_end_date
    return Appraisal(
        evaluation,
        days_left=(cycle.report_due_date - on).days,
        appeals_left=(end - on).days if end else -1,
        has_open_appeal=any(appeal.status == AppealStatus.LODGED for appeal in appeals),
    )


def next_appraisal(user, *, on):
    """What stands on the home page: a report to write, or a result to which she may still object."""
    asked = Q(cycle__status=CycleStatus.REPORTING, status=EvaluationStatus.PENDING)
    told = Q(
        cycle__status__in=(CycleStatus.PUBLICITY, CycleStatus.APPEALS), status=EvaluationStatus.DECIDED
    )
    row = appraisals_of(user).filter(asked | told).order_by("cycle__report_due_date", "pk").first()
    return appraisal_of(row, on=on) if row else None
