"""A representative's yearly appraisal as her phone shows it: what to do next, what is known, what may still be said."""

from dataclasses import dataclass

from django.db.models import Q

from evaluations.enums import AppealStatus, CycleStatus, EvaluationStatus
from evaluations.models import Evaluation
from workdays.templatetags.chinese_days import day

TOLD_CHIPS = {
    "excellent": "archived",
    "competent": "registered",
    "basic": "handling",
    "incompetent": "overdue",
}
SOON_DAYS = 3
"""A report that is due so soon is the red button of the home page, if nothing is due today."""


@dataclass(frozen=True)
class Appraisal:
    """One evaluation of hers, with what the page says and offers about it on the day `on`."""

    evaluation: Evaluation
    days_left: int
    """Until the report is due; negative when it should have been there."""
    is_in_time: bool
    """Has the last day to appeal not gone by?"""
    has_appealed: bool = False
    has_open_appeal: bool = False

    @property
    def cycle(self):
        return self.evaluation.cycle

    @property
    def can_report(self):
        return (
            self.cycle.status == CycleStatus.REPORTING and self.evaluation.status == EvaluationStatus.PENDING
        )

    @property
    def can_recall(self):
        return (
            self.cycle.status == CycleStatus.REPORTING and self.evaluation.status == EvaluationStatus.REPORTED
        )

    @property
    def can_appeal(self):
        return (
            self.cycle.status in (CycleStatus.PUBLICITY, CycleStatus.APPEALS)
            and self.evaluation.status == EvaluationStatus.DECIDED
            and self.is_in_time
            and not self.has_appealed
        )

    @property
    def is_told(self):
        return self.evaluation.is_told

    @property
    def appeal_words(self):
        """Until when something may be said against it."""
        end = self.cycle.appeal_end_date
        if end:
            return f"申诉到{day(end)}为止"
        return f"公示到{day(self.cycle.publicity_end_date)}" if self.cycle.publicity_end_date else ""

    @property
    def next_words(self):
        """What comes next, in one sentence."""
        cycle, evaluation = self.cycle, self.evaluation
        if evaluation.status == EvaluationStatus.EXCUSED:
            return evaluation.excuse_reason
        if self.can_report:
            return f"请在{day(cycle.report_due_date)}前上报述职。"
        if self.can_recall:
            return f"述职已上报。{day(cycle.report_due_date)}截止，开始测评前还可以收回修改。"
        return {
            CycleStatus.ASSESSING: "测评人正在打分，打完一并拆封；结果公示时告诉您。",
            CycleStatus.DECIDING: "党委正在评定等次，结果公示时告诉您。",
            CycleStatus.PUBLICITY: f"结果公示中，{self.appeal_words}。有不同意见可以申诉。",
            CycleStatus.APPEALS: f"公示已经结束，{self.appeal_words}。",
        }.get(cycle.status, "")

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
    states = [appeal.status for appeal in appeals]
    return Appraisal(
        evaluation,
        days_left=(cycle.report_due_date - on).days,
        is_in_time=cycle.appeal_end_date is None or on <= cycle.appeal_end_date,
        has_appealed=any(status != AppealStatus.WITHDRAWN for status in states),
        has_open_appeal=AppealStatus.LODGED in states,
    )


def next_appraisal(user, *, on):
    """What stands on the home page: a report to write, or a result to which she may still object."""
    asked = Q(cycle__status=CycleStatus.REPORTING, status=EvaluationStatus.PENDING)
    told = Q(cycle__status__in=(CycleStatus.PUBLICITY, CycleStatus.APPEALS), status=EvaluationStatus.DECIDED)
    row = appraisals_of(user).filter(asked | told).order_by("cycle__report_due_date", "pk").first()
    return appraisal_of(row, on=on) if row else None
