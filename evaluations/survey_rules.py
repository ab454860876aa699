"""Who may do what with a survey: the organizers of its place; at a venue also whoever keeps it."""

from accounts.enums import Role
from accounts.scope import Scope
from studios.rules import kept_studio_ids


def may_organize(user, survey):
    return Scope.of(user).covers(survey.organization, Role.ORGANIZER)


def may_hand_out(user, survey):
    """Print slips, and draw who is given one."""
    return may_organize(user, survey) or survey.studio_id in kept_studio_ids(user)
