"""The verbs of a session: tell those on the roster, close, cancel, correct (R28, R33)."""

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict
from accounts.models import User
from records.moves import check_move, make_move
from representatives.actions import reverse_duty_records
from representatives.actions.ledger import write_duty_records
from representatives.enums import DutyKind
from training.actions.enrolling import invite, lock_training
from training.enums import EnrolmentStatus, PlanStatus, TrainingStatus
from training.models import Enrolment, Training
from training.moves import TRAININGS
from training.notices import tell_learners
from training.policies import TrainingPolicies


def give_code(training):
    """The number by which people call a session; it follows from the row's own, so no two are alike."""
    training.code = f"PX{training.start_date.year}-{training.pk:05d}"
    Training.objects.filter(pk=training.pk).update(code=training.code)
    return training


def perform_training(verb, training, *, by, at, data=None):
    """Do one verb of the table on a session. Returns the session as it now is.

    Raises NotAllowed, Conflict (wrong state, or somebody was first) or InvalidInput.
    """
    move = TRAININGS[verb]
    check_move(training, move, by=by, status=TrainingStatus)
    given = move.clean(data or {}, training, by.user)
    with transaction.atomic():
        lock_training(training)
        check_move(training, move, by=by, status=TrainingStatus)
        _DO[verb](training, move, by=by, at=at, **given)
    return training


def _move(training, move, *, by, at, changes=None, after=None, note=""):
    return make_move(
        training,
        move,
        by=by,
        at=at,
        organization=training.organization,
        status=TrainingStatus,
        changes=changes,
        after=after,
        note=note,
    )


def _publish(training, move, *, by, at):
    if training.plan and training.plan.status != PlanStatus.APPROVED:
        raise Conflict(f"{training.plan.title}还没有批准。请先批准计划，再发通知。", code="plan-not-approved")
    if training.end_date < timezone.localdate(at):
        raise Conflict("日期已经过去，不能发通知。请先改日期；补登记往期培训请用表格导入。", code="too-late")
    listed = training.enrolments.filter(status=EnrolmentStatus.LISTED)
    rows = list(listed)
    if not rows:
        raise Conflict("名单上还没有人。请先按规则列名单，或逐人添加。", code="nobody-listed")
    _move(training, move, by=by, at=at, changes={"published_at": at}, after={"people": len(rows)})
    listed.update(status=EnrolmentStatus.INVITED, invited_at=at, changed_at=at)
    invite(training, rows, at=at)


def _close(training, move, *, by, at, summary):
    if training.start_date > timezone.localdate(at):
        raise Conflict("培训还没有开始，不能结束。", code="not-yet")
    rows = training.enrolments.filter(status=EnrolmentStatus.ATTENDED)
    came = list(rows)
    if not came:
        raise Conflict(
            "还没有人签到，不能结束。请先签到或导入参训登记；没有开成的，请用「取消」写明原因。",
            code="nobody-came",
        )
    _move(
        training, move, by=by, at=at, changes={"summary": summary, "closed_at": at}, after={"came": len(came)}
    )
    late = training.enrolments.filter(status__in=(EnrolmentStatus.LISTED, *EnrolmentStatus.ahead()))
    late.update(status=EnrolmentStatus.ABSENT, changed_at=at)
    settle(training, came)


def settle(training, came):
    """What a session that is over gives those who came: a line in the ledger, and a certificate where the hours
    suffice. `came`: its enrolments."""
    needed = training.hours * TrainingPolicies().at(training.organization).certificate_percent / 100
    certified = []
    lines = [(row.mandate_id, row.pk, training.start_date, row.hours) for row in came if row.mandate_id]
    write_duty_records(DutyKind.TRAINING, lines, model=Enrolment)
    for row in came:
        if row.hours >= needed and not row.certificate_number:
            row.certificate_number = f"JY{training.start_date.year}-{row.pk:07d}"
            certified.append(row)
    Enrolment.objects.bulk_update(certified, ["certificate_number"], batch_size=500)


def _cancel(training, move, *, by, at, reason):
    if training.enrolments.filter(status=EnrolmentStatus.ATTENDED).exists():
        raise Conflict("已有人签到，请用「结束培训」登记小结；签错的请先取消签到。", code="somebody-came")
    was_open = training.status == TrainingStatus.OPEN
    _move(training, move, by=by, at=at, changes={"reason": reason, "closed_at": at}, note=reason)
    if was_open:
        told = training.enrolments.filter(status__in=EnrolmentStatus.ahead()).values("person")
        users = User.objects.filter(person__in=told, is_active=True)
        tell_learners(users, training, "培训取消", at=at, body=reason)


def _reopen(training, move, *, by, at, reason):
    """Entered wrongly: the ledger takes back what the close has written, and the session can be closed anew."""
    _move(training, move, by=by, at=at, changes={"closed_at": None}, note=reason)
    reverse_duty_records(training.enrolments.filter(status=EnrolmentStatus.ATTENDED), at=at)
    training.enrolments.filter(status=EnrolmentStatus.ABSENT).update(
        status=EnrolmentStatus.CONFIRMED, changed_at=at
    )


_DO = {"publish": _publish, "close": _close, "cancel": _cancel, "reopen": _reopen}
