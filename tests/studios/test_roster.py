"""The roster (R21): the hard rules always hold, nobody can call it unfair, and what is published stays."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studios.roster import (
    Board,
    Change,
    Day,
    Duty,
    Leave,
    Person,
    Served,
    check_duties,
    measure_fairness,
    plan_again,
    plan_roster,
    swap_is_valid,
    valid_substitutes,
    valid_swaps,
    what_if,
)

NEW_YEAR = date(2026, 1, 1)
modest = settings(max_examples=25, deadline=None)


def on(month, day):
    return date(2026, month, day)


@st.composite
def boards(draw, venues=3, people=7, days=8, seats=3, published=True):
    """Few people and many days: leave, mandates, shared people and rest days get in each other's way."""
    names = list(range(1, draw(st.integers(1, venues)) + 1))
    at = NEW_YEAR
    made_days = []
    for number in range(draw(st.integers(1, days))):
        at += timedelta(days=draw(st.sampled_from([0, 1, 1, 2, 7, 14])))
        made_days.append(
            Day(
                number,
                draw(st.sampled_from(names)),
                at,
                seats=draw(st.integers(1, seats)),
                mixed_levels=draw(st.booleans()),
            )
        )
    dates = st.dates(NEW_YEAR, at)
    made_people = []
    for number in range(draw(st.integers(1, people))):
        homes = draw(st.sets(st.sampled_from(names), min_size=1))
        leave = draw(
            st.lists(
                st.builds(lambda a, n: Leave(a, a + timedelta(days=n)), dates, st.integers(0, 9)), max_size=2
            )
        )
        past = draw(st.sets(st.dates(date(2025, 1, 20), date(2025, 12, 31)), max_size=3))
        made_people.append(
            Person(
                number,
                frozenset(homes),
                level=draw(st.integers(0, 2)),
                history=tuple(Served(day, draw(st.sampled_from(names))) for day in sorted(past)),
                leave=tuple(leave),
                mandate_start=draw(st.none() | dates),
                mandate_end=draw(st.none() | dates),
                prefers=frozenset(draw(st.sets(st.integers(0, 6), max_size=2))),
                credit=draw(st.sampled_from([0, 0, 1])),
            )
        )
    pairs = st.builds(Duty, st.integers(0, days), st.integers(0, people), st.booleans())
    duties = draw(st.lists(pairs, max_size=8, unique_by=lambda d: (d.day, d.person))) if published else []
    return Board(tuple(made_people), tuple(made_days), tuple(duties))


def keys(plan):
    return {(duty.day, duty.person) for duty in plan.assignments}


def as_duties(plan):
    return tuple(Duty(duty.day, duty.person) for duty in plan.assignments)


def cannot(board, duties, person_id, day_id):
    """Why a person may not have a duty beside those she has: the rules once more, in the plainest way."""
    person = next((p for p in board.people if p.id == person_id), None)
    day = next((d for d in board.days if d.id == day_id), None)
    if person is None or day is None:
        return "unknown"
    if day.venue not in person.venues:
        return "eligible"
    if not (person.mandate_start or date.min) <= day.date <= (person.mandate_end or date.max):
        return "mandate"
    if any(leave.start <= day.date <= leave.end for leave in person.leave):
        return "leave"
    own = [d for d in board.days if (d.id, person_id) in duties and d.id != day_id]
    dates = [d.date for d in own] + [served.date for served in person.history]
    if day.date in dates:
        return "same_day"
    if any(abs((day.date - other).days) == 1 for other in dates):
        return "adjacent"
    sequence = sorted({d.date for d in board.days if d.venue == day.venue})
    at = sequence.index(day.date)
    beside = {*sequence[max(at - 1, 0) : at], *sequence[at + 1 : at + 2]}
    if any(d.venue == day.venue and d.date in beside for d in own):
        return "adjacent"
    before = [
        s.date for p in board.people for s in p.history if s.venue == day.venue and s.date < sequence[0]
    ]
    if at == 0 and before and Served(max(before), day.venue) in person.history:
        return "adjacent"
    return None


def counts(board, duties):
    """Duties of the twelve months up to the last day, by person."""
    last = max(day.date for day in board.days)
    since = last.replace(year=last.year - 1)
    held = Counter(person for _day, person in duties)
    return {
        p.id: held[p.id] + p.credit + sum(1 for day in {s.date for s in p.history} if since < day <= last)
        for p in board.people
    }


@modest
@given(boards())
def test_the_hard_rules_always_hold(board):
    plan = plan_roster(board)
    duties = keys(plan)
    assert len(duties) == len(plan.assignments)
    assert [(day, person) for day, person in duties if cannot(board, duties, person, day)] == []
    missing = {day.id: day.seats - sum(d == day.id for d, _p in duties) for day in board.days}
    assert all(number >= 0 for number in missing.values())
    assert {day: number for day, number in missing.items() if number} == {
        u.day: u.seats for u in plan.unfilled
    }
    assert check_duties(replace(board, duties=as_duties(plan))) == ()


@modest
@given(boards(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(board, dice):
    def shuffled(things):
        things = list(things)
        dice.shuffle(things)
        return tuple(things)

    people = tuple(
        replace(p, history=shuffled(p.history), leave=shuffled(p.leave)) for p in shuffled(board.people)
    )
    other = replace(board, people=people, days=shuffled(board.days), duties=shuffled(board.duties))
    assert plan_roster(other) == plan_roster(board)


@modest
@given(boards())
def test_published_duties_stay_unless_a_rule_or_an_empty_seat_forbids(board):
    plan = plan_roster(board)
    duties = keys(plan)
    dropped = {(drop.day, drop.person) for drop in plan.dropped}
    published = {(duty.day, duty.person) for duty in board.duties}
    assert published - duties == dropped
    assert {(d.day, d.person) for d in plan.assignments if d.kept} == published & duties
    for drop in plan.dropped:
        alone = cannot(board, set(), drop.person, drop.day)
        if alone in ("unknown", "eligible", "mandate", "leave"):
            assert "不再保留" in drop.reason
    # Every one that can stand beside what stayed either stands there or freed somebody for a seat.
    filled = {day.id: sum(d == day.id for d, _p in duties) for day in board.days}
    for duty in board.duties:
        if (
            duty.pinned
            and (duty.day, duty.person) in dropped
            and cannot(board, duties, duty.person, duty.day) is None
        ):
            assert filled[duty.day] == next(day.seats for day in board.days if day.id == duty.day)


@modest
@given(boards())
def test_planning_again_changes_nothing(board):
    plan = plan_roster(board)
    # What was set by hand stays so: without that the planner is freer than before and may fill a seat more.
    pinned = {(duty.day, duty.person) for duty in board.duties if duty.pinned}
    published = tuple(Duty(one.day, one.person, (one.day, one.person) in pinned) for one in plan.assignments)
    again = plan_roster(replace(board, duties=published))
    assert keys(again) == keys(plan)
    assert again.dropped == ()
    assert again.unfilled == plan.unfilled


def worth(board, plan):
    seated = Counter(duty.day for duty in plan.assignments)
    most = max((day.seats for day in board.days), default=0)
    filled = tuple(sum(n > place for n in seated.values()) for place in range(most))
    published = {(duty.day, duty.person) for duty in board.duties}
    lost = len(published - keys(plan))
    return filled, -lost, -sum(one.spread for one in plan.fairness.values())


@modest
@given(boards(venues=1), st.data())
def test_planning_what_is_partly_published_again_changes_nothing(board, data):
    """The second press of the button, after some days have been published: what is only planned stays as well."""
    first = plan_roster(board)
    pinned = {(duty.day, duty.person) for duty in board.duties if duty.pinned}
    told = data.draw(st.sets(st.sampled_from([day.id for day in board.days]))) if board.days else set()
    published, planned = [], []
    for one in first.assignments:
        key = one.day, one.person
        (published if one.day in told or key in pinned else planned).append(Duty(*key, key in pinned))
    now = replace(board, duties=tuple(published))
    again = plan_again(now, tuple(planned))
    if worth(now, plan_roster(now)) <= worth(now, first):
        assert keys(again) == keys(first)
    assert worth(now, again) >= worth(now, plan_roster(now))
    assert check_duties(replace(now, duties=as_duties(again))) == ()


@modest
@given(boards(), boards(published=False))
def test_what_was_planned_costs_nobody_anything(board, other):
    """Whatever was planned before, by whatever rules: the plan is as good as a fresh one."""
    standing = as_duties(plan_roster(other))
    again = plan_again(board, standing)
    assert worth(board, again) >= worth(board, plan_roster(board))
    assert check_duties(replace(board, duties=as_duties(again))) == ()
    published = {(duty.day, duty.person) for duty in board.duties}
    assert {(drop.day, drop.person) for drop in again.dropped} == published - keys(again)
    empty = Counter({day.id: day.seats for day in board.days})
    empty.subtract(duty.day for duty in again.assignments)
    assert {one.day: one.seats for one in again.unfilled} == {day: n for day, n in empty.items() if n}
    assert "已公布" not in "".join(
        one.reason for one in again.assignments if (one.day, one.person) not in published
    )


@modest
@given(boards(published=False), st.data())
def test_leave_changes_only_what_is_needed(board, data):
    plan = plan_roster(board)
    assume(plan.assignments)
    lost = data.draw(st.sampled_from(plan.assignments))
    when = next(day.date for day in board.days if day.id == lost.day)
    people = tuple(
        replace(p, leave=(*p.leave, Leave(when, when))) if p.id == lost.person else p for p in board.people
    )
    ill = replace(board, people=people, duties=as_duties(plan))
    again = plan_roster(ill)
    others = keys(plan) - {(lost.day, lost.person)}
    assert (lost.day, lost.person) not in keys(again)
    able = [
        p.id for p in people if not cannot(ill, others, p.id, lost.day) and (lost.day, p.id) not in others
    ]
    if able:
        assert others < keys(again)
        assert len(keys(again) - others) >= 1
        assert {person for day, person in keys(again) - others if day == lost.day} <= set(able)
    if len(keys(again)) < len(keys(plan)):
        # Nobody was disturbed for a seat that stays empty.
        assert keys(again) == others


@modest
@given(boards())
def test_no_empty_seat_can_be_filled_by_one_or_two_people_changing(board):
    plan = plan_roster(replace(board, duties=tuple(replace(duty, pinned=False) for duty in board.duties)))
    duties = keys(plan)
    for empty in plan.unfilled:
        for person in board.people:
            if (empty.day, person.id) in duties:
                continue
            assert cannot(board, duties, person.id, empty.day)
            for given_up in [(d, p) for d, p in duties if p == person.id]:
                rest = duties - {given_up}
                if cannot(board, rest, person.id, empty.day):
                    continue
                rest |= {(empty.day, person.id)}
                for other in board.people:
                    if (given_up[0], other.id) not in duties:
                        assert cannot(board, rest, other.id, given_up[0])


def best_by_trying_all(board):
    """(days with one, with two … people; least spread) among all rosters of one venue."""
    days = sorted(board.days, key=lambda day: day.date)
    able = {day.id: [p.id for p in board.people if not cannot(board, set(), p.id, day.id)] for day in days}
    reachable = {person for people in able.values() for person in people}
    start = counts(board, ())
    most = max(day.seats for day in days)
    states = {(frozenset(), tuple(sorted((p, start[p]) for p in reachable)), (0,) * most)}
    for number, day in enumerate(days):
        following = set()
        for before, loads, filled in states:
            near = before if number else frozenset()
            free = [p for p in able[day.id] if p not in near]
            for size in range(min(day.seats, len(free)) + 1):
                for chosen in map(frozenset, combinations(free, size)):
                    then = tuple((p, load + (p in chosen)) for p, load in loads)
                    following.add((chosen, then, tuple(n + (place < size) for place, n in enumerate(filled))))
        states = following
    best = max(filled for _before, _loads, filled in states)
    spreads = [
        max((n for _p, n in loads), default=0) - min((n for _p, n in loads), default=0)
        for _before, loads, filled in states
        if filled == best
    ]
    return best, min(spreads)


@st.composite
def small_boards(draw):
    board = draw(boards(venues=1, people=4, days=4, seats=2, published=False))
    gap = draw(st.sampled_from([1, 3, 14]))
    days = tuple(replace(day, date=NEW_YEAR + timedelta(days=gap * day.id)) for day in board.days)
    return replace(board, days=days)


@modest
@given(small_boards())
def test_no_roster_of_a_small_venue_is_more_even(board):
    plan = plan_roster(board)
    seated = Counter(duty.day for duty in plan.assignments)
    filled = tuple(
        sum(n > place for n in seated.values()) for place in range(max(d.seats for d in board.days))
    )
    fairness = plan.fairness[1]
    assert (filled, fairness.spread) == best_by_trying_all(board)
    assert fairness.is_best


@modest
@given(boards())
def test_fairness_is_counted_as_anybody_would(board):
    plan = plan_roster(board)
    duties = keys(plan)
    number = counts(board, duties)
    for venue, fairness in plan.fairness.items():
        days = [day for day in board.days if day.venue == venue]
        people = [p.id for p in board.people if any(not cannot(board, set(), p.id, day.id) for day in days)]
        told = [number[pk] for pk in people]
        assert (fairness.people, fairness.least, fairness.most) == (
            len(people),
            min(told, default=0),
            max(told, default=0),
        )
        assert fairness.best <= fairness.spread
        assert fairness.told.endswith("。")
    published = measure_fairness(replace(board, duties=as_duties(plan)))
    assert {v: (f.least, f.most) for v, f in published.items()} == {
        v: (f.least, f.most) for v, f in plan.fairness.items()
    }


@modest
@given(boards())
def test_every_reason_is_one_true_sentence(board):
    plan = plan_roster(board)
    duties = keys(plan)
    days = {day.id: day for day in board.days}

    def before(pk, day):
        since = day.replace(year=day.year - 1)
        person = next(p for p in board.people if p.id == pk)
        dates = {s.date for s in person.history} | {days[d].date for d, p in duties if p == pk}
        return sum(since <= other < day for other in dates) + person.credit

    for duty in plan.assignments:
        day = days[duty.day]
        number = before(duty.person, day.date)
        assert duty.reason.count("。") == 1
        assert duty.reason.endswith("。")
        assert (f"轮值{number}次" if number else "近12个月未轮值") in duty.reason
        office = [
            p.id
            for p in board.people
            if day.venue in p.venues
            and (p.mandate_start or date.min) <= day.date <= (p.mandate_end or date.max)
        ]
        assert ("为本室最少" in duty.reason) == (number == min(before(pk, day.date) for pk in office))
    for empty in plan.unfilled:
        assert empty.reason.endswith("。")
        assert f"缺{empty.seats}人" in empty.reason


@modest
@given(boards(), st.data())
def test_a_substitute_is_valid_exactly_when_the_rules_allow_it(board, data):
    plan = plan_roster(board)
    assume(plan.assignments)
    lost = data.draw(st.sampled_from(plan.assignments))
    published = replace(board, duties=as_duties(plan))
    rest = keys(plan) - {(lost.day, lost.person)}
    found = valid_substitutes(published, lost.day, leaving=lost.person)
    venue = next(day.venue for day in board.days if day.id == lost.day)
    assert {c.person for c in found} == {p.id for p in board.people if venue in p.venues} - {lost.person}
    for candidate in found:
        allowed = (lost.day, candidate.person) not in rest and not cannot(
            board, rest, candidate.person, lost.day
        )
        assert candidate.is_valid == allowed
        assert candidate.reason.endswith("。")
        change = Change(remove=(Duty(lost.day, lost.person),), add=(Duty(lost.day, candidate.person),))
        if (lost.day, candidate.person) not in rest:
            assert what_if(published, change).is_valid == allowed
    flags = [candidate.is_valid for candidate in found]
    assert flags == sorted(flags, reverse=True)


@modest
@given(boards())
def test_a_swap_is_valid_exactly_when_the_board_stays_so(board):
    published = replace(board, duties=as_duties(plan_roster(board)))
    for a, b in combinations(published.duties[:6], 2):
        verdict = swap_is_valid(published, a, b)
        assert bool(verdict) == bool(swap_is_valid(published, b, a))
        assert verdict.reason.endswith("。")
        if a.person != b.person and a.day != b.day:
            rest = {(d.day, d.person) for d in published.duties} - {(a.day, a.person), (b.day, b.person)}
            after = rest | {(a.day, b.person), (b.day, a.person)}
            fits = len(after) == len(published.duties) and not any(
                cannot(board, after, person, day) for day, person in after
            )
            assert bool(verdict) == fits
        else:
            assert not verdict
    for a in published.duties[:2]:
        offered = [other for other, _verdict in valid_swaps(published, a)]
        assert set(offered) == {b for b in published.duties if swap_is_valid(published, a, b)}
