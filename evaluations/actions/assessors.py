"""Who assesses in a cycle: asked by the deciding office, and freed of it with a reason (R84)."""

from django.db import transaction

from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.actions.conflicts import find_conflicts
from evaluations.actions.cycles import lock_cycle
from evaluations.enums import CycleStatus
from evaluations.models import Assessor
from evaluations.notices import staff_near, tell_assessors
from evaluations.rules import may_organize
from records.actions import record_event
from records.moves import Given, clean_given

APPOINTABLE = (CycleStatus.DRAFT, CycleStatus.REPORTING, CycleStatus.ASSESSING)
EXCUSE = (Given("reason", "原因", max_length=200, help="如出差、调离、与多数人有利害关系"),)


def possible_assessors(cycle, _user):
    """Staff of the place, of those below and of those above."""
    return staff_near(cycle.organization).order_by("pk")


def appoint_assessors(cycle, users, *, by, at):
    """Ask these accounts to assess. Who is asked already stays; who was excused is asked anew. Returns how many are new.

    Raises NotAllowed, Conflict (the sheets are open already) or InvalidInput (somebody from elsewhere).
    """
    if by.user is not None and not may_organize(by.user, cycle):
        raise NotAllowed("请人测评由评定机关的组工干部办理。")
    users = list({user.pk: user for user in users}.values())
    if not users:
        raise InvalidInput({"users": ["请至少选一位测评人。"]})
    fitting = set(
        possible_assessors(cycle, by.user)
        .filter(pk__in=[user.pk for user in users])
        .values_list("pk", flat=True)
    )
    strange = [str(user) for user in users if user.pk not in fitting]
    if strange:
        raise InvalidInput(
            {"users": [f"{'、'.join(strange)}不是本地或上级的组工、考评人员或领导，不能请来测评。"]}
        )
    with transaction.atomic():
        lock_cycle(cycle)
        if cycle.status not in APPOINTABLE:
            raise Conflict("测评表已经拆封，不能再添加测评人。", code="wrong-state")
        known = {seat.user_id: seat for seat in cycle.assessors.all()}
        new = [_seat(cycle, user, known) for user in users if _is_free(known.get(user.pk))]
        if new:
            record_event(
                cycle,
                "appoint",
                by=by,
                at=at,
                organization=cycle.organization,
                after={"assessors": [str(seat.user) for seat in new]},
            )
        if cycle.status == CycleStatus.ASSESSING:
            for seat in new:
                find_conflicts(seat)
            tell_assessors(new, f"请您测评：{cycle.title}", at=at)
    return len(new)


def _is_free(seat):
    return seat is None or seat.excused_at is not None


def _seat(cycle, user, known):
    seat = known.get(user.pk)
    if seat is None:
        return Assessor.objects.create(cycle=cycle, user=user)
    seat.excused_at, seat.excuse_reason, seat.sealed_at = None, "", None
    seat.save(update_fields=["excused_at", "excuse_reason", "sealed_at"])
    return seat


def excuse_assessor(assessor, *, by, at, data):
    """Her sheet no longer counts, sealed or not. Returns the Assessor."""
    cycle = assessor.cycle
    if by.user is not None and not may_organize(by.user, cycle):
        raise NotAllowed("免除测评人由评定机关的组工干部办理。")
    given = clean_given(EXCUSE, data, assessor, by.user, step="免除测评人")
    with transaction.atomic():
        lock_cycle(cycle)
        if cycle.status not in APPOINTABLE:
            raise Conflict("测评表已经拆封，不能再免除测评人。", code="wrong-state")
        seats = Assessor.objects.filter(pk=assessor.pk, excused_at=None)
        if seats.update(excused_at=at, excuse_reason=given["reason"]) != 1:
            raise Conflict("这位测评人已经免除。请刷新页面。")
        record_event(
            cycle,
            "excuse",
            by=by,
            at=at,
            organization=cycle.organization,
            after={"assessors": [str(assessor.user)]},
            note=given["reason"],
        )
    assessor.refresh_from_db()
    return assessor
