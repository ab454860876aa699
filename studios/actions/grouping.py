"""Verbs of venues: forming groups and giving each a venue (一组一室, R13)."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.enums import Role
from accounts.errors import Conflict, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope, under
from records.bulk import EventRow, record_events
from representatives.enums import Level
from representatives.grouping import Member, propose_groups
from representatives.models import Group, Mandate
from studios.models import GroupPlacement, Studio

GROUPED_LEVELS = (Level.CITY, Level.COUNTY, Level.TOWN)
"""R10: groups take city, county and town mandates; the two higher levels attach to workrooms."""


@dataclass(frozen=True)
class PlannedGroup:
    """One group of the proposal: where, under which name, who, at which venue, and why."""

    organization: Organization
    name: str
    field: str
    mandates: tuple[int, ...]
    studio: Studio | None
    reason: str


def plan_groups(organization, *, size=None):
    """A proposal for everybody in office below `organization` who has no group yet; changes nothing."""
    waiting = Mandate.objects.in_office().filter(
        under("organization__path", [organization.path]), group=None, level__in=GROUPED_LEVELS
    )
    ranks = {level: rank for rank, level in enumerate(Level.values)}
    members = [
        Member(id=pk, place=place, field=field, level_rank=ranks[level])
        for pk, place, field, level in waiting.values_list("pk", "organization_id", "field", "level")
    ]
    places = Organization.objects.in_bulk({member.place for member in members})
    taken = set(Group.objects.filter(organization__in=places).values_list("organization_id", "name"))
    venues = _Venues(places.values())
    return [
        PlannedGroup(
            organization=places[group.place],
            name=_free_name(places[group.place], group.field, taken),
            field=group.field,
            mandates=group.members,
            studio=venues.next_for(places[group.place]),
            reason=group.reason,
        )
        for group in propose_groups(members, size=size or settings.GROUP_SIZE)
    ]


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
            GroupPlacement.objects.filter(studio__in=rows).values_list("studio_id", flat=True)
        )

    def next_for(self, place):
        near = [s for s in self.studios if s.organization_id == place.pk]
        county = [s for s in self.studios if s.organization.path.startswith(place.county_path)]
        studio = min(near or county, key=lambda s: self.load[s.pk], default=None)
        if studio:
            self.load[studio.pk] += 1
        return studio


@transaction.atomic
def form_groups(organization, *, by, at, size=None, expected=None):
    """Form the groups of the proposal and give each its venue. Returns the PlannedGroups that were formed.

    `expected` is the number of groups somebody has looked at and confirmed; Conflict if it is another number by now.
    """
    if by.user is not None and not Scope.of(by.user).covers(organization, Role.ORGANIZER):
        raise NotAllowed("只有该地的组工干部能编组，请联系当地组织部门。")
    planned = plan_groups(organization, size=size)
    if expected is not None and expected != len(planned):
        raise Conflict("名册刚有变化，编组建议已更新。请看过新的建议再确认。")
    groups = Group.objects.bulk_create(
        Group(
            name=plan.name,
            organization=plan.organization,
            field=plan.field,
            leader_id=plan.mandates[0],
            secretary_id=plan.mandates[-1] if len(plan.mandates) > 1 else None,
        )
        for plan in planned
    )
    GroupPlacement.objects.bulk_create(
        GroupPlacement(group=group, studio=plan.studio)
        for group, plan in zip(groups, planned, strict=True)
        if plan.studio
    )
    for group, plan in zip(groups, planned, strict=True):
        Mandate.objects.filter(pk__in=plan.mandates, group=None).update(group=group)
    rows = [
        EventRow(
            subject_id=group.pk,
            verb="formed",
            organization_id=group.organization_id,
            after={"members": len(plan.mandates), "studio": plan.studio.name if plan.studio else None},
            note=plan.reason,
        )
        for group, plan in zip(groups, planned, strict=True)
    ]
    if rows:
        record_events(Group, rows, by=by, at=at)
    return planned
