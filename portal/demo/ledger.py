"""Collects what the demo writes in bulk, in the shapes of the actions themselves, oldest event first."""

from dataclasses import dataclass

from accounts.models import User
from records.models import Event

BATCH = 2000


@dataclass(slots=True)
class Line:
    """An event before it is written; `actor` None is the system."""

    at: object
    verb: str
    subject_type: str
    subject: object
    organization_id: int
    actor: User | None = None
    door: str = "system"
    before: dict | None = None
    after: dict | None = None
    note: str = ""

    def event(self):
        return Event(
            at=self.at,
            actor_id=self.actor.pk if self.actor else None,
            actor_label=self.actor.label if self.actor else "系统",
            door=self.door,
            address=office_address(self.actor) if self.actor else None,
            verb=self.verb,
            subject_type=self.subject_type,
            subject_id=self.subject.pk,
            organization_id=self.organization_id,
            before=self.before or {},
            after=self.after or {},
            note=self.note,
        )


def office_address(user):
    """An address of a private network, the same for one user all the time."""
    return f"10.37.{user.pk // 200 % 250}.{user.pk % 200 + 10}"


def write_events(lines, progress):
    """All events in the order in which they happened; a batch at a time, so that memory stays flat."""
    lines.sort(key=lambda line: line.at)
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        Event.objects.bulk_create([line.event() for line in batch], batch_size=BATCH)
        progress(len(batch))
