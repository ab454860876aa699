"""What has followed from one appraisal, as far as its reader may see it: for the page of the appraisal."""

from dataclasses import dataclass

from evaluations.actions.improvements import may_add
from evaluations.models import Candidate, Improvement, ReminderTalk
from evaluations.pages.consequence_chips import CANDIDATE_CHIPS, improvement_chip, talk_chip

DESK = "/admin/evaluations"


@dataclass(frozen=True)
class Followed:
    what: str
    chip: tuple
    """(colour, words)"""
    link: str


@dataclass(frozen=True)
class Consequences:
    rows: list
    may_add: bool
    """May she set an item to improve?"""


def consequences_of(evaluation, user, *, on):
    rows = []
    for row in Candidate.objects.visible_to(user).filter(evaluation=evaluation):
        chip = (CANDIDATE_CHIPS[row.status], row.get_status_display())
        rows.append(Followed("优先人选", chip, f"{DESK}/candidate/{row.pk}/change/"))
    for row in ReminderTalk.objects.visible_to(user).filter(evaluation=evaluation):
        rows.append(Followed("提醒谈话", talk_chip(row, on=on), f"{DESK}/remindertalk/{row.pk}/change/"))
    for row in Improvement.objects.visible_to(user).filter(evaluation=evaluation):
        rows.append(
            Followed(row.content, improvement_chip(row, on=on), f"{DESK}/improvement/{row.pk}/change/")
        )
    return Consequences(rows, may_add(user, evaluation))
