"""Who may do what to a matter: small predicates, composed by name in the workflow table."""

from django.db.models import Q

from accounts.enums import OrganizationKind, Role
from accounts.models import Organization
from accounts.scope import STEP, Scope, under
from petitions.models import Category, Channel, Petition
from representatives.enums import Level, MandateStatus
from representatives.models import Mandate
from studios.models import Keeper, Studio
from studios.rules import kept_studio_ids, may_staff, staffed_studios  # noqa: F401  (told on as rules of a matter)

COUNTY = STEP * 2
"""Length of the path of a county; what is longer lies within one."""


def organizes(user, petition):
    return Scope.of(user).covers(petition.organization, Role.ORGANIZER)


def keeps(user, petition):
    return petition.studio_id in kept_studio_ids(user)


def handles(user, petition):
    unit = petition.lead_unit
    return unit is not None and Scope.of(user).covers(unit, Role.HANDLER)


def received(user, petition):
    return petition.mandate_id is not None and petition.mandate_id in own_mandate_ids(user)


def organizer(user, petition):
    return organizes(user, petition)


def organizer_or_keeper(user, petition):
    return organizes(user, petition) or keeps(user, petition)


def organizer_or_handler(user, petition):
    return organizes(user, petition) or handles(user, petition)


def organizer_keeper_or_receiver(user, petition):
    return organizes(user, petition) or keeps(user, petition) or received(user, petition)


def may_feed_back(user, petition):
    """Whoever speaks to the person, never the unit that handled it: not even somebody who holds both posts (R56)."""
    return organizer_keeper_or_receiver(user, petition) and not belongs_to_unit(user, petition)


def belongs_to_unit(user, petition):
    """Does the user work for one of the units that have the matter in hand, whatever else she is? An organizer of the
    committee of such a unit counts as one of it, be it lead or co-unit."""
    scope = Scope.of(user)
    handled = scope.prefixes(Role.HANDLER)
    above = [path for path in scope.prefixes(Role.ORGANIZER) if petition.organization.path.startswith(path)]
    units = [petition.lead_unit.path] if petition.lead_unit else []
    if handled or any(len(path) > COUNTY for path in above):
        # Only they can belong to a co-unit: it is asked of the database for nobody else.
        units += petition.assignments.helping().values_list("organization__path", flat=True)
    if any(unit.startswith(path) for unit in units for path in handled):
        return True
    within = [path for path in above if any(path.startswith(unit) for unit in units)]
    return bool(within) and within == above and not (keeps(user, petition) or received(user, petition))


def organizer_or_receiver(user, petition):
    return organizes(user, petition) or received(user, petition)


def own_office(petition, user):
    """The nearest organisation that the user organizes and the matter lies in: in its name she gives it out. None for
    the public, who sends a matter back without an account."""
    if user is None:
        return None
    home = petition.organization.path
    paths = [path for path in Scope.of(user).prefixes(Role.ORGANIZER) if path and home.startswith(path)]
    return Organization.objects.get(path=max(paths, key=len)) if paths else None


def may_hand_on(user, petition):
    """An organizer of the office that gave the matter out (R60), or of one above it: not the town that was given it by
    the county, though the matter lies in the town. Of what came in by a ledger nobody knows who gave it out; there the
    unit itself has no say."""
    home, unit = petition.organization.path, petition.lead_unit
    paths = [path for path in Scope.of(user).prefixes(Role.ORGANIZER) if home.startswith(path)]
    if not paths:
        return False
    office = _given_out_by(petition)
    if office:
        return any(office.startswith(path) for path in paths)
    return any(not (unit and path.startswith(unit.path)) for path in paths)


def _given_out_by(petition):
    """Path of the office that gave the matter to its present unit, "" where that is not known; asked once for each
    hand-over, however many steps are looked at."""
    asked_for = petition.pk, petition.lead_unit_id, petition.assigned_at
    kept = getattr(petition, "_given_out", None)
    if kept is None or kept[0] != asked_for:
        rows = petition.assignments.leading().order_by("-assigned_at", "-pk")
        kept = asked_for, rows.values_list("given_out_by__path", flat=True).first() or ""
        petition._given_out = kept
    return kept[1]


def handler(user, petition):
    return handles(user, petition)


def may_decide_extension(user, petition):
    """An organizer of the office that gave the matter out (R58), never the unit that asks: whoever works for it, or
    holds her post within it, does not grant it time."""
    unit = petition.lead_unit
    above = [
        path
        for path in Scope.of(user).prefixes(Role.ORGANIZER)
        if petition.organization.path.startswith(path) and not (unit and path.startswith(unit.path))
    ]
    return bool(above) and not handles(user, petition)


def supervising_paths(user, petition):
    """Paths of the user's offices that may supervise the matter (R60): above it; city and counties also their own."""
    home = petition.organization
    own_too = home.kind in (OrganizationKind.CITY, *OrganizationKind.county_level())
    return [
        path
        for path in Scope.of(user).prefixes(Role.ORGANIZER, Role.LEADER)
        if home.path.startswith(path) and (path != home.path or own_too)
    ]


def may_supervise(user, petition):
    return bool(supervising_paths(user, petition))


def may_end_supervision(user, petition):
    """The office that supervises, and those above it."""
    paths = supervising_paths(user, petition)
    if not paths or petition.supervised_at is None:
        return bool(paths)
    supervision = petition.open_supervision
    return supervision is None or any(supervision.organization.path.startswith(path) for path in paths)


def own_mandate_ids(user):
    """Mandates in office of the user, if she holds the role of a representative; read once per request."""
    if not hasattr(user, "_own_mandate_ids"):
        ids = frozenset()
        if Scope.of(user).has(Role.REPRESENTATIVE):
            ids = frozenset(
                Mandate.objects.in_office().filter(person__user_id=user.pk).values_list("pk", flat=True)
            )
        user._own_mandate_ids = ids
    return user._own_mandate_ids


def may_receive(user):
    """Those whose post it is to listen: organizers, keepers, representatives, and systems that take down for them."""
    return Scope.of(user).has(Role.ORGANIZER, Role.KEEPER, Role.REPRESENTATIVE, Role.CLIENT)


def may_unmask(user, petition):
    """Those who have to speak to the person: the receiver, the keeper, the organizer, and the unit in charge. Who
    complained about an office stays with those who took it down (信访 confidentiality rule)."""
    if organizer_keeper_or_receiver(user, petition):
        return True
    return not petition.is_accusation and handles(user, petition)


def may_attach(user, petition):
    """Those who work on it, and whoever took it down; an archived or withdrawn file is locked (R59)."""
    works = may_unmask(user, petition) or petition.created_by_id == user.pk
    return petition.is_open and works


def receiving_studios(_subject, user):
    """Venues for which the user may take down a matter."""
    scope = Scope.of(user)
    staffed = under("organization__path", scope.prefixes(Role.ORGANIZER, Role.CLIENT))
    condition = staffed | Q(pk__in=Keeper.objects.studios_of(user))
    condition |= Q(placements__group__in=Mandate.objects.groups_of(user))
    return Studio.objects.filter(condition, is_active=True).distinct()


def receiving_mandates(_subject, user):
    """Mandates in office in whose name the user may take down a matter; a representative only in her own."""
    scope = Scope.of(user)
    in_office = Mandate.objects.filter(status=MandateStatus.IN_OFFICE)
    if scope.has(Role.ORGANIZER, Role.KEEPER, Role.CLIENT):
        prefixes = [path[: STEP * 2] for path in scope.prefixes(Role.ORGANIZER, Role.KEEPER, Role.CLIENT)]
        # A city-or-above mandate may receive anywhere in the city (R10); others at home in the county.
        return in_office.filter(under("organization__path", prefixes) | Q(level__in=Level.city_and_above()))
    return in_office.filter(pk__in=own_mandate_ids(user))


def open_channels(_subject, _user):
    return Channel.objects.filter(is_active=True)


def open_categories(_subject, _user):
    return Category.objects.filter(is_active=True)


def handling_units(petition, _user):
    """Units that may be given the matter: the county's units and towns, and the city's units; never an office that it
    complains about."""
    home = petition.organization
    in_county = under("path", [home.county_path]) & Q(kind__in=[OrganizationKind.UNIT, OrganizationKind.TOWN])
    of_city = Q(kind=OrganizationKind.UNIT, parent__path=home.path[:STEP])
    units = Organization.objects.filter(in_county | of_city, is_active=True)
    for office in accused_of(petition):
        units = units.exclude(belongs_to_office(office))
    return units


def other_handling_units(petition, user):
    return handling_units(petition, user).exclude(pk=petition.lead_unit_id)


def accused_of(petition):
    """The offices that a matter complains about; no query where there are none."""
    if not petition.is_accusation:
        return []
    return list(Organization.objects.filter(pk__in=petition.accused_offices.values("organization")))


def belongs_to_office(office):
    """Q for organisations that are this office: a unit, a branch or a town with everything in it."""
    if office.kind in OrganizationKind.close_offices():
        return under("path", [office.path])
    return Q(pk=office.pk)


def accusable_offices(petition, user):
    """Offices of the county that a matter may complain about, and the city's own."""
    if petition is not None:
        homes = [petition.organization.county_path]
    else:
        homes = sorted({path[: STEP * 2] for path in Scope.of(user).prefixes()})
    in_county = under("path", homes)
    of_city = Q(path__in={path[:STEP] for path in homes}) | Q(
        kind=OrganizationKind.UNIT, parent__path__in={path[:STEP] for path in homes}
    )
    return Organization.objects.filter(in_county | of_city, is_active=True).exclude(
        kind=OrganizationKind.BRANCH
    )


def own_helping_units(petition, user):
    """Co-units of the matter whose handler the user is."""
    helping = petition.assignments.helping().values("organization")
    return Organization.objects.filter(under("path", Scope.of(user).prefixes(Role.HANDLER)), pk__in=helping)


def co_handler(user, petition):
    """The handler of a co-unit. Asked of the database only for somebody who handles matters at all."""
    return Scope.of(user).has(Role.HANDLER) and own_helping_units(petition, user).exists()


def merge_targets(petition, user):
    """Open matters of the same county that the user organizes or keeps, and may therefore merge into."""
    scope = Scope.of(user)
    organized = under("organization__path", scope.prefixes(Role.ORGANIZER))
    kept = Q(studio__in=Keeper.objects.studios_of(user)) if scope.has(Role.KEEPER) else Q(pk__in=[])
    rows = Petition.objects.visible_to(user).open().filter(organized | kept, fed_back_at=None)
    return rows.filter(under("organization__path", [petition.organization.county_path])).exclude(
        pk=petition.pk
    )
