"""Who may read a duty file, add to it, object to it and answer for it (R73)."""

from accounts.enums import Role
from accounts.scope import Scope
from representatives.models import READERS


def is_hers(user, mandate):
    return mandate.person.user_id is not None and mandate.person.user_id == user.pk


def may_read_file(user, mandate):
    """Herself, and those who read the rolls of her place; colleagues of her group do not."""
    return is_hers(user, mandate) or Scope.of(user).covers(mandate.organization, *READERS)


def may_keep_file(user, mandate):
    """The organizers of her place enter honours and see to what is written down."""
    return Scope.of(user).covers(mandate.organization, Role.ORGANIZER)


def may_tick(user, mandate):
    return is_hers(user, mandate) or may_keep_file(user, mandate)


def may_answer(user, objection):
    """The office, and nobody in her own case."""
    mandate = objection.mandate
    return may_keep_file(user, mandate) and not is_hers(user, mandate)


def may_take_back(user, objection):
    return is_hers(user, objection.mandate)
