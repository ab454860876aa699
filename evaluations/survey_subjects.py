"""Which venues and representatives a survey may be made about."""

from accounts.enums import Role
from accounts.models import Organization
from accounts.scope import Scope, under
from representatives.models import Mandate
from studios.models import Studio


def _places(user):
    return Scope.of(user).prefixes(Role.ORGANIZER)


def organized_studios(_subject, user):
    rows = Studio.objects.filter(under("organization__path", _places(user)), is_active=True)
    return rows.select_related("organization")


def organized_mandates(_subject, user):
    rows = Mandate.objects.in_office().filter(under("organization__path", _places(user)))
    return rows.select_related("person", "organization", "congress")


def organized_places(_subject, user):
    """Places with venues somewhere below."""
    return Organization.objects.filter(under("path", _places(user))).exclude(kind__in=("branch", "unit"))


def venues_of(place):
    rows = Studio.objects.filter(under("organization__path", [place.path]), is_active=True)
    return list(rows.select_related("organization").order_by("organization__path", "name"))
