"""A group's page, for the desk and the phone alike: members and why they are here, what each has done this year, what
the group does. So many queries, however many members."""

from dataclasses import dataclass, field

from django.db.models import Sum

from representatives.enums import Level, MandateStatus
from representatives.group_policies import GroupPolicies
from representatives.group_proposals.facts import Member, Pot
from representatives.group_proposals.telling import tell_facts
from representatives.group_sections import group_minimums, sections_of
from representatives.models import DutyRecord

RANKS = {level: rank for rank, level in enumerate(Level.values)}


@dataclass
class MemberLine:
    """One member: `counts` are [(Minimum, done, wanted)] of the year."""

    mandate: object
    office: str = ""
    reason: str = ""
    counts: list = field(default_factory=list)

    @property
    def is_behind(self):
        return any(done < wanted for _minimum, done, wanted in self.counts)


@dataclass
class Reached:
    """How far the group is with one minimum."""

    minimum: object
    wanted: int
    people: int
    total: int

    @property
    def missing(self):
        return self.total - self.people


@dataclass
class GroupPage:
    group: object
    members: list
    suspended: list
    warning: str
    wished: int
    reached: list
    sections: list
    year: int


def page_of(group, *, on):
    """`group` with organization and placement joined."""
    held = group.mandates.filter(status__in=MandateStatus.holding())
    rows = sorted(held.select_related("person__user", "organization"), key=_rank_of(group))
    members = [row for row in rows if row.status == MandateStatus.IN_OFFICE]
    limits = GroupPolicies().limits_at(group.organization)
    reasons = reasons_of(members, group)
    lines = [MemberLine(row, office_of(row, group), reasons[row.pk]) for row in members]
    _count(lines, group, on=on)
    return GroupPage(
        group=group,
        members=lines,
        suspended=[row for row in rows if row.status == MandateStatus.SUSPENDED],
        warning=limits.warning(len(members)) if group.is_standing else "",
        wished=limits.size,
        reached=_reached(lines),
        sections=sections_of(group, on=on),
        year=on.year,
    )


def _rank_of(group):
    """Officers first, then from the highest level down."""
    order = [group.leader_id, group.secretary_id]
    return lambda row: (
        order.index(row.pk) if row.pk in order else 2,
        RANKS[row.level],
        row.person.pinyin,
        row.pk,
    )


def office_of(mandate, group):
    return {group.leader_id: "组长", group.secretary_id: "联络员"}.get(mandate.pk, "")


def reasons_of(mandates, group):
    """{mandate id: why she is here}; the mandates with their organisation joined."""
    pot = Pot(group.organization_id, group.pk)
    members = {
        row.pk: Member(row.pk, row.organization_id, row.field, RANKS[row.level], row.is_frontline)
        for row in mandates
    }
    for member in members.values():
        pot.add(member)
    names = {row.organization_id: row.organization.display_name for row in mandates}
    told = {}
    for row in mandates:
        facts = tell_facts(members[row.pk], pot, names=names)
        by_hand = (
            f"人工安排{f'（{row.group_note}）' if row.group_note else ''}；" if row.is_group_fixed else ""
        )
        told[row.pk] = f"{by_hand}{facts}"
    return told


def _count(lines, group, *, on):
    """As the figures count it: a person's own doings, by whichever of her mandates."""
    minimums = [(minimum, minimum.target(group.organization)) for minimum in group_minimums()]
    rows = DutyRecord.objects.standing().filter(
        mandate__person__in=[line.mandate.person_id for line in lines],
        on__range=(on.replace(month=1, day=1), on),
        kind__in=[minimum.kind for minimum, _wanted in minimums],
    )
    counted = rows.order_by().values_list("mandate__person", "kind").annotate(total=Sum("quantity"))
    sums = {(person, kind): int(total) for person, kind, total in counted}
    for line in lines:
        line.counts = [
            (minimum, sums.get((line.mandate.person_id, minimum.kind), 0), wanted)
            for minimum, wanted in minimums
        ]


def _reached(lines):
    if not lines:
        return []
    told = []
    for place, (minimum, _done, wanted) in enumerate(lines[0].counts):
        people = sum(line.counts[place][1] >= line.counts[place][2] for line in lines)
        told.append(Reached(minimum, wanted, people, len(lines)))
    return told
