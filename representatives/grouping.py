"""A plain proposal of groups (R14, R15): people of one place, those of one field side by side, cut into groups of
about twenty. Pure: data classes in, proposals with a reason out; no Django.
"""

from collections import Counter
from dataclasses import dataclass

SIZE = 20
TOLERANCE = 5


@dataclass(frozen=True)
class Member:
    """One mandate to be grouped. `place` and `id` are keys of the caller's."""

    id: int
    place: int
    field: str
    level_rank: int = 0
    """0 for the highest level; who stands first leads."""


@dataclass(frozen=True)
class ProposedGroup:
    place: int
    field: str
    """The field most of its members come from."""
    members: tuple[int, ...]
    reason: str


def propose_groups(members, *, size=SIZE):
    """Every member in exactly one group of her own place; sizes within a place differ by one at most.

    A place gets as many groups as bring their size closest to `size`, at least one. The order of the input does
    not matter. Raises ValueError if size < 1.
    """
    if size < 1:
        raise ValueError("size must be at least 1")
    places = {}
    for member in members:
        places.setdefault(member.place, []).append(member)
    return [group for place in sorted(places) for group in _cut_place(place, places[place], size)]


def _cut_place(place, members, size):
    common = Counter(member.field for member in members)
    members = sorted(members, key=lambda m: (-common[m.field], m.field, m.level_rank, m.id))
    count = _closest_count(len(members), size)
    least, extra = divmod(len(members), count)
    start = 0
    for number in range(count):
        end = start + least + (number < extra)
        yield _describe(place, members[start:end])
        start = end


def _closest_count(people, size):
    """How many groups bring the size closest to the wished one: 50 people → 2 of 25 or 3 of 17, the closer one."""
    low = max(1, people // size)
    return min((low, low + 1), key=lambda count: (abs(people / count - size), count)) if people > size else 1


def _describe(place, members):
    fields = Counter(member.field for member in members)
    field, same = fields.most_common(1)[0]
    whole = "全部" if same == len(members) else f"其中{same}名"
    reason = f"同在一地，共{len(members)}名，{whole}属{field or '未填领域'}，便于组织、便于活动。"
    lead_first = sorted(members, key=lambda m: (m.level_rank, m.id))
    return ProposedGroup(place=place, field=field, members=tuple(m.id for m in lead_first), reason=reason)
