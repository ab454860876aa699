"""Which verbs a user may do now on a reception day, a duty, a swap: so that a door shows what will not be refused."""

from studios import rules
from studios.enums import DayStatus, SwapState
from studios.moves import DAYS, DUTIES

ON_THE_DAY = ("record_visit", "cancel_visit", "add_companion", "remove_companion")


def day_verbs(day, user, *, on):
    verbs = [move.verb for move in DAYS.allowed(day, user)]
    if not rules.may_staff(user, day.studio):
        return verbs
    if day.is_coming and day.date >= on:
        verbs += ["seat", "unseat"]
    if day.status == DayStatus.PUBLISHED and day.date <= on:
        verbs += ON_THE_DAY
    return verbs


def duty_verbs(duty, user, *, on, is_offered):
    """`is_offered`: a swap of it is open."""
    if duty.day.status != DayStatus.PUBLISHED:
        return []
    fits = {
        "confirm": duty.date >= on,
        "ask_leave": duty.date >= on,
        "check_in": duty.date <= on,
        "undo_check_in": True,
    }
    verbs = [move.verb for move in DUTIES.allowed(duty, user) if fits[move.verb]]
    if duty.is_ahead and duty.date == on and rules.is_hers(user, duty):
        verbs.append("check_in_by_code")
    if duty.is_ahead and duty.date > on and not is_offered and rules.hers_or_staff(user, duty):
        verbs.append("offer_swap")
    return verbs


def swap_verbs(swap, user, *, on):
    """Whether she herself can take it the roster alone knows; here it is: could she be asked at all?"""
    duty, staffs = swap.duty, rules.may_staff(user, swap.duty.day.studio)
    hers = rules.is_hers(user, duty)
    verbs = []
    if swap.state == SwapState.OPEN and duty.date > on and rules.is_representative(user) and not hers:
        verbs.append("take")
    if swap.state == SwapState.TAKEN and staffs and user.pk not in _parties(swap):
        verbs += ["approve", "refuse"]
    if swap.state == SwapState.TAKEN and user.pk == swap.taken_by.person.user_id:
        verbs.append("give_back")
    if swap.state in SwapState.open_states() and (hers or staffs):
        verbs.append("withdraw")
    return verbs


def _parties(swap):
    return {swap.duty.person.user_id, swap.taken_by.person.user_id if swap.taken_by else None}
