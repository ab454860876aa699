"""From a board to a plan: published duties first, then the search for each set of venues that share people."""

from studios.rostering.facts import Dropped, Plan
from studios.rostering.rules import REFUSALS, Sheet, Tally
from studios.rostering.solving import solve
from studios.rostering.table import Table
from studios.rostering.telling import tell_duties, tell_shortage

MOVED = "为补足其他接待日的空缺而调整。"


def plan_roster(board):
    """A person for every seat up to the end of the board, and why.

    In this order: the hard rules; filled seats (first one for every day, then the second …); published duties
    kept; even counts within each venue over the twelve months up to `board.until`; mixed levels where wished;
    long rests and even counts on the way; preferred weekdays. The same board gives the same plan, in whatever order its
    people, days and duties come. Raises ValueError for a board that contradicts itself (see `Board`).
    """
    sheet = Sheet(board)
    order = sheet.in_order(sheet.duties)
    refused = {(breach.day, breach.person): breach.code for breach in sheet.breaches(order)}
    kept = [key for key in order if key not in refused]
    found, best = {}, {}
    for venues in sets_of_venues(sheet):
        table, day_ids, person_ids = _lay_table(sheet, venues, kept)
        best |= solve(table)
        for d, people in enumerate(table.sitting):
            found |= {(day_ids[d], person_ids[p]): (p, d) in table.kept for p in people}
    return _describe(sheet, found, kept, refused, best)


def sets_of_venues(sheet):
    """Venues that share people are planned together, all others alone: linear in venues."""
    root = {venue: venue for venue in sheet.venues}

    def find(venue):
        while root[venue] != venue:
            root[venue] = root[root[venue]]
            venue = root[venue]
        return venue

    for person in sheet.people.values():
        shared = [venue for venue in person.venues if venue in root]
        for venue in shared[1:]:
            root[find(venue)] = find(shared[0])
    sets = {}
    for venue in sheet.venues:
        sets.setdefault(find(venue), set()).add(venue)
    return sets.values()


def _lay_table(sheet, venues, kept):
    """(table, day ids, person ids) of some venues, in the sheet's order."""
    days = [day for day in sheet.days.values() if day.venue in venues]
    listed = {person.id for venue in venues for person in sheet.venues[venue].people}
    people = [person for pk, person in sheet.people.items() if pk in listed] if len(venues) > 1 else None
    if people is None:
        (venue,) = venues
        people = sheet.venues[venue].people
    place = {person.id: p for p, person in enumerate(people)}
    table = Table(
        dates=[day.date.toordinal() for day in days],
        seats=[day.seats for day in days],
        venues=[day.venue for day in days],
        mixed=[day.mixed_levels for day in days],
        near=_near(sheet, days),
        able=[
            [
                place[person.id]
                for person in sheet.venues[day.venue].people
                if sheet.obstacle(person, day) is None
            ]
            for day in days
        ],
        level=[person.level for person in people],
        load=[sheet.base(person.id) for person in people],
        past=[[day.toordinal() for day in sheet.past[person.id]] for person in people],
        prefers=[person.prefers for person in people],
        homes=[person.venues & venues for person in people],
    )
    index = {day.id: d for d, day in enumerate(days)}
    for day_id, person_id in kept:
        if day_id in index:
            table.keep(place[person_id], index[day_id], pinned=sheet.duties[day_id, person_id])
    return table, [day.id for day in days], [person.id for person in people]


def _near(sheet, days):
    """For each day the days that nobody can take beside it, itself included."""
    by_date, by_venue = {}, {}
    for d, day in enumerate(days):
        by_date.setdefault(day.date.toordinal(), []).append(d)
        by_venue.setdefault(day.venue, []).append(d)
    near = []
    for d, day in enumerate(days):
        at = day.date.toordinal()
        found = {e for date in (at - 1, at, at + 1) for e in by_date.get(date, ())}
        found.update(e for e in by_venue[day.venue] if e == d or sheet.clash(day, days[e]))
        near.append(frozenset(found))
    return near


def _describe(sheet, found, kept, refused, best):
    tally = Tally(sheet, found)
    held = {}
    for _day, person in found:
        held[person] = held.get(person, 0) + 1
    dropped = [Dropped(*key, f"{REFUSALS[code]}，不再保留。") for key, code in refused.items()]
    dropped += [Dropped(*key, MOVED) for key in kept if key not in found]
    place = {day_id: number for number, day_id in enumerate(sheet.days)}
    return Plan(
        assignments=tuple(tell_duties(sheet, found, tally)),
        unfilled=tuple(tell_shortage(sheet, found, tally)),
        dropped=tuple(
            sorted(dropped, key=lambda d: (place.get(d.day, len(place)), str(d.day), str(d.person)))
        ),
        fairness={venue: sheet.fairness(venue, held, best[venue]) for venue in sheet.venues},
    )
