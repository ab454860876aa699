"""Planning once more: what was planned before and told to nobody stays, unless another plan is better.

A fresh plan of the same months may differ from the last one for no reason anybody could tell, as soon as a few of its
days have been published. Whoever presses the button twice must find what was there.
"""

from dataclasses import replace

from studios.rostering.facts import Duty
from studios.rostering.planning import plan_roster, sets_of_venues
from studios.rostering.rules import Sheet
from studios.rostering.telling import UNCHANGED


def plan_again(board, standing):
    """As `plan_roster`; `standing` are duties on the board's days that were planned before and not published.

    For each set of venues that share people they stay wherever they can, unless a fresh plan fills more seats (first
    one for every day, then the second …), keeps more published duties, or is more even; then it counts. Standing duties
    that stay are `kept`, with a reason that does not call them published; those that do not are not `dropped`.
    """
    fresh = plan_roster(board)
    told = {(duty.day, duty.person) for duty in board.duties}
    extra = tuple(Duty(duty.day, duty.person) for duty in standing if (duty.day, duty.person) not in told)
    if not extra:
        return fresh
    kept = plan_roster(replace(board, duties=(*board.duties, *extra)))
    sheet = Sheet(board)
    stays = set()
    for venues in sets_of_venues(sheet):
        if _worth(sheet, kept, venues, told) >= _worth(sheet, fresh, venues, told):
            stays |= venues
    return _joined(sheet, fresh, kept, stays, told)


def _worth(sheet, plan, venues, told):
    seated = {}
    for one in plan.assignments:
        if sheet.days[one.day].venue in venues:
            seated[one.day] = seated.get(one.day, 0) + 1
    most = max((day.seats for day in sheet.days.values()), default=0)
    filled = tuple(sum(number > place for number in seated.values()) for place in range(most))
    lost = sum(
        (one.day, one.person) in told and one.day in sheet.days and sheet.days[one.day].venue in venues
        for one in plan.dropped
    )
    return filled, -lost, -sum(plan.fairness[venue].spread for venue in venues)


def _joined(sheet, fresh, kept, stays, told):
    def stay(day_id):
        return day_id in sheet.days and sheet.days[day_id].venue in stays

    chosen = {
        **{(one.day, one.person): one for one in fresh.assignments if not stay(one.day)},
        **{(one.day, one.person): _plain(one, told) for one in kept.assignments if stay(one.day)},
    }
    place = {day: number for number, day in enumerate(sheet.days)}
    dropped = [one for one in fresh.dropped if not stay(one.day)]
    dropped += [one for one in kept.dropped if stay(one.day) and (one.day, one.person) in told]
    unfilled = [one for one in fresh.unfilled if not stay(one.day)]
    unfilled += [one for one in kept.unfilled if stay(one.day)]
    return replace(
        fresh,
        assignments=tuple(sorted(chosen.values(), key=lambda one: (place[one.day], one.person))),
        unfilled=tuple(sorted(unfilled, key=lambda one: place[one.day])),
        dropped=tuple(
            sorted(dropped, key=lambda one: (place.get(one.day, len(place)), str(one.day), str(one.person)))
        ),
        fairness={
            venue: replace(kept.fairness[venue], best=one.best) if venue in stays else one
            for venue, one in fresh.fairness.items()
        },
    )


def _plain(one, told):
    if not one.kept or (one.day, one.person) in told:
        return one
    return replace(one, reason=one.reason.removeprefix(UNCHANGED))
