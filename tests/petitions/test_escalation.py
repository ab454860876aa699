"""Nobody is escalated early. The classic fault by name: days off subtracted as calendar days."""

import csv
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import workdays
from petitions.escalation import Rule, latest_rules, position
from workdays.calendar import DayMark, WorkCalendar

DATA = Path(workdays.__file__).parent / "data"
ONE_DAY = timedelta(days=1)


def read_calendar():
    """2020–2026 as the State Council announced them; 2027 only guessed from the statutory days."""
    days = {}
    for name, kind in (("days.csv", None), ("provisional_days.csv", "off")):
        with (DATA / name).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                off = (kind or row["kind"]) == "off"
                days[date.fromisoformat(row["date"])] = DayMark(is_off=off, name=row["name"])
    return WorkCalendar(days, settled_years=set(range(2020, 2027)))


CALENDAR = read_calendar()
RULES = [
    Rule(1, -3, "turn"),
    Rule(2, 0, "turn"),
    Rule(3, 1, "turn"),
    Rule(4, 1, "organizer"),
    Rule(5, 3, "county"),
    Rule(6, 5, "leader"),
    Rule(7, 10, "city"),
]
days = st.dates(date(2020, 1, 2), date(2027, 12, 1))
workdays_only = days.map(CALENDAR.next_workday)


def worked_since(day, on):
    """Counted one by one on the wall calendar: the work days after `day`, up to and with `on`."""
    passed, one = 0, day
    while one < on:
        one += ONE_DAY
        passed += CALENDAR.is_workday(one)
    return passed


def first_day_of(rule, due):
    """The first day on which the rule speaks, looking day by day from long before the date."""
    on = due - timedelta(days=40)
    while not any(
        one.id == rule.id for one in latest_rules([rule], due, start=None, on=on, calendar=CALENDAR)
    ):
        on += ONE_DAY
    return on


@given(due=workdays_only, rule=st.sampled_from([rule for rule in RULES if rule.offset >= 0]))
def test_a_rule_speaks_on_exactly_the_work_day_it_names(due, rule):
    first = first_day_of(rule, due)
    assert CALENDAR.is_workday(first)
    if rule.offset > 0:
        assert worked_since(due, first) == rule.offset
        # The day before, the work days were not over yet.
        assert worked_since(due, first - ONE_DAY) == rule.offset - 1
    else:
        assert first == due


@given(due=workdays_only, on=days)
def test_nothing_is_said_on_a_day_off_and_nothing_too_early(due, on):
    spoken = latest_rules(RULES, due, start=None, on=on, calendar=CALENDAR)
    if not CALENDAR.is_workday(on):
        assert spoken == []
    for rule in spoken:
        if rule.offset > 0:
            assert on > due and worked_since(due, on) >= rule.offset
        elif on < due:
            assert worked_since(on, due) <= -rule.offset
    assert len({rule.audience for rule in spoken}) == len(spoken)


@given(due=workdays_only, on=workdays_only)
def test_a_missed_day_is_caught_up_by_the_latest_rule_alone(due, on):
    spoken = {rule.audience: rule for rule in latest_rules(RULES, due, start=None, on=on, calendar=CALENDAR)}
    now = position(due, on=on, calendar=CALENDAR)
    for audience in {rule.audience for rule in RULES}:
        past = [rule.offset for rule in RULES if rule.audience == audience and rule.offset <= now]
        assert (spoken[audience].offset if audience in spoken else None) == (max(past) if past else None)


def test_the_classic_fault_days_off_subtracted_as_calendar_days():
    """Due on the last day before the National Day week of 2026; the Saturday after it is worked (调休).

    Whoever counts days of the week, or calendar days less a fixed number of days off, has the county told within the
    holidays, when nobody has had a day to work on it.
    """
    due = date(2026, 9, 30)
    assert [CALENDAR.is_workday(date(2026, 10, d)) for d in (1, 7, 8, 9, 10, 11)] == [
        False, False, True, True, True, False,
    ]  # fmt: skip
    county = RULES[4]
    assert first_day_of(county, due) == date(2026, 10, 10)
    assert first_day_of(RULES[3], due) == date(2026, 10, 8)
    # By weekdays alone it would have been 5 October, in the middle of the holidays.
    naive, left = due, county.offset
    while left:
        naive += ONE_DAY
        left -= naive.weekday() < 5
    assert naive == date(2026, 10, 5)
    assert latest_rules(RULES, due, start=None, on=naive, calendar=CALENDAR) == []


def test_a_provisional_year_is_counted_by_its_statutory_days():
    due = date(2027, 9, 30)
    assert CALENDAR.is_provisional(due)
    first = first_day_of(RULES[3], due)
    assert first > date(2027, 10, 3) and CALENDAR.is_workday(first)


def test_three_days_before_says_nothing_of_a_step_that_takes_three():
    start, due = date(2026, 11, 16), date(2026, 11, 19)
    on = date(2026, 11, 17)
    assert latest_rules(RULES, due, start=start, on=on, calendar=CALENDAR) == []
    assert [rule.id for rule in latest_rules(RULES, due, start=None, on=on, calendar=CALENDAR)] == [1]
