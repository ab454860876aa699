"""An appeal against a grade: lodged while it is public, answered before it is final."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.actions.cycles import lock_cycle
from evaluations.enums import AppealStatus, CycleStatus, EvaluationStatus, grade_label
from evaluations.models import Appeal, Evaluation
from evaluations.moves import APPEALS
from evaluations.moves.evaluations import APPEAL
from evaluations.notices import tell_one, tell_organizers
from evaluations.rules import is_hers
from records.actions import record_event
from records.moves import check_move, clean_given, make_move
from workdays.templatetags.chinese_days import day as day_words

OPEN_TO_APPEALS = (CycleStatus.PUBLICITY, CycleStatus.APPEALS)


def may_appeal(evaluation, *, on):
    """Is it the time for it, and has nothing been lodged yet?"""
    cycle = evaluation.cycle
    in_time = cycle.appeal_end_date is None or on <= cycle.appeal_end_date
    return (
        cycle.status in OPEN_TO_APPEALS
        and in_time
        and evaluation.status == EvaluationStatus.DECIDED
        and not evaluation.appeals.exclude(status=AppealStatus.WITHDRAWN).exists()
    )


@transaction.atomic
def lodge_appeal(evaluation, *, by, at, data):
    """She says why her grade is wrong, once. Returns the Appeal.

    Raises NotAllowed, Conflict (not the time, or lodged already) or InvalidInput.
    """
    if by.user is None or not is_hers(by.user, evaluation):
        raise NotAllowed("申诉由本人提出。")
    given = clean_given(APPEAL, data, evaluation, by.user, step="申诉")
    lock_cycle(evaluation.cycle)
    on = timezone.localdate(at)
    if evaluation.appeals.exclude(status=AppealStatus.WITHDRAWN).exists():
        raise Conflict("您已经申诉过，请看答复。", code="appealed-already")
    if not may_appeal(evaluation, on=on):
        raise Conflict("现在不能申诉：公示开始后、申诉期满前才可以。", code="not-the-time")
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                evaluation=evaluation,
                content=given["content"],
                lodged_by=by.user,
                lodged_at=at,
                old_grade=evaluation.decided_grade,
            )
    except IntegrityError as error:
        raise Conflict("您已经申诉过，请看答复。", code="appealed-already") from error
    record_event(evaluation, "appeal", by=by, at=at, organization=evaluation.organization)
    tell_organizers(
        evaluation.cycle,
        f"有申诉待答复：{evaluation.name}",
        at=at,
        body=f"{day_words(on)}提出，答复后才能定档。",
        link=f"/admin/evaluations/appeal/{appeal.pk}/change/",
    )
    return appeal


def perform_appeal(verb, appeal, *, by, at, data=None):
    """Answer an appeal, or take it back. Returns it as it now is."""
    move = APPEALS[verb]
    check_move(appeal, move, by=by, status=AppealStatus)
    given = move.clean(data or {}, appeal, by.user)
    evaluation = appeal.evaluation
    with transaction.atomic():
        lock_cycle(evaluation.cycle)
        if evaluation.cycle.status not in OPEN_TO_APPEALS:
            raise Conflict("考评已定档或公示已撤回，不能再办申诉。", code="wrong-stage")
        changes = {"answered_at": at} | given
        if given.get("new_grade") == appeal.old_grade:
            raise InvalidInput({"new_grade": ["与原评定相同。不改的请用「维持原评定」。"]})
        make_move(
            appeal,
            move,
            by=by,
            at=at,
            organization=evaluation.organization,
            status=AppealStatus,
            changes=changes,
            after={key: str(value) for key, value in given.items() if key == "new_grade"},
        )
        if verb == "uphold":
            _amend(evaluation, given["new_grade"], by=by, at=at)
        if verb != "withdraw":
            words = _outcome(appeal, evaluation)
            tell_one(evaluation, f"申诉已答复：{words}", on=timezone.localdate(at), at=at)
    return appeal


def _amend(evaluation, grade, *, by, at):
    before = evaluation.decided_grade
    rows = Evaluation.objects.filter(pk=evaluation.pk, status=EvaluationStatus.DECIDED)
    changes = {"decided_grade": grade, "decision_reason": "申诉成立，改评", "decided_at": at}
    if rows.update(**changes, decided_by=by.user) != 1:
        raise Conflict("这一份考评现在不能改评。请刷新页面，看最新进展。")
    for name, value in changes.items():
        setattr(evaluation, name, value)
    record_event(
        evaluation,
        "amend",
        by=by,
        at=at,
        organization=evaluation.organization,
        before={"grade": before},
        after={"grade": str(grade)},
    )


def _outcome(appeal, evaluation):
    if appeal.status == AppealStatus.UPHELD:
        return f"改为{grade_label(appeal.new_grade, evaluation.kind)}"
    return "维持原评定"
