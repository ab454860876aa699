from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from petitions.pages.due import due_words, explain_due
from portal.templatetags.portal_tags import day, moment, short_day, waiting
from workdays.calendar import DayMark, WorkCalendar

CHINA = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY = {date(2026, 10, d): DayMark(is_off=True, name="国庆节") for d in range(1, 8)}
CALENDAR = WorkCalendar(NATIONAL_DAY, settled_years={2026})


def matter(due, *, status="handling", fed_back_at=None):
    overdue = SimpleNamespace(
        status=status,
        due_date=due,
        waits_for_archive=fed_back_at is not None,
        is_paused=False,
        is_overdue=lambda on: bool(due and due < on and fed_back_at is None),
    )
    return overdue


@pytest.mark.parametrize(
    ("due", "on", "tone", "left"),
    [
        (date(2026, 11, 27), date(2026, 11, 23), "plain", "还剩 4 个工作日"),
        (date(2026, 11, 25), date(2026, 11, 23), "near", "还剩 2 个工作日"),
        (date(2026, 11, 23), date(2026, 11, 23), "near", "今天到期"),
        (date(2026, 11, 23), date(2026, 11, 21), "near", "还剩 1 个工作日"),
        (date(2026, 11, 20), date(2026, 11, 21), "overdue", "刚过期限"),
        (date(2026, 11, 20), date(2026, 11, 24), "overdue", "逾期 2 个工作日"),
        (date(2026, 9, 30), date(2026, 10, 8), "overdue", "逾期 1 个工作日"),
        (None, date(2026, 11, 23), "plain", "没有设定期限"),
    ],
)
def test_days_are_counted_as_work_days(due, on, tone, left):
    words = due_words(matter(due), on=on, calendar=CALENDAR)
    assert (words.tone, words.left) == (tone, left)


def test_skipped_days_are_told_by_reason_with_neighbours_together():
    deadline = CALENDAR.add_workdays(date(2026, 9, 24), 6)
    petition = SimpleNamespace(
        due_date=deadline.date,
        due_explained={
            "label": "办理",
            "start": "2026-09-24",
            "work_days": 6,
            "source": "办法",
            "provisional": False,
            "skipped": [{"date": d.date.isoformat(), "reason": d.reason} for d in deadline.skipped],
        },
    )
    told = [(group.reason, group.days, group.words) for group in explain_due(petition).skipped]
    assert told == [("周末", 2, "9月26日至27日"), ("国庆节", 7, "10月1日至7日")]
    petition.due_explained["skipped"] = [
        {"date": d, "reason": "周末"} for d in ("2026-10-31", "2026-11-01", "2026-11-07")
    ]
    assert [group.words for group in explain_due(petition).skipped] == ["10月31日至11月1日、7日"]


def test_dates_are_said_as_people_say_them():
    this_year = timezone.localdate().year
    assert day(date(2022, 10, 28)) == "2022年10月28日（周五）"
    assert day(date(this_year, 1, 1)).startswith("1月1日（周")
    assert day(None) == moment(None) == short_day(None) == ""
    assert moment(datetime(2022, 10, 28, 9, 5, tzinfo=CHINA)) == "2022年10月28日 09:05"
    assert short_day(date(2022, 10, 28)) == "2022-10-28"
    assert short_day(date(this_year, 3, 4)) == "03-04"


def test_waiting_is_rounded_up():
    assert waiting(timedelta(seconds=20)) == "1 分钟"
    assert waiting(timedelta(minutes=14, seconds=1)) == "15 分钟"
    assert waiting(timedelta(hours=2)) == "2 小时"
