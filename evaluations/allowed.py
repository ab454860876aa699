"""Which verbs a user may do now on a cycle and on an appraisal: so that a door shows what will not be refused for the
stage, the state or the post."""

from evaluations.actions.appeals import may_appeal
from evaluations.actions.assessors import APPOINTABLE
from evaluations.actions.evaluations import STAGES
from evaluations.enums import CycleStatus, EvaluationStatus
from evaluations.moves import CYCLES, EVALUATIONS
from evaluations.rules import is_hers, may_organize


def cycle_verbs(cycle, user):
    verbs = [move.verb for move in CYCLES.allowed(cycle, user)]
    if may_organize(user, cycle):
        if cycle.status in APPOINTABLE:
            verbs += ["appoint", "excuse"]
        if cycle.status == CycleStatus.DECIDING:
            verbs.append("decide_as_suggested")
    return verbs


def evaluation_verbs(evaluation, user, *, on):
    stage = evaluation.cycle.status
    verbs = [move.verb for move in EVALUATIONS.allowed(evaluation, user) if stage in STAGES[move.verb]]
    if not is_hers(user, evaluation):
        return verbs
    if stage == CycleStatus.REPORTING and evaluation.status == EvaluationStatus.PENDING:
        verbs.append("save_report")
    if may_appeal(evaluation, on=on):
        verbs.append("appeal")
    return verbs
