from training.models.needs import Course, NeedAnswer, NeedSurvey
from training.models.plans import TrainingDuty, TrainingPlan, TrainingPolicy
from training.models.sessions import Enrolment, Training, TrainingReminder

__all__ = [
    "Course",
    "Enrolment",
    "NeedAnswer",
    "NeedSurvey",
    "Training",
    "TrainingDuty",
    "TrainingPlan",
    "TrainingPolicy",
    "TrainingReminder",
]
