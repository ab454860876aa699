"""A proposal of groups (R14, R15): about twenty people of one place and field, levels mixed, each told why.

Pure: data classes in, a proposal out; no Django. What exists is kept: who has a seat that suits keeps it, newcomers
are seated, groups that have grown too large or too small are mended, and a second run changes nothing more.
"""

from itertools import count

from representatives.group_proposals.facts import (
    SIZE,
    TOLERANCE,
    Limits,
    Member,
    Pot,
    Proposal,
    ProposedGroup,
    Seat,
    Standing,
)
from representatives.group_proposals.mending import Place
from representatives.group_proposals.telling import tell_group, tell_seat

__all__ = ["SIZE", "TOLERANCE", "Limits", "Member", "Proposal", "ProposedGroup", "Standing", "propose_groups"]


def propose_groups(members, *, standing=(), parents=None, names=None, size=SIZE, tolerance=TOLERANCE):
    """Every member in exactly one group of her own place, or of its parent where the place has too few people.

    `parents`: {place: the wider place in which small ones join}; `names`: {place: its name}, for the reasons. The
    order of the input does not matter. Raises ValueError for a size below 1 or a negative tolerance.
    """
    limits, parents, names = Limits(size, tolerance), parents or {}, names or {}
    members = sorted(members, key=lambda m: (m.place, m.id))
    why, counter = {}, count()
    places = _seat_standing(members, standing, parents, limits, why, counter)
    seated = {member.id for place in places.values() for pot in place.pots for member in pot.members}
    waiting = {}
    for member in members:
        if member.id not in seated:
            waiting.setdefault(member.place, []).append(member)
    pooled = {}
    for key in sorted(waiting):
        parent = parents.get(key, key)
        place = places.setdefault(key, Place(key, limits, why, counter))
        if parent == key:
            pooled.setdefault(key, []).extend(waiting[key])
            continue
        left = place.take_in(waiting[key], by=lambda m: m.field, may_stay_small=False)
        if left:
            pooled.setdefault(parent, []).extend(left)
    for key in sorted(pooled):
        place = places.setdefault(key, Place(key, limits, why, counter))
        homes = {member.place for member in pooled[key]}
        by = (lambda m: m.field) if homes == {key} else (lambda m: str(m.place))
        place.take_in(pooled[key], by=by, may_stay_small=True)
    for key in sorted(places):
        places[key].mend()
    return _tell(places, standing, why, names)


def _seat_standing(members, standing, parents, limits, why, counter):
    """{place: Place} with the groups that exist, and in them who keeps her seat."""
    pots = {one.id: Pot(one.place, one.id, standing=one) for one in sorted(standing, key=lambda s: s.id)}
    places = {}
    for pot in pots.values():
        places.setdefault(pot.place, Place(pot.place, limits, why, counter)).pots.append(pot)
    for member in members:
        pot = pots.get(member.group)
        near = (member.place, parents.get(member.place, member.place))
        if pot is not None and (member.is_fixed or pot.place in near):
            pot.add(member)
    return places


def _tell(places, standing, why, names):
    groups, alive = [], set()
    for key in sorted(places):
        for pot in sorted(places[key].alive, key=lambda pot: pot.order):
            groups.append(_describe(pot, places[key].limits, why, names))
            alive.add(pot.id)
    gone = tuple(sorted(one.id for one in standing if one.id not in alive))
    return Proposal(tuple(groups), gone)


def _describe(pot, limits, why, names):
    leader, secretary = _officers(pot)
    ranked = sorted(pot.members, key=lambda m: (m.id != leader, m.rank))
    seats = []
    for member in ranked:
        moved = pot.id is None or member.group != pot.id
        how = why.get(member.id, "formed") if moved else None
        seats.append(Seat(member, tell_seat(member, pot, names=names, how=how)))
    return ProposedGroup(
        id=pot.id,
        place=pot.place,
        field=pot.main_field,
        seats=tuple(seats),
        leader=leader,
        secretary=secretary,
        reason=tell_group(pot, names=names),
        warning=limits.warning(len(pot)),
    )


def _officers(pot):
    """Those who are; else the highest level and the longest in the Party leads, and the lowest keeps the minutes."""
    leader, secretary = pot.officers
    ranked = [m.id for m in sorted(pot.members, key=lambda m: m.rank)]
    if leader is None:
        leader = next((one for one in ranked if one != secretary), ranked[0])
    if secretary is None:
        secretary = next((one for one in reversed(ranked) if one != leader), None)
    return leader, secretary
