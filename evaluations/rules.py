"""Who may do what in an appraisal: the organizers of the deciding place, assessors, and whoever is appraised."""

from accounts.enums import OrganizationKind, Role
from accounts.models import Organization
from accounts.scope import Scope, under
from evaluations.models import Assessor
from studios.models import Keeper


def may_organize(user, row):
    """The organizers of the place of a scheme or a cycle, or above it."""
    return Scope.of(user).covers(row.organization, Role.ORGANIZER)


def places_organized(_subject, user):
    """The city, counties and towns whose organizer she is, or which lie below."""
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    kinds = (OrganizationKind.CITY, *OrganizationKind.county_level(), OrganizationKind.TOWN)
    rows = Organization.objects.filter(under("path", prefixes), kind__in=kinds, is_active=True)
    return rows.order_by("path")


def organizes_anything(user):
    return Scope.of(user).has(Role.ORGANIZER)


def decides(user, evaluation):
    """The organizers of the place whose committee decides, and of those above it."""
    return may_organize(user, evaluation.cycle)


def is_hers(user, evaluation):
    """The representative whom it is about, or who keeps the venue."""
    if evaluation.studio_id:
        return Keeper.objects.studios_of(user).filter(studio=evaluation.studio_id).exists()
    return evaluation.mandate.person.user_id == user.pk


def decides_appeal(user, appeal):
    return decides(user, appeal.evaluation)


def lodged_it(user, appeal):
    return is_hers(user, appeal.evaluation)


def holds_seat(user, assessor):
    return assessor.user_id == user.pk


def assesses_in(user, cycle):
    return Assessor.objects.seats_of(user).filter(cycle=cycle, excused_at=None).exists()
