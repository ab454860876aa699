"""The nouns of the rolls, split: people and their mandates, the duty ledger and file, links and contacts."""

from representatives.models.duty_items import DutyItem, DutyTick
from representatives.models.groups import GroupPolicy
from representatives.models.honours import Honour
from representatives.models.ledger import DutyRecord, DutyRecordQuerySet
from representatives.models.links import Contact, ContactLink, ContactReminder, LinkPolicy
from representatives.models.objections import DutyObjection
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
    "DutyItem",
    "DutyObjection",
    "DutyRecord",
    "DutyRecordQuerySet",
    "DutyTick",
    "Group",
    "GroupPolicy",
    "Honour",
    "LinkPolicy",
    "Mandate",
    "MandateDecision",
    "Person",
]
