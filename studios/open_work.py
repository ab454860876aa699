"""Duties ahead hang on a mandate: when it ends, somebody is put in her place, or the seats are free (R9)."""

from studios.actions.seats import leave_seat, take_seat
from studios.enums import DayStatus, DutyStatus
from studios.models import Duty
from studios.notices import tell_keepers


def duties_ahead(mandate):
    return Duty.objects.filter(mandate=mandate, status__in=DutyStatus.ahead()).filter(
        day__status__in=DayStatus.coming()
    )


def hand_over(duties, *, to, by, at):
    """To the successor where she is free that day; else the seat is free and the keepers are told."""
    for duty in list(duties.select_related("day__studio__organization", "person")):
        leave_seat(duty, DutyStatus.REPLACED, at=at, reason="代表资格已终止或停止。")
        taken = (
            to is not None and not Duty.objects.holding().filter(person=to.person_id, date=duty.date).exists()
        )
        if taken:
            take_seat(duty.day, to, at=at, reason=f"接替{duty.person.name}。", replaces=duty, is_pinned=True)
        elif duty.day.status == DayStatus.PUBLISHED:
            tell_keepers(
                duty.day, "有一席空了，请另选代表", at=at, body=f"{duty.person.name}的代表资格有变动。"
            )
