"""The colour of each state at the desk: the same chips that matters have."""

from studios.enums import DayStatus, DutyStatus, SwapState

DAY_CHIPS = {
    DayStatus.PLANNED: "received",
    DayStatus.PUBLISHED: "registered",
    DayStatus.HELD: "archived",
    DayStatus.MISSED: "overdue",
    DayStatus.POSTPONED: "handling",
}
DUTY_CHIPS = {
    DutyStatus.ASSIGNED: "received",
    DutyStatus.CONFIRMED: "registered",
    DutyStatus.SERVED: "archived",
    DutyStatus.ABSENT: "overdue",
    DutyStatus.ON_LEAVE: "handling",
    DutyStatus.SWAPPED: "received",
    DutyStatus.REPLACED: "received",
}
SWAP_CHIPS = {
    SwapState.OPEN: "registered",
    SwapState.TAKEN: "handling",
    SwapState.DONE: "archived",
    SwapState.REFUSED: "overdue",
    SwapState.WITHDRAWN: "received",
    SwapState.EXPIRED: "received",
}


def day_chip(day, *, on):
    """(colour, words): a published day that has passed is not "published" to whoever has to write it down."""
    if day.is_coming and day.date < on:
        return "overdue", "还没登记"
    if day.status == DayStatus.PUBLISHED and day.date == on:
        return "feedback", "今天接待"
    return DAY_CHIPS[day.status], day.get_status_display()
