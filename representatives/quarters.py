"""Quarters of the year: links and pairs are kept up once in each."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Quarter:
    first: date
    last: date

    @classmethod
    def of(cls, day):
        """
        >>> Quarter.of(date(2026, 11, 26)).label
        '2026年第4季度'
        """
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        following = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
        return cls(first, following - timedelta(days=1))

    @property
    def number(self):
        return (self.first.month + 2) // 3

    @property
    def label(self):
        return f"{self.first.year}年第{self.number}季度"

    @property
    def before(self):
        return Quarter.of(self.first - timedelta(days=1))

    def days_left(self, *, on):
        return (self.last - on).days
