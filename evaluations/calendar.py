"""What a cycle does by itself on the days that staff have set: it opens, reminds, computes and closes.

Each step is the same verb that staff would use, and a second run on the same day does nothing more.
"""

import logging
from datetime import timedelta

from accounts.errors import DomainError
from evaluations.actions.cycles import note_computed, perform_cycle
from evaluations.computing import compute_cycle
from evaluations.enums import CycleStatus, EvaluationStatus
from evaluations.models import Appeal, Cycle
from evaluations.notices import tell_appraised, tell_assessors, tell_organizers
from records.actions import record_event
from records.models import Event
from workdays.templatetags.chinese_days import day as day_words

log = logging.getLogger(__name__)
REMIND_DAYS = 3
"""Before the last day of a stage; and once more on that day itself."""


def run_cycles(*, on, by, at):
    """One morning: every cycle takes the step that is due. Returns how many steps were taken."""
    rows = Cycle.objects.exclude(status__in=(CycleStatus.FINAL, CycleStatus.CANCELLED))
    return sum(
        _STEPS[cycle.status](cycle, on=on, by=by, at=at) for cycle in rows.select_related("organization")
    )


def _step(verb, cycle, *, by, at):
    """Do it, or tell the office once what stands against it."""
    try:
        perform_cycle(verb, cycle, by=by, at=at)
        return 1
    except DomainError as fault:
        if _once(cycle, f"stuck-{verb}-{fault.code}", by=by, at=at):
            tell_organizers(cycle, f"{cycle.title}没有按日期往下走", at=at, body=fault.message)
        return 0


def _once(cycle, what, *, by, at):
    """True the first time; the trail remembers that this has been told."""
    told = Event.objects.about(cycle).filter(verb="remind", after__what=what)
    if told.exists():
        return False
    record_event(cycle, "remind", by=by, at=at, organization=cycle.organization, after={"what": what})
    return True


def _near(due, on):
    """ "soon", "today" or "" """
    left = (due - on).days
    if left == 0:
        return "today"
    return "soon" if 0 < left <= REMIND_DAYS else ""


def _draft(cycle, *, on, by, at):
    return _step("open", cycle, by=by, at=at) if cycle.open_date <= on else 0


def _reporting(cycle, *, on, by, at):
    if cycle.report_due_date < on:
        return _step("start_assessment", cycle, by=by, at=at)
    note_computed(cycle, compute_cycle(cycle), by=by, at=at)
    near = _near(cycle.report_due_date, on)
    rows = cycle.evaluations.filter(status=EvaluationStatus.PENDING)
    if near and rows.exists() and _once(cycle, f"report-{near}-{cycle.report_due_date}", by=by, at=at):
        when = "今天" if near == "today" else day_words(cycle.report_due_date)
        what = "工作小结" if cycle.is_of_venues else "述职"
        tell_appraised(
            cycle, rows, f"{what}{when}截止，请上报", on=on, at=at, body="写好的草稿点「上报述职」即可。"
        )
        return 1
    return 0


def _assessing(cycle, *, on, by, at):
    if cycle.assess_due_date < on:
        return _step("suggest", cycle, by=by, at=at)
    near = _near(cycle.assess_due_date, on)
    seats = cycle.assessors.counting().filter(sealed_at=None).select_related("user")
    if near and seats and _once(cycle, f"assess-{near}-{cycle.assess_due_date}", by=by, at=at):
        when = "今天" if near == "today" else day_words(cycle.assess_due_date)
        tell_assessors(seats, f"测评{when}截止，请打完分并封存", at=at)
        return 1
    return 0


def _deciding(cycle, *, on, by, at):
    if cycle.decide_due_date < on:
        return _step("publish", cycle, by=by, at=at)
    left = cycle.evaluations.filter(status__in=EvaluationStatus.undecided()).count()
    near = _near(cycle.decide_due_date, on)
    if near and left and _once(cycle, f"decide-{near}-{cycle.decide_due_date}", by=by, at=at):
        tell_organizers(
            cycle, f"还有 {left} 个没有评定等次", at=at, body=f"{day_words(cycle.decide_due_date)}截止。"
        )
        return 1
    return 0


def _publicity(cycle, *, on, by, at):
    return _step("end_publicity", cycle, by=by, at=at) if cycle.publicity_end_date < on else 0


def _appeals(cycle, *, on, by, at):
    if cycle.appeal_end_date < on:
        return _step("finalize", cycle, by=by, at=at)
    old = Appeal.objects.open().filter(evaluation__cycle=cycle, lodged_at__lt=at - timedelta(days=3))
    count = old.count()
    if count and _once(cycle, f"appeals-{on.isocalendar()[:2]}", by=by, at=at):
        tell_organizers(cycle, f"有 {count} 件申诉等了三天以上", at=at, body="答复后才能定档。")
        return 1
    return 0


_STEPS = {
    CycleStatus.DRAFT: _draft,
    CycleStatus.REPORTING: _reporting,
    CycleStatus.ASSESSING: _assessing,
    CycleStatus.DECIDING: _deciding,
    CycleStatus.PUBLICITY: _publicity,
    CycleStatus.APPEALS: _appeals,
}
