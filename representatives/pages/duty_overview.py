"""Who of a place is below which item of the yearly list, for the office: so many queries, however many people."""

from dataclasses import dataclass, field
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Q

from accounts.enums import OrganizationKind
from accounts.models import Organization
from accounts.scope import Scope, under
from representatives.duty_lists import Doings, DutyLists
from representatives.models import ROLL_READERS, DutyItem, Mandate

PER_PAGE = 50
ANY = "any"
"""Those below anything."""
PLACES = (*OrganizationKind.county_level(), OrganizationKind.TOWN)


@dataclass
class ItemCount:
    """How many people the item is meant for, and how many have reached it."""

    item: DutyItem
    people: set = field(default_factory=set)
    reached: set = field(default_factory=set)

    @property
    def behind(self):
        return len(self.people) - len(self.reached)


@dataclass
class Behind:
    """One seat, and what is still missing: [(item, number)]"""

    pk: int
    missing: list
    mandate: Mandate | None = None

    @property
    def words(self):
        return "、".join(f"{item.text}差 {number} {item.unit}" for item, number in self.missing)


@dataclass
class Overview:
    place: Organization
    year: int
    counts: list
    people: int
    complete: int
    page: object
    """Page of [Behind]"""
    item: str


def overview_places(user):
    """Counties and towns whose rolls the user reads, widest first."""
    prefixes = Scope.of(user).prefixes(*ROLL_READERS)
    return Organization.objects.filter(under("path", prefixes), kind__in=PLACES).order_by("path")


def overview_of(place, year, *, on, item=ANY, page=1):
    """`item`: the id of an item whose stragglers are listed, or ANY."""
    rows = list(_seats(place, year, on=on).values_list("pk", "person_id", "level", "organization__path"))
    lists = DutyLists([year])
    doings = Doings.of_year(_seats(place, year, on=on).order_by().values("person"), year)
    counts, behind, everybody, lagging = {}, [], set(), set()
    for pk, person, level, path in rows:
        items = lists.at(path, level, year)
        missing = []
        if items:
            everybody.add(person)
        for one in items:
            count = counts.setdefault(one.pk, ItemCount(one))
            count.people.add(person)
            if left := doings.missing(person, one):
                missing.append((one, left))
            else:
                count.reached.add(person)
        if missing:
            lagging.add(person)
        if missing and (item == ANY or any(str(one.pk) == item for one, _left in missing)):
            behind.append(Behind(pk, missing))
    found = Paginator(behind, PER_PAGE).get_page(page)
    related = ("person", "organization__parent", "group")
    named = Mandate.objects.select_related(*related).in_bulk([row.pk for row in found])
    for row in found:
        row.mandate = named[row.pk]
    ordered = sorted(counts.values(), key=lambda one: (one.item.sheet, one.item.position, one.item.pk))
    return Overview(place, year, ordered, len(everybody), len(everybody - lagging), found, item)


def _seats(place, year, *, on):
    """Who held a seat of the place in the year; in the present one, who holds it now."""
    rows = Mandate.objects.filter(under("organization__path", [place.path]))
    if year == on.year:
        rows = rows.in_office()
    else:
        begun = Q(start_date=None) | Q(start_date__lte=date(year, 12, 31))
        rows = rows.filter(begun & (Q(end_date=None) | Q(end_date__gte=date(year, 1, 1))))
    return rows.order_by("organization__path", "person__pinyin", "pk")
