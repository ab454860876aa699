"""The page of one appraisal, as far as its reader may know it."""

from dataclasses import dataclass, replace

from evaluations.actions.evaluations import STAGES
from evaluations.enums import STUDIO_GRADES, EvaluationStatus, Grade
from evaluations.explaining import explain
from evaluations.models import Appeal
from evaluations.moves import APPEALS, EVALUATIONS
from evaluations.pages.chips import APPEAL_CHIPS, EVALUATION_CHIPS, GRADE_CHIPS
from records.models import Event


class StudioGrade:
    """The four grades in the words for venues, as a choice of a form."""

    values = Grade.values
    choices = [(grade.value, label) for grade, label in STUDIO_GRADES.items()]
    labels = [label for _grade, label in choices]


def grade_form_needs(evaluation):
    """What a decision must be given, in the words of the kind."""
    needs = EVALUATIONS["decide"].needs
    return _in_words(needs, evaluation)


def appeal_form_needs(move, evaluation):
    return _in_words(move.needs, evaluation)


def _in_words(needs, evaluation):
    if not evaluation.studio_id:
        return needs
    return tuple(replace(given, options=StudioGrade) if given.options is Grade else given for given in needs)


@dataclass
class EvaluationPage:
    evaluation: object
    told: object
    """The Explanation."""
    chip: str
    status_label: str
    suggested_chip: str
    decided_chip: str
    decide: object
    """The move, where she may decide now."""
    moves: list
    """The others."""
    appeals: list
    timeline: list
    may_open_person: bool

    @property
    def knows(self):
        return self.told.knows


def evaluation_page(evaluation, user):
    told = explain(evaluation, reader=user)
    knows = told.knows
    stage = evaluation.cycle.status
    moves = [move for move in EVALUATIONS.allowed(evaluation, user) if stage in STAGES[move.verb]]
    appeals = list(Appeal.objects.visible_to(user).filter(evaluation=evaluation).order_by("-lodged_at"))
    for appeal in appeals:
        appeal.evaluation = evaluation
        appeal.chip = APPEAL_CHIPS[appeal.status]
        appeal.moves = APPEALS.allowed(appeal, user)
    status = evaluation.status
    if status == EvaluationStatus.DECIDED and not knows.decision:
        status = EvaluationStatus.REPORTED if evaluation.reported_at else EvaluationStatus.PENDING
    return EvaluationPage(
        evaluation=evaluation,
        told=told,
        chip=EVALUATION_CHIPS[status],
        status_label=str(EvaluationStatus(status).label),
        suggested_chip=GRADE_CHIPS.get(evaluation.suggested_grade, "received"),
        decided_chip=GRADE_CHIPS.get(evaluation.decided_grade, "received"),
        decide=next((move for move in moves if move.verb == "decide"), None),
        moves=[move for move in moves if move.verb != "decide"],
        appeals=appeals,
        timeline=list(Event.objects.about(evaluation).order_by("-at", "-pk")[:30]) if knows.sees_all else [],
        may_open_person=not knows.is_hers,
    )
