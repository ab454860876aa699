"""A month of a workroom as the office's manual tells it: planned on the 20th, published, confirmed, swapped, held."""

from datetime import date, datetime, timedelta

import pytest

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from records.models import Event
from representatives.models import DutyRecord
from studios.actions.days import perform_day
from studios.actions.duties import ask_leave, confirm_duty
from studios.actions.planning import plan_month
from studios.actions.seats import candidates, seat
from studios.actions.swaps import approve_swap, offer_swap, take_swap, takers
from studios.actions.the_day import check_in, check_in_by_code, record_visit
from studios.codes import code_at
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, ReceptionDay, Studio
from studios.reminders import send_duty_reminders
from tests.factories import CHINA, acting
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)
BOSS = Actor.system()


def plan(month=DECEMBER, *, calendar, at=TWENTIETH, by=BOSS):
    return plan_month(month, Studio.objects.all(), by=by, at=at, calendar=calendar)


def on(day, hour=9, minute=0, month=12):
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


@pytest.fixture
def december(workroom, calendar):
    plan(calendar=calendar)
    return list(ReceptionDay.objects.select_related("studio__organization").order_by("date"))


@pytest.fixture
def published(city, december):
    for day in december:
        perform_day("publish", day, by=acting(city.keeper), at=TWENTIETH)
    return december


def duty_of(day, index=0):
    rows = Duty.objects.holding().filter(day=day).order_by("pk")
    return rows.select_related("day__studio__organization", "person__user", "mandate__person")[index]


def test_a_month_is_planned_with_a_reason_for_each_seat(december):
    assert [day.date for day in december] == [date(2026, 12, 1), date(2026, 12, 15)]
    duties = list(Duty.objects.all())
    assert len(duties) == 4
    assert len({duty.person_id for duty in duties}) == 4
    assert all(duty.reason.endswith("。") for duty in duties)


def test_a_second_run_changes_nothing(december, calendar):
    before = list(Duty.objects.order_by("pk").values())
    result = plan(calendar=calendar)
    assert (result.new_days, result.added, result.removed) == (0, 0, 0)
    assert list(Duty.objects.order_by("pk").values()) == before


def test_what_is_half_published_is_not_planned_anew(city, december, calendar):
    first, second = december
    perform_day("publish", first, by=acting(city.keeper), at=TWENTIETH)
    # By hand the sitters of the planned day are others than those the planner would choose first.
    free = city.group.mandates.exclude(pk__in=Duty.objects.values("mandate"))
    other = Duty.objects.filter(day=second).first()
    Duty.objects.filter(pk=other.pk).update(mandate=free[0], person=free[0].person)
    before = list(Duty.objects.order_by("pk").values())
    result = plan(calendar=calendar)
    assert (result.new_days, result.added, result.removed) == (0, 0, 0)
    assert list(Duty.objects.order_by("pk").values()) == before


def test_the_past_is_not_planned(workroom, calendar):
    with pytest.raises(InvalidInput):
        plan(date(2026, 10, 1), calendar=calendar)


def test_only_those_who_staff_the_venue_plan(city, workroom, calendar):
    for user in (city.stranger, city.leader, city.representative):
        with pytest.raises(NotAllowed):
            plan(calendar=calendar, by=acting(user))
    assert plan(calendar=calendar, by=acting(city.keeper)).assigned == 4


def test_publishing_tells_each_sitter_once(city, published):
    duties = Duty.objects.holding()
    told = Notice.objects.filter(title__startswith="请您驻室接待")
    assert sorted(told.values_list("user_id", flat=True)) == sorted(
        duties.values_list("person__user_id", flat=True)
    )
    with pytest.raises(Conflict):
        perform_day("publish", published[0], by=acting(city.keeper), at=TWENTIETH)
    assert told.count() == 4


def test_too_late_to_publish(city, december):
    with pytest.raises(Conflict, match="提前 3 天"):
        perform_day("publish", december[0], by=acting(city.keeper), at=on(29, month=11))


def test_reminders_go_out_three_days_and_one_day_before_and_once(published):
    def sent(day, month=11):
        return send_duty_reminders(on=date(2026, month, day), at=on(day, month=month))

    assert sent(27) == 0
    assert (sent(28), sent(28), sent(29)) == (2, 0, 0)
    assert (sent(30), sent(30)) == (2, 0)
    assert sent(1, month=12) == 0


def test_leave_on_the_morning_names_a_substitute(city, published):
    day = published[0]
    duty, other = duty_of(day), duty_of(day, 1)
    ask_leave(duty, by=acting(duty.person.user), at=on(1, 7), reason="孩子发烧")
    told = Notice.objects.get(user=city.keeper, title__startswith=f"{duty.person.name}代表请假")
    best = next(mandate for mandate, one in candidates(day) if one.is_valid)
    assert f"建议由{best.person.name}代表接替" in told.body
    seat(day, by=acting(city.keeper), at=on(1, 7, 30), mandate=best)
    assert {one.person_id for one in Duty.objects.holding().filter(day=day)} == {
        best.person_id,
        other.person_id,
    }
    with pytest.raises(InvalidInput):
        seat(day, by=acting(city.keeper), at=on(1, 7, 31), mandate=duty.mandate, instead_of=duty_of(day))


def test_the_staff_of_another_county_and_other_people_do_nothing(city, published):
    duty = duty_of(published[0])
    for user in (city.stranger, city.leader, city.handler):
        with pytest.raises(NotAllowed):
            ask_leave(duty, by=acting(user), at=TWENTIETH, reason="出差")
        with pytest.raises(NotAllowed):
            perform_day("postpone", published[0], by=acting(user), at=TWENTIETH, data={})
    assert duty_of(published[0]).status == DutyStatus.ASSIGNED


def test_a_swap_is_offered_to_those_who_can_taken_once_and_approved(city, published):
    duty = duty_of(published[0])
    swap = offer_swap(duty, by=acting(duty.person.user), at=TWENTIETH, note="那天赶集")
    able = takers(swap)
    busy = set(Duty.objects.holding().values_list("mandate_id", flat=True))
    # Those who sit on the 1st or, right after it, on the 15th cannot: no two adjacent days.
    assert {mandate.pk for mandate in able}.isdisjoint(busy)
    first, second = able[0], None
    take_swap(swap, first, by=acting(first.person.user), at=TWENTIETH)
    with pytest.raises(Conflict):
        take_swap(swap, first, by=acting(first.person.user), at=TWENTIETH)
    assert second is None
    with pytest.raises(NotAllowed):
        approve_swap(swap, by=acting(duty.person.user), at=TWENTIETH)
    swap = approve_swap(swap, by=acting(city.keeper), at=TWENTIETH)
    assert swap.state == SwapState.DONE
    duty.refresh_from_db()
    assert duty.status == DutyStatus.SWAPPED
    assert Duty.objects.holding().get(day=published[0], person=first.person_id).status == DutyStatus.CONFIRMED


def test_a_true_exchange(city, published):
    mine, hers = duty_of(published[0]), duty_of(published[1])
    swap = offer_swap(mine, by=acting(mine.person.user), at=TWENTIETH)
    take_swap(swap, hers.mandate, by=acting(hers.person.user), at=TWENTIETH, in_return=hers)
    approve_swap(swap, by=acting(city.organizer), at=TWENTIETH)
    assert Duty.objects.holding().filter(day=published[0], person=hers.person_id).exists()
    assert Duty.objects.holding().filter(day=published[1], person=mine.person_id).exists()


def test_the_day_from_check_in_to_the_ledger(city, published):
    day = published[0]
    duty, other = duty_of(day), duty_of(day, 1)
    confirm_duty(duty, by=acting(duty.person.user), at=TWENTIETH)
    now = on(1, 9)
    with pytest.raises(InvalidInput, match="口令不对"):
        check_in_by_code(duty, by=acting(duty.person.user), at=now, code="000000")
    check_in_by_code(duty, by=acting(duty.person.user), at=now, code=code_at(day.code_secret, now))
    with pytest.raises(NotAllowed):
        check_in(other, by=acting(other.person.user), at=now)
    record_visit(day, by=acting(city.keeper), at=now, count=3, is_member=False)
    record_visit(day, by=acting(city.keeper), at=now, count=1, is_member=True, name="李桂兰")
    perform_day(
        "close",
        day,
        by=acting(city.keeper),
        at=on(1, 12),
        data={"minutes": 150, "summary": "三位村民问路灯。"},
    )
    assert day.status == DayStatus.HELD
    other.refresh_from_db()
    assert other.status == DutyStatus.ABSENT
    record = DutyRecord.objects.get(kind="reception")
    assert (record.mandate_id, record.on, record.reversed_at) == (duty.mandate_id, day.date, None)
    perform_day("reopen", day, by=acting(city.keeper), at=on(1, 13), data={"reason": "时长记错"})
    assert not DutyRecord.objects.standing().filter(kind="reception").exists()
    perform_day(
        "close",
        day,
        by=acting(city.keeper),
        at=on(1, 14),
        data={"minutes": 120, "summary": "三位村民问路灯。"},
    )
    assert DutyRecord.objects.standing().filter(kind="reception").count() == 1
    verbs = list(Event.objects.about(day).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["plan", "publish", "record_visit", "record_visit", "close", "reopen", "close"]


def test_putting_a_day_off_takes_its_people_along(city, published):
    day = published[0]
    sitters = {duty_of(day).person_id, duty_of(day, 1).person_id}
    perform_day(
        "postpone",
        day,
        by=acting(city.keeper),
        at=TWENTIETH,
        data={"to_date": "2026-12-03", "reason": "全镇换届考察"},
    )
    later = day.postponed_to
    assert (day.status, later.status, later.date) == (
        DayStatus.POSTPONED,
        DayStatus.PUBLISHED,
        date(2026, 12, 3),
    )
    assert {duty.person_id for duty in later.duties.holding()} == sitters
    with pytest.raises(InvalidInput, match="周末"):
        perform_day(
            "postpone",
            later,
            by=acting(city.keeper),
            at=TWENTIETH,
            data={"to_date": "2026-12-05", "reason": "停电"},
        )


def test_a_day_put_off_is_not_planned_again(city, published, calendar):
    perform_day(
        "postpone",
        published[0],
        by=acting(city.keeper),
        at=TWENTIETH,
        data={"to_date": "2026-12-03", "reason": "全镇换届考察"},
    )
    assert plan(calendar=calendar).new_days == 0
    assert ReceptionDay.objects.exclude(status="postponed").count() == 2


def test_published_duties_stay_when_somebody_else_takes_leave(city, published, calendar):
    duty = duty_of(published[0])
    before = set(Duty.objects.holding().exclude(pk=duty.pk).values_list("pk", flat=True))
    ask_leave(duty, by=acting(duty.person.user), at=TWENTIETH, reason="住院")
    result = plan(calendar=calendar, at=TWENTIETH + timedelta(hours=1))
    assert (result.added, result.removed) == (1, 0)
    assert before <= set(Duty.objects.holding().values_list("pk", flat=True))
