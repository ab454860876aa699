"""The verbs of one appraisal: report, decide, excuse (R84–R86)."""

from dataclasses import replace

from django.db import transaction

from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.actions.cycles import lock_cycle
from evaluations.enums import CycleStatus, EvaluationStatus, Grade
from evaluations.models import Evaluation
from evaluations.moves import EVALUATIONS
from evaluations.moves.evaluations import REPORT, SELF_MARK
from evaluations.rules import is_hers, may_organize
from records.actions import record_event
from records.bulk import EventRow, record_events
from records.moves import check_move, clean_given, make_move

STAGES = {
    "submit_report": (CycleStatus.REPORTING,),
    "recall_report": (CycleStatus.REPORTING,),
    "decide": (CycleStatus.DECIDING,),
    "excuse": (CycleStatus.REPORTING, CycleStatus.ASSESSING, CycleStatus.DECIDING),
    "include": (CycleStatus.REPORTING, CycleStatus.ASSESSING, CycleStatus.DECIDING),
}
"""In which stages of the cycle a verb may be done."""
DRAFT = (replace(REPORT, required=False), replace(SELF_MARK, required=False))


def check_stage(evaluation, verb, label):
    if evaluation.cycle.status not in STAGES[verb]:
        now = CycleStatus(evaluation.cycle.status).label
        raise Conflict(f"{evaluation.cycle.title}现在是「{now}」，不能{label}。", code="wrong-stage")


def perform_evaluation(verb, evaluation, *, by, at, data=None):
    """Do one verb of the table on an appraisal. Returns it as it now is.

    Raises NotAllowed, Conflict (wrong state or stage, or somebody was first) or InvalidInput.
    """
    move = EVALUATIONS[verb]
    check_move(evaluation, move, by=by, status=EvaluationStatus)
    check_stage(evaluation, verb, move.label)
    given = move.clean(data or {}, evaluation, by.user)
    with transaction.atomic():
        lock_cycle(evaluation.cycle)
        check_stage(evaluation, verb, move.label)
        _DO[verb](evaluation, move, by=by, at=at, **given)
    return evaluation


def _move(evaluation, move, *, by, at, changes=None, after=None, note=""):
    return make_move(
        evaluation,
        move,
        by=by,
        at=at,
        organization=evaluation.organization,
        status=EvaluationStatus,
        changes=changes,
        after=after,
        note=note,
    )


def save_report(evaluation, *, by, at, data):
    """Keep the draft of a report; nothing is sent. Returns the evaluation.

    Raises NotAllowed, Conflict (handed in already, or the stage is over) or InvalidInput.
    """
    if by.user is None or not is_hers(by.user, evaluation):
        raise NotAllowed("只能由本人写自己的述职。")
    given = clean_given(DRAFT, data, evaluation, by.user, step="保存草稿")
    changes = {"report": given["report"] or "", "self_mark": given["self_mark"], "report_saved_at": at}
    rows = Evaluation.objects.filter(
        pk=evaluation.pk, status=EvaluationStatus.PENDING, cycle__status=CycleStatus.REPORTING
    )
    if rows.update(**changes) != 1:
        raise Conflict("述职已经上报或已截止，草稿没有保存。要改请先「收回修改」。", code="wrong-state")
    for name, value in changes.items():
        setattr(evaluation, name, value)
    return evaluation


def _submit_report(evaluation, move, *, by, at, report, self_mark):
    changes = {"report": report, "self_mark": self_mark, "report_saved_at": at, "reported_at": at}
    _move(evaluation, move, by=by, at=at, changes=changes)


def _recall_report(evaluation, move, *, by, at):
    _move(evaluation, move, by=by, at=at, changes={"reported_at": None})


def _decide(evaluation, move, *, by, at, grade, reason):
    if grade != evaluation.suggested_grade and not reason:
        suggested = evaluation.suggested_label or "无"
        raise InvalidInput({"reason": [f"与建议等次（{suggested}）不同，请写明理由。"]})
    changes = {
        "decided_grade": Grade(grade),
        "decision_reason": reason,
        "decided_by": by.user,
        "decided_at": at,
    }
    after = {"grade": str(grade), "suggested": evaluation.suggested_grade}
    _move(evaluation, move, by=by, at=at, changes=changes, after=after, note=reason)


def _excuse(evaluation, move, *, by, at, reason):
    _move(evaluation, move, by=by, at=at, changes={"excuse_reason": reason}, note=reason)


def _include(evaluation, move, *, by, at):
    _move(evaluation, move, by=by, at=at, changes={"excuse_reason": ""})
    if evaluation.reported_at:
        Evaluation.objects.filter(pk=evaluation.pk).update(status=EvaluationStatus.REPORTED)
        evaluation.status = EvaluationStatus.REPORTED


_DO = {
    "submit_report": _submit_report,
    "recall_report": _recall_report,
    "decide": _decide,
    "excuse": _excuse,
    "include": _include,
}


@transaction.atomic
def decide_as_suggested(cycle, *, by, at, only=None):
    """Decide as suggested for all that are undecided, or for those of the QuerySet `only`. Returns how many.

    Who has no suggestion stays undecided: that one the committee has to look at itself.
    """
    if by.user is not None and not may_organize(by.user, cycle):
        raise NotAllowed("评定等次由评定机关的组工干部登记。")
    lock_cycle(cycle)
    if cycle.status != CycleStatus.DECIDING:
        now = CycleStatus(cycle.status).label
        raise Conflict(f"{cycle.title}现在是「{now}」，不能评定等次。", code="wrong-stage")
    rows = cycle.evaluations.filter(status__in=EvaluationStatus.undecided()).exclude(suggested_grade="")
    if only is not None:
        rows = rows.filter(pk__in=only.values("pk"))
    found = list(rows.order_by("pk").values_list("pk", "suggested_grade", "organization_id", "status"))
    by_grade = {}
    for pk, grade, _organization, _status in found:
        by_grade.setdefault(grade, []).append(pk)
    for grade, ids in by_grade.items():
        for start in range(0, len(ids), 1000):
            Evaluation.objects.filter(pk__in=ids[start : start + 1000]).update(
                status=EvaluationStatus.DECIDED,
                decided_grade=grade,
                decision_reason="",
                decided_by=by.user,
                decided_at=at,
            )
    told = [
        EventRow(
            pk,
            "decide",
            organization,
            before={"status": status},
            after={"status": EvaluationStatus.DECIDED, "grade": grade, "suggested": grade},
        )
        for pk, grade, organization, status in found
    ]
    record_events(Evaluation, told, by=by, at=at)
    if found:
        record_event(
            cycle,
            "decide_as_suggested",
            by=by,
            at=at,
            organization=cycle.organization,
            after={"decided": len(found)},
        )
    return len(found)
