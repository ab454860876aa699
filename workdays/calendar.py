"""The work-day clock, without Django: legal holidays and make-up work days (调休), and how a date came about.

R58: never subtract days off as calendar days; every skipped day has a reason that can be told.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

ONE_DAY = timedelta(days=1)
WEEKEND = "周末"


@dataclass(frozen=True)
class DayMark:
    """A day that is not what its weekday says: `is_off` with the holiday's name, or made up for one."""

    is_off: bool
    name: str


@dataclass(frozen=True)
class SkippedDay:
    date: date
    reason: str


@dataclass(frozen=True)
class Deadline:
    """A computed day, the days off that were passed over on the way, and whether a guessed year was involved."""

    start: date
    work_days: int
    date: date
    skipped: list[SkippedDay] = field(default_factory=list)
    provisional: bool = False


class WorkCalendar:
    """Marked days by date, and the years that a State Council notice covers.

    A year that is not in `settled_years` is provisional: its make-up days are not known yet.
    """

    def __init__(self, days: Mapping[date, DayMark], *, settled_years=frozenset()):
        self._days = dict(days)
        self.settled_years = frozenset(settled_years)

    def reason_off(self, day):
        """Why nobody works on that day: the holiday's name or 周末; None on a work day."""
        mark = self._days.get(day)
        if mark is not None:
            return mark.name if mark.is_off else None
        return WEEKEND if day.weekday() >= 5 else None

    def is_workday(self, day):
        return self.reason_off(day) is None

    def is_provisional(self, day):
        return day.year not in self.settled_years

    def add_workdays(self, start, n):
        """The n-th work day after `start`; the count begins on the next day.

        n = 0 gives `start` itself if it is a work day, else the next work day. Raises ValueError if n < 0.
        """
        if n < 0:
            raise ValueError("n must not be negative")
        day, left, skipped = start, n, []
        if n == 0 and not self.is_workday(start):
            left = 1
            skipped.append(SkippedDay(start, self.reason_off(start)))
        while left:
            day += ONE_DAY
            reason = self.reason_off(day)
            if reason is None:
                left -= 1
            else:
                skipped.append(SkippedDay(day, reason))
        years = range(start.year, day.year + 1)
        provisional = any(year not in self.settled_years for year in years)
        return Deadline(start=start, work_days=n, date=day, skipped=skipped, provisional=provisional)

    def next_workday(self, day):
        """The day itself if people work on it, else the first work day after it."""
        return self.add_workdays(day, 0).date

    def workdays_between(self, a, b):
        """Work days in (a, b]: how many are left on `a` until `b`. Negative when `b` lies before `a`."""
        if b < a:
            return -self.workdays_between(b, a)
        whole_weeks, rest = divmod((b - a).days, 7)
        plain = whole_weeks * 5 + sum((b - ONE_DAY * i).weekday() < 5 for i in range(rest))
        first, last = bisect_right(self._marked, a), bisect_right(self._marked, b)
        return plain + sum(self._shift(day) for day in self._marked[first:last])

    @cached_property
    def _marked(self):
        return sorted(self._days)

    def _shift(self, day):
        """What a marked day adds to the plain count of weekdays."""
        is_weekday, works = day.weekday() < 5, not self._days[day].is_off
        return int(works) - int(is_weekday)


def explain(deadline):
    """How the date came about, in one sentence.

    >>> explain(Deadline(date(2026, 11, 18), 3, date(2026, 11, 23), [SkippedDay(date(2026, 11, 21), "周末")]))
    '自11月18日次日起第3个工作日；11月21日为周末，不计。'
    """
    parts = [f"自{_day(deadline.start)}次日起第{deadline.work_days}个工作日"]
    for reason, days in _runs(deadline.skipped):
        told = _day(days[0]) if len(days) == 1 else f"{_day(days[0])}至{_day(days[-1])}"
        parts.append(f"{told}为{reason}，不计")
    if deadline.provisional:
        parts.append("所经年份的放假安排尚未公布，日期可能调整")
    return "；".join(parts) + "。"


def _runs(skipped):
    """Neighbouring days with one reason belong together."""
    runs = []
    for day in skipped:
        if runs and runs[-1][0] == day.reason and day.date - runs[-1][1][-1] == ONE_DAY:
            runs[-1][1].append(day.date)
        else:
            runs.append((day.reason, [day.date]))
    return runs


def _day(day):
    return f"{day.month}月{day.day}日"
