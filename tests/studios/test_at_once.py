"""Several people at one moment, over real transactions: one wins cleanly, nothing is there twice. On both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput
from accounts.models import Notice
from records.models import Event
from studios.actions.days import perform_day
from studios.actions.planning import plan_month
from studios.actions.seats import seat
from studios.actions.swaps import approve_swap, offer_swap, take_swap, takers
from studios.actions.the_day import check_in
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, ReceptionDay, ReceptionPolicy, ReceptionRule, Studio, SwapRequest
from studios.reminders import send_duty_reminders
from tests.factories import acting, make_mandate, make_user
from tests.studios.conftest import TWENTIETH
from workdays.queries import load_calendar

pytestmark = pytest.mark.django_db(transaction=True)
DECEMBER = date(2026, 12, 1)


def at_once(*deeds):
    """Run the deeds in threads that start together; returns the outcomes, refusals included."""
    barrier = Barrier(len(deeds))

    def one(deed):
        try:
            barrier.wait(timeout=30)
            return deed()
        except (Conflict, InvalidInput) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def winners(outcomes):
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


def plan():
    return plan_month(
        DECEMBER, Studio.objects.all(), by=Actor.system(), at=TWENTIETH, calendar=load_calendar()
    )


def read_day(day):
    return ReceptionDay.objects.select_related("studio__organization").get(pk=day.pk)


def read_duty(duty):
    rows = Duty.objects.select_related("day__studio__organization", "person__user", "mandate__person")
    return rows.get(pk=duty.pk)


@pytest.fixture
def december(city, workroom, calendar):
    """Two planned days with everybody who is free to take over: eight representatives in all."""
    for name in ("李玉梅", "周海涛", "吴志国"):
        make_mandate(city.town, user=make_user("representative", city.town, name=name), group=city.group)
    plan()
    return list(ReceptionDay.objects.order_by("date"))


@pytest.fixture
def published(city, december):
    for day in december:
        perform_day("publish", read_day(day), by=acting(city.keeper), at=TWENTIETH)
    return december


@pytest.mark.parametrize("approves_itself", [False, True])
def test_two_who_take_one_offer_one_wins(city, published, approves_itself):
    ReceptionPolicy.objects.create(organization=city.root, approves_swaps_itself=approves_itself)
    duty = read_duty(published[0].duties.first())
    swap = offer_swap(duty, by=acting(duty.person.user), at=TWENTIETH)
    able = takers(swap)
    assert len(able) >= 3

    def take(mandate):
        mine = SwapRequest.objects.get(pk=swap.pk)
        return take_swap(mine, mandate, by=acting(mandate.person.user), at=TWENTIETH)

    outcomes = at_once(*[lambda mandate=mandate: take(mandate) for mandate in able])
    (winner,) = winners(outcomes)
    assert {outcome.code for outcome in outcomes if outcome is not winner} == {"swap-gone"}
    swap.refresh_from_db()
    assert swap.state == (SwapState.DONE if approves_itself else SwapState.TAKEN)
    assert swap.taken_by == winner.taken_by
    assert Event.objects.about(swap).filter(verb="take").count() == 1
    holding = Duty.objects.holding().filter(day=published[0])
    assert holding.count() == 2
    assert holding.filter(mandate=swap.taken_by).exists() == approves_itself


def test_two_who_approve_one_swap(city, published):
    duty = read_duty(published[0].duties.first())
    swap = offer_swap(duty, by=acting(duty.person.user), at=TWENTIETH)
    taker = takers(swap)[0]
    take_swap(swap, taker, by=acting(taker.person.user), at=TWENTIETH)

    def approve(user):
        return approve_swap(SwapRequest.objects.get(pk=swap.pk), by=acting(user), at=TWENTIETH)

    outcomes = at_once(lambda: approve(city.keeper), lambda: approve(city.organizer))
    assert len(winners(outcomes)) == 1
    assert Duty.objects.holding().filter(day=published[0]).count() == 2
    assert Event.objects.about(swap).filter(verb="approve").count() == 1


def test_two_staff_who_fill_one_free_seat(city, december):
    first, second = december
    gone = first.duties.first()
    Duty.objects.filter(pk=gone.pk).delete()
    busy = set(Duty.objects.holding().values_list("mandate_id", flat=True))
    free = [mandate for mandate in city.group.mandates.order_by("pk") if mandate.pk not in busy][:3]

    def put(user, mandate):
        return seat(read_day(first), by=acting(user), at=TWENTIETH, mandate=mandate)

    outcomes = at_once(
        lambda: put(city.keeper, free[0]),
        lambda: put(city.organizer, free[1]),
        lambda: put(city.keeper, free[2]),
    )
    assert len(winners(outcomes)) == 1
    refused = [outcome for outcome in outcomes if isinstance(outcome, InvalidInput)]
    assert ["席位已排满" in refusal.message for refusal in refused] == [True, True]
    assert first.duties.holding().count() == 2


def test_one_person_is_not_put_on_two_days_that_are_next_to_each_other(city, december):
    first, second = december
    Duty.objects.all().delete()
    mandate = city.group.mandates.order_by("pk").first()

    def put(user, day):
        return seat(read_day(day), by=acting(user), at=TWENTIETH, mandate=mandate)

    outcomes = at_once(lambda: put(city.keeper, first), lambda: put(city.organizer, second))
    assert len(winners(outcomes)) == 1
    assert Duty.objects.holding().filter(mandate=mandate).count() == 1


def test_two_who_publish_one_day(city, december):
    def publish(user):
        return perform_day("publish", read_day(december[0]), by=acting(user), at=TWENTIETH)

    outcomes = at_once(*[lambda user=user: publish(user) for user in (city.keeper, city.organizer) * 3])
    assert len(winners(outcomes)) == 1
    assert Event.objects.about(december[0]).filter(verb="publish").count() == 1
    sitters = list(december[0].duties.holding().values_list("person__user_id", flat=True))
    told = Notice.objects.filter(title__startswith="请您驻室接待").values_list("user_id", flat=True)
    assert sorted(told) == sorted(sitters)


def test_a_month_planned_by_several_at_once_is_planned_once(city, workroom, calendar):
    outcomes = at_once(*[plan] * 4)
    assert len(winners(outcomes)) == 4
    assert sorted(outcome.added for outcome in outcomes) == [0, 0, 0, 4]
    assert ReceptionDay.objects.count() == 2
    assert Duty.objects.count() == 4
    assert Event.objects.filter(verb="plan").count() == 2


def test_who_plans_and_who_seats_do_not_overfill(city, workroom, calendar):
    plan()
    day = ReceptionDay.objects.order_by("date").first()
    Duty.objects.filter(day=day).delete()
    mandates = list(city.group.mandates.order_by("pk"))

    def put(mandate):
        return seat(read_day(day), by=acting(city.keeper), at=TWENTIETH, mandate=mandate)

    at_once(plan, *[lambda mandate=mandate: put(mandate) for mandate in mandates[:3]])
    for each in ReceptionDay.objects.all():
        assert each.duties.holding().count() <= each.seats


def test_reminders_of_two_runs_go_out_once(published):
    at = TWENTIETH + timedelta(days=8)
    outcomes = at_once(*[lambda: send_duty_reminders(on=date(2026, 11, 28), at=at)] * 3)
    assert sorted(outcomes) == [0, 0, 2]


def test_keeper_and_organizer_tick_off_one_person(city, published):
    at = TWENTIETH.replace(month=12, day=1, hour=9)
    duty = published[0].duties.first()

    def tick(user):
        return check_in(read_duty(duty), by=acting(user), at=at)

    outcomes = at_once(lambda: tick(city.keeper), lambda: tick(city.organizer))
    assert len(winners(outcomes)) == 1
    assert Duty.objects.get(pk=duty.pk).status == DutyStatus.SERVED
    assert Event.objects.about(duty).filter(verb="check_in").count() == 1


def test_putting_off_and_publishing_one_day(city, december):
    def publish():
        return perform_day("publish", read_day(december[0]), by=acting(city.keeper), at=TWENTIETH)

    def put_off():
        data = {"to_date": "2026-12-03", "reason": "停电"}
        return perform_day(
            "postpone", read_day(december[0]), by=acting(city.organizer), at=TWENTIETH, data=data
        )

    outcomes = at_once(publish, put_off, publish, put_off)
    assert len(winners(outcomes)) in (1, 2)
    open_days = ReceptionDay.objects.exclude(status=DayStatus.POSTPONED)
    assert open_days.count() == 2
    assert ReceptionRule.objects.count() == 1
    for day in open_days:
        assert day.duties.holding().count() == 2
