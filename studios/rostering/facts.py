"""What the roster is made from and what comes out of it: plain data, no rules. Every name here is public by
`studios.roster`.

Ids are the caller's keys of one sortable kind (integers, or texts); a person is a human being, not a mandate, so that
nobody sits in two venues at once with two mandates.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Leave:
    """Away from `start` to `end`, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Served:
    """A duty of the past, at whatever venue: what a person has done weighs the same everywhere."""

    date: date
    venue: Hashable


@dataclass(frozen=True, slots=True)
class Person:
    id: Hashable
    venues: frozenset
    """Venues where she may sit: those of her group, and those she is attached to in person."""
    level: int = 0
    """Rank of her level, 0 for the highest; only whether two are the same matters."""
    history: tuple[Served, ...] = ()
    """Duties before the first day of the board, at least those of the twelve months before it."""
    leave: tuple[Leave, ...] = ()
    mandate_start: date | None = None
    """First day in office; None: always was."""
    mandate_end: date | None = None
    """Last day in office; None: no end in sight."""
    prefers: frozenset = frozenset()
    """Weekdays (0 = Monday) she would rather sit on: the weakest of all wishes."""
    credit: int = 0
    """Duties she counts as having served, so that a newcomer need not make up for months before her mandate."""


@dataclass(frozen=True, slots=True)
class Day:
    """A reception day. Two of one venue on one date are two sittings, told apart by their hours."""

    id: Hashable
    venue: Hashable
    date: date
    start: time | None = None
    end: time | None = None
    seats: int = 2
    mixed_levels: bool = False
    """A wish: people of different levels sit together."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Person × day. `pinned`: set by hand, so the planner never moves it for another day's sake."""

    day: Hashable
    person: Hashable
    pinned: bool = False


@dataclass(frozen=True)
class Board:
    """All that is known when a question about the roster is asked.

    `duties` are those already published (or set by hand); the planner keeps as many as it can. `earlier` gives each
    venue's last reception day before the board, so that nobody sits on it and on the board's first day; where it is
    missing, the newest day anybody served at the venue is taken. `until` is the day on which fairness is measured:
    duties in the twelve months up to it are counted. Default: the last day of the board. ValueError if a day
    lies outside these twelve months, or an id comes twice.
    """

    people: tuple[Person, ...]
    days: tuple[Day, ...]
    duties: tuple[Duty, ...] = ()
    earlier: Mapping[Hashable, date] = field(default_factory=lambda: MappingProxyType({}))
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One seat filled. `kept`: it was published before. `reason` is one Chinese sentence."""

    day: Hashable
    person: Hashable
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Unfilled:
    """`seats` of a day that nobody can take, and why, in one Chinese sentence."""

    day: Hashable
    seats: int
    reason: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A published duty that could not stay, and why, in one Chinese sentence."""

    day: Hashable
    person: Hashable
    reason: str


@dataclass(frozen=True, slots=True)
class Fairness:
    """How even a venue is: duties (at all venues) in the twelve months up to `on`, of everybody who could sit on at
    least one of the venue's days on the board.

    `best`: no roster with as many filled seats, the same published duties and the other venues as they are has a
    smaller spread. None: not computed, only for a plan.
    """

    venue: Hashable
    on: date
    people: int
    least: int
    most: int
    best: int | None = None

    @property
    def spread(self):
        return self.most - self.least

    @property
    def is_best(self):
        return self.best is not None and self.spread <= self.best

    @property
    def told(self):
        if not self.people:
            return "本室没有可排的代表。"
        count = f"{self.least}次" if self.least == self.most else f"{self.least}至{self.most}次"
        told = f"截至{self.on.month}月{self.on.day}日，{self.people}名可排代表近12个月各轮值{count}"
        if self.best is None:
            return f"{told}，相差{self.spread}次。"
        end = "已是可能的最小差距" if self.is_best else f"最小可能相差{self.best}次"
        return f"{told}，相差{self.spread}次，{end}。"


@dataclass(frozen=True, slots=True)
class Plan:
    """`assignments` by date, venue and person; `fairness` by venue."""

    assignments: tuple[Assignment, ...]
    unfilled: tuple[Unfilled, ...]
    dropped: tuple[Dropped, ...]
    fairness: Mapping[Hashable, Fairness]


@dataclass(frozen=True, slots=True)
class Breach:
    """A duty against a hard rule. `code`: unknown, eligible, mandate, leave, same_day, adjacent, overfilled."""

    day: Hashable
    person: Hashable
    code: str
    told: str


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody would like to change on the board: duties taken away, duties put there."""

    remove: tuple[Duty, ...] = ()
    add: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do. `fairness` holds (before, after) of each venue it touches; `told` says it in Chinese."""

    breaches: tuple[Breach, ...]
    fairness: Mapping[Hashable, tuple[Fairness, Fairness]]
    told: str

    @property
    def is_valid(self):
        return not self.breaches


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who could sit on a day. `count`: duties in the twelve months before it; `last`: the newest one before it."""

    person: Hashable
    is_valid: bool
    count: int
    last: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when valid; `reason` says in Chinese why, or why not."""

    is_valid: bool
    reason: str

    def __bool__(self):
        return self.is_valid
