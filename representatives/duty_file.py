"""The duty file (履职档案) as it grows: what stands in the ledger of one person, by year, newest first, each line with
its source (R73)."""

from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Sum

from representatives.enums import DutyKind
from representatives.ledger import Told, tell_lines, unit_of
from representatives.models import DutyRecord

PER_PAGE = 50


@dataclass(frozen=True)
class Total:
    kind: str
    label: str
    lines: int
    quantity: object
    unit: str


@dataclass(frozen=True)
class Entry:
    record: DutyRecord
    told: Told

    @property
    def quantity(self):
        """1 次, 8 学时; nothing is said of one matter."""
        return f"{self.record.quantity.normalize():f} {unit_of(self.record.kind)}"


@dataclass(frozen=True)
class DutyFile:
    year: int
    years: list
    totals: list
    months: list
    """[(first day of the month, [Entry])] of this page"""
    page: object

    @property
    def is_empty(self):
        return not self.page.paginator.count


def open_duty_file(records, *, reader, on, year=None, page=1, kind=None):
    """The file of the lines `records` (of one person, say), as `reader` may see their sources.

    `year` out of those in which there is something, or the year of `on`; `kind` narrows the lines, not the totals.
    """
    standing = records.standing()
    years = _years(standing, on=on)
    year = year if year in years else years[0]
    of_year = standing.filter(on__year=year)
    sums = of_year.order_by().values_list("kind").annotate(Count("pk"), Sum("quantity"))
    counted = {kind: (lines, quantity) for kind, lines, quantity in sums}
    totals = [
        Total(value, label, *counted[value], unit_of(value))
        for value, label in DutyKind.choices
        if value in counted
    ]
    shown = of_year.filter(kind=kind) if kind in counted else of_year
    found = Paginator(shown.select_related("mandate").order_by("-on", "-pk"), PER_PAGE).get_page(page)
    entries = [Entry(record, told) for record, told in tell_lines(list(found), reader)]
    months = [
        (first, list(rows))
        for first, rows in groupby(entries, key=lambda entry: entry.record.on.replace(day=1))
    ]
    return DutyFile(year, years, totals, months, found)


def _years(standing, *, on):
    """Newest first, the present one always among them."""
    ends = standing.aggregate(first=Min("on"), last=Max("on"))
    if ends["first"] is None:
        return [on.year]
    last = max(ends["last"].year, on.year)
    return list(range(last, ends["first"].year - 1, -1))
