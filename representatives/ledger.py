"""What the duty ledger is made of. Each room registers its source, so that the ledger can be told and recomputed here
without this room knowing any other.

A line is written by the action that makes it true; the sources can say at any time which lines ought to stand, and
`manage.py verify` compares the two.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from representatives.models import DutyRecord


@dataclass(frozen=True)
class Told:
    """What a line stands for, in words, and where its source is found at the desk and on the phone."""

    what: str = ""
    desk: str = ""
    phone: str = ""


@dataclass(frozen=True)
class LedgerSource:
    """Rows of `model` that make lines of `kind`.

    `lines()` gives what ought to stand, recomputed: (mandate id, source id, day, quantity) for each. A mandate id of
    None means that the row has passed into other hands since, so that it no longer tells whose deed it was.
    `tell(ids, user)` gives {source id: Told} for those of the rows that the user may see; one or two queries.
    """

    kind: str
    model: type
    unit: str
    lines: Callable
    tell: Callable

    @property
    def source_type(self):
        return self.model._meta.label_lower


_SOURCES = {}


def register_ledger_source(source):
    _SOURCES[str(source.kind)] = source


def ledger_kinds():
    """The kinds that some room writes, in the order in which the rooms came."""
    return list(_SOURCES)


def unit_of(kind):
    source = _SOURCES.get(str(kind))
    return source.unit if source else "次"


def tell_lines(records, user):
    """[(record, Told)] in the order given; of what the user may not see, only the kind is told. One or two queries for
    each kind among them."""
    ids = defaultdict(set)
    for record in records:
        ids[record.kind].add(record.source_id)
    told = {kind: _SOURCES[kind].tell(found, user) for kind, found in ids.items() if kind in _SOURCES}
    return [(record, told.get(record.kind, {}).get(record.source_id) or Told()) for record in records]


def check_ledger():
    """Sentences about each line that stands and ought not to, or ought to and does not."""
    for source in _SOURCES.values():
        yield from _differences(source)
    known = [source.source_type for source in _SOURCES.values()]
    strange = DutyRecord.objects.standing().exclude(source_type__in=known, kind__in=list(_SOURCES)).count()
    if strange:
        yield f"有 {strange} 条履职记录的来源类别没有登记，核对不了。"


def _differences(source):
    label = DutyRecord(kind=source.kind).get_kind_display()
    expected, passed_on = {}, {}
    for mandate, pk, on, quantity in source.lines():
        if mandate is None:
            passed_on[pk] = (on, quantity)
        else:
            expected[mandate, pk] = (on, quantity)
    rows = DutyRecord.objects.standing().filter(kind=source.kind, source_type=source.source_type)
    for mandate, pk, on, quantity in (
        rows.order_by().values_list("mandate_id", "source_id", "on", "quantity").iterator(5000)
    ):
        due = expected.pop((mandate, pk), None) or passed_on.pop(pk, None)
        if due is None:
            yield f"履职记录里有「{label}」{on}（来源编号 {pk}），来源里却没有这件事。"
        elif due != (on, quantity):
            yield f"「{label}」来源编号 {pk} 记为 {on} {quantity:f}，按来源应为 {due[0]} {due[1]}。"
    for pk, (on, _quantity) in [*((pk, due) for (_m, pk), due in expected.items()), *passed_on.items()]:
        yield f"{on}的「{label}」（来源编号 {pk}）已经做了，履职记录里却没有。"
