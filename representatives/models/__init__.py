"""The nouns of the rolls, split: people and their mandates, the duty ledger, links and contacts."""

from representatives.models.groups import GroupPolicy
from representatives.models.ledger import DutyRecord, DutyRecordQuerySet
from representatives.models.links import Contact, ContactLink, ContactReminder, LinkPolicy
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
    "Contact",
    "ContactLink",
    "ContactReminder",
    "DutyRecord",
    "DutyRecordQuerySet",
    "Group",
    "GroupPolicy",
    "LinkPolicy",
    "Mandate",
    "MandateDecision",
    "Person",
]
