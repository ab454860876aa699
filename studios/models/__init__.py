from studios.models.duties import CalendarFeed, Duty, DutyReminder, Leave, SwapRequest
from studios.models.people import Companion, Helper, MandatePlacement
from studios.models.receptions import ReceptionDay, ReceptionPolicy, ReceptionRule, Visit
from studios.models.targets import StudioTarget
from studios.models.venues import (
    CODE_ALPHABET,
    ChecklistItem,
    ChecklistResult,
    GroupPlacement,
    Keeper,
    Studio,
    new_studio_code,
)

__all__ = [
    "CODE_ALPHABET",
    "CalendarFeed",
    "ChecklistItem",
    "ChecklistResult",
    "Companion",
    "Duty",
    "DutyReminder",
    "GroupPlacement",
    "Helper",
    "Keeper",
    "Leave",
    "MandatePlacement",
    "ReceptionDay",
    "ReceptionPolicy",
    "ReceptionRule",
    "Studio",
    "StudioTarget",
    "SwapRequest",
    "Visit",
    "new_studio_code",
]
