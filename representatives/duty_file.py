"""The duty file (履职档案, R73): one for each person and term, built from the ledger as it grows, with the yearly list,
honours, documents and objections beside it; of a year, or of the whole term."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Min, Sum, Value, When

from records.models import Attachment
from representatives.duty_lists import Doings, DutyLists
from representatives.enums import DutyKind, DutyList, Level, MandateStatus, ObjectionStatus
from representatives.ledger import Told, tell_lines, unit_of
from representatives.models import DutyItem, DutyObjection, DutyRecord, DutyTick, Honour, Mandate

PER_PAGE = 50
MOST = 5000
"""Lines on paper; nobody has done as many in a term."""
WHOLE = "term"
"""In an address, for the whole term."""


@dataclass(frozen=True)
class Period:
    """A calendar year of the term, or all of it (`year` None)."""

    first: date
    last: date
    year: int | None = None

    @property
    def label(self):
        return f"{self.year}年" if self.year else f"{self.first.year}—{self.last.year}年（全届）"

    @property
    def key(self):
        return str(self.year or WHOLE)


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
    is_objected: bool = False

    @property
    def quantity(self):
        """1 次, 8 学时; nothing is said of one matter."""
        return f"{self.record.quantity.normalize():f} {unit_of(self.record.kind)}"


@dataclass
class ListLine:
    """One item of the yearly list: how far she has come, and by what."""

    item: DutyItem
    done: int
    ticks: list = field(default_factory=list)
    days: list = field(default_factory=list)
    """Days of the lines that meet it, oldest first."""

    @property
    def missing(self):
        return max(self.item.wanted - self.done, 0)

    @property
    def is_reached(self):
        return not self.missing

    @property
    def still(self):
        """还差 1 次驻室接待"""
        return f"还差 {self.missing} {self.item.unit}{self.item.text}" if self.missing else ""


@dataclass(frozen=True)
class DutyFile:
    mandate: Mandate
    period: Period
    years: list
    """Of the term, newest first."""
    lines: list
    """[ListLine] of the yearly list; empty for a whole term."""
    reached_by_year: list
    """[(year, reached, all)] of a whole term"""
    totals: list
    months: list
    """[(first day of the month, [Entry])] of this page"""
    page: object
    honours: list
    documents: list
    objections: list

    @property
    def is_empty(self):
        return not self.page.paginator.count

    @property
    def year(self):
        return self.period.year

    @property
    def sheets(self):
        """[(label, [ListLine])] of the sheets that have something on them."""
        found = [
            (sheet.label, [line for line in self.lines if line.item.sheet == sheet]) for sheet in DutyList
        ]
        return [(label, lines) for label, lines in found if lines]

    @property
    def reached(self):
        return sum(line.is_reached for line in self.lines)

    @property
    def next_line(self):
        """What to do first: the first item of the list that is not reached."""
        return next((line for line in self.lines if line.missing), None)

    @property
    def open_objections(self):
        return sum(row.status == ObjectionStatus.OPEN for row in self.objections)

    @property
    def venue(self):
        """The workroom her group belongs to; an upper room knows it."""
        placement = getattr(self.mandate.group, "placement", None) if self.mandate.group else None
        return placement.studio.name if placement else ""


def files_of(person, mandates):
    """Her mandates, each a file: those in office first, from the highest level down, the newest first."""
    ranks = [When(level=level, then=Value(rank)) for rank, level in enumerate(Level.values)]
    held = Case(When(status__in=MandateStatus.holding(), then=0), default=1, output_field=IntegerField())
    rank = Case(*ranks, default=9, output_field=IntegerField())
    rows = mandates.filter(person=person).order_by(held, rank, "-start_date", "-pk")
    return list(rows.select_related("person", "congress", "organization__parent", "group__placement__studio"))


def read_period(mandate, asked, *, on):
    """(Period, [years]) as an address asks for: a year of the term, "term", or else the last year of it."""
    first = mandate.start_date or DutyRecord.objects.filter(mandate=mandate).aggregate(d=Min("on"))["d"] or on
    last = max(min(mandate.end_date or on, on), first)
    years = list(range(last.year, first.year - 1, -1))
    if asked == WHOLE:
        return Period(first, last), years
    year = int(asked) if str(asked or "").isdecimal() and len(str(asked)) == 4 else None
    year = year if year in years else years[0]
    return Period(date(year, 1, 1), date(year, 12, 31), year), years


def open_duty_file(mandate, *, reader, on, asked=None, page=1, kind=None, lists=None, per_page=PER_PAGE):
    """The file of one mandate (with person, congress, organisation and group joined), as `reader` may see the sources.

    `asked`: see `read_period`; `kind` narrows the lines, not the totals; `lists` spares a query where many are opened.
    """
    period, years = read_period(mandate, asked, on=on)
    lists = lists or DutyLists([period.year] if period.year else years)
    records = DutyRecord.objects.visible_to(reader).filter(mandate=mandate).standing()
    records = records.filter(on__range=(period.first, period.last))
    sums = records.order_by().values_list("kind").annotate(Count("pk"), Sum("quantity"))
    counted = {kind: (lines, quantity) for kind, lines, quantity in sums}
    shown = records.filter(kind=kind) if kind in counted else records
    found = Paginator(shown.select_related("mandate").order_by("-on", "-pk"), per_page).get_page(page)
    objections = _objections(mandate, period, reader)
    objected = {row.record_id for row in objections if row.status == ObjectionStatus.OPEN}
    entries = [Entry(record, told, record.pk in objected) for record, told in tell_lines(list(found), reader)]
    ticks = _ticks(mandate, period, reader)
    honours = list(
        Honour.objects.visible_to(reader)
        .standing()
        .filter(mandate=mandate, granted_date__range=(period.first, period.last))
    )
    return DutyFile(
        mandate=mandate,
        period=period,
        years=years,
        lines=_lines(mandate, period, lists, ticks) if period.year else [],
        reached_by_year=[] if period.year else _reached_by_year(mandate, period, years, lists),
        totals=[
            Total(value, label, *counted[value], unit_of(value))
            for value, label in DutyKind.choices
            if value in counted
        ],
        months=[
            (first, list(rows))
            for first, rows in groupby(entries, key=lambda entry: entry.record.on.replace(day=1))
        ],
        page=found,
        honours=honours,
        documents=_documents(honours, ticks),
        objections=objections,
    )


def _ticks(mandate, period, reader):
    """By whichever of her mandates: the list asks what she has done."""
    rows = DutyTick.objects.visible_to(reader).standing().filter(mandate__person=mandate.person_id)
    rows = rows.filter(on__range=(period.first, period.last)).select_related("item", "mandate")
    return list(rows.order_by("on", "pk"))


def _lines(mandate, period, lists, ticks):
    items = lists.of(mandate, period.year)
    if not items:
        return []
    doings = Doings.of_year([mandate.person_id], period.year)
    kinds = {kind for item in items for kind in item.kinds}
    days = defaultdict(list)
    rows = DutyRecord.objects.standing().filter(
        mandate__person=mandate.person_id, kind__in=kinds, on__range=(period.first, period.last)
    )
    for kind, on in rows.order_by("on", "pk").values_list("kind", "on"):
        days[kind].append(on)
    return [
        ListLine(
            item,
            doings.done(mandate.person_id, item),
            [tick for tick in ticks if tick.item_id == item.pk],
            sorted(day for kind in item.kinds for day in days[kind]),
        )
        for item in items
    ]


def _reached_by_year(mandate, period, years, lists):
    doings = Doings([mandate.person_id], date(years[-1], 1, 1), date(years[0], 12, 31))
    told = []
    for year in years:
        items = lists.of(mandate, year)
        reached = sum(not doings.missing(mandate.person_id, item) for item in items)
        told.append((year, reached, len(items)))
    return told


def _objections(mandate, period, reader):
    """Of her and the office alone; of the year in which the entry lies, or lay open."""
    rows = DutyObjection.objects.visible_to(reader).filter(mandate=mandate).with_names()
    found = list(rows.exclude(status=ObjectionStatus.WITHDRAWN))
    return [row for row in found if period.first <= (row.record.on if row.record else row.on) <= period.last]


def _documents(honours, ticks):
    """[(Attachment, what it belongs to)]"""
    owners = {(Honour._meta.label_lower, row.pk): row.title for row in honours}
    owners |= {(DutyTick._meta.label_lower, row.pk): row.item.text for row in ticks}
    if not owners:
        return []
    found = Attachment.objects.none()
    for model, rows in ((Honour, honours), (DutyTick, ticks)):
        label, ids = model._meta.label_lower, [row.pk for row in rows]
        if ids:
            found = found | Attachment.objects.filter(owner_type=label, owner_id__in=ids)
    return [(file, owners[file.owner_type, file.owner_id]) for file in found]
