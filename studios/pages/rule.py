"""What a rule of reception days means for the twelve months after it begins, shown before it is saved (R23)."""

from dataclasses import dataclass
from datetime import date, timedelta

from studios.actions.schedule import check_rule
from studios.recurrence import describe_rule, reception_dates


@dataclass
class Preview:
    words: str
    first: date
    months: list
    """[(first of the month, [ReceptionDate])], twelve of them, also those without a day."""

    @property
    def dates(self):
        return [found for _month, dates in self.months for found in dates]

    @property
    def moved(self):
        return sum(found.reason is not None for found in self.dates)

    @property
    def provisional_years(self):
        return sorted({found.date.year for found in self.dates if found.is_provisional})


def preview_rule(data, user, *, calendar):
    """The Preview of what was typed, or InvalidInput as saving it would raise."""
    given = check_rule(data, user=user)
    first = given["start_date"]
    last = first.replace(day=1)
    for _month in range(12):
        last = (last + timedelta(days=32)).replace(day=1)
    last -= timedelta(days=1)
    found = reception_dates(given["rrule"], first, last, calendar, given["holiday_policy"])
    months, month = {}, first.replace(day=1)
    while month <= last:
        months[month] = []
        month = (month + timedelta(days=32)).replace(day=1)
    for one in found:
        months[one.date.replace(day=1)].append(one)
    return Preview(describe_rule(given["rrule"]), first, list(months.items()))
