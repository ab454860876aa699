"""What the proposal of groups is made from, and what comes out: data classes, no Django."""

from collections import Counter
from dataclasses import dataclass, field

SIZE = 20
TOLERANCE = 5
LEVELS = ("全国", "省级", "市级", "县级", "镇级")
"""By `level_rank`."""


@dataclass(frozen=True, slots=True)
class Member:
    """One mandate to be grouped. `id`, `place` and `group` are keys of the caller's."""

    id: int
    place: int
    field: str = ""
    level_rank: int = 4
    """0 for the highest level."""
    is_frontline: bool = True
    seniority: int = 0
    """The smaller, the longer in the Party."""
    group: int | None = None
    """Where she sits now."""
    is_fixed: bool = False
    """Somebody has put her there by hand: she stays."""

    @property
    def rank(self):
        """Who leads comes first."""
        return (self.level_rank, self.seniority, self.id)


@dataclass(frozen=True, slots=True)
class Standing:
    """A group that exists."""

    id: int
    place: int
    leader: int | None = None
    secretary: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How many people a group should have."""

    size: int = SIZE
    tolerance: int = TOLERANCE

    def __post_init__(self):
        if self.size < 1:
            raise ValueError("size must be at least 1")
        if self.tolerance < 0:
            raise ValueError("tolerance must not be negative")

    @property
    def least(self):
        return max(1, self.size - self.tolerance)

    @property
    def most(self):
        return self.size + self.tolerance

    def warning(self, people):
        """A sentence where a group strays, else nothing."""
        if self.least <= people <= self.most:
            return ""
        if people < self.least:
            return f"只有{people}名，少于{self.least}名"
        return f"已有{people}名，多于{self.most}名"


@dataclass(frozen=True, slots=True)
class Seat:
    """A member in a proposed group, and why she is there."""

    member: Member
    reason: str

    @property
    def is_newcomer(self):
        return self.member.group is None


@dataclass(frozen=True)
class ProposedGroup:
    """`id` is that of the group that exists, None for a new one. Its leader comes first."""

    id: int | None
    place: int
    field: str
    """The field most of its members come from."""
    seats: tuple[Seat, ...]
    leader: int | None
    secretary: int | None
    reason: str
    warning: str = ""

    @property
    def members(self):
        return tuple(seat.member.id for seat in self.seats)

    @property
    def arrivals(self):
        """Those who do not sit in it yet."""
        return tuple(seat for seat in self.seats if seat.member.group != self.id or self.id is None)


@dataclass(frozen=True)
class Proposal:
    groups: tuple[ProposedGroup, ...]
    dissolved: tuple[int, ...] = ()
    """Groups that exist and would have nobody left."""


@dataclass(eq=False)
class Pot:
    """A group while it is being put together."""

    place: int
    id: int | None = None
    number: int = 0
    """Its place in the order of making, so that ties fall alike however the roll is sorted."""
    members: list = field(default_factory=list)
    fields: Counter = field(default_factory=Counter)
    frontline: int = 0
    standing: Standing | None = None

    def add(self, member):
        self.members.append(member)
        self.fields[member.field] += 1
        self.frontline += member.is_frontline

    def remove(self, member):
        self.members.remove(member)
        self.fields[member.field] -= 1
        self.frontline -= member.is_frontline

    def __len__(self):
        return len(self.members)

    @property
    def is_frontline(self):
        return self.frontline * 2 >= len(self.members)

    @property
    def order(self):
        return (self.id is None, self.id or self.number)

    def fit_of(self, member):
        """How many others of her field sit here."""
        return self.fields[member.field] - (member in self.members)

    def share_of(self, name):
        return self.fields[name] / len(self.members) if self.members else 0.0

    @property
    def main_field(self):
        best = max(self.fields.values(), default=0)
        return min((name for name, count in self.fields.items() if count == best), default="")

    @property
    def officers(self):
        """Who leads and who keeps the minutes, of the group that exists, as far as they still sit here."""
        ids = {member.id for member in self.members}
        named = (self.standing.leader, self.standing.secretary) if self.standing else (None, None)
        return tuple(one if one in ids else None for one in named)
