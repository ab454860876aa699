"""The roster by example (R21): small boards made by hand, and what the plan and its sentences must be."""

from dataclasses import replace
from datetime import date

import pytest

from studios.roster import (
    Board,
    Change,
    Day,
    Duty,
    Leave,
    Person,
    Served,
    check_duties,
    plan_roster,
    swap_is_valid,
    valid_substitutes,
    valid_swaps,
    what_if,
)


def on(month, day):
    return date(2026, month, day)


def monthly(count, venue=1, **more):
    return tuple(Day(month, venue, on(month, 10), **more) for month in range(1, count + 1))


def person(pk, **more):
    return Person(pk, frozenset([1]), **more)


def by_day(plan):
    found = {}
    for duty in plan.assignments:
        found.setdefault(duty.day, set()).add(duty.person)
    return found


def test_the_year_is_looked_at_before_the_month():
    """Somebody who sat more often gets January all the same: from February on the others are enough, and she is away."""
    away = person(
        1,
        leave=(Leave(on(2, 1), on(12, 31)),),
        history=(Served(date(2025, 1, 5), 9), Served(date(2025, 6, 5), 9)),
    )
    people = (away, *(person(pk) for pk in range(2, 8)))
    plan = plan_roster(Board(people, monthly(7, seats=1), until=on(12, 31)))
    assert by_day(plan)[1] == {1}
    assert (plan.fairness[1].least, plan.fairness[1].most) == (1, 1)


def test_who_sat_least_comes_first_and_is_told_so():
    people = (
        person(1, history=(Served(date(2025, 8, 15), 1), Served(date(2025, 3, 3), 1))),
        person(2, history=(Served(date(2025, 8, 15), 1),)),
        person(3, history=(Served(date(2025, 9, 15), 1),)),
        person(4, history=(Served(date(2025, 9, 15), 1), Served(date(2025, 4, 4), 1))),
    )
    (duty,) = plan_roster(Board(people, monthly(1, seats=1))).assignments
    assert (duty.person, duty.reason) == (2, "近12个月轮值1次，为本室最少；上次2025年8月15日，间隔最久。")


def test_who_sits_although_others_sat_less_is_told_why():
    people = (
        person(1, history=(Served(date(2025, 8, 15), 9),)),
        person(2, leave=(Leave(on(1, 1), on(1, 31)),)),
        person(3, mandate_start=on(2, 1)),
    )
    (duty,) = plan_roster(Board(people, monthly(1, seats=1))).assignments
    assert (duty.person, duty.reason) == (1, "近12个月轮值1次，更少的1人中1人请假。")


def test_an_empty_seat_says_who_could_not():
    people = (
        *(person(pk, leave=(Leave(on(2, 1), on(2, 28)),)) for pk in range(1, 4)),
        person(4, mandate_start=on(3, 1)),
        person(5, mandate_end=on(1, 31)),
        person(6),
        person(7),
    )
    pinned = tuple(Duty(1, pk, pinned=True) for pk in (6, 7))
    plan = plan_roster(Board(people, monthly(2), pinned))
    assert [(u.day, u.seats, u.reason) for u in plan.unfilled] == [
        (2, 2, "本室7名可排代表中3人请假、1人任期未到、1人任期已满、2人前后相邻接待日已排，缺2人。")
    ]
    assert [duty.reason[:8] for duty in plan.assignments] == ["由工作人员指定；"] * 2


def test_a_venue_without_people_says_what_to_do():
    plan = plan_roster(Board((), monthly(1)))
    assert [u.reason for u in plan.unfilled] == ["本室没有可排代表，缺2人，请先为本室配置代表小组。"]
    assert plan.fairness[1].told == "本室没有可排的代表。"


def test_a_shortage_is_spread_over_the_days():
    people = tuple(person(pk) for pk in (1, 2))
    assert {day: len(people) for day, people in by_day(plan_roster(Board(people, monthly(2)))).items()} == {
        1: 1,
        2: 1,
    }


def test_nobody_sits_in_two_venues_on_one_day_or_the_next():
    both = Person(1, frozenset([1, 2]))
    days = (Day(1, 1, on(3, 1), seats=1), Day(2, 2, on(3, 1), seats=1), Day(3, 2, on(3, 2), seats=1))
    plan = plan_roster(Board((both,), days))
    assert len(plan.assignments) == 1
    published = (Duty(1, 1), Duty(2, 1), Duty(3, 1))
    breaches = check_duties(Board((both,), days, published))
    assert sorted((breach.day, breach.code) for breach in breaches) in (
        [(2, "same_day"), (3, "adjacent")],
        [(1, "same_day"), (3, "adjacent")],
    )


def test_a_duty_at_another_venue_weighs_the_same():
    tired = Person(1, frozenset([1]), history=(Served(date(2025, 6, 1), 99),))
    assert by_day(plan_roster(Board((tired, person(2)), monthly(1, seats=1)))) == {1: {2}}


def test_the_last_day_before_the_board_is_adjacent():
    sat = person(1, history=(Served(date(2025, 12, 10), 1),))
    assert plan_roster(Board((sat,), monthly(1, seats=1))).assignments == ()
    # A day between on which nobody sat makes room.
    assert (
        len(plan_roster(Board((sat,), monthly(1, seats=1), earlier={1: date(2025, 12, 24)})).assignments) == 1
    )


def test_a_newcomer_need_not_make_up_for_the_time_before_her_mandate():
    old = tuple(
        person(pk, history=tuple(Served(date(2025, month, 3 * pk), 1) for month in (2, 5, 8)))
        for pk in (1, 2, 3)
    )
    days = monthly(4, seats=1)
    eager = by_day(plan_roster(Board((*old, person(4)), days)))
    assert [4 in people for people in eager.values()].count(True) == 2
    fair = by_day(plan_roster(Board((*old, person(4, credit=3)), days)))
    assert [4 in people for people in fair.values()].count(True) == 1


def test_levels_are_mixed_where_that_costs_no_fairness():
    people = (person(1, level=1), person(2, level=1), person(3, level=4), person(4, level=4))
    plan = plan_roster(Board(people, monthly(2, mixed_levels=True)))
    levels = {p.id: p.level for p in people}
    assert [{levels[pk] for pk in sitting} for sitting in by_day(plan).values()] == [{1, 4}, {1, 4}]
    assert all("与不同层级代表同班" in duty.reason for duty in plan.assignments)


def test_a_liked_weekday_decides_between_equals():
    # 10 January is a Saturday, 10 February and March are Tuesdays.
    people = (person(1, prefers=frozenset([1])), person(2, prefers=frozenset([5])))
    days = (Day(1, 1, on(1, 10), seats=1), Day(2, 1, on(2, 10), seats=1))
    assert by_day(plan_roster(Board(people, days))) == {1: {2}, 2: {1}}


def test_what_was_set_by_hand_does_not_move_for_an_empty_seat():
    only = person(1)
    other = person(2, leave=(Leave(on(2, 10), on(2, 10)),))
    days = monthly(2, seats=1)
    moved = plan_roster(Board((only, other), days, (Duty(1, 1),)))
    assert (by_day(moved), [drop.reason for drop in moved.dropped]) == (
        {1: {2}, 2: {1}},
        ["为补足其他接待日的空缺而调整。"],
    )
    stays = plan_roster(Board((only, other), days, (Duty(1, 1, pinned=True),)))
    assert (by_day(stays), stays.dropped, len(stays.unfilled)) == ({1: {1}}, (), 1)


def test_what_a_change_does_to_fairness_is_told():
    people = tuple(person(pk) for pk in (1, 2, 3))
    board = Board(people, monthly(3, seats=1), (Duty(1, 1), Duty(2, 2), Duty(3, 3)))
    effect = what_if(board, Change(remove=(Duty(3, 3),), add=(Duty(3, 1),)))
    assert effect.is_valid
    assert effect.told == "公平性变差：近12个月轮值次数的差距由0次变为2次（最少0次，最多2次）。"
    back = what_if(
        replace(board, duties=(Duty(1, 1), Duty(2, 2), Duty(3, 1))), Change((Duty(3, 1),), (Duty(3, 3),))
    )
    assert back.told == "公平性改善：近12个月轮值次数的差距由2次变为0次（最少1次，最多1次）。"
    assert what_if(board, Change()).told == "公平性不变。"
    refused = what_if(board, Change(remove=(Duty(2, 2),), add=(Duty(2, 1),)))
    assert (refused.is_valid, refused.told) == (False, "不能这样调整：前后相邻接待日已有轮值。")
    full = what_if(board, Change(add=(Duty(3, 1),)))
    assert [breach.code for breach in full.breaches] == ["overfilled"]
    assert [breach.code for breach in what_if(board, Change(add=(Duty(9, 1),))).breaches] == ["unknown"]


def test_substitutes_come_best_first_with_their_reasons():
    people = (
        person(1),
        person(2, history=(Served(date(2025, 8, 15), 1),)),
        person(3),
        person(4, leave=(Leave(on(2, 10), on(2, 10)),)),
        person(5, mandate_end=on(1, 31)),
        person(6),
    )
    board = Board(people, monthly(3, seats=1), (Duty(2, 1), Duty(3, 3)))
    found = valid_substitutes(board, 2, leaving=1)
    assert [(c.person, c.count, c.last, c.reason) for c in found if c.is_valid] == [
        (6, 0, None, "近12个月未轮值，为本室最少。"),
        (
            2,
            1,
            date(2025, 8, 15),
            "近12个月轮值1次，更少的3人中1人请假、1人前后相邻接待日已排、1人可作候补。",
        ),
    ]
    assert {c.person: c.reason for c in found if not c.is_valid} == {
        3: "前后相邻接待日已排。",
        4: "请假。",
        5: "任期已满。",
    }
    with pytest.raises(KeyError):
        valid_substitutes(board, 99)


def test_a_swap_says_whose_day_does_not_fit():
    people = (person(1), person(2, leave=(Leave(on(1, 10), on(1, 10)),)), person(3))
    board = Board(people, monthly(3, seats=1), (Duty(1, 1), Duty(2, 3), Duty(3, 2)))
    assert swap_is_valid(board, Duty(1, 1), Duty(3, 2)).reason == "对方不能在1月10日轮值：当日请假。"
    assert swap_is_valid(board, Duty(3, 2), Duty(1, 1)).reason == "发起人不能在1月10日轮值：当日请假。"
    assert swap_is_valid(board, Duty(1, 1), Duty(2, 3))
    assert not swap_is_valid(board, Duty(1, 1), Duty(3, 1))
    assert "请刷新后再试" in swap_is_valid(board, Duty(1, 2), Duty(3, 2)).reason
    assert [other for other, _verdict in valid_swaps(board, Duty(1, 1))] == [Duty(2, 3)]
    assert valid_swaps(board, Duty(1, 3)) == ()


def test_a_board_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="twice"):
        plan_roster(Board((person(1), person(1)), monthly(1)))
    with pytest.raises(ValueError, match="twice"):
        plan_roster(Board((), (*monthly(1), *monthly(1))))
    with pytest.raises(ValueError, match="twelve months"):
        plan_roster(Board((), monthly(2), until=on(1, 31)))
    with pytest.raises(ValueError, match="twelve months"):
        plan_roster(Board((), monthly(2), until=date(2027, 1, 10)))


def test_an_empty_board_has_an_empty_plan():
    plan = plan_roster(Board((person(1),), ()))
    assert (plan.assignments, plan.unfilled, plan.dropped, dict(plan.fairness)) == ((), (), (), {})
