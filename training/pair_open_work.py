"""Pairs are open work of the mentor's seat: when it ends, they end with it, or another mentor takes them over."""

from datetime import timedelta

from django.utils import timezone

from accounts.errors import DomainError
from training.actions.pairs import make_pair, stop_with_seat
from training.models import MentorPair


def pairs_of(mandate):
    return MentorPair.objects.active().filter(mentor=mandate)


def hand_over_pairs(pairs, *, to, by, at):
    """Each pair is stopped; where a successor may mentor, she takes the young one on from today."""
    today = timezone.localdate(at)
    for pair in pairs.with_names().select_related("mentor__person__user", "mentee__user"):
        goal = pair.goals.filter(reached_date=None).first()
        ended = max(today, pair.start_date)
        reason = f"{pair.mentor.person.name}的代表资格有变动"
        stop_with_seat(pair, by=by, at=at, ended_date=ended, reason=reason)
        if to is not None:
            _take_on(pair, to, goal, today, by=by, at=at)


def _take_on(pair, to, goal, today, *, by, at):
    try:
        make_pair(
            by=by,
            at=at,
            kind=pair.kind,
            mentor=to,
            mentee=pair.mentee,
            organization=pair.organization,
            start_date=today,
            planned_end_date=max(pair.planned_end_date, today + timedelta(days=90)),
            goal=goal.content if goal else "接着原来的帮带",
            reason=f"接替{pair.mentor.person.name}",
        )
    except DomainError:
        # Who takes over the matters need not be one who may mentor: the office then looks for another.
        return
