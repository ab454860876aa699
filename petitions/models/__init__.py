from petitions.models.disputes import Dispute, DisputeParty, MediationSession, Recovery
from petitions.models.finding import RecentView, SavedSearch, SearchText
from petitions.models.handling import (
    Accused,
    Assignment,
    CallBack,
    Extension,
    Feedback,
    Pause,
    Reply,
    Routing,
    SentReminder,
    Supervision,
)
from petitions.models.intake import BoxOpening, PastedChat, Supplement, TrackingCode
from petitions.models.learning import LearntCategories
from petitions.models.lists import Category, Channel, NumberCounter, ReminderRule, ReplyTemplate, TimeLimit
from petitions.models.petitions import Petition, PetitionQuerySet
from petitions.models.problems import HotTopic, Problem

__all__ = [
    "Accused",
    "Assignment",
    "BoxOpening",
    "CallBack",
    "Category",
    "Channel",
    "Dispute",
    "DisputeParty",
    "Extension",
    "Feedback",
    "HotTopic",
    "LearntCategories",
    "MediationSession",
    "NumberCounter",
    "PastedChat",
    "Pause",
    "Petition",
    "PetitionQuerySet",
    "Problem",
    "RecentView",
    "Recovery",
    "ReminderRule",
    "Reply",
    "ReplyTemplate",
    "Routing",
    "SavedSearch",
    "SearchText",
    "SentReminder",
    "Supervision",
    "Supplement",
    "TimeLimit",
    "TrackingCode",
]
