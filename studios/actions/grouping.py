"""Forming groups as planned: seats, officers, venues, and the end of groups that nobody sits in any more."""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict
from records.bulk import EventRow, record_events
from representatives.actions.groups import check_organizes, drop_officers, let_go, tell_grouped
from representatives.enums import MandateStatus
from representatives.models import Group, Mandate
from studios.group_plans import plan_groups
from studios.models import GroupPlacement


@transaction.atomic
def form_groups(
    organization, *, by, at, size=None, expected=None, progress=lambda done, total, message="": None
):
    """Do what the plan proposes, and give each new group its venue. Returns the Plan that was carried out.

    `expected` is the digest of the plan that somebody has looked at and confirmed; Conflict if it is another by now.
    """
    check_organizes(by, organization)
    plan = plan_groups(organization, size=size)
    if expected is not None and expected != plan.digest:
        raise Conflict("名册或小组刚有变化，编组建议已更新。请看过新的建议再确认。")
    groups = _make_groups(plan)
    _take_seats(groups, by=by, at=at, progress=progress)
    _name_officers(groups)
    GroupPlacement.objects.bulk_create(
        GroupPlacement(group=group, studio=one.studio) for one, group in groups if one.needs_venue
    )
    _dissolve(plan.dissolved, by=by, at=at)
    rows = [_event_of(one, group) for one, group in groups]
    if rows:
        record_events(Group, rows, by=by, at=at)
    return plan


def _make_groups(plan):
    """[(PlannedGroup, Group)] of what changes, the new ones written."""
    fresh = iter(
        Group.objects.bulk_create(
            Group(name=one.name, organization=one.organization, field=one.field)
            for one in plan.changed
            if one.is_new
        )
    )
    return [(one, one.group or next(fresh)) for one in plan.changed]


def _take_seats(groups, *, by, at, progress):
    """As the plan saw them; whoever has been moved meanwhile ends the whole."""
    before = {group.pk: group.name for _one, group in groups}
    gone = {seat.member.group for one, _group in groups for seat in one.arrivals} - {None}
    before |= dict(Group.objects.filter(pk__in=gone - before.keys()).values_list("pk", "name"))
    leaving = []
    for done, (one, group) in enumerate(groups, start=1):
        sources = defaultdict(list)
        for seat in one.arrivals:
            sources[seat.member.group].append(seat.member.id)
        for source, ids in sources.items():
            waiting = Mandate.objects.filter(pk__in=ids, group_id=source, status=MandateStatus.IN_OFFICE)
            if waiting.update(group=group, is_group_fixed=False, group_note="") != len(ids):
                raise Conflict("编组的时候有人改了同几名代表，这次没有改动。请看过新的建议再确认。")
            leaving += ids if source else []
        progress(done, len(groups), "正在编组")
    if leaving:
        drop_officers(leaving)
    _write_seats(groups, before, by=by, at=at)


def _write_seats(groups, before, *, by, at):
    """On each person's time line; and those with an account are told."""
    arrived = Mandate.objects.filter(group__in=[group.pk for _one, group in groups])
    homes = dict(arrived.values_list("pk", "organization_id"))
    readers = dict(arrived.exclude(person__user=None).values_list("pk", "person_id"))
    rows = []
    for one, group in groups:
        rows += [
            EventRow(
                seat.member.id,
                "grouped",
                homes[seat.member.id],
                before={"group": before.get(seat.member.group)},
                after={"group": group.name},
                note=seat.reason,
            )
            for seat in one.arrivals
        ]
        people = [readers[seat.member.id] for seat in one.arrivals if seat.member.id in readers]
        if people:
            tell_grouped(people, group, at=at)
    if rows:
        record_events(Mandate, rows, by=by, at=at)


def _name_officers(groups):
    changed = [group for one, group in groups if one.needs_officers]
    for one, group in groups:
        group.leader_id, group.secretary_id = one.leader, one.secretary
    Group.objects.bulk_update(changed, ["leader", "secretary"], batch_size=500)


def _dissolve(groups, *, by, at):
    ids = [group.pk for group in groups]
    Group.objects.filter(pk__in=ids).update(
        dissolved_date=timezone.localdate(at), leader=None, secretary=None
    )
    let_go(ids)
    if ids:
        rows = [
            EventRow(g.pk, "dissolved", g.organization_id, note="在任代表都已编入别的小组。") for g in groups
        ]
        record_events(Group, rows, by=by, at=at)


def _event_of(one, group):
    if one.is_new:
        return EventRow(
            group.pk,
            "formed",
            group.organization_id,
            after={"members": len(one.seats), "studio": one.studio.name if one.studio else None},
            note=one.reason,
        )
    if one.arrivals:
        return EventRow(
            group.pk,
            "regrouped",
            group.organization_id,
            after={"joined": len(one.arrivals), "members": len(one.seats)},
            note=one.reason,
        )
    verb = "placed" if one.needs_venue else "officers"
    after = {"studio": one.studio.name} if one.needs_venue else {"members": len(one.seats)}
    return EventRow(group.pk, verb, group.organization_id, after=after)
