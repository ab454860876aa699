"""The verbs of one place in a session: confirm, ask for leave, check in (R28)."""

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.moves import Given, check_move, clean_given, make_move
from studios.codes import is_right
from training import rules
from training.actions.enrolling import lock_training
from training.enums import AttendanceMeans, EnrolmentStatus, TrainingStatus
from training.models import Enrolment
from training.moves import ENROLMENTS
from training.notices import tell_learners, tell_organizers

CODE = Given(
    "code",
    _("签到口令"),
    max_length=10,
    help=_("教室屏幕上的 6 位数字，每分钟换一次"),
    missing=_("请填写屏幕上的 6 位数字。"),
)


def perform_enrolment(verb, enrolment, *, by, at, data=None):
    """Do one verb of the table on a place in a session. Returns the Enrolment as it now is."""
    move = ENROLMENTS[verb]
    check_move(enrolment, move, by=by, status=EnrolmentStatus)
    given = move.clean(data or {}, enrolment, by.user)
    with transaction.atomic():
        lock_training(enrolment.training)
        _DO[verb](enrolment, move, by=by, at=at, **given)
    return enrolment


def _make(enrolment, move, *, by, at, changes=None, after=None, note=""):
    return make_move(
        enrolment,
        move,
        by=by,
        at=at,
        organization=enrolment.training.organization,
        status=EnrolmentStatus,
        changes={**(changes or {}), "changed_at": at},
        after=after,
        note=note,
    )


def _check_told(enrolment, at):
    training = enrolment.training
    if training.status != TrainingStatus.OPEN:
        raise Conflict(f"这个班现在是「{training.get_status_display()}」，不用再办。", code="wrong-state")
    if training.end_date < timezone.localdate(at):
        raise Conflict("这个班已经结束，不能再改。有出入的请联系主办单位。", code="wrong-day")


def _confirm(enrolment, move, *, by, at):
    _check_told(enrolment, at)
    _make(enrolment, move, by=by, at=at)


def _ask_leave(enrolment, move, *, by, at, reason):
    _check_told(enrolment, at)
    _make(enrolment, move, by=by, at=at, changes={"leave_reason": reason}, note=reason)
    tell_organizers(
        enrolment.training,
        f"{enrolment.person.name}代表请假",
        at=at,
        body=f"{reason}　请准假或不准假。",
        unless=by.user,
    )


def _grant_leave(enrolment, move, *, by, at):
    _check_told(enrolment, at)
    _make(enrolment, move, by=by, at=at)
    tell_learners(
        [enrolment.person.user], enrolment.training, "已准假", at=at, body="以后安排补训时再通知您。"
    )


def _refuse_leave(enrolment, move, *, by, at, reason):
    _check_told(enrolment, at)
    _make(enrolment, move, by=by, at=at, note=reason)
    tell_learners([enrolment.person.user], enrolment.training, "没有准假，请按时参加", at=at, body=reason)


def _check_in(enrolment, move, *, by, at):
    _checked_in(enrolment, AttendanceMeans.STAFF, by=by, at=at)


def _undo_check_in(enrolment, move, *, by, at):
    if enrolment.training.status != TrainingStatus.OPEN:
        raise Conflict("培训已经结束登记，要改请先「更正登记」。", code="wrong-state")
    changes = {"checked_in_at": None, "checked_in_by": "", "hours": 0}
    _make(enrolment, move, by=by, at=at, changes=changes)


def _remove(enrolment, move, *, by, at):
    if not enrolment.training.is_coming:
        raise Conflict("培训已经结束，名单不能再改。", code="wrong-state")
    was_told = enrolment.is_ahead
    _make(enrolment, move, by=by, at=at)
    if was_told:
        tell_learners(
            [enrolment.person.user], enrolment.training, "不用参加了", at=at, body="主办单位调整了名单。"
        )


_DO = {
    "confirm": _confirm,
    "ask_leave": _ask_leave,
    "grant_leave": _grant_leave,
    "refuse_leave": _refuse_leave,
    "check_in": _check_in,
    "undo_check_in": _undo_check_in,
    "remove": _remove,
}


def check_in_by_code(enrolment, *, by, at, code):
    """From her own phone, with the code on the screen of the class room. Where she is nobody records."""
    if not rules.is_hers(by.user, enrolment):
        raise NotAllowed("只能给自己签到。别人请用各自的手机，或请工作人员登记。")
    given = clean_given((CODE,), {"code": code}, enrolment, by.user, step="签到")
    _count_tries(enrolment)
    if not is_right(enrolment.training.code_secret, given["code"], at):
        raise InvalidInput(
            {"code": ["口令不对或已过期。请看屏幕上现在的 6 位数字，再填一次。"]}, code="wrong-code"
        )
    with transaction.atomic():
        lock_training(enrolment.training)
        _checked_in(enrolment, AttendanceMeans.CODE, by=by, at=at)
    return enrolment


def _count_tries(enrolment):
    """Six digits are few: who tries them out has to wait."""
    key = f"training:code:{enrolment.pk}"
    cache.add(key, 0, 300)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two
        tries = 1
    if tries > settings.CHECK_IN_TRIES:
        raise Conflict("试的次数太多，请 5 分钟后再试，或请工作人员登记。", code="too-many-tries")


def _checked_in(enrolment, means, *, by, at):
    move, training, today = ENROLMENTS["check_in"], enrolment.training, timezone.localdate(at)
    if training.status != TrainingStatus.OPEN:
        raise Conflict(f"这个班现在是「{training.get_status_display()}」，不能签到。", code="wrong-state")
    if today < training.start_date:
        raise Conflict("培训还没有开始，不能签到。", code="not-yet")
    if means == AttendanceMeans.CODE and today > training.end_date:
        raise Conflict("培训已经结束，补签请联系主办单位。", code="wrong-day")
    if enrolment.status not in move.sources:
        raise Conflict(f"您现在是「{enrolment.get_status_display()}」，不用再签到。", code="wrong-state")
    changes = {"checked_in_at": at, "checked_in_by": means, "hours": training.hours}
    _make(enrolment, move, by=by, at=at, changes=changes, after={"means": str(means)})


def check_in_all(training, *, by, at):
    """Everybody who is expected and has not checked in is here. Returns the Enrolments; all of them or none."""
    with transaction.atomic():
        rows = Enrolment.objects.filter(
            training=training, status__in=(EnrolmentStatus.INVITED, EnrolmentStatus.CONFIRMED)
        )
        waiting = list(rows.select_related("training__organization", "person__user").order_by("pk"))
        if not waiting:
            raise Conflict("没有还没签到的人。请刷新页面，看最新情况。", code="wrong-state")
        return [perform_enrolment("check_in", row, by=by, at=at) for row in waiting]
