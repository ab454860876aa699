"""Who may do what at a venue: its keepers, the organizers above it, and the representative whose duty it is."""

from django.db.models import Q

from accounts.enums import Role
from accounts.scope import Scope, under
from studios.models import Keeper, Studio


def kept_studio_ids(user):
    """Read once per user instance, that is once per request."""
    if not hasattr(user, "_kept_studio_ids"):
        user._kept_studio_ids = frozenset(Keeper.objects.studios_of(user).values_list("studio_id", flat=True))
    return user._kept_studio_ids


def may_staff(user, studio):
    """The venue's keepers, and the organizers above it."""
    return studio.pk in kept_studio_ids(user) or Scope.of(user).covers(studio.organization, Role.ORGANIZER)


def may_organize(user, studio):
    return Scope.of(user).covers(studio.organization, Role.ORGANIZER)


def staffed_studios(_subject, user):
    """Venues that the user organizes or keeps."""
    staffed = under("organization__path", Scope.of(user).prefixes(Role.ORGANIZER))
    return Studio.objects.filter(staffed | Q(pk__in=kept_studio_ids(user)), is_active=True)


def staffs_anything(user):
    return Scope.of(user).has(Role.ORGANIZER) or bool(kept_studio_ids(user))


def is_representative(user):
    return Scope.of(user).has(Role.REPRESENTATIVE)


def staffs_day(user, day):
    return may_staff(user, day.studio)


def is_hers(user, duty):
    return duty.person.user_id == user.pk and is_representative(user)


def hers_or_staff(user, duty):
    return is_hers(user, duty) or may_staff(user, duty.day.studio)


def knows_why(user, duty):
    """Why somebody is away, or was taken off, is hers and the office's business, and no colleague's."""
    return duty.person.user_id == user.pk or of_office(user, duty.day.studio_id)


def of_office(user, studio_id):
    return Studio.objects.of_office(user).filter(pk=studio_id).exists()


def staffs_duty(user, duty):
    return may_staff(user, duty.day.studio)
