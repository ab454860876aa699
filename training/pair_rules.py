"""Who may do what with pairs: the organizers of either side, and the two themselves."""

from django.db.models import Q

from accounts.enums import OrganizationKind, Role
from accounts.models import Organization
from accounts.scope import STEP, Scope, under
from representatives.enums import Level
from representatives.models import Mandate, Person
from training.models import MentorPair


def organizes_pair(user, pair):
    scope = Scope.of(user)
    return scope.covers(pair.organization, Role.ORGANIZER) or scope.covers(
        pair.mentor.organization, Role.ORGANIZER
    )


def is_mentor(user, pair):
    return pair.mentor.person.user_id == user.pk


def is_one_of_two(user, pair):
    return is_mentor(user, pair) or pair.mentee.user_id == user.pk


def may_record(user, pair):
    """Mentoring is told by the mentor, or for her by the office; the young one reads it."""
    return is_mentor(user, pair) or organizes_pair(user, pair)


def possible_mentors(_subject, user):
    """In office, of the city or above, anywhere in one's county: a town has few of them."""
    counties = sorted({path[: STEP * 2] for path in Scope.of(user).prefixes(Role.ORGANIZER)})
    rows = Mandate.objects.in_office().filter(
        under("organization__path", counties), level__in=Level.city_and_above()
    )
    return rows.select_related("person", "organization")


def possible_mentees(_subject, user):
    """People the office knows: representatives of its place, and young cadres who were paired before."""
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    seen = Mandate.objects.filter(under("organization__path", prefixes)).values("person")
    paired = MentorPair.objects.filter(under("organization__path", prefixes)).values("mentee")
    return Person.objects.filter(Q(pk__in=seen) | Q(pk__in=paired))


PLACES = (
    OrganizationKind.CITY,
    OrganizationKind.COUNTY,
    OrganizationKind.DEVELOPMENT_ZONE,
    OrganizationKind.TOWN,
)


def places_organized(_subject, user):
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    return Organization.objects.filter(under("path", prefixes), kind__in=PLACES, is_active=True)
