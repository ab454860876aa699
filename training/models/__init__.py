from training.models.needs import Course, NeedAnswer, NeedSurvey
from training.models.pairs import MentorPair, PairGoal, PairPolicy, PairRecord, PairReminder
from training.models.plans import TrainingDuty, TrainingPlan, TrainingPolicy
from training.models.sessions import Enrolment, Training, TrainingReminder

__all__ = [
    "Course",
    "Enrolment",
    "MentorPair",
    "NeedAnswer",
    "NeedSurvey",
    "PairGoal",
    "PairPolicy",
    "PairRecord",
    "PairReminder",
    "Training",
    "TrainingDuty",
    "TrainingPlan",
    "TrainingPolicy",
    "TrainingReminder",
]
