"""Who sat when, before the roster: whoever has sat least, then whoever sat longest ago, under the roster's hard rules.

Days come in the order of their dates. Pure, but for the mandates it is handed.
"""

import zlib
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nsmallest

from representatives.enums import Level

RANK = {level: rank for rank, level in enumerate(Level.values)}
NEVER = date.min
ONE_DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@dataclass(eq=False, slots=True)
class Sitter:
    """Somebody on a venue's list, with the mandate she sits with there."""

    seat: object
    person: int
    since: date
    """The first day on which a roster may name her."""
    lot: int
    is_city_frontline: bool


def first_month(mandate):
    """A roster names somebody from the month after her mandate began."""
    return (mandate.start_date.replace(day=1) + timedelta(days=32)).replace(day=1)


def lists_of(studios, members_of, leads, attached):
    """{studio id: [Sitter]}: members of its groups, who leads it, who is attached; each once, with her highest mandate."""
    found = {}
    for studio in studios:
        best = {}
        for seat in [*members_of.get(studio.pk, ()), *leads.get(studio.pk, ()), *attached.get(studio.pk, ())]:
            known = best.get(seat.person.pk)
            if known is None or RANK[seat.level] < RANK[known.level]:
                best[seat.person.pk] = seat
        found[studio.pk] = [
            Sitter(
                seat=seat,
                person=person,
                since=first_month(seat.mandate),
                lot=zlib.crc32(f"{studio.pk}-{person}".encode()),
                is_city_frontline=seat.is_frontline and seat.level in Level.city_and_above(),
            )
            for person, seat in best.items()
        ]
    return found


class Rota:
    """`lists` as above. Each person's dates are in order, because the days are."""

    def __init__(self, lists):
        self.lists, self.dates, self.before = lists, {}, {}

    def sit(self, venue, day, seats, *, city=None, first=(), unless=frozenset()):
        """[(Sitter, why)] for a day; `city`: how many of them shall be frontline representatives of the city and above
        (None: whoever's turn it is), `first`: names that go before all, `unless`: people who sit elsewhere or later."""
        # Where few are on the list, half of them sit, so that somebody is left for the next day.
        seats = min(seats, sum(1 for one in self.lists[venue] if one.since <= day) // 2)
        free = [one for one in self.lists[venue] if self._is_free(one, venue, day)]
        chosen = [one for one in free if one.seat.person.name in first][:seats] if first else []
        free = [one for one in free if one.person not in unless and one not in chosen] if unless else free
        left = seats - len(chosen)
        if city is None:
            chosen += nsmallest(left, free, self._turn(day))
        else:
            upper = [one for one in free if one.is_city_frontline] if city else []
            chosen += nsmallest(min(city, left), upper, self._turn(day))
            left = seats - len(chosen)
            chosen += nsmallest(left, [one for one in free if not one.is_city_frontline], self._turn(day))
        self.before[venue] = {one.person for one in chosen}
        turns = [(one, self._reason(one.person, day)) for one in chosen]
        for one in chosen:
            self.dates.setdefault(one.person, []).append(day)
        return turns

    def _reason(self, person, day):
        dates = self.dates.get(person, ())
        number = len(dates) - bisect_left(dates, day - YEAR)
        if not number:
            return "近12个月未轮值；次数少、间隔久的先排。"
        last = dates[-1]
        return f"近12个月轮值{number}次，上次{last.month}月{last.day}日；次数少、间隔久的先排。"

    def _is_free(self, one, venue, day):
        if day < one.since or one.person in self.before.get(venue, ()):
            return False
        dates = self.dates.get(one.person)
        return not dates or all(abs(day - other) > ONE_DAY for other in dates[-3:])

    def _turn(self, day):
        since = day - YEAR

        def turn(one):
            dates = self.dates.get(one.person)
            if not dates:
                return 0, NEVER, one.lot
            return len(dates) - bisect_left(dates, since), dates[-1], one.lot

        return turn
