"""The verbs of a matter. Every door calls these and nothing else; each event has exactly one body.

All raise `NotAllowed` (not your post), `Conflict` (not this state, or somebody was first) or `InvalidInput`
(what the step must be given is missing or wrong), and then nothing has changed.
"""

from petitions.actions.engine import allowed_moves, allowed_verbs, perform
from petitions.actions.handing_over import hand_over_petitions
from petitions.actions.personal import check_may_unmask, unmask_petition
from petitions.actions.problems import merge_petitions
from petitions.actions.receiving import first_sentence, receive_petition

__all__ = [
    "allowed_moves",
    "allowed_verbs",
    "archive_petition",
    "assign_petition",
    "check_may_unmask",
    "feed_back_petition",
    "first_sentence",
    "hand_over_petitions",
    "merge_petitions",
    "perform",
    "receive_petition",
    "register_petition",
    "reopen_petition",
    "reply_petition",
    "unmask_petition",
    "withdraw_petition",
]


def register_petition(petition, *, by, at, category, note=""):
    return perform("register", petition, by=by, at=at, data={"category": category, "note": note})


def assign_petition(petition, *, by, at, organization, note=""):
    return perform("assign", petition, by=by, at=at, data={"organization": organization, "note": note})


def reply_petition(petition, *, by, at, content, outcome):
    return perform("reply", petition, by=by, at=at, data={"content": content, "outcome": outcome})


def feed_back_petition(petition, *, by, at, method, content="", rating=None, handling_rating=None):
    data = {"method": method, "content": content, "rating": rating, "handling_rating": handling_rating}
    return perform("feedback", petition, by=by, at=at, data=data)


def archive_petition(petition, *, by, at, note=""):
    return perform("archive", petition, by=by, at=at, data={"note": note})


def reopen_petition(petition, *, by, at, reason, organization=None):
    return perform("reopen", petition, by=by, at=at, data={"reason": reason, "organization": organization})


def withdraw_petition(petition, *, by, at, reason):
    return perform("withdraw", petition, by=by, at=at, data={"reason": reason})
