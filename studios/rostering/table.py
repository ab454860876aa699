"""The roster as numbers: days and people of venues that share people, and the chains by which duties change hands."""

import heapq
from itertools import count

AGAIN = 1_000
"""Two duties of one person within twelve months: keeps counts even at any time of the year, not just at its end."""
NEARNESS = 30_000
"""Divided by the days between them: a month apart costs as much again, half a year nearly nothing."""
UNMIXED = 100_000
"""A day that wishes mixed levels and has one level: comes before any rest, never before fairness."""
PREFERENCE = 100
"""A weekday somebody likes decides only between days that are otherwise alike."""
YEAR = 366
TOGETHER = [AGAIN + NEARNESS // max(apart, 1) for apart in range(YEAR)]


def together(apart):
    """The cost of two duties of one person so many days apart."""
    return TOGETHER[apart] if apart < YEAR else 0


class Table:
    """`sitting[d]` and `taken[p]` are the roster, `load[p]` is what p has in the end.

    Days: `dates` (ordinals, ascending), `seats`, `venues`, `mixed`, `near` (days nobody can take beside this one,
    itself included), `able` (who can take it). People: `level`, `load` at the beginning, `past` (ordinals),
    `prefers` (weekdays), `homes` (venues).
    """

    def __init__(self, *, dates, seats, venues, mixed, near, able, level, load, past, prefers, homes):
        self.dates, self.seats, self.venues, self.mixed, self.near = dates, seats, venues, mixed, near
        self.able, self.level, self.load = able, level, load
        self.past, self.prefers, self.homes = past, prefers, homes
        self.able_set = [frozenset(people) for people in able]
        self.anybody = sorted(frozenset().union(*able)) if able else []
        self.days_of, self.people_of = {}, {}
        for d, venue in enumerate(venues):
            self.days_of.setdefault(venue, []).append(d)
            self.people_of.setdefault(venue, set()).update(able[d])
        self.taken = [set() for _person in load]
        self.sitting = [[] for _day in dates]
        self.kept, self.pinned = set(), set()
        self._alone = {}

    def put(self, p, d):
        self.sitting[d].append(p)
        self.taken[p].add(d)
        self.load[p] += 1

    def take(self, p, d):
        self.sitting[d].remove(p)
        self.taken[p].discard(d)
        self.load[p] -= 1

    def keep(self, p, d, *, pinned):
        """Put a published duty."""
        self.put(p, d)
        self.kept.add((p, d))
        if pinned:
            self.pinned.add((p, d))

    def restore(self, sitting):
        for d, people in enumerate(self.sitting):
            for p in [p for p in people if p not in sitting[d]]:
                self.take(p, d)
        for d, people in enumerate(sitting):
            for p in [p for p in people if p not in self.sitting[d]]:
                self.put(p, d)

    def can_exchange(self, p, d, q, e):
        """p sits on d and q on e: may it be the other way round?"""
        return (
            p != q
            and p in self.able_set[e]
            and q in self.able_set[d]
            and self.near[e] & self.taken[p] <= {d}
            and self.near[d] & self.taken[q] <= {e}
        )

    # What a duty costs

    def alone(self, p, d):
        """The cost of p on d beside her past, and what she prefers."""
        key = p, d
        found = self._alone.get(key)
        if found is None:
            day = self.dates[d]
            found = sum(together(abs(day - before)) for before in self.past[p])
            # Ordinal 1 was a Monday.
            if (day - 1) % 7 in self.prefers[p]:
                found -= PREFERENCE
            self._alone[key] = found
        return found

    def strain(self, p, d, without=None):
        """The cost of p on d beside her past and her other days; `without`: a day she would give up."""
        day, dates, cost = self.dates[d], self.dates, self.alone(p, d)
        for e in self.taken[p]:
            if e != d and e != without:
                apart = abs(day - dates[e])
                if apart < YEAR:
                    cost += TOGETHER[apart]
        return cost

    def unmixed(self, d, leaving=None, coming=None):
        if not self.mixed[d]:
            return 0
        levels = [self.level[p] for p in self.sitting[d] if p != leaving]
        if coming is not None:
            levels.append(self.level[coming])
        return UNMIXED if len(levels) > 1 and len(set(levels)) == 1 else 0

    # Chains

    def price_to_fill(self, p, d):
        """An empty seat is worth moving published duties, the fewer the better; what was set by hand stays."""
        key = p, d
        return None if key in self.pinned else int(key in self.kept)

    def price_to_even(self, p, d):
        """Published duties never move for fairness' sake."""
        return None if (p, d) in self.kept else 0

    def find_chain(self, starts, price, limit=None, holes=(), *, loose=False):
        """The cheapest, then shortest way to find somebody for one of `starts`: (day, who gives it up or None).

        In a chain somebody takes the day and gives another one to somebody else, and so on; everybody appears once,
        so that each step can be checked alone. It ends with somebody free whose load is at most `limit` (None: any).
        `price(p, d)` is what it costs that p gives d up, None where she may not. An empty seat on one of `holes` may
        be filled instead of the given-up one, as long as no thin day gets thinner (`loose`: always). Returns
        (person, node) or None; a node is (day, giver, parent node).
        """
        serial = count()
        queue = [(0, 0, next(serial), (d, giver, None)) for d, giver in starts]
        seen, best, best_key = set(), None, None
        while queue:
            cost, depth, _number, node = heapq.heappop(queue)
            if best is not None and (cost, depth) > best_key[:2]:
                break
            d = node[0]
            if d in seen:
                continue
            seen.add(d)
            busy, up = set(), node
            while up is not None:
                busy.add(up[1])
                up = up[2]
            near = self.near[d]
            for p in self.able[d]:
                if p in busy:
                    continue
                gives = taken = self.taken[p]
                if near.isdisjoint(taken):
                    if limit is None or self.load[p] <= limit:
                        key = cost, depth, self.load[p], self.strain(p, d) + self.unmixed(d, coming=p), p
                        if best is None or key < best_key:
                            best, best_key = (p, node), key
                        continue
                else:
                    gives = near & taken
                    if len(gives) > 1 or d in gives:
                        continue
                if best is None:
                    for e in sorted(gives):
                        if e not in seen and (more := price(p, e)) is not None:
                            heapq.heappush(queue, (cost + more, depth + 1, next(serial), (e, p, node)))
            if holes and best is None and (loose or node[2] is None):
                filled = len(self.sitting[d])
                for e in holes:
                    if e not in seen and (loose or len(self.sitting[e]) < filled):
                        heapq.heappush(queue, (cost, depth + 1, next(serial), (e, None, node)))
        return best

    def follow(self, chain):
        """Carry a chain out; False where there is none."""
        if chain is None:
            return False
        taker, node = chain
        gives, takes = [], []
        while node is not None:
            d, giver, parent = node
            if taker is not None:
                takes.append((taker, d))
            if giver is not None:
                gives.append((giver, d))
            taker, node = giver, parent
        for p, d in gives:
            self.take(p, d)
        for p, d in takes:
            self.put(p, d)
        return True
