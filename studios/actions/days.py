"""The verbs of a reception day: publish, postpone, close, miss, correct (R22–R25)."""

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput
from records.actions import record_event
from records.moves import check_move, make_move
from representatives.actions import reverse_duty_records, write_duty_record
from representatives.enums import DutyKind
from studios.actions.publishing import tell_published
from studios.actions.seats import move_seats
from studios.enums import DayStatus, DutyStatus
from studios.models import ReceptionDay
from studios.moves import DAYS
from studios.notices import when
from studios.policies import Policies
from workdays.queries import load_calendar


def perform_day(verb, day, *, by, at, data=None):
    """Do one verb of the table on a reception day. Returns the day as it now is.

    Raises NotAllowed, Conflict (wrong state, or somebody was first) or InvalidInput.
    """
    move = DAYS[verb]
    check_move(day, move, by=by, status=DayStatus)
    given = move.clean(data or {}, day, by.user)
    with transaction.atomic():
        _DO[verb](day, move, by=by, at=at, **given)
    return day


def _move(day, move, *, by, at, changes=None, after=None, note=""):
    return make_move(
        day,
        move,
        by=by,
        at=at,
        organization=day.studio.organization,
        status=DayStatus,
        changes={**(changes or {}), "sequence": day.sequence + 1},
        after={"date": day.date.isoformat(), **(after or {})},
        note=note,
    )


def _publish(day, move, *, by, at):
    """Published at least so many days before (R22, 宝鸡市做法): the public has to be able to come."""
    ahead = Policies().of(day.studio).publish_days_ahead
    duties = list(day.duties.holding().select_related("person__user", "mandate"))
    if fault := publishing_fault(day, len(duties), ahead=ahead, on=timezone.localdate(at)):
        raise fault
    _move(day, move, by=by, at=at, changes={"published_at": at}, after={"sitters": len(duties)})
    tell_published(day, duties, at=at)


def publishing_fault(day, sitters, *, ahead, on):
    """Why the day cannot be published, as a Conflict; None where it can. `ahead`: the policy's days."""
    left = (day.date - on).days
    if left < ahead:
        return Conflict(
            f"接待日须至少提前 {ahead} 天公布，离{when(day)}只有 {max(left, 0)} 天。请先改期，再公布。",
            code="too-late-to-publish",
        )
    if not sitters:
        return Conflict("这一天还没有安排代表，不能公布。请先在排班表上选人。", code="nobody-seated")
    return None


def _postpone(day, move, *, by, at, to_date, reason):
    today = timezone.localdate(at)
    if to_date <= today:
        raise InvalidInput({"to_date": ["改到的日期须在今天之后，请另选。"]})
    if to_date == day.date:
        raise InvalidInput({"to_date": ["改到的日期和原来是同一天，请另选。"]})
    taken = ReceptionDay.objects.filter(studio=day.studio, date=to_date).exclude(status=DayStatus.POSTPONED)
    if taken.exists():
        raise InvalidInput({"to_date": ["这一天本室已经有接待日，请另选。"]})
    if off := load_calendar().reason_off(to_date):
        raise InvalidInput({"to_date": [f"这一天是{off}，请改到工作日。"]})
    published = day.status == DayStatus.PUBLISHED
    _move(day, move, by=by, at=at, changes={"reason": reason}, after={"to": to_date.isoformat()}, note=reason)
    later = ReceptionDay.objects.create(
        studio=day.studio,
        rule=day.rule,
        date=to_date,
        rule_date=day.rule_date,
        moved_reason=f"由{day.date.month}月{day.date.day}日改来"[:60],
        start_time=day.start_time,
        end_time=day.end_time,
        seats=day.seats,
        wants_mixed_levels=day.wants_mixed_levels,
        status=DayStatus.PUBLISHED if published else DayStatus.PLANNED,
        published_at=at if published else None,
    )
    ReceptionDay.objects.filter(pk=day.pk).update(postponed_to=later)
    day.postponed_to = later
    record_event(
        later,
        "move_in",
        by=by,
        at=at,
        organization=day.studio.organization,
        after={"from": day.date.isoformat(), "date": to_date.isoformat()},
        note=reason,
    )
    move_seats(day, later, by=by, at=at, reason=reason)


def _close(day, move, *, by, at, minutes, summary):
    _check_begun(day, at, "结束接待")
    duties = list(day.duties.holding().select_related("mandate__congress", "person"))
    served = [duty for duty in duties if duty.status == DutyStatus.SERVED]
    if not served:
        raise Conflict(
            "还没有代表签到，不能结束接待。请先签到；当天没有开的，请用「没有接待」写明原因。",
            code="nobody-came",
        )
    _move(
        day,
        move,
        by=by,
        at=at,
        changes={"minutes": minutes, "summary": summary, "closed_at": at, "closed_by": by.user},
        after={"minutes": minutes, "served": len(served)},
    )
    day.duties.filter(status__in=DutyStatus.ahead()).update(status=DutyStatus.ABSENT, changed_at=at)
    for duty in served:
        write_duty_record(duty.mandate, DutyKind.RECEPTION, on=day.date, source=duty)


def _miss(day, move, *, by, at, reason):
    if day.date > timezone.localdate(at):
        raise Conflict("还没有到这一天。开不成的请用「改期」，改到别的工作日。", code="not-yet")
    if day.duties.filter(status=DutyStatus.SERVED).exists():
        raise Conflict("已有代表签到，请用「结束接待」登记小结；签错的请先取消签到。", code="somebody-came")
    _move(
        day,
        move,
        by=by,
        at=at,
        changes={"reason": reason, "closed_at": at, "closed_by": by.user},
        note=reason,
    )
    day.duties.filter(status__in=DutyStatus.ahead()).update(status=DutyStatus.ABSENT, changed_at=at)


def _reopen(day, move, *, by, at, reason):
    """Entered wrongly: the ledger takes back what the close has written, and the day can be closed anew."""
    changes = {"closed_at": None, "closed_by": None, "reason": ""}
    _move(day, move, by=by, at=at, changes=changes, note=reason)
    reverse_duty_records(day.duties.filter(status=DutyStatus.SERVED), at=at)
    day.duties.filter(status=DutyStatus.ABSENT).update(status=DutyStatus.CONFIRMED, changed_at=at)


def _check_begun(day, at, step):
    if day.date > timezone.localdate(at):
        raise Conflict(f"还没有到这一天，不能{step}。", code="not-yet")


_DO = {"publish": _publish, "postpone": _postpone, "close": _close, "miss": _miss, "reopen": _reopen}


def publish_days(days, *, by, at):
    """Publish many days at once. Returns ([published days], [(day, sentence why not)])."""
    done, refused = [], []
    for day in days:
        try:
            done.append(perform_day("publish", day, by=by, at=at))
        except (Conflict, InvalidInput) as fault:
            refused.append((day, fault.message))
    return done, refused
