"""The nouns of the rolls, split: people and their mandates, and the duty ledger."""

from representatives.models.ledger import DutyRecord, DutyRecordQuerySet
from representatives.models.rolls import (
    READERS,
    ROLL_READERS,
    Congress,
    Group,
    Mandate,
    MandateDecision,
    Person,
)

__all__ = [
    "READERS",
    "ROLL_READERS",
    "Congress",
    "DutyRecord",
    "DutyRecordQuerySet",
    "Group",
    "Mandate",
    "MandateDecision",
    "Person",
]
