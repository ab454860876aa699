"""The due date in words: how long is left, and how the date came about (R58)."""

from dataclasses import dataclass
from datetime import date, timedelta

from petitions.enums import Status
from workdays.templatetags.chinese_days import day as day_in_words

NEAR_WORKDAYS = 3
"""So many work days before its date a matter turns amber; until then it is as grey as the rest of the line."""


@dataclass(frozen=True)
class DueWords:
    """tone: "overdue" (red), "near" (amber), "closed" (green), "paused", "plain". `left` is the short phrase for
    lists, `full` the longer one for the matter's own page where there is more to say."""

    tone: str
    left: str
    full: str = ""


def due_words(petition, *, on, calendar):
    """How a matter stands against its date. Never colour alone: the words say it too."""
    if petition.status == Status.ARCHIVED:
        return DueWords("closed", "已归档")
    if petition.status == Status.WITHDRAWN:
        return DueWords("plain", "已撤回")
    if petition.status == Status.ROUTED_OUT:
        return DueWords("plain", "已转出")
    if petition.waits_for_archive:
        return DueWords("closed", "已告知本人，等待归档")
    if petition.is_paused:
        return _paused_words(petition)
    if petition.due_date is None:
        return DueWords("plain", "没有设定期限")
    if petition.is_overdue(on=on):
        late = calendar.workdays_between(petition.due_date, on)
        return DueWords("overdue", f"逾期 {late} 个工作日" if late else "刚过期限")
    left = calendar.workdays_between(on, petition.due_date)
    tone = "near" if left <= NEAR_WORKDAYS else "plain"
    return DueWords(tone, f"还剩 {left} 个工作日" if left else "今天到期")


def report_words(due, *, on, calendar):
    """How a supervised matter stands against the day on which its report is due."""
    if due is None:
        return DueWords("plain", "没有定回报日期")
    day = f"{due.month}月{due.day}日"
    if due < on:
        return DueWords("overdue", f"{day}，逾期 {calendar.workdays_between(due, on)} 个工作日")
    left = calendar.workdays_between(on, due)
    tone = "near" if left <= NEAR_WORKDAYS else "plain"
    return DueWords(tone, f"{day}，还剩 {left} 个工作日" if left else f"{day}，今天到期")


def _paused_words(petition):
    """已停表：等反映人补充材料，还有 3 个工作日."""
    left = petition.clock_left or 0
    rest = f"还有 {left} 个工作日" if left >= 0 else f"停表前已逾期 {-left} 个工作日"
    lines = petition.due_explained.get("lines") or [{}]
    reason = lines[-1].get("reason", "")
    return DueWords("paused", f"已停表，{rest}", f"已停表：{reason}，{rest}" if reason else "")


@dataclass(frozen=True)
class SkippedDays:
    """The days that were not counted for one reason, in words: 10月3日至4日、10日至11日."""

    reason: str
    days: int
    words: str


@dataclass(frozen=True)
class ClockLine:
    """An extension or a pause: what it did to the date, and which days were not counted on the way."""

    words: str
    skipped: tuple = ()


@dataclass(frozen=True)
class DueExplanation:
    """`due` is the date that counts now, None while the clock stands; `first_due` the one before `lines` moved it."""

    label: str
    start: date
    due: date | None
    first_due: date
    work_days: int
    source: str
    applies_to: str
    provisional: bool
    skipped: tuple
    lines: tuple = ()


def explain_due(petition):
    """The stored computation, with the skipped days put together by reason; None where there is no date."""
    stored = petition.due_explained
    if not stored or (petition.due_date is None and not petition.is_paused):
        return None
    lines = stored.get("lines", ())
    first_due = date.fromisoformat(stored["due"]) if "due" in stored else petition.due_date
    return DueExplanation(
        label=stored["label"],
        start=date.fromisoformat(stored["start"]),
        due=petition.due_date,
        first_due=first_due,
        work_days=stored["work_days"],
        source=stored["source"],
        applies_to=stored.get("applies_to", ""),
        provisional=stored["provisional"] or any(line.get("provisional") for line in lines),
        skipped=tuple(_group_by_reason(stored["skipped"])),
        lines=tuple(_tell_line(line) for line in lines),
    )


def _tell_line(line):
    told = _EXTENSION_OR_PAUSE[line["kind"]](line)
    return ClockLine(words=told, skipped=tuple(_group_by_reason(line.get("skipped", ()))))


def _tell_extension(line):
    return (
        f"{_day_of(line['on'])}同意延长 {line['work_days']} 个工作日："
        f"从{_day_of(line['start'])}的次日起接着算，到{_day_of(line['due'])}为止。"
    )


def _tell_pause(line):
    left = line["left"]
    rest = f"剩 {left} 个工作日" if left >= 0 else f"已逾期 {-left} 个工作日"
    stopped = f"{_day_of(line['start'])}停表（{line['reason']}），当时{rest}"
    if "end" not in line:
        return f"{stopped}；恢复时从当天接着算。" if left >= 0 else f"{stopped}；恢复后仍按原期限。"
    resumed = f"{stopped}；{_day_of(line['end'])}恢复"
    if left < 0:
        return f"{resumed}，期限仍是{_day_of(line['due'])}。"
    return f"{resumed}，接着算到{_day_of(line['due'])}为止。"


_EXTENSION_OR_PAUSE = {"extension": _tell_extension, "pause": _tell_pause}


def _day_of(text):
    return day_in_words(date.fromisoformat(text))


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
