"""Who may do what with links and contacts: the organizers of the place, and those at the two ends."""

from django.utils import timezone

from accounts.enums import OrganizationKind, Role
from accounts.models import Membership, Organization, User
from accounts.scope import Scope, under
from representatives.enums import LinkKind
from representatives.models import Mandate


def organizes(user, mandate):
    return Scope.of(user).covers(mandate.organization, Role.ORGANIZER)


def organizes_anything(user):
    return Scope.of(user).has(Role.ORGANIZER)


def keeps_link(user, link):
    """It is hers to be in touch: the cadre of the link, or the representative with her branch."""
    return link.keeper_user_id == user.pk


def may_log(user, link):
    return keeps_link(user, link) or organizes(user, link.mandate)


def linkable_mandates(_subject, user):
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    rows = Mandate.objects.in_office().filter(under("organization__path", prefixes))
    return rows.select_related("person")


def cadres_below(prefixes, *, on):
    """Accounts that organize one of these places, or one below them, on that day."""
    posts = Membership.objects.current(on=on).filter(
        under("organization__path", prefixes), role=Role.ORGANIZER
    )
    return User.objects.filter(pk__in=posts.values("user"), is_active=True, is_service=False)


def linkable_cadres(_subject, user):
    return cadres_below(Scope.of(user).prefixes(Role.ORGANIZER), on=timezone.localdate()).order_by("pk")


def linkable_branches(_subject, user):
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    return Organization.objects.filter(under("path", prefixes), kind=OrganizationKind.BRANCH, is_active=True)


def linked_level(kind):
    """Whom a kind of link is about (R50: frontline representatives; R51: all of them)."""
    return {"is_frontline": True} if kind == LinkKind.CADRE else {}
