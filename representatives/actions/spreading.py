"""Linking many at once, evenly: those of a place who have nobody yet, and whose cadre has left (R50, R51)."""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.enums import OrganizationKind, Role
from accounts.errors import NotAllowed
from accounts.models import Membership, Organization
from accounts.scope import Scope, under
from records.actions import build_event
from records.models import Event
from representatives import rules
from representatives.actions.links import NO_ORGANIZER, end_links
from representatives.enums import LinkEnding, LinkKind, MandateStatus
from representatives.link_policies import LinkPolicies
from representatives.models import ContactLink, Mandate
from representatives.spreading import Post, Seat, spread

BATCH = 1000
ROOM_OF_BRANCH = 10_000
"""A branch may be linked with any number of representatives; they are spread evenly all the same."""


@dataclass(frozen=True)
class Outlook:
    """What spreading would do, or has done."""

    given: int
    left: int
    ended: int
    fewest: int = 0
    most: int = 0

    def as_dict(self):
        return {name: getattr(self, name) for name in ("given", "left", "ended", "fewest", "most")}


def gone_links(kind, organization, *, on):
    """[(links that lead to nobody any more, why)]"""
    links = ContactLink.objects.open().filter(
        under("mandate__organization__path", [organization.path]), kind=kind
    )
    over = links.exclude(mandate__status__in=MandateStatus.holding())
    found = [(over, LinkEnding.MANDATE_OVER)]
    standing = links.filter(mandate__status__in=MandateStatus.holding())
    if kind == LinkKind.CADRE:
        post = Membership.objects.current(on=on).filter(user=OuterRef("cadre"), role=Role.ORGANIZER)
        return [*found, (standing.filter(~Exists(post)), LinkEnding.LEFT_POST)]
    return [*found, (standing.filter(branch__is_active=False), LinkEnding.BRANCH_GONE)]


def waiting_mandates(kind, organization):
    """In office there, and linked with nobody by this kind."""
    linked = ContactLink.objects.open().filter(kind=kind, mandate=OuterRef("pk"))
    rows = Mandate.objects.in_office().filter(
        ~Exists(linked), under("organization__path", [organization.path]), **rules.linked_level(kind)
    )
    return rows


def foresee_spread(kind, organization, *, on):
    """The Outlook, with nothing written."""
    gone = {
        pk for rows, _why in gone_links(kind, organization, on=on) for pk in rows.values_list("pk", flat=True)
    }
    plan, loads = _plan(kind, organization, gone, on=on)
    return _outlook(plan, loads, len(gone))


def _outlook(plan, loads, ended):
    after = Counter(loads)
    for one in plan.given:
        after[one.post] += 1
    held = [number for post, number in after.items() if number] or [0]
    return Outlook(len(plan.given), len(plan.left), ended, min(held), max(held))


def _plan(kind, organization, gone, *, on):
    """(Spread, {post id: load before})"""
    seats = [
        Seat(pk, path)
        for pk, path in waiting_mandates(kind, organization).values_list("pk", "organization__path")
    ]
    relinked = ContactLink.objects.filter(
        pk__in=gone,
        mandate__status=MandateStatus.IN_OFFICE,
        mandate__organization__path__startswith=organization.path,
    )
    seats += [
        Seat(pk, path)
        for pk, path in relinked.order_by()
        .values_list("mandate_id", "mandate__organization__path")
        .distinct()
    ]
    seats = list({seat.id: seat for seat in seats}.values())
    places = _cadres(organization, on=on) if kind == LinkKind.CADRE else _branches(organization)
    end = "cadre_id" if kind == LinkKind.CADRE else "branch_id"
    counted = ContactLink.objects.open().filter(kind=kind).exclude(pk__in=gone).order_by()
    loads = Counter(counted.values_list(end, flat=True))
    loads = {pk: loads[pk] for pk in places}
    posts = [Post(pk, path, loads[pk]) for pk, path in places.items()]
    most = LinkPolicies().at(organization).cadre_load if kind == LinkKind.CADRE else ROOM_OF_BRANCH
    return spread(seats, posts, most=most), loads


def _cadres(organization, *, on):
    """{user id: path of her nearest post}: those of the place, of all below it, and of the offices above."""
    posts = Membership.objects.current(on=on).filter(
        role=Role.ORGANIZER, user__is_active=True, user__is_service=False
    )
    inside = posts.filter(under("organization__path", [organization.path]))
    above = posts.filter(organization__path__in=organization.ancestor_paths(include_self=False))
    rows = [
        *above.values_list("user_id", "organization__path"),
        *inside.values_list("user_id", "organization__path"),
    ]
    return dict(sorted(rows, key=lambda row: len(row[1])))


def _branches(organization):
    """{branch id: path of the place it belongs to}"""
    rows = Organization.objects.filter(
        under("path", [organization.path]), kind=OrganizationKind.BRANCH, is_active=True
    )
    return dict(rows.values_list("pk", "parent__path"))


@transaction.atomic
def spread_links(kind, organization, *, by, at, progress=lambda *told: None):
    """Link whoever waits, and whoever was left behind, with the least loaded of her place. Returns the Outlook.

    Raises NotAllowed for whoever does not organize the place. A second run finds nobody waiting, and changes nothing.
    """
    if by.user is not None and not Scope.of(by.user).covers(organization, Role.ORGANIZER):
        raise NotAllowed(NO_ORGANIZER)
    # One run of a place at a time: the second one finds what the first has linked.
    list(Organization.objects.filter(parent=None).select_for_update(no_key=True).values_list("pk"))
    today = timezone.localdate(at)
    gone = gone_links(kind, organization, on=today)
    ids = {pk for rows, _why in gone for pk in rows.values_list("pk", flat=True)}
    plan, loads = _plan(kind, organization, ids, on=today)
    for rows, why in gone:
        end_links(rows, why, by=by, at=at)
    _write(kind, plan, by=by, at=at, progress=progress)
    return _outlook(plan, loads, len(ids))


def _write(kind, plan, *, by, at, progress):
    names = dict(
        Organization.objects.filter(path__in={one.path for one in plan.given}).values_list("path", "name")
    )
    end, word = ("cadre_id", "组工干部") if kind == LinkKind.CADRE else ("branch_id", "党支部")
    today, total = timezone.localdate(at), len(plan.given)
    for start in range(0, total, BATCH):
        batch = plan.given[start : start + BATCH]
        links = ContactLink.objects.bulk_create(
            ContactLink(
                kind=kind,
                mandate_id=one.seat,
                start_date=today,
                reason=f"{names[one.path]}{one.among}{'名' if end == 'cadre_id' else '个'}{word}中联系最少，原有{one.load}名",
                **{end: one.post},
            )
            for one in batch
        )
        _leave_trail(links, by=by, at=at)
        progress(start + len(batch), total, "正在结对")


def _leave_trail(links, *, by, at):
    rows = ContactLink.objects.filter(pk__in=[link.pk for link in links]).with_names()
    Event.objects.bulk_create(
        build_event(
            link,
            "link",
            by=by,
            at=at,
            organization=link.mandate.organization,
            after={"kind": link.kind, "mandate": str(link.mandate), "with": str(link.cadre or link.branch)},
        )
        for link in rows
    )
