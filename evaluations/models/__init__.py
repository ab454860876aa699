"""The nouns of the year's account: schemes, cycles, what is appraised in them, what follows, and the masses' survey."""

from evaluations.models.consequences import (
    Candidate,
    FollowUpPolicy,
    Improvement,
    ImprovementReminder,
    ReminderTalk,
    TalkReminder,
)
from evaluations.models.cycles import Assessor, Cycle
from evaluations.models.evaluations import Appeal, Evaluation, Mark
from evaluations.models.schemes import OFFICE, Indicator, Scheme
from evaluations.models.surveys import Survey, SurveyQuestion, SurveyTally, SurveyToken
from evaluations.models.venue_reports import VenueReport

__all__ = [
    "OFFICE",
    "Appeal",
    "Assessor",
    "Candidate",
    "Cycle",
    "Evaluation",
    "FollowUpPolicy",
    "Improvement",
    "ImprovementReminder",
    "Indicator",
    "Mark",
    "ReminderTalk",
    "Scheme",
    "Survey",
    "SurveyQuestion",
    "SurveyTally",
    "SurveyToken",
    "TalkReminder",
    "VenueReport",
]
