import random
from datetime import date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from portal.demo.quotas import cut, share
from portal.demo.schedule import OfficeClock, reopen_course, run_course, stop_course, withdraw_course
from tests.factories import CHINA

CLOCK = OfficeClock(lambda day: day.weekday() < 5, date(2022, 1, 1), date(2023, 6, 30), CHINA)
STEPS = ("received", "registered", "assigned", "replied", "fed_back", "archived")


@given(st.integers(0, 20_000), st.lists(st.floats(0.01, 50), min_size=1, max_size=60))
def test_shares_sum_to_the_whole_and_are_fair(total, weights):
    parts = share(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(
        abs(part - total * weight / whole) <= 1.000001 for part, weight in zip(parts, weights, strict=True)
    )


@given(st.lists(st.integers(), min_size=1, max_size=300), st.integers(1, 20))
def test_pieces_keep_the_order_and_nearly_the_size(items, pieces):
    found = cut(items, pieces)
    assert [item for piece in found for item in piece] == items
    assert max(map(len, found)) - min(map(len, found)) <= 1


@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([0.0, 0.3, 1.0]), st.integers(0, 200))
def test_a_course_runs_forward_in_office_hours(seed, consultation, late, day):
    rng = random.Random(seed)
    course = run_course(
        CLOCK, CLOCK.moment(CLOCK.days[day], rng), consultation=consultation, late=late, rng=rng
    )
    moments = [getattr(course, step) for step in STEPS]
    assert moments == sorted(moments)
    assert len(set(moments)) == len(moments)
    for moment in moments:
        assert moment.weekday() < 5
        assert time(8, 30) <= moment.time() <= time(11, 31) or time(13, 30) <= moment.time() <= time(17, 22)
    assert course.status == "archived"


@given(st.integers(0, 10**6))
def test_a_reopened_course_is_told_twice(seed):
    rng = random.Random(seed)
    course = run_course(CLOCK, CLOCK.moment(CLOCK.days[5], rng), consultation=False, late=0, rng=rng)
    reopen_course(CLOCK, course, rng)
    line = [
        course.replied_before,
        course.fed_back_before,
        course.reopened,
        course.replied,
        course.fed_back,
        course.archived,
    ]
    assert line == sorted(line)


@given(st.integers(0, 10**6))
def test_a_withdrawn_course_has_no_answer(seed):
    rng = random.Random(seed)
    course = run_course(CLOCK, CLOCK.moment(CLOCK.days[5], rng), consultation=False, late=0, rng=rng)
    withdraw_course(CLOCK, course, rng)
    assert course.status == "withdrawn"
    assert (course.replied, course.fed_back, course.archived) == (None, None, None)
    assert all(moment is None or moment < course.withdrawn for moment in (course.registered, course.assigned))


def test_a_course_stops_where_the_day_is():
    rng = random.Random(1)
    course = run_course(CLOCK, CLOCK.moment(CLOCK.days[5], rng), consultation=False, late=0, rng=rng)
    stop_course(course, course.replied)
    assert (course.status, course.fed_back) == ("feedback", None)


def test_the_lunch_break_is_kept():
    rng = random.Random(3)
    before_lunch = datetime(2022, 3, 1, 11, 0, tzinfo=CHINA)
    later = [CLOCK.later(before_lunch, 0, rng) for _turn in range(200)]
    assert [moment for moment in later if time(11, 31) < moment.time() < time(13, 30)] == []
    assert min(later) > before_lunch
