"""The nouns of the year's account: schemes, cycles, what is appraised in them, what follows, and the masses' survey."""

from evaluations.models.consequences import Candidate, Improvement, ReminderTalk
from evaluations.models.cycles import Assessor, Cycle
from evaluations.models.evaluations import Appeal, Evaluation, Mark
from evaluations.models.schemes import OFFICE, Indicator, Scheme
from evaluations.models.surveys import Survey, SurveyQuestion, SurveyTally, SurveyToken

__all__ = [
    "OFFICE",
    "Appeal",
    "Assessor",
    "Candidate",
    "Cycle",
    "Evaluation",
    "Improvement",
    "Indicator",
    "Mark",
    "ReminderTalk",
    "Scheme",
    "Survey",
    "SurveyQuestion",
    "SurveyTally",
    "SurveyToken",
]
