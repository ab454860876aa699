"""Which verbs a user may do now on a session and on a place in it: so that a door shows what will not be refused."""

from training import rules
from training.enums import Audience, EnrolmentStatus, TrainingStatus
from training.moves import ENROLMENTS, TRAININGS


def training_verbs(training, user):
    verbs = [move.verb for move in TRAININGS.allowed(training, user)]
    if rules.may_organize(user, training) and training.is_coming:
        verbs.append("enrol")
        if training.audience != Audience.HAND:
            verbs.append("enrol_by_rule")
    return verbs


def enrolment_verbs(enrolment, user, *, on):
    training = enrolment.training
    is_open, begun = training.status == TrainingStatus.OPEN, training.start_date <= on
    ahead = is_open and training.end_date >= on
    fits = {
        "confirm": ahead,
        "ask_leave": ahead,
        "grant_leave": ahead,
        "refuse_leave": ahead,
        "check_in": is_open and begun,
        "undo_check_in": is_open,
        "remove": training.is_coming,
    }
    verbs = [move.verb for move in ENROLMENTS.allowed(enrolment, user) if fits[move.verb]]
    if ahead and begun and enrolment.status in CAN_CHECK_IN and rules.is_hers(user, enrolment):
        verbs.append("check_in_by_code")
    return verbs


CAN_CHECK_IN = (
    EnrolmentStatus.INVITED,
    EnrolmentStatus.CONFIRMED,
    EnrolmentStatus.LEAVE_ASKED,
    EnrolmentStatus.ON_LEAVE,
)
