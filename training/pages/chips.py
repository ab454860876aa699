"""The colour of each state: the same chips that matters have."""

from training.enums import EnrolmentStatus, PlanStatus, SurveyStatus, TrainingStatus

TRAINING_CHIPS = {
    TrainingStatus.PLANNED: "received",
    TrainingStatus.OPEN: "registered",
    TrainingStatus.HELD: "archived",
    TrainingStatus.CANCELLED: "withdrawn",
}
ENROLMENT_CHIPS = {
    EnrolmentStatus.LISTED: "received",
    EnrolmentStatus.INVITED: "handling",
    EnrolmentStatus.CONFIRMED: "registered",
    EnrolmentStatus.LEAVE_ASKED: "feedback",
    EnrolmentStatus.ON_LEAVE: "withdrawn",
    EnrolmentStatus.ATTENDED: "archived",
    EnrolmentStatus.ABSENT: "overdue",
    EnrolmentStatus.REMOVED: "withdrawn",
}
PLAN_CHIPS = {PlanStatus.DRAFT: "received", PlanStatus.APPROVED: "archived"}
SURVEY_CHIPS = {
    SurveyStatus.DRAFT: "received",
    SurveyStatus.OPEN: "registered",
    SurveyStatus.CLOSED: "archived",
}


def training_chip(training, *, on):
    """(colour, words): a session that has passed is not "told" to whoever has to write it down."""
    if training.status == TrainingStatus.OPEN:
        if training.end_date < on:
            return "overdue", "还没登记"
        if training.start_date <= on:
            return "feedback", "正在办班"
    return TRAINING_CHIPS[training.status], training.get_status_display()
