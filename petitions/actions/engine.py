"""One way in for every step of the workflow table, whichever door it comes from."""

from django.db import transaction

from petitions.actions import clock, hands, problems, routing, stages
from petitions.actions.following import mirror_move
from petitions.actions.freezing import check_not_frozen, is_frozen_for
from petitions.enums import Status
from petitions.moves import TABLE
from records.moves import check_move

DEEDS = stages.DEEDS | clock.DEEDS | hands.DEEDS | routing.DEEDS | problems.DEEDS
"""verb → what is done: function (petition, move, *, by, at, **given)."""


def allowed_moves(petition, user):
    """The steps this user may take now, in the order of their buttons."""
    moves = TABLE.allowed(petition, user)
    return [
        move
        for move in moves
        if problems.may_move_alone(petition, move.verb) and not is_frozen_for(petition, move.verb)
    ]


def allowed_verbs(petition, user):
    return [move.verb for move in allowed_moves(petition, user)]


def perform(verb, petition, *, by, at, data):
    """Take one step of the workflow table; `data` as a door received it. Returns the petition in its new state."""
    move = TABLE[verb]
    check_move(petition, move, by=by, status=Status)
    problems.check_stands_alone(petition, verb)
    check_not_frozen(petition, move)
    given = move.clean(data, petition, by.user)
    with transaction.atomic():
        problems.leave_problem(petition, verb, by=by, at=at)
        DEEDS[verb](petition, move, by=by, at=at, **given)
        mirror_move(petition, verb, by=by, at=at)
    return petition
