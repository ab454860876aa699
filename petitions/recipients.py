"""Who is to be told: the people in a post, nearest first; and never the office that a matter complains about."""

from django.db.models import Q
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from petitions.models import Petition


def handlers_of(unit, *, at):
    """Those who handle matters in this unit."""
    return _in_post(Role.HANDLER, [unit.path], at=at) if unit else []


def organizers_of(organization, *, at):
    """The organizers of the organisation, or of the nearest one above it that has any."""
    paths = organization.ancestor_paths()
    current = Membership.objects.current(on=timezone.localdate(at))
    found = current.filter(role=Role.ORGANIZER, organization__path__in=paths, user__is_active=True)
    nearest = max(found.values_list("organization__path", flat=True), key=len, default=None)
    return _in_post(Role.ORGANIZER, [nearest], at=at) if nearest else []


def _in_post(role, paths, *, at):
    on = timezone.localdate(at)
    return list(
        User.objects.filter(
            Q(memberships__end_date=None) | Q(memberships__end_date__gte=on),
            memberships__role=role,
            memberships__organization__path__in=paths,
            memberships__start_date__lte=on,
            is_active=True,
        ).distinct()
    )


def may_be_told(petition, users):
    """Without those whose office the matter complains about: they must not even learn that it exists."""
    if not petition.is_accusation:
        return list(users)
    this = Petition.objects.filter(pk=petition.pk)
    return [user for user in users if this.not_about_office_of(user).exists()]
