"""What comes of a place on the list of first choice (R87)."""

from django.db import transaction

from evaluations.enums import CandidateStatus
from evaluations.moves.candidates import CANDIDATES
from records.moves import check_move, make_move

SETTLED = (CandidateStatus.CHOSEN, CandidateStatus.NOT_CHOSEN, CandidateStatus.STRUCK)
TOLD = ("purpose", "document_number")


def perform_candidate(verb, candidate, *, by, at, data=None):
    """Propose, settle, strike or relist as the table says. Returns the candidate."""
    move = CANDIDATES[verb]
    check_move(candidate, move, by=by, status=CandidateStatus)
    given = move.clean(data or {}, candidate, by.user)
    changes = dict(given, settled_at=at if move.target in SETTLED else None)
    if verb == "relist":
        changes |= {"purpose": "", "document_number": ""}
    with transaction.atomic():
        make_move(
            candidate,
            move,
            by=by,
            at=at,
            organization=candidate.evaluation.organization,
            status=CandidateStatus,
            changes=changes,
            after={name: given[name] for name in TOLD if given.get(name)},
            note=given["reason"],
        )
    return candidate
