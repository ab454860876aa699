"""The due date in words: how long is left, and how the date came about (R58)."""

from dataclasses import dataclass
from datetime import date, timedelta

from petitions.enums import Status

NEAR_WORKDAYS = 3
"""So many work days before its date a matter turns amber; until then it is as grey as the rest of the line."""


@dataclass(frozen=True)
class DueWords:
    """tone: "overdue" (red), "near" (amber), "closed" (green), "plain". `left` is the short phrase for lists."""

    tone: str
    left: str


def due_words(petition, *, on, calendar):
    """How a matter stands against its date. Never colour alone: the words say it too."""
    if petition.status == Status.ARCHIVED:
        return DueWords("closed", "已归档")
    if petition.status == Status.WITHDRAWN:
        return DueWords("plain", "已撤回")
    if petition.waits_for_archive:
        return DueWords("closed", "已告知本人，等待归档")
    if petition.due_date is None:
        return DueWords("plain", "没有设定期限")
    if petition.is_overdue(on=on):
        late = calendar.workdays_between(petition.due_date, on)
        return DueWords("overdue", f"逾期 {late} 个工作日" if late else "刚过期限")
    left = calendar.workdays_between(on, petition.due_date)
    tone = "near" if left <= NEAR_WORKDAYS else "plain"
    return DueWords(tone, f"还剩 {left} 个工作日" if left else "今天到期")


@dataclass(frozen=True)
class SkippedDays:
    """The days that were not counted for one reason, in words: 10月3日至4日、10日至11日."""

    reason: str
    days: int
    words: str


@dataclass(frozen=True)
class DueExplanation:
    label: str
    start: date
    due: date
    work_days: int
    source: str
    provisional: bool
    skipped: tuple


def explain_due(petition):
    """The stored computation, with the skipped days put together by reason; None where there is no date."""
    stored = petition.due_explained
    if not stored or petition.due_date is None:
        return None
    return DueExplanation(
        label=stored["label"],
        start=date.fromisoformat(stored["start"]),
        due=petition.due_date,
        work_days=stored["work_days"],
        source=stored["source"],
        provisional=stored["provisional"],
        skipped=tuple(_group_by_reason(stored["skipped"])),
    )


def _group_by_reason(skipped):
    by_reason = {}
    for entry in skipped:
        by_reason.setdefault(entry["reason"], []).append(date.fromisoformat(entry["date"]))
    for reason, days in by_reason.items():
        yield SkippedDays(reason=reason, days=len(days), words="、".join(_runs_in_words(days)))


def _runs_in_words(days):
    """Neighbouring days put together; the month is said when it changes."""
    month = None
    for first, last in _runs(days):
        words = _day_in_words(first, month)
        if last != first:
            words += f"至{_day_in_words(last, first.month)}"
        month = last.month
        yield words


def _runs(days):
    first = last = days[0]
    for day in days[1:]:
        if day - last != timedelta(days=1):
            yield first, last
            first = day
        last = day
    yield first, last


def _day_in_words(day, month):
    return f"{day.day}日" if day.month == month else f"{day.month}月{day.day}日"
