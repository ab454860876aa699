"""The colour of each state: the same chips that matters have."""

from evaluations.enums import AppealStatus, CycleStatus, EvaluationStatus, Grade, SchemeStatus

SCHEME_CHIPS = {
    SchemeStatus.DRAFT: "received",
    SchemeStatus.IN_USE: "archived",
    SchemeStatus.RETIRED: "withdrawn",
}
CYCLE_CHIPS = {
    CycleStatus.DRAFT: "received",
    CycleStatus.REPORTING: "registered",
    CycleStatus.ASSESSING: "handling",
    CycleStatus.DECIDING: "handling",
    CycleStatus.PUBLICITY: "feedback",
    CycleStatus.APPEALS: "feedback",
    CycleStatus.FINAL: "archived",
    CycleStatus.CANCELLED: "withdrawn",
}
EVALUATION_CHIPS = {
    EvaluationStatus.PENDING: "received",
    EvaluationStatus.REPORTED: "registered",
    EvaluationStatus.DECIDED: "feedback",
    EvaluationStatus.FINAL: "archived",
    EvaluationStatus.EXCUSED: "withdrawn",
}
GRADE_CHIPS = {
    Grade.EXCELLENT: "archived",
    Grade.COMPETENT: "registered",
    Grade.BASIC: "handling",
    Grade.INCOMPETENT: "overdue",
}
APPEAL_CHIPS = {
    AppealStatus.LODGED: "handling",
    AppealStatus.UPHELD: "archived",
    AppealStatus.DISMISSED: "registered",
    AppealStatus.WITHDRAWN: "withdrawn",
}
