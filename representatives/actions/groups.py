"""Who sits in which group, who leads it, and when a group is no more (R10, R14, R15)."""

from collections import Counter

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.enums import NoticeKind, Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.scope import Scope
from records.actions import record_event
from records.bulk import EventRow, record_events
from records.moves import clean_given
from representatives.enums import Level, MandateStatus
from representatives.models import Group, Mandate, Person
from representatives.moves.groups import MOVE, OFFICERS

NOT_ORGANIZER = "只有当地组织部门的组工干部能调整代表小组，请联系他们。"
SHOWN = 5
"""So many names in a sentence; the rest are counted."""


def group_address(group):
    """On the phone; this room does not know the portal."""
    return f"/groups/{group.pk}/"


def check_organizes(by, organization):
    if by.user is not None and not Scope.of(by.user).covers(organization, Role.ORGANIZER):
        raise NotAllowed(NOT_ORGANIZER)


def move_people(*, by, at, **data):
    """Put representatives into one group, or, without a group, out of theirs: all of them or none.

    Whoever sits there already stays; what is said about her (`note`, `keep`) is written down all the same. Returns the
    Mandates whose seat has changed.
    """
    if by.user is not None and not Scope.of(by.user).has(Role.ORGANIZER):
        raise NotAllowed(NOT_ORGANIZER)
    given = clean_given(MOVE, data, None, by.user, step="调整小组")
    mandates, group = given["mandates"], given["group"]
    _check_fit(mandates, group)
    keep = bool(given["keep"]) and group is not None
    with transaction.atomic():
        if (
            group is not None
            and not Group.objects.select_for_update(no_key=True).get(pk=group.pk).is_standing
        ):
            raise Conflict("这个小组刚刚撤并了，请刷新页面后另选小组。")
        moved = [mandate for mandate in mandates if mandate.group_id != (group.pk if group else None)]
        for mandate in mandates:
            _take_seat(mandate, group, note=given["note"], keep=keep)
        _write_moves(moved, group, by=by, at=at, note=given["note"])
        _tell(moved, group, at=at)
    for mandate in mandates:
        mandate.group = group
    return moved


def _check_fit(mandates, group):
    """R10: city, county and town mandates in office, into a group of their own county or one of the whole city."""
    faults = {
        "已不在任": [m for m in mandates if m.status != MandateStatus.IN_OFFICE],
        "是全国或省级代表，随工作室活动，不编小组": [m for m in mandates if m.level not in Level.grouped()],
        "不在这个小组所在的县市区": [
            m for m in mandates if group is not None and not group.organization_covers(m.organization)
        ],
    }
    sentences = []
    for words, found in faults.items():
        if found:
            more = f"等{len(found)}名" if len(found) > SHOWN else ""
            sentences.append(f"{'、'.join(m.person.name for m in found[:SHOWN])}{more}{words}，请去掉。")
    if sentences:
        raise InvalidInput({"mandates": sentences})


def _take_seat(mandate, group, *, note, keep):
    """As it was looked at: somebody who has moved her meanwhile, or ended her mandate, wins."""
    rows = Mandate.objects.filter(pk=mandate.pk, group_id=mandate.group_id, status=MandateStatus.IN_OFFICE)
    if rows.update(group=group, is_group_fixed=keep, group_note=note) != 1:
        raise Conflict(f"{mandate.person.name}刚刚已被别人调整，这次没有改动。请刷新页面后再调。")


def _write_moves(moved, group, *, by, at, note):
    """On each person's time line, and on that of each group that gains or loses somebody."""
    if not moved:
        return
    drop_officers([mandate.pk for mandate in moved], besides=group)
    name = group.name if group else None
    record_events(
        Mandate,
        [
            EventRow(
                mandate.pk,
                "grouped" if group else "ungrouped",
                mandate.organization_id,
                before={"group": mandate.group.name if mandate.group else None},
                after={"group": name},
                note=note,
            )
            for mandate in moved
        ],
        by=by,
        at=at,
    )
    changes = Counter(mandate.group for mandate in moved if mandate.group)
    for left, number in changes.items():
        record_event(
            left, "regrouped", by=by, at=at, organization=left.organization, after={"left": number}, note=note
        )
    if group:
        after = {"joined": len(moved)}
        record_event(
            group, "regrouped", by=by, at=at, organization=group.organization, after=after, note=note
        )


def drop_officers(mandates, *, besides=None):
    """Who has left a group leads it no more."""
    elsewhere = Group.objects.exclude(pk=besides.pk) if besides else Group.objects.all()
    elsewhere.filter(leader__in=mandates).update(leader=None)
    elsewhere.filter(secretary__in=mandates).update(secretary=None)


def _tell(moved, group, *, at):
    tell_grouped([mandate.person_id for mandate in moved], group, at=at)


def tell_grouped(person_ids, group, *, at):
    """Those with an account are told where they belong now."""
    people = Person.objects.filter(pk__in=person_ids).exclude(user=None).select_related("user")
    title = f"您已编入{group.name}" if group else "您已移出原代表小组，新的小组确定后会通知您"
    link = group_address(group) if group else "/me/"
    notify([person.user for person in people], title=title, link=link, at=at, kind=NoticeKind.OTHER)


@transaction.atomic
def appoint_officers(group, *, by, at, **data):
    """Who leads the group and who keeps its minutes, out of its members in office; either may stay open."""
    check_organizes(by, group.organization)
    given = clean_given(OFFICERS, data, group, by.user, step="确定组长、联络员")
    leader, secretary = given["leader"], given["secretary"]
    if leader is not None and leader == secretary:
        raise InvalidInput({"secretary": ["联络员要和组长是两个人，请另选。"]})
    before = {"leader": _name(group.leader), "secretary": _name(group.secretary)}
    rows = Group.objects.standing().filter(
        pk=group.pk, leader_id=group.leader_id, secretary_id=group.secretary_id
    )
    if rows.update(leader=leader, secretary=secretary) != 1:
        raise Conflict("刚才已有人先定了组长或联络员，或小组已撤并。请刷新页面再定。")
    group.leader, group.secretary = leader, secretary
    after = {"leader": _name(leader), "secretary": _name(secretary)}
    record_event(group, "officers", by=by, at=at, organization=group.organization, before=before, after=after)
    for mandate, words in ((leader, "组长"), (secretary, "联络员")):
        if mandate and before["leader" if words == "组长" else "secretary"] != _name(mandate):
            notify(
                [mandate.person.user],
                title=f"请您担任{group.name}的{words}",
                link=group_address(group),
                at=at,
                kind=NoticeKind.OTHER,
            )
    return group


def _name(mandate):
    return mandate.certificate_number if mandate else None


@transaction.atomic
def dissolve_group(group, *, by, at):
    """A group that nobody sits in any more: its row and its time line stay, its name is not given again."""
    check_organizes(by, group.organization)
    if Mandate.objects.in_office().filter(group=group).exists():
        raise Conflict("小组里还有在任代表，请先把他们调到别的小组，再撤并。", code="group-not-empty")
    rows = Group.objects.standing().filter(pk=group.pk)
    if rows.update(dissolved_date=timezone.localdate(at), leader=None, secretary=None) != 1:
        raise Conflict("这个小组已经撤并了。请刷新页面。", code="wrong-state")
    let_go([group.pk])
    group.refresh_from_db()
    record_event(group, "dissolved", by=by, at=at, organization=group.organization)
    return group


def let_go(groups):
    """Who is suspended, and would come back to a group that is no more, will be seated anew."""
    Mandate.objects.filter(group__in=groups, status=MandateStatus.SUSPENDED).update(
        group=None, is_group_fixed=False
    )
