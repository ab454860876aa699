"""Who may do what about what follows from an appraisal: the organizers who decided, those at home, and whose it is."""

from django.db.models import Q
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.scope import Scope
from evaluations.enums import CycleStatus, EvaluationStatus
from evaluations.models import Evaluation
from studios.models import Keeper


def decides_subject(user, row):
    """The organizers of the place whose committee decided, and of those above it."""
    return Scope.of(user).covers(row.evaluation.cycle.organization, Role.ORGANIZER)


def is_about_her(user, talk):
    return talk.evaluation.mandate.person.user_id == user.pk


def may_improve(user, evaluation):
    """Items are set by the organizers who decided, or by those where the representative or the venue is at home."""
    scope = Scope.of(user)
    return scope.covers(evaluation.cycle.organization, Role.ORGANIZER) or scope.covers(
        evaluation.organization, Role.ORGANIZER
    )


def oversees(user, improvement):
    return may_improve(user, improvement.evaluation)


def does_it(user, improvement):
    """Whoever owns it; for an owner without an account, the office."""
    if improvement.owner_id is None:
        return oversees(user, improvement)
    return improvement.owner_id == user.pk


def improvable(_subject, user):
    """Appraisals whose grade has been told, in her scope: nobody reads out of an item what is not yet public."""
    rows = Evaluation.objects.of_office(user).filter(
        cycle__status__in=CycleStatus.told(), status__in=(EvaluationStatus.DECIDED, EvaluationStatus.FINAL)
    )
    return rows.select_related("cycle__organization", "organization", "mandate__person", "studio")


def possible_owners(evaluation, _user):
    """The representative or who keeps the venue, and the officials of its place and of the place that decided."""
    today = timezone.localdate()
    homes = (evaluation.organization_id, evaluation.cycle.organization_id)
    officials = Membership.objects.current(on=today).filter(
        organization__in=homes, role__in=Role.staff_roles()
    )
    owners = Q(pk__in=officials.values("user"))
    if evaluation.studio_id:
        keepers = Keeper.objects.current(on=today).filter(studio=evaluation.studio_id)
        owners |= Q(pk__in=keepers.values("user"))
    elif evaluation.mandate.person.user_id:
        owners |= Q(pk=evaluation.mandate.person.user_id)
    return User.objects.filter(owners, is_active=True).order_by("display_name", "pk")
