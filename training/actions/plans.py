"""The verbs of a yearly plan (R29)."""

from records.moves import check_move, make_move
from training.enums import PlanStatus
from training.moves import PLANS


def perform_plan(verb, plan, *, by, at, data=None):
    """Approve a plan, or take it back for changes. Returns the plan as it now is."""
    move = PLANS[verb]
    check_move(plan, move, by=by, status=PlanStatus)
    given = move.clean(data or {}, plan, by.user)
    if verb == "approve":
        changes, note = {**given, "approved_at": at, "approved_by": by.user}, given["document_number"]
    else:
        changes, note = {"approved_at": None, "approved_by": None}, given["reason"]
    make_move(
        plan,
        move,
        by=by,
        at=at,
        organization=plan.organization,
        status=PlanStatus,
        changes=changes,
        after={"year": plan.year},
        note=note,
    )
    return plan
