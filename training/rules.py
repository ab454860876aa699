"""Who may do what: the organizers of the place that holds a session, and whoever is called to it."""

from accounts.enums import Role
from accounts.scope import Scope
from representatives.models import Person


def may_organize(user, row):
    """The organizers of its place, or above it."""
    return Scope.of(user).covers(row.organization, Role.ORGANIZER)


def organizes_anything(user):
    return Scope.of(user).has(Role.ORGANIZER)


def is_representative(user):
    return Scope.of(user).has(Role.REPRESENTATIVE)


def is_hers(user, enrolment):
    return enrolment.person.user_id == user.pk


def organizes_training(user, enrolment):
    return may_organize(user, enrolment.training)


def hers_or_organizer(user, enrolment):
    return is_hers(user, enrolment) or organizes_training(user, enrolment)


def knows_why(user, enrolment):
    """Why somebody cannot come is hers and the office's business."""
    return is_hers(user, enrolment) or organizes_training(user, enrolment)


def people_seen(_subject, user):
    return Person.objects.visible_to(user)
