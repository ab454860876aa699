"""What can happen to mandates, people and the duty ledger, split by noun."""

from representatives.actions.ledger import reverse_duty_records, write_duty_record
from representatives.actions.links import cancel_contact, end_link, log_contact, make_link
from representatives.actions.mandates import (
    REASON,
    check_may_reveal,
    close_congress,
    hold_seats,
    perform,
    reveal_phone,
)

__all__ = [
    "REASON",
    "cancel_contact",
    "check_may_reveal",
    "close_congress",
    "end_link",
    "hold_seats",
    "log_contact",
    "make_link",
    "perform",
    "reveal_phone",
    "reverse_duty_records",
    "write_duty_record",
]
