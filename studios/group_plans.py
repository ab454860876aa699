"""How the groups of a place should be (R14, R15), and at which venue each meets (一组一室, R13): looked at, not done."""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from accounts.enums import OrganizationKind
from accounts.models import Organization
from accounts.scope import under
from representatives.enums import Level
from representatives.group_policies import GroupPolicies
from representatives.grouping import Member, Standing, propose_groups
from representatives.models import Group, Mandate
from studios.models import GroupPlacement, Studio

RANKS = {level: rank for rank, level in enumerate(Level.values)}
NOT_KNOWN = 10**6
"""Seniority of whoever's day of joining the Party is not known: later than all others."""


@dataclass(frozen=True)
class PlannedGroup:
    """One group of the plan: where, under which name, who, led by whom, at which venue, and why."""

    group: Group | None
    """The one that exists; None for a new one."""
    organization: Organization
    name: str
    field: str
    seats: tuple
    """Seat of the pure proposal, the leader's first."""
    leader: int | None
    secretary: int | None
    studio: Studio | None
    reason: str
    warning: str

    @property
    def mandates(self):
        return tuple(seat.member.id for seat in self.seats)

    @property
    def is_new(self):
        return self.group is None

    @cached_property
    def arrivals(self):
        here = self.group.pk if self.group else 0
        return tuple(seat for seat in self.seats if seat.member.group != here)

    @property
    def needs_venue(self):
        return self.studio is not None and (self.is_new or not hasattr(self.group, "placement"))

    @property
    def needs_officers(self):
        return self.is_new or (self.group.leader_id, self.group.secretary_id) != (self.leader, self.secretary)

    @property
    def is_changed(self):
        return bool(self.is_new or self.arrivals or self.needs_venue or self.needs_officers)


@dataclass(frozen=True)
class Plan:
    """The groups of a place as they would be, and which of those that exist would be no more."""

    organization: Organization
    groups: tuple
    dissolved: tuple

    @cached_property
    def changed(self):
        return [one for one in self.groups if one.is_changed]

    @cached_property
    def new(self):
        return [one for one in self.groups if one.is_new]

    @cached_property
    def strays(self):
        return [one for one in self.groups if one.warning]

    @cached_property
    def newcomers(self):
        """How many get a seat who have none."""
        return sum(seat.is_newcomer for one in self.groups for seat in one.arrivals)

    @cached_property
    def moved(self):
        """How many change from one group to another."""
        return sum(not seat.is_newcomer for one in self.groups for seat in one.arrivals)

    @property
    def people(self):
        return sum(len(one.seats) for one in self.groups)

    @property
    def words(self):
        """E.g. 新编 2 个小组，编入 45 名代表，调整 3 名."""
        parts = (
            (len(self.new), f"新编 {len(self.new)} 个小组"),
            (self.newcomers, f"编入 {self.newcomers} 名代表"),
            (self.moved, f"调整 {self.moved} 名"),
            (len(self.dissolved), f"撤并 {len(self.dissolved)} 个小组"),
        )
        return "，".join(told for number, told in parts if number) or "补上空缺的组长、联络员或工作室（站）"

    @property
    def is_empty(self):
        return not self.changed and not self.dissolved

    @cached_property
    def digest(self):
        """What somebody has looked at, in a few signs: the same if and only if the same would be done."""
        rows = [
            (one.group.pk if one.group else 0, one.organization.pk, one.mandates, one.leader, one.secretary)
            for one in self.changed
        ]
        told = repr((rows, [group.pk for group in self.dissolved])).encode()
        return hashlib.sha256(told).hexdigest()[:16]


def plan_groups(organization, *, size=None):
    """How the groups of `organization` and below should be; changes nothing.

    Who sits well keeps her seat; the rest is proposed with a reason. Groups of the whole city, and those of which only
    a part lies in `organization`, are left alone.
    """
    standing = _standing(organization)
    members = _members(organization, standing)
    keys = {member.place for member in members} | {group.organization_id for group in standing.values()}
    places = Organization.objects.in_bulk(keys | {place for place in _parents_of(keys) if place})
    policies = GroupPolicies()
    venues = _Venues(places.values())
    taken = set(Group.objects.filter(organization__in=places).values_list("organization_id", "name"))
    counties = defaultdict(lambda: ([], []))
    for member in members:
        counties[places[member.place].county_path][0].append(member)
    for group in standing.values():
        counties[places[group.organization_id].county_path][1].append(group)
    planned, dissolved = [], []
    for path in sorted(counties):
        people, groups = counties[path]
        limits = policies.limits_at(_county_of(places, people, groups))
        proposal = propose_groups(
            people,
            standing=[Standing(g.pk, g.organization_id, g.leader_id, g.secretary_id) for g in groups],
            parents=_parents(places, organization),
            names={pk: place.display_name for pk, place in places.items()},
            size=size or limits.size,
            tolerance=limits.tolerance,
        )
        for one in proposal.groups:
            planned.append(_planned(one, places[one.place], standing.get(one.id), taken, venues))
        dissolved += [standing[pk] for pk in proposal.dissolved]
    return Plan(organization, tuple(planned), tuple(dissolved))


def _standing(organization):
    """{id: Group} of the groups that lie wholly below `organization`, those of the whole city left out."""
    rows = Group.objects.standing().filter(under("organization__path", [organization.path]))
    rows = rows.exclude(organization__kind=OrganizationKind.CITY)
    return {group.pk: group for group in rows.select_related("organization", "placement__studio")}


def _members(organization, standing):
    rows = Mandate.objects.in_office().filter(
        under("organization__path", [organization.path]), level__in=Level.grouped()
    )
    elsewhere = set(
        Group.objects.standing()
        .exclude(pk__in=standing)
        .filter(mandates__in=rows, organization__kind=OrganizationKind.CITY)
        .values_list("pk", flat=True)
    )
    if len(organization.path) > len(organization.county_path):
        # Seen from a town, a group of its county is only a part.
        elsewhere |= set(
            Group.objects.filter(organization=organization.parent_id).values_list("pk", flat=True)
        )
    columns = rows.values_list(
        "pk",
        "organization_id",
        "field",
        "level",
        "is_frontline",
        "person__joined_party_month",
        "group_id",
        "is_group_fixed",
    )
    return [
        Member(pk, place, field, RANKS[level], front, _seniority(since), group, fixed and group is not None)
        for pk, place, field, level, front, since, group, fixed in columns
        if group not in elsewhere
    ]


def _seniority(since):
    return since.toordinal() if since else NOT_KNOWN


def _parents_of(keys):
    return Organization.objects.filter(pk__in=keys, kind=OrganizationKind.TOWN).values_list(
        "parent_id", flat=True
    )


def _parents(places, organization):
    """{town: its county}, as far as the county is planned too."""
    return {
        pk: place.parent_id
        for pk, place in places.items()
        if place.kind == OrganizationKind.TOWN and place.county_path.startswith(organization.path)
    }


def _county_of(places, people, groups):
    home = places[people[0].place if people else groups[0].organization_id]
    return next((place for place in places.values() if place.path == home.county_path), home)


def _planned(one, place, group, taken, venues):
    has_venue = group is not None and hasattr(group, "placement")
    return PlannedGroup(
        group=group,
        organization=group.organization if group else place,
        name=group.name if group else _free_name(place, one.field, taken),
        field=group.field if group else one.field,
        seats=one.seats,
        leader=one.leader,
        secretary=one.secretary,
        studio=group.placement.studio if has_venue else venues.next_for(place),
        reason=one.reason,
        warning=one.warning,
    )


def _free_name(place, field, taken):
    stem, number = f"{place.display_name}{field}", 1
    while (place.pk, name := f"{stem}第{number}代表小组") in taken:
        number += 1
    taken.add((place.pk, name))
    return name


class _Venues:
    """The venue for each new group: of its own place, else of its county; the one with the fewest groups first."""

    def __init__(self, places):
        counties = {place.county_path for place in places}
        rows = Studio.objects.filter(under("organization__path", sorted(counties)), is_active=True)
        self.studios = list(rows.select_related("organization").order_by("kind", "pk").reverse())
        self.load = Counter(
            GroupPlacement.objects.filter(studio__in=rows, group__dissolved_date=None).values_list(
                "studio_id", flat=True
            )
        )

    def next_for(self, place):
        near = [s for s in self.studios if s.organization_id == place.pk]
        county = [s for s in self.studios if s.organization.path.startswith(place.county_path)]
        studio = min(near or county, key=lambda s: self.load[s.pk], default=None)
        if studio:
            self.load[studio.pk] += 1
        return studio
