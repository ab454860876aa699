"""The work-day clock: properties that hold for every calendar, and the days that everybody remembers."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workdays.actions import load_calendar_seed
from workdays.calendar import DayMark, WorkCalendar, explain
from workdays.models import CalendarDay
from workdays.queries import load_calendar

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
marks = st.builds(DayMark, is_off=st.booleans(), name=st.sampled_from(["春节", "国庆节"]))
calendars = st.builds(WorkCalendar, st.dictionaries(days, marks, max_size=60))
counts = st.integers(0, 60)


@given(calendars, days, counts)
def test_the_result_is_a_work_day(calendar, start, n):
    assert calendar.is_workday(calendar.add_workdays(start, n).date)


@given(calendars, days, st.integers(1, 60))
def test_every_day_on_the_way_is_counted_or_skipped_for_a_reason(calendar, start, n):
    deadline = calendar.add_workdays(start, n)
    assert len(deadline.skipped) + n == (deadline.date - start).days
    assert all(not calendar.is_workday(day.date) and day.reason for day in deadline.skipped)


@given(calendars, days, counts)
def test_what_was_added_is_what_lies_between(calendar, start, n):
    if n or calendar.is_workday(start):
        assert calendar.workdays_between(start, calendar.add_workdays(start, n).date) == n


@given(calendars, days, counts, counts)
def test_adding_in_two_steps_is_adding_at_once(calendar, start, n, m):
    once = calendar.add_workdays(start, n + m).date
    if n:
        assert calendar.add_workdays(calendar.add_workdays(start, n).date, m).date == once


@given(calendars, days, counts)
def test_one_more_work_day_is_later(calendar, start, n):
    assert calendar.add_workdays(start, n).date < calendar.add_workdays(start, n + 1).date or n == 0


@given(calendars, days, days)
def test_between_is_the_plain_count(calendar, a, b):
    low, high = min(a, b), max(a, b)
    plain = sum(calendar.is_workday(low + timedelta(days=i)) for i in range(1, (high - low).days + 1))
    assert calendar.workdays_between(low, high) == plain
    assert calendar.workdays_between(high, low) == -plain


def test_no_negative_counts():
    with pytest.raises(ValueError, match="negative"):
        WorkCalendar({}).add_workdays(date(2026, 1, 1), -1)


@pytest.mark.django_db
def test_national_day_2025_with_its_make_up_days():
    load_calendar_seed()
    calendar = load_calendar()
    assert calendar.is_workday(date(2025, 9, 28))  # a Sunday worked for the holiday
    deadline = calendar.add_workdays(date(2025, 9, 26), 3)
    assert deadline.date == date(2025, 9, 30)
    deadline = calendar.add_workdays(date(2025, 9, 30), 1)
    assert (deadline.date, len(deadline.skipped)) == (date(2025, 10, 9), 8)
    assert {day.reason for day in deadline.skipped} == {"国庆节、中秋节"}
    assert explain(deadline) == "自9月30日次日起第1个工作日；10月1日至10月8日为国庆节、中秋节，不计。"
    assert not deadline.provisional


@pytest.mark.django_db
def test_a_year_without_a_notice_is_provisional():
    load_calendar_seed()
    deadline = load_calendar().add_workdays(date(2026, 12, 30), 5)
    assert deadline.provisional
    assert explain(deadline).endswith("所经年份的放假安排尚未公布，日期可能调整。")


@pytest.mark.django_db
def test_the_seed_can_be_loaded_again(django_assert_num_queries):
    assert load_calendar_seed() == 11
    days_then = CalendarDay.objects.count()
    assert load_calendar_seed() == 0
    assert CalendarDay.objects.count() == days_then
    load_calendar()
    with django_assert_num_queries(0):
        load_calendar()


NOTICES = Path(os.environ.get("SHARED_DATA", "../shared/data")) / "holidays"


@pytest.mark.django_db
@pytest.mark.skipif(not NOTICES.is_dir(), reason="the notices as other people keep them are not here")
@pytest.mark.parametrize("year", range(2022, 2027))
def test_the_seed_agrees_with_the_notices(year):
    load_calendar_seed()
    calendar = load_calendar()
    for day in json.loads((NOTICES / f"{year}.json").read_text(encoding="utf-8"))["days"]:
        assert calendar.is_workday(date.fromisoformat(day["date"])) is not day["isOffDay"], day
