"""The hard rules of the roster, and how duties are counted.

A person may sit on a day when she is on the venue's list, in office, not on leave, sits nowhere else that date, and not
on an adjacent day. Two days are adjacent when they are neighbours in one venue's sequence of reception dates, whatever
lies between, or when their dates follow each other, at whatever venues: a rest between two duties is what the rule is
for.
"""

import zlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta

from studios.rostering.facts import Breach, Fairness

ONE_DAY = timedelta(days=1)
UNKNOWN, ELIGIBLE, MANDATE, LEAVE = "unknown", "eligible", "mandate", "leave"
SAME_DAY, ADJACENT, OVERFILLED = "same_day", "adjacent", "overfilled"
REFUSALS = {
    UNKNOWN: "名册或接待日安排中已没有这一项",
    ELIGIBLE: "不在本室可排名单内",
    MANDATE: "当日不在任期内",
    LEAVE: "当日请假",
    SAME_DAY: "当日已有轮值",
    ADJACENT: "前后相邻接待日已有轮值",
    OVERFILLED: "当日席位已满",
}


def year_before(day):
    """The same date a year ago; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def lot(key):
    """A draw that everybody can repeat, where nothing else decides: always taking the smallest id would be unfair."""
    return zlib.crc32(str(key).encode())


@dataclass(slots=True)
class Venue:
    """A venue's days in order, its dates, and everybody who may be on its list."""

    days: list = field(default_factory=list)
    dates: list = field(default_factory=list)
    people: list = field(default_factory=list)
    earlier: date | None = None


class Sheet:
    """A board looked up by id, in an order of its own, so that the order of the input never matters."""

    def __init__(self, board):
        self.days = {
            day.id: day
            for day in sorted(board.days, key=lambda d: (d.date, str(d.start), lot(d.venue), d.id))
        }
        self.people = {person.id: person for person in sorted(board.people, key=lambda p: (lot(p.id), p.id))}
        if len(self.days) < len(board.days) or len(self.people) < len(board.people):
            raise ValueError("an id comes twice")
        self.venues = {}
        for day in self.days.values():
            venue = self.venues.setdefault(day.venue, Venue())
            venue.days.append(day)
            if not venue.dates or venue.dates[-1] != day.date:
                venue.dates.append(day.date)
        self._place = {
            day.id: bisect_left(venue.dates, day.date) for venue in self.venues.values() for day in venue.days
        }
        self._read_people(board.earlier)
        self._set_window(board)
        self.duties = {}
        for duty in sorted(board.duties, key=lambda d: (lot(d.person), d.person, d.day)):
            key = duty.day, duty.person
            # Pinned once is pinned.
            self.duties[key] = self.duties.get(key, False) or duty.pinned

    def _read_people(self, earlier):
        self.past = {}
        for person in self.people.values():
            self.past[person.id] = sorted({served.date for served in person.history})
            for venue in person.venues:
                if venue in self.venues:
                    self.venues[venue].people.append(person)
        for person in self.people.values():
            for served in person.history:
                venue = self.venues.get(served.venue)
                if venue and served.venue not in earlier and served.date < venue.dates[0]:
                    venue.earlier = max(served.date, venue.earlier or served.date)
        for name, day in earlier.items():
            if name in self.venues:
                self.venues[name].earlier = day

    def _set_window(self, board):
        last = max((day.date for day in board.days), default=date.min)
        self.until = board.until or last
        if board.days:
            self.since = year_before(self.until) + ONE_DAY
            if last > self.until or min(day.date for day in board.days) < self.since:
                raise ValueError("every day must lie in the twelve months up to `until`")

    def base(self, person_id):
        """Duties of the past that count on `until`."""
        past = self.past[person_id]
        counted = bisect_right(past, self.until) - bisect_left(past, self.since)
        return counted + self.people[person_id].credit

    def obstacle(self, person, day):
        """Why she cannot sit on that day, whatever else the roster says: a code, or None."""
        if day.venue not in person.venues:
            return ELIGIBLE
        if person.mandate_start and day.date < person.mandate_start:
            return MANDATE
        if person.mandate_end and day.date > person.mandate_end:
            return MANDATE
        for leave in person.leave:
            if leave.start <= day.date <= leave.end:
                return LEAVE
        return self._past_obstacle(person, day) if person.history else None

    def _past_obstacle(self, person, day):
        past = self.past[person.id]
        at = bisect_left(past, day.date - ONE_DAY)
        if at < len(past) and past[at] <= day.date + ONE_DAY:
            return SAME_DAY if day.date in past[at : at + 2] else ADJACENT
        earlier = self.venues[day.venue].earlier
        if earlier and self._place[day.id] == 0:
            for served in person.history:
                if served.date == earlier and served.venue == day.venue:
                    return ADJACENT
        return None

    def clash(self, day, other):
        """Why one person cannot sit on both days: a code, or None."""
        apart = abs((day.date - other.date).days)
        if apart == 0:
            return SAME_DAY
        if apart == 1 or day.venue == other.venue and abs(self._place[day.id] - self._place[other.id]) == 1:
            return ADJACENT
        return None

    def hurdle(self, person, day, days):
        """As `obstacle`, or the clash with one of `days` that she sits on; the same day comes first."""
        if code := self.obstacle(person, day):
            return code
        clashes = {self.clash(day, other) for other in days}
        return SAME_DAY if SAME_DAY in clashes else ADJACENT if ADJACENT in clashes else None

    def breaches(self, duties):
        """Breach of every duty (day id, person id) that cannot stand beside those before it."""
        held, sitting = {}, {}
        for day_id, person_id in duties:
            day, person = self.days.get(day_id), self.people.get(person_id)
            if day is None or person is None:
                code = UNKNOWN
            else:
                code = self.hurdle(person, day, held.get(person_id, ()))
                if code is None and sitting.get(day_id, 0) >= day.seats:
                    code = OVERFILLED
            if code:
                yield Breach(day_id, person_id, code, f"{REFUSALS[code]}。")
            else:
                held.setdefault(person_id, []).append(day)
                sitting[day_id] = sitting.get(day_id, 0) + 1

    def in_order(self, duties):
        """Duties by what was set by hand first, then by date: who comes first stays."""
        return sorted(
            duties,
            key=lambda key: (
                not duties[key],
                self.days[key[0]].date if key[0] in self.days else date.max,
                lot(key[1]),
                key[1],
                lot(key[0]),
                key[0],
            ),
        )

    def reachable(self, venue):
        """Everybody who could sit on at least one of the venue's days."""
        found = self.venues[venue]
        return [p.id for p in found.people if any(self.obstacle(p, day) is None for day in found.days)]

    def fairness(self, venue, held, best=None, reachable=None):
        """`held`: number of duties on the board by person."""
        people = self.reachable(venue) if reachable is None else reachable
        counts = [self.base(pk) + held.get(pk, 0) for pk in people]
        return Fairness(venue, self.until, len(counts), min(counts, default=0), max(counts, default=0), best)


class Tally:
    """Counts duties as time goes by: what a person has done in the twelve months before a day."""

    def __init__(self, sheet, duties):
        self._sheet = sheet
        self._dates = dict(sheet.past)
        added = {}
        for day_id, person_id in duties:
            added.setdefault(person_id, []).append(sheet.days[day_id].date)
        for person_id, dates in added.items():
            self._dates[person_id] = sorted({*self._dates[person_id], *dates})

    def count(self, person_id, day, since=None):
        """Duties in the twelve months before `day`, itself not counted. `since`: a year before, where it is known."""
        dates = self._dates[person_id]
        counted = bisect_left(dates, day) - bisect_left(dates, since or year_before(day)) if dates else 0
        return counted + self._sheet.people[person_id].credit

    def last(self, person_id, day):
        """The newest duty before `day`, or None."""
        dates = self._dates[person_id]
        at = bisect_left(dates, day)
        return dates[at - 1] if at else None
