"""The five stages of a matter as the page draws them: done, now, to come, each with its date."""

from dataclasses import dataclass
from datetime import date, datetime

from petitions.enums import Status


@dataclass(frozen=True)
class Stage:
    """state: "done", "now" or "later"; `when` is the day it was done, `before` the day it is due."""

    label: str
    state: str
    when: date | datetime | None = None
    before: date | None = None


def stages_of(petition):
    reached_at = {
        Status.RECEIVED: petition.received_at,
        Status.REGISTERED: petition.registered_at,
        Status.HANDLING: petition.replied_at,
        Status.FEEDBACK: petition.fed_back_at,
        Status.ARCHIVED: petition.archived_at,
    }
    order = Status.stages()
    now = order.index(petition.status) if petition.status in order else _last_reached(petition, order)
    return [
        Stage(
            label=status.label,
            state=_state(position, now, petition),
            when=reached_at[status] if position <= now else None,
            before=petition.due_date if position == _due_position(now, petition) else None,
        )
        for position, status in enumerate(order)
    ]


def _state(position, now, petition):
    if petition.status == Status.ARCHIVED or position < now:
        return "done" if position <= now else "later"
    return "now" if position == now else "later"


def _due_position(now, petition):
    """A received or registered matter waits for the next stage; one that is being handled or told for its own."""
    waits_for_next = petition.status in (Status.RECEIVED, Status.REGISTERED)
    return now + 1 if waits_for_next else now


def _last_reached(petition, order):
    """A withdrawn matter stays drawn where it was left."""
    if petition.assigned_at:
        return order.index(Status.HANDLING)
    return order.index(Status.REGISTERED if petition.registered_at else Status.RECEIVED)
