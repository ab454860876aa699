"""Small venues, solved to the end: every roster day by day, of those alike only the best kept.

Chains and shakes miss an optimum now and then where three or four people share few days; there all rosters can be
looked at. Two beginnings of a roster are alike when the same people are still resting and everybody's count is
the same: whatever follows fits both.
"""

from itertools import combinations

MOST_PEOPLE = 8
MOST_STEPS = 10_000
"""Less than a tenth of a second; a board that needs more is not small."""


def search_small(table):
    """The best `sitting`: most days with somebody, most with two, …, then the least spread, then the least squares.

    Published duties stay where they lie. None where the board is not small, or has more than one venue.
    """
    if len(table.anybody) > MOST_PEOPLE or len(set(table.venues)) > 1:
        return None
    fixed = {d: [p for p in people if (p, d) in table.kept] for d, people in enumerate(table.sitting)}
    most = max(table.seats)
    start = tuple(table.load[p] - len(table.taken[p]) for p in table.anybody)
    states, steps = {((), start): ((0,) * most, None)}, 0
    for d in range(len(table.dates)):
        choices = [p for p in table.able[d] if not any(p in fixed[e] for e in table.near[d])]
        following = {}
        # Duties so near that somebody of them cannot take a later day.
        watched = {e for e in range(d + 1) if any(later > d for later in table.near[e])}
        for (resting, loads), (filled, trail) in states.items():
            tired = {p for p, e in resting if e in table.near[d]}
            free = [p for p in choices if p not in tired]
            room = table.seats[d] - len(fixed[d])
            for number in range(min(room, len(free)) + 1):
                for chosen in combinations(free, number):
                    steps += 1
                    people = (*fixed[d], *chosen)
                    rest = tuple(
                        sorted(pair for pair in (*resting, *((p, d) for p in people)) if pair[1] in watched)
                    )
                    then = tuple(n + (p in people) for p, n in zip(table.anybody, loads, strict=True))
                    have = tuple(n + (place < len(people)) for place, n in enumerate(filled))
                    old = following.get((rest, then))
                    if old is None or have > old[0]:
                        following[rest, then] = have, (people, trail)
            if steps > MOST_STEPS:
                return None
        states = following
    _key, (_filled, trail) = min(states.items(), key=_rank)
    sitting = []
    while trail is not None:
        people, trail = trail
        sitting.append(list(people))
    return sitting[::-1]


def _rank(item):
    (_resting, loads), (filled, _trail) = item
    return [-n for n in filled], max(loads, default=0) - min(loads, default=0), sum(n * n for n in loads)
