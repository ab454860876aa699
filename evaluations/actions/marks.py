"""An assessor's sheet: marks, conflicts, and the seal. Nobody else reads a mark before all sheets are sealed (R84)."""

from django.db import transaction

from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.actions.cycles import lock_cycle
from evaluations.enums import ConflictKind, CycleStatus
from evaluations.models import Assessor, Evaluation, Mark
from evaluations.rules import holds_seat
from records.actions import record_event


def rows_of(assessor):
    """Those whom she is to mark or has to do with: everybody who takes part."""
    return Evaluation.objects.filter(cycle=assessor.cycle_id).appraised()


def unmarked(assessor):
    """Those who still wait for her mark."""
    done = Mark.objects.filter(assessor=assessor).exclude(value=None, conflict="").values("evaluation")
    return rows_of(assessor).exclude(pk__in=done)


def _check(assessor, by):
    """Under the lock of the cycle: is it her sheet, and may it still be written?"""
    if by.user is None or not holds_seat(by.user, assessor):
        raise NotAllowed("只有测评人本人可以在自己的测评表上打分。")
    lock_cycle(assessor.cycle)
    assessor.refresh_from_db(fields=["sealed_at", "excused_at"])
    if assessor.excused_at:
        raise Conflict("您已不在这次测评的测评人之列，不用再打分。", code="wrong-state")
    if assessor.cycle.status != CycleStatus.ASSESSING:
        raise Conflict("现在不是测评阶段，不能打分。", code="wrong-state")
    if assessor.sealed_at:
        raise Conflict("测评表已封存，不能再改。", code="sealed")


@transaction.atomic
def give_marks(assessor, given, *, by, at):
    """Write marks down: {evaluation id: whole number from 0 to 100, or None to take it back}. All of them or none.

    Raises NotAllowed, Conflict, or InvalidInput with the id (as text) of each row that is wrong.
    """
    _check(assessor, by)
    known = set(rows_of(assessor).filter(pk__in=list(given)).values_list("pk", flat=True))
    conflicts = set(
        Mark.objects.filter(assessor=assessor, evaluation__in=list(given))
        .exclude(conflict="")
        .values_list("evaluation_id", flat=True)
    )
    errors = {}
    for pk, value in given.items():
        if pk not in known:
            errors[str(pk)] = ["不在这次测评的名单上，请刷新页面。"]
        elif pk in conflicts and value is not None:
            errors[str(pk)] = ["应当回避，不能打分。"]
        elif value is not None and (
            isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100
        ):
            errors[str(pk)] = ["测评分须是0到100的整数。"]
    if errors:
        raise InvalidInput(errors)
    Mark.objects.bulk_create(
        [
            Mark(assessor=assessor, evaluation_id=pk, value=value)
            for pk, value in given.items()
            if pk not in conflicts
        ],
        update_conflicts=True,
        unique_fields=["assessor", "evaluation"],
        update_fields=["value"],
        batch_size=500,
    )
    return len(given)


@transaction.atomic
def declare_conflict(assessor, evaluation, *, by, at):
    """She has to do with somebody in a way that the system cannot know: her mark, if any, is taken away."""
    _check(assessor, by)
    if evaluation.cycle_id != assessor.cycle_id:
        raise InvalidInput({"evaluation": ["不在这次测评的名单上。"]})
    Mark.objects.update_or_create(
        assessor=assessor,
        evaluation=evaluation,
        defaults={"value": None, "conflict": ConflictKind.DECLARED},
    )


@transaction.atomic
def seal_sheet(assessor, *, by, at):
    """No more changes; when everybody has sealed, the sheets can be opened together. Returns the Assessor."""
    _check(assessor, by)
    left = unmarked(assessor).count()
    if left:
        raise Conflict(f"还有 {left} 个没有打分，打完（或申请回避）才能封存。", code="unmarked")
    if Assessor.objects.filter(pk=assessor.pk, sealed_at=None, excused_at=None).update(sealed_at=at) != 1:
        raise Conflict("测评表已封存。", code="sealed")
    assessor.sealed_at = at
    record_event(assessor.cycle, "seal", by=by, at=at, organization=assessor.cycle.organization)
    return assessor
