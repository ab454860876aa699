"""Which yearly list counts for whom, and how far somebody has come with it (R7)."""

from collections import defaultdict
from datetime import date

from django.db.models import Count, Sum
from django.db.models.functions import ExtractQuarter, ExtractYear

from accounts.scope import STEP
from representatives.enums import DutyList, Measure
from representatives.models import DutyItem, DutyRecord, DutyTick


class DutyLists:
    """The lists of some years, read once; the questions make no further query."""

    def __init__(self, years):
        self._items = defaultdict(list)
        rows = DutyItem.objects.active().filter(year__in=list(years)).select_related("organization")
        for item in rows.order_by("position", "pk"):
            self._items[item.year, item.sheet, item.organization.path].append(item)

    def of(self, mandate, year):
        """The items for this seat: of each sheet the list of the nearest place that has one, as far as it is meant for
        her level. `mandate` with its organisation joined."""
        return self.at(mandate.organization.path, mandate.level, year)

    def at(self, path, level, year):
        found = []
        for sheet in DutyList.values:
            items = self._nearest(path, sheet, year)
            found += [item for item in items if item.level in ("", level)]
        return found

    def _nearest(self, path, sheet, year):
        for length in range(len(path), 0, -STEP):
            if items := self._items.get((year, sheet, path[:length])):
                return items
        return []


class Doings:
    """What people have done in some years, by the ledger and by what they wrote down: a person's own doings, by
    whichever of her mandates, as the figures count them. Two queries, however many people."""

    def __init__(self, persons, first, last):
        """`persons`: ids, or a subquery of them."""
        self._lines = defaultdict(list)
        rows = DutyRecord.objects.standing().filter(mandate__person__in=persons, on__range=(first, last))
        grouped = rows.order_by().values_list(
            "mandate__person", ExtractYear("on"), "kind", ExtractQuarter("on")
        )
        for person, year, kind, quarter, lines, quantity in grouped.annotate(
            lines=Count("pk"), total=Sum("quantity")
        ).iterator(5000):
            self._lines[person, year, kind].append((quarter, lines, quantity))
        ticks = DutyTick.objects.standing().filter(mandate__person__in=persons, on__range=(first, last))
        self._ticks = {
            (person, item): total
            for person, item, total in ticks.order_by()
            .values_list("mandate__person", "item")
            .annotate(total=Sum("quantity"))
        }

    def done(self, person, item):
        """How far the person has come with the item, as it is measured."""
        if item.is_by_hand:
            return self._ticks.get((person, item.pk), 0)
        rows = [row for kind in item.kinds for row in self._lines.get((person, item.year, kind), ())]
        if item.measure == Measure.QUARTERS:
            return len({quarter for quarter, _lines, _quantity in rows})
        place = 1 if item.measure == Measure.LINES else 2
        return int(sum(row[place] for row in rows))

    def missing(self, person, item):
        return max(item.wanted - self.done(person, item), 0)

    @classmethod
    def of_year(cls, persons, year):
        return cls(persons, date(year, 1, 1), date(year, 12, 31))
