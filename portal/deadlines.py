"""The due date in words: how long is left, and how the date came about (R58)."""

from dataclasses import dataclass
from datetime import date, timedelta

from petitions.enums import Status


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
    return DueWords("near", f"还剩 {left} 个工作日" if left else "今天到期")


@dataclass(frozen=True)
class SkippedRun:
    """Days in a row that were not counted for the same reason."""

    first: date
    last: date
    reason: str

    @property
    def days(self):
        return (self.last - self.first).days + 1


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
    """The stored computation, with neighbouring skipped days put together; None where there is no date."""
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
        skipped=tuple(_join_runs(stored["skipped"])),
    )


def _join_runs(skipped):
    run = None
    for entry in skipped:
        day, reason = date.fromisoformat(entry["date"]), entry["reason"]
        if run and reason == run.reason and day - run.last == timedelta(days=1):
            run = SkippedRun(run.first, day, reason)
            continue
        if run:
            yield run
        run = SkippedRun(day, day, reason)
    if run:
        yield run
