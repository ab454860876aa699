"""Which reminder is due for a date, in work days of the calendar; without Django.

Never the classic fault: counting calendar days and taking days off out again escalates early after a holiday, and late
over a make-up week. Here a rule speaks only once so many people's work days have really passed.
"""

from dataclasses import dataclass
from datetime import date

from workdays.calendar import WorkCalendar


@dataclass(frozen=True)
class Rule:
    """`offset` work days before (negative), at (0) or after the date, `audience` is told."""

    id: int
    offset: int
    audience: str


def position(day: date, *, on: date, calendar: WorkCalendar) -> int:
    """How many work days `on` lies after `day`; negative before it, 0 on it and on days off right after it."""
    return calendar.workdays_between(day, on)


def latest_rules(rules, day: date, *, start: date | None, on: date, calendar: WorkCalendar) -> list[Rule]:
    """The rules that speak on the work day `on`: for each audience the last one whose time has come.

    Nobody is told on a day off. A run that was missed is thereby caught up once. A rule whose moment lies at or before
    the `start` of the clock says nothing new ("three days left" of three) and is passed over.
    """
    if not calendar.is_workday(on):
        return []
    now = position(day, on=on, calendar=calendar)
    began = position(day, on=start, calendar=calendar) if start else None
    latest = {}
    for rule in rules:
        if rule.offset > now or (began is not None and rule.offset <= began):
            continue
        known = latest.get(rule.audience)
        if known is None or rule.offset > known.offset:
            latest[rule.audience] = rule
    return list(latest.values())
