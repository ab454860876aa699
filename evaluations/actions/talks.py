"""A reminder talk: held, followed up, closed (R88)."""

from django.db import transaction
from django.utils import timezone

from accounts.errors import InvalidInput
from evaluations.consequence_notices import organizers_of, talk_desk_link, talk_link, tell
from evaluations.enums import TalkStatus
from evaluations.moves.talks import TALKS
from records.moves import check_move, make_move


def perform_talk(verb, talk, *, by, at, data=None):
    """One step of the table. Returns the talk; InvalidInput tells which day cannot be."""
    move = TALKS[verb]
    check_move(talk, move, by=by, status=TalkStatus)
    given = move.clean(data or {}, talk, by.user)
    with transaction.atomic():
        _DO[verb](talk, move, by=by, at=at, **given)
    return talk


def _move(talk, move, *, by, at, changes=None, after=None, note=""):
    make_move(
        talk,
        move,
        by=by,
        at=at,
        organization=talk.evaluation.organization,
        status=TalkStatus,
        changes=changes,
        after=after,
        note=note,
    )


def _hold(talk, move, *, by, at, **given):
    today, errors = timezone.localdate(at), {}
    final_on = talk.evaluation.cycle.closed_at and timezone.localdate(talk.evaluation.cycle.closed_at)
    if given["talk_date"] > today:
        errors["talk_date"] = ["谈话日期不能晚于今天：谈过以后再登记。"]
    elif final_on and given["talk_date"] < final_on:
        errors["talk_date"] = [f"考评{final_on}才定档，谈话日期不能早于这天，请核对。"]
    if given["follow_up_date"] <= given["talk_date"]:
        errors["follow_up_date"] = ["回访须在谈话之后，请核对。"]
    if errors:
        raise InvalidInput(errors)
    after = {name: given[name].isoformat() for name in ("talk_date", "follow_up_date")}
    _move(talk, move, by=by, at=at, changes=given, after={"talker": given["talker"], **after})
    _tell_her(talk, "提醒谈话已登记，请看谈话要点和改进打算", at=at)


def _close(talk, move, *, by, at, **given):
    if given["followed_up_on"] > timezone.localdate(at):
        raise InvalidInput({"followed_up_on": ["回访日期不能晚于今天，请核对。"]})
    if given["followed_up_on"] <= talk.talk_date:
        raise InvalidInput({"followed_up_on": [f"谈话在{talk.talk_date}，回访须在这天以后，请核对。"]})
    after = {"followed_up_on": given["followed_up_on"].isoformat(), "outcome": given["outcome"]}
    _move(talk, move, by=by, at=at, changes=given, after=after)
    _tell_her(talk, "提醒谈话已回访、办结", at=at)


def _tell_her(talk, title, *, at):
    tell([talk.evaluation.mandate.person.user], title, at=at, link=talk_link(talk))


def _amend_plan(talk, move, *, by, at, plan):
    _move(talk, move, by=by, at=at, changes={"plan": plan})
    evaluation = talk.evaluation
    users = organizers_of(evaluation.cycle.organization, on=timezone.localdate(at))
    tell(users, f"{evaluation.name}代表写了改进打算", at=at, link=talk_desk_link(talk), unless=by.user)


def _drop(talk, move, *, by, at, reason):
    _move(talk, move, by=by, at=at, changes={"reason": reason}, note=reason)


def _correct(talk, move, *, by, at, reason):
    """What was said is kept for the next entry; that it was held, and when, is taken back."""
    before = {"talk_date": None, "follow_up_date": None}
    _move(talk, move, by=by, at=at, changes=before, note=reason)


def _reopen(talk, move, *, by, at, reason):
    changes = {"followed_up_on": None, "outcome": ""}
    _move(talk, move, by=by, at=at, changes=changes, note=reason)


def _restore(talk, move, *, by, at, reason):
    changes = {"reason": "", "talk_date": None, "follow_up_date": None}
    _move(talk, move, by=by, at=at, changes=changes, note=reason)


_DO = {
    "hold": _hold,
    "close": _close,
    "amend_plan": _amend_plan,
    "drop": _drop,
    "correct": _correct,
    "reopen": _reopen,
    "restore": _restore,
}
