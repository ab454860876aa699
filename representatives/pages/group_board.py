"""The board of a place: its groups side by side with their people, and those who have no group yet."""

from dataclasses import dataclass, field

from django.db.models import Q

from representatives.enums import Level
from representatives.group_policies import GroupPolicies
from representatives.models import Group, Mandate
from representatives.pages.group import RANKS, office_of, reasons_of


@dataclass
class Column:
    """A group, or, without one, those who wait for theirs."""

    group: object
    people: list = field(default_factory=list)
    """Mandates with `office` and `why`."""
    warning: str = ""

    @property
    def fields(self):
        return len({mandate.field for mandate in self.people})


@dataclass
class Board:
    place: object
    columns: list
    waiting: Column
    limits: object

    @property
    def strays(self):
        return [column for column in self.columns if column.warning]

    @property
    def people(self):
        return sum(len(column.people) for column in self.columns)

    @property
    def leaderless(self):
        return [column for column in self.columns if not any(m.office == "组长" for m in column.people)]


def board_of(place):
    """Groups of the place itself, and those of its county in which people of the place sit."""
    grouped = Mandate.objects.in_office().filter(organization=place)
    groups = list(
        Group.objects.standing()
        .filter(Q(organization=place) | Q(pk__in=grouped.values("group")))
        .select_related("organization", "placement__studio")
        .order_by("organization__path", "name")
    )
    limits = GroupPolicies().limits_at(place)
    columns = {group.pk: Column(group) for group in groups}
    waiting = Column(None)
    rows = Mandate.objects.in_office().filter(
        Q(group__in=groups) | Q(group=None, organization=place, level__in=Level.grouped())
    )
    for mandate in rows.select_related("person", "organization"):
        (columns[mandate.group_id] if mandate.group_id else waiting).people.append(mandate)
    for column in columns.values():
        group, reasons = column.group, reasons_of(column.people, column.group)
        for mandate in column.people:
            mandate.office, mandate.why = office_of(mandate, group), reasons[mandate.pk]
        column.people.sort(key=lambda m: (m.office != "组长", m.office != "联络员", *_rank(m)))
        column.warning = limits.warning(len(column.people))
    waiting.people.sort(key=_rank)
    # What has to be mended comes into sight first.
    ordered = sorted(columns.values(), key=lambda column: not column.warning)
    return Board(place, ordered, waiting, limits)


def _rank(mandate):
    return (RANKS[mandate.level], mandate.field, mandate.person.pinyin, mandate.pk)
