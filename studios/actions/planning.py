"""Planning a month: make its days, ask the roster, write who sits where and why (R21).

The roster looks ahead to the year's end with the leave that is known; only the month is written. What is published or
set by hand stays wherever it can. A second run changes nothing.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.bulk import EventRow, record_events
from studios import roster, rules
from studios.actions.publishing import tell_published
from studios.actions.schedule import make_days
from studios.boards import load_board, year_end
from studios.enums import DayStatus, DutyStatus
from studios.models import Duty, ReceptionDay, ReceptionRule, Studio
from studios.notices import tell_sitter

CHUNK = 500
STEPS = 4


@dataclass
class MonthPlan:
    """What planning a month has done."""

    month: date
    venues: int = 0
    days: int = 0
    new_days: int = 0
    seats: int = 0
    assigned: int = 0
    added: int = 0
    removed: int = 0
    unfilled: list = field(default_factory=list)
    """[(ReceptionDay, seats, sentence)]"""
    dropped: list = field(default_factory=list)
    """[(ReceptionDay, person's name, sentence)]: published duties that could not stay"""
    fairness: dict = field(default_factory=dict)
    """{studio: roster.Fairness}"""
    changed: set = field(default_factory=set)
    """ids of the venues for which somebody else sits than before"""

    def as_dict(self):
        return {
            "month": f"{self.month:%Y-%m}",
            "venues": self.venues,
            "days": self.days,
            "new_days": self.new_days,
            "seats": self.seats,
            "assigned": self.assigned,
            "added": self.added,
            "removed": self.removed,
            "unfilled": [
                {"studio": day.studio.name, "date": day.date.isoformat(), "seats": seats, "reason": told}
                for day, seats, told in self.unfilled
            ],
            "dropped": [
                {"studio": day.studio.name, "date": day.date.isoformat(), "person": name, "reason": told}
                for day, name, told in self.dropped
            ],
            "widest_spread": max((one.spread for one in self.fairness.values()), default=0),
        }


def month_span(month):
    """(first, last) day of the month in which the date lies."""
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
FARTHEST = timedelta(days=2 * 366)


def read_month(text, *, at):
    """The first day of a month written as 2026-12; InvalidInput for anything else, and for a month one cannot plan."""
    found = MONTH.fullmatch(str(text).strip())
    if not found or int(found[1]) < 2000:
        raise InvalidInput({"month": ["月份须写成 2026-12 这样，请核对。"]})
    month = date(int(found[1]), int(found[2]), 1)
    check_month(month, at=at)
    return month


def check_month(month, *, at):
    today = timezone.localdate(at)
    if month > today + FARTHEST:
        raise InvalidInput({"month": ["最多排到两年以后，请核对月份。"]})
    if month_span(month)[1] <= today:
        raise InvalidInput({"month": ["这个月已经过去，不能再排。请选本月或以后的月份。"]})


def studios_with_rules(studios=None):
    rows = Studio.objects.all() if studios is None else studios
    has_rule = ReceptionRule.objects.filter(studio=OuterRef("pk"))
    return rows.filter(Exists(has_rule), is_active=True).select_related("organization")


@transaction.atomic
def plan_month(month, studios, *, by, at, calendar, progress=None):
    """Plan the month of the date `month` for these venues (a QuerySet of Studio). Returns a MonthPlan.

    Days up to today are not touched. `progress(done, total, text)` is told how far it is.

    NotAllowed unless `by` staffs every venue; InvalidInput for a month that is over.
    """
    first, last = month_span(month)
    today = timezone.localdate(at)
    check_month(month, at=at)
    venues = list(studios_with_rules(studios).order_by("pk"))
    for studio in venues:
        if by.user is not None and not rules.may_staff(by.user, studio):
            raise NotAllowed("只能给自己联络或主管的工作室（站）排班。")
    start = max(first, today + timedelta(days=1))
    # Two people who plan at the same moment wait for each other here; the second finds what the first has written.
    list(
        Studio.objects.filter(pk__in=[v.pk for v in venues])
        .order_by("pk")
        .select_for_update()
        .values_list("pk")
    )
    tell = progress or _nobody_asks
    result = MonthPlan(first, venues=len(venues))
    tell(0, STEPS, "正在按规则列出接待日")
    result.new_days = make_days(venues, start, last, calendar=calendar)
    _hold_days(venues, start, last)
    tell(1, STEPS, "正在读取名册、请假和以往的班")
    loaded = load_board(venues, start, max(last, year_end(last)), calendar=calendar)
    tell(2, STEPS, f"正在排 {len(venues)} 个工作室（站）的班")
    plan = roster.plan_again(loaded.board, loaded.standing)
    tell(3, STEPS, "正在写入")
    _write(result, loaded, plan, last, by=by, at=at)
    tell(STEPS, STEPS, "排好了")
    return result


def _hold_days(venues, first, last):
    """Whoever seats somebody on one of these days meanwhile waits, and then finds the seat filled."""
    days = ReceptionDay.objects.filter(studio__in=venues, date__range=(first, last))
    list(days.order_by("pk").select_for_update().values_list("pk"))


def _nobody_asks(_done, _total, _text):
    pass


def _write(result, loaded, plan, last, *, by, at):
    month_days = {key: day for key, day in loaded.days.items() if day.date <= last}
    wanted = {(key.day, key.person): key for key in plan.assignments if key.day in month_days}
    rows = Duty.objects.holding().filter(day__in=[day.pk for day in month_days.values()])
    standing = {
        (f"{duty.day_id:012d}", duty.person_id): duty
        for duty in rows.select_related("person__user", "day__studio")
    }
    gone = [duty for key, duty in standing.items() if key not in wanted and duty.is_ahead]
    _release(gone, plan, result, by=by, at=at)
    fresh = [
        _new_duty(month_days[day], person, loaded, one.reason, at=at)
        for (day, person), one in wanted.items()
        if (day, person) not in standing
    ]
    _seat_all(fresh)
    kept = [
        (standing[key], one.reason)
        for key, one in wanted.items()
        if key in standing
        and not one.kept
        and standing[key].reason != one.reason
        and standing[key].day.status == DayStatus.PLANNED
    ]
    for duty, reason in kept:
        duty.reason = reason[:300]
    Duty.objects.bulk_update([duty for duty, _reason in kept], ["reason"], batch_size=CHUNK)
    _tell_unfilled(result, month_days, plan)
    _write_trail(month_days, fresh, gone, by=by, at=at)
    _tell_changes(month_days, fresh, at=at)
    result.days = len(month_days)
    result.seats = sum(day.seats for day in month_days.values())
    result.assigned = len(wanted)
    result.added, result.removed = len(fresh), len(gone)
    result.changed = {duty.day.studio_id for duty in (*fresh, *gone)}
    result.fairness = dict(plan.fairness)


def _seat_all(duties):
    try:
        Duty.objects.bulk_create(duties, batch_size=CHUNK)
    except IntegrityError as fault:
        raise Conflict("排班的时候有人改了同几天的安排，这次没有排。请再排一次。") from fault


def _new_duty(day, person, loaded, reason, *, at, **fields):
    mandate = loaded.mandate(person, day.studio_id)
    return Duty(
        day=day,
        mandate=mandate,
        person_id=person,
        date=day.date,
        reason=reason[:300],
        changed_at=at,
        **fields,
    )


def _release(gone, plan, result, *, by, at):
    """Unpublished seats are simply planned anew; of a published one the person is told, and why."""
    why = {(one.day, one.person): one.reason for one in plan.dropped}
    planned = [duty.pk for duty in gone if duty.day.status == DayStatus.PLANNED]
    Duty.objects.filter(pk__in=planned).delete()
    for duty in gone:
        if duty.day.status == DayStatus.PLANNED:
            continue
        reason = why.get((f"{duty.day_id:012d}", duty.person_id), "重新排班时作了调整。")
        Duty.objects.filter(pk=duty.pk, status__in=DutyStatus.ahead()).update(
            status=DutyStatus.REPLACED, left_reason=reason[:200], changed_at=at, sequence=duty.sequence + 1
        )
        tell_sitter(duty, "您的驻室已取消", at=at, body=reason)
        result.dropped.append((duty.day, duty.person.name, reason))


def _tell_unfilled(result, month_days, plan):
    why = {one.day: one for one in plan.unfilled}
    changed = []
    for key, day in month_days.items():
        one = why.get(key)
        told = one.reason[:300] if one else ""
        if one:
            result.unfilled.append((day, one.seats, one.reason))
        if day.unfilled_reason != told:
            day.unfilled_reason = told
            changed.append(day)
    ReceptionDay.objects.bulk_update(changed, ["unfilled_reason"], batch_size=CHUNK)


def _write_trail(month_days, fresh, gone, *, by, at):
    counted = {}
    for duty in fresh:
        counted.setdefault(duty.day_id, [0, 0])[0] += 1
    for duty in gone:
        counted.setdefault(duty.day_id, [0, 0])[1] += 1
    homes = {day.pk: day for day in month_days.values()}
    rows = [
        EventRow(
            pk,
            "plan",
            homes[pk].studio.organization_id,
            after={"date": homes[pk].date.isoformat(), "added": added, "removed": removed},
        )
        for pk, (added, removed) in sorted(counted.items())
        if pk in homes
    ]
    if rows:
        record_events(ReceptionDay, rows, by=by, at=at)


def _tell_changes(month_days, fresh, *, at):
    """Somebody new on a day that the public knows already is told at once."""
    published = [duty for duty in fresh if duty.day.status == DayStatus.PUBLISHED]
    if not published:
        return
    rows = Duty.objects.filter(pk__in=[duty.pk for duty in published]).select_related(
        "person__user", "day__studio", "mandate"
    )
    by_day = {}
    for duty in rows:
        by_day.setdefault(duty.day_id, []).append(duty)
    for duties in by_day.values():
        tell_published(duties[0].day, duties, at=at)


def unplanned_studios(month, *, on):
    """Venues with a rule in force whose month has no day yet: those that beat has still to plan."""
    first, last = month_span(month)
    in_force = ReceptionRule.objects.filter(studio=OuterRef("pk"), start_date__lte=last).filter(
        Q(end_date=None) | Q(end_date__gte=first)
    )
    days = ReceptionDay.objects.filter(studio=OuterRef("pk"), date__range=(first, last))
    return Studio.objects.filter(Exists(in_force), ~Exists(days), is_active=True)
