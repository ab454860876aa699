"""The search for a roster.

1. Day by day: whoever has the fewest duties, then whoever rests best. First one seat of every day, then the second, so
   that a shortage is spread and no day stays empty beside a full one.
2. Fill: what is still empty is filled along chains (she takes this day and gives that one to a colleague, who …), with
   as few published duties moved as possible.
3. Even out: as long as a chain leads from somebody to somebody with two duties fewer, it is followed. Without the rule
   of adjacent days this is a min-cost flow with convex costs, and ends with the most even roster there is. With the
   rule a chain is checked as it grows, and may be missed; where `least_spread` leaves room for a better one, a small
   venue is searched to the end (see small.py), a larger one shaken and evened out again.
4. Polish: exchanges that leave all counts alone and let people rest longer, mix levels, follow preferences.

The whole stretch is planned at once, with the leave known, so that no month's convenience costs the year.
"""

import random
from itertools import combinations

from studios.rostering.small import search_small
from studios.rostering.table import Table

ROUNDS = 4
SWEEPS = 6
"""Evening out and polishing end by themselves after two or three rounds; the bounds are for odd boards."""
DIGS = 150
"""Where colleagues on leave are not the reason for an empty seat, so many steps aside are tried."""
SHAKES = 60
STEPS = 12
"""A venue that is not proven even is shaken so often, by so many neutral exchanges each; see bench/roster.py."""


def solve(table):
    """Fill the table. Returns the least possible spread of each venue."""
    for number in range(1, max(table.seats, default=0) + 1):
        seat_one_each(table, number)
        fill(table, number)
    even_out(table)
    best = _bounds(table)
    if _may_fill_more(table) or not _is_even(table, best):
        best = _search_further(table, best)
    polish(table)
    while _fill_all(table):
        even_out(table)
        polish(table)
        best = _bounds(table)
    return best


def _bounds(table):
    return {venue: least_spread(table, venue) for venue in table.days_of}


def _is_even(table, best):
    return all(spread(table, venue) <= least for venue, least in best.items())


def _search_further(table, best):
    sitting = search_small(table)
    if sitting is not None:
        table.restore(sitting)
        return {venue: spread(table, venue) for venue in best}
    if _may_fill_more(table):
        _dig(table)
        even_out(table)
        best = _bounds(table)
    _shake(table, best)
    return best


def seat_one_each(table, number):
    """A `number`-th person for every day that has none, if there is somebody free."""
    for d, seats in enumerate(table.seats):
        if seats < number or len(table.sitting[d]) >= number:
            continue
        near, load = table.near[d], table.load
        free = [p for p in table.able[d] if near.isdisjoint(table.taken[p])]
        if free:
            fewest = min(load[p] for p in free)
            few = [p for p in free if load[p] == fewest]
            table.put(min(few, key=lambda p: (table.unmixed(d, coming=p) + table.strain(p, d), p)), d)


def fill(table, number, price=None):
    """A `number`-th person by a chain. Returns whether any was found."""
    found = False
    for d, seats in enumerate(table.seats):
        if seats >= number and len(table.sitting[d]) < number:
            found |= table.follow(table.find_chain([(d, None)], price or table.price_to_fill))
    return found


def _fill_all(table, price=None):
    found = False
    for number in range(1, max(table.seats, default=0) + 1):
        found |= fill(table, number, price)
    return found


def _filled(table):
    """(days with at least one person, with at least two, …): what is as large as can be, from the left."""
    most = max(table.seats, default=0)
    return tuple(sum(len(people) >= number for people in table.sitting) for number in range(1, most + 1))


def _dig(table):
    """Where a chain is not enough: let somebody take an empty seat and give up every day beside it, fill what that
    empties, and go on from there if nothing was lost. Published duties stay."""
    if not _may_fill_more(table):
        return
    dice, tried = random.Random(0), 0
    now = _filled(table)
    while tried < DIGS and (holes := _holes(table)):
        tried += 1
        before = [list(people) for people in table.sitting]
        d = dice.choice(holes)
        movable = [
            p
            for p in table.able[d]
            if d not in table.taken[p]
            and not any((p, e) in table.kept for e in table.near[d] & table.taken[p])
        ]
        if not movable:
            continue
        p = dice.choice(movable)
        for e in sorted(table.near[d] & table.taken[p]):
            table.take(p, e)
        table.put(p, d)
        _fill_all(table, table.price_to_even)
        then = _filled(table)
        if then < now:
            table.restore(before)
        elif then > now:
            now, tried = then, 0


def _may_fill_more(table):
    """Is there an empty seat that could be filled, were it not for adjacent days?"""
    return any(d not in table.taken[p] for d in _holes(table) for p in table.able[d])


def even_out(table, venue=None, *, loose=False):
    """`venue`: with its own days only, which is quick; what crosses venues is left for the whole table."""
    if venue is None and len(table.days_of) > 1:
        for each in table.days_of:
            even_out(table, each)
    days = frozenset(table.days_of.get(venue, ()))
    people = table.anybody if venue is None else sorted(table.people_of[venue])

    def price(p, d):
        return None if (p, d) in table.kept or (days and d not in days) else 0

    for _round in range(ROUNDS):
        changed = False
        for level in sorted({table.load[p] for p in people}, reverse=True):
            fewest = min(table.load[p] for p in people)
            while fewest <= level - 2:
                givers = [p for p in people if table.load[p] == level]
                starts = [(d, p) for p in givers for d in sorted(table.taken[p]) if price(p, d) is not None]
                holes = [d for d in _holes(table) if not days or d in days]
                if not table.follow(table.find_chain(starts, price, level - 2, holes, loose=loose)):
                    break
                changed = True
        if not changed:
            return


def _holes(table):
    return [d for d, people in enumerate(table.sitting) if len(people) < table.seats[d]]


def spread(table, venue):
    """Of the loads of everybody who can sit on at least one day of the venue."""
    counts = [table.load[p] for p in table.people_of[venue]]
    return max(counts, default=0) - min(counts, default=0)


def least_spread(table, venue):
    """No roster that fills as many seats of the venue, keeps what is published and leaves the other venues alone has a
    smaller spread: the most even one without the rule of adjacent days."""
    now, counts = spread(table, venue), [table.load[p] for p in table.people_of[venue]]
    if now == 0 or now == 1 and sum(counts) % len(counts):
        return now
    days, people = table.days_of[venue], sorted(table.people_of[venue])
    place, number = {d: i for i, d in enumerate(days)}, {p: i for i, p in enumerate(people)}
    bare = Table(
        dates=[table.dates[d] for d in days],
        seats=[table.seats[d] for d in days],
        venues=[venue] * len(days),
        mixed=[False] * len(days),
        near=[frozenset(place[e] for e in days if table.dates[e] == table.dates[d]) for d in days],
        able=[[number[p] for p in table.able[d]] for d in days],
        level=[0] * len(people),
        load=[table.load[p] - sum(d in place for d in table.taken[p]) for p in people],
        past=[()] * len(people),
        prefers=[()] * len(people),
        homes=[()] * len(people),
    )
    for d in days:
        for p in table.sitting[d]:
            if (p, d) in table.kept:
                bare.keep(number[p], place[d], pinned=True)
            else:
                bare.put(number[p], place[d])
    even_out(bare, loose=True)
    return spread(bare, venue)


def _shake(table, best):
    """Neutral exchanges by a fixed throw of dice, then even out again, where a venue is not proven even."""
    for venue in best:
        dice = random.Random(0)
        for _shake in range(SHAKES):
            if spread(table, venue) <= best[venue]:
                break
            before, kept = _unevenness(table, best), [list(people) for people in table.sitting]
            for _step in range(STEPS):
                _step_aside(table, table.days_of[venue], dice)
            even_out(table, venue)
            if _unevenness(table, best) > before:
                table.restore(kept)


def _unevenness(table, best):
    return sum(spread(table, venue) for venue in best), sum(table.load[p] ** 2 for p in table.anybody)


def _step_aside(table, days, dice):
    """One exchange, or one duty handed to somebody with one fewer, or one moved to an empty seat: the counts stay as even
    as they were, and no thin day gets thinner."""
    holes = [d for d in days if len(table.sitting[d]) < table.seats[d]]
    if holes and dice.random() < 0.5 and _move_to(table, dice.choice(holes), days, dice):
        return
    duties = [(p, d) for d in days for p in table.sitting[d] if (p, d) not in table.kept]
    if not duties:
        return
    p, d = dice.choice(duties)
    others = [
        q
        for q in table.able[d]
        if table.load[q] + 1 == table.load[p] and table.near[d].isdisjoint(table.taken[q])
    ]
    exchanges = [(q, e) for q, e in duties if table.can_exchange(p, d, q, e)]
    if others and (not exchanges or dice.random() < 0.5):
        table.take(p, d)
        table.put(dice.choice(others), d)
    elif exchanges:
        q, e = dice.choice(exchanges)
        table.take(p, d)
        table.take(q, e)
        table.put(q, d)
        table.put(p, e)


def _move_to(table, d, days, dice):
    """Somebody gives up a day with one person more and takes the empty seat on d."""
    moves = [
        (p, e)
        for e in days
        if len(table.sitting[e]) == len(table.sitting[d]) + 1
        for p in table.sitting[e]
        if p in table.able_set[d] and (p, e) not in table.kept and table.near[d] & table.taken[p] <= {e}
    ]
    if moves:
        p, e = dice.choice(moves)
        table.take(p, e)
        table.put(p, d)
    return bool(moves)


def polish(table):
    for days in table.days_of.values():
        for _sweep in range(SWEEPS):
            changed = [_hand_over(table, d) for d in days]
            changed += [_exchange(table, d, e) for d, e in combinations(days, 2)]
            if not any(changed):
                break


def _hand_over(table, d):
    """Give duties of the day to people with one fewer where that costs less. Counts stay as even as they were."""
    changed = False
    for p in list(table.sitting[d]):
        if (p, d) in table.kept:
            continue
        near, load, home = table.near[d], table.load[p] - 1, table.homes[p]
        now = table.strain(p, d) + table.unmixed(d)
        best, best_cost = None, now
        for q in table.able[d]:
            # Of the same venues, so that no other venue becomes less even.
            if table.load[q] == load and near.isdisjoint(table.taken[q]) and table.homes[q] == home:
                cost = table.strain(q, d) + table.unmixed(d, p, q)
                if cost < best_cost:
                    best, best_cost = q, cost
        if best is not None:
            table.take(p, d)
            table.put(best, d)
            changed = True
    return changed


def _exchange(table, d, e):
    """Let somebody of d and somebody of e change places where that costs less."""
    able_d, able_e, kept, mixed = (
        table.able_set[d],
        table.able_set[e],
        table.kept,
        table.mixed[d] or table.mixed[e],
    )
    others = [q for q in table.sitting[e] if q in able_d and (q, e) not in kept]
    if not others:
        return False
    levels = table.unmixed(d) + table.unmixed(e) if mixed else 0
    for p in table.sitting[d]:
        if p not in able_e or (p, d) in kept:
            continue
        now = table.strain(p, d) + levels
        then = table.strain(p, e, d)
        for q in others:
            if not table.can_exchange(p, d, q, e):
                continue
            cost = then + table.strain(q, d, e)
            if mixed:
                cost += table.unmixed(d, p, q) + table.unmixed(e, q, p)
            if cost < now + table.strain(q, e):
                table.take(p, d)
                table.take(q, e)
                table.put(q, d)
                table.put(p, e)
                return True
    return False
