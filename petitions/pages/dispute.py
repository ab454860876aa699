"""What the pages of a matter say about the dispute that it belongs to."""

from accounts.enums import Role
from accounts.scope import Scope
from petitions.models import Dispute
from petitions.moves.disputes import LINKED_KINDS, OPENERS
from petitions.rules import organizer_or_keeper


def dispute_part(petition, user):
    """The dispute, or the way to open one from a clue. Asks the database only where there is one."""
    if petition.dispute_id is None:
        opens = petition.kind in LINKED_KINDS and petition.is_open and Scope.of(user).has(*OPENERS)
        return {"petition": petition} if opens and organizer_or_keeper(user, petition) else None
    dispute = dispute_of(petition, user)
    return {
        "petition": petition,
        "dispute": dispute,
        "may_open": Scope.of(user).has(Role.ORGANIZER, Role.KEEPER, Role.LEADER),
    } if dispute else None  # fmt: skip


def dispute_of(petition, user):
    """The dispute as this reader may see it, or None; one query where the matter has one."""
    if petition.dispute_id is None:
        return None
    return Dispute.objects.visible_to(user).filter(pk=petition.dispute_id).select_related("studio").first()
