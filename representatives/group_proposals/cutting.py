"""Forming new groups: the people of one place in a row, those of one field side by side, cut where it costs least."""

from collections import Counter

OUT_OF_RANGE = 1000.0
"""A group outside the size asked for is made only where there is no other way ..."""
PER_PERSON_OUT = 100.0
"""... and then one that strays as little as possible."""
OFF_SIZE = 0.4
"""Times the square of what is missing to the wished size: 3 people off weigh as much as 4 members from other fields."""
OTHER_FIELD = 1.0
"""Each member who is not of the field (or, where small places join, not of the place) that most come from."""


def cut(members, limits, *, by):
    """Lists of members, each a group; `by(member)` is what should stay together. Nobody is left out."""
    common = Counter(by(member) for member in members)
    row = sorted(members, key=lambda m: (-common[by(m)], by(m), m.field, m.rank))
    keys = [by(member) for member in row]
    longest = limits.most if _can_be_cut(len(row), limits) else max(2 * limits.size, limits.most)
    prices = [_price(people, limits) for people in range(longest + 1)]
    cost, start_of = [0.0], [0]
    for end in range(1, len(row) + 1):
        best, best_start, counts, most = None, 0, {}, 0
        for start in range(end - 1, max(-1, end - 1 - longest), -1):
            key = keys[start]
            counts[key] = same = counts.get(key, 0) + 1
            if same > most:
                most = same
            total = cost[start] + prices[end - start] + OTHER_FIELD * (end - start - most)
            if best is None or total < best:
                best, best_start = total, start
        cost.append(best)
        start_of.append(best_start)
    pieces, end = [], len(row)
    while end:
        pieces.append(row[start_of[end] : end])
        end = start_of[end]
    return pieces[::-1]


def _can_be_cut(people, limits):
    """Into groups that are all of the size asked for?"""
    return -(-people // limits.most) * limits.least <= people


def _price(people, limits):
    out = max(limits.least - people, people - limits.most, 0)
    return OFF_SIZE * (people - limits.size) ** 2 + (OUT_OF_RANGE + PER_PERSON_OUT * out if out else 0)


def mix_levels(pieces):
    """Spread those of the higher levels over the groups, by swaps within a field, so that no field is torn apart.

    Afterwards no swap within a field would bring two groups closer.
    """
    lowest = max((member.level_rank for piece in pieces for member in piece), default=0)
    upper = [sum(member.level_rank < lowest for member in piece) for piece in pieces]
    where = {}
    for number, piece in enumerate(pieces):
        for name in {member.field for member in piece}:
            where.setdefault(name, []).append(number)
    moved = True
    while moved:
        moved = False
        for name in sorted(where):
            moved |= _even_out(pieces, where[name], upper, name, lowest)
    return pieces


def _even_out(pieces, where, upper, name, lowest):
    """All swaps within one field. Were there any?"""
    ends = {i: _ends_of(pieces[i], name, lowest) for i in where}
    swapped = False
    while True:
        giver = max((i for i in where if ends[i][0]), key=lambda i: (upper[i], -i), default=None)
        taker = min((i for i in where if ends[i][1]), key=lambda i: (upper[i], i), default=None)
        if giver is None or taker is None or upper[giver] - upper[taker] < 2:
            return swapped
        high, low = ends[giver][0], ends[taker][1]
        pieces[giver][pieces[giver].index(high)] = low
        pieces[taker][pieces[taker].index(low)] = high
        upper[giver] -= 1
        upper[taker] += 1
        ends[giver], ends[taker] = (_ends_of(pieces[i], name, lowest) for i in (giver, taker))
        swapped = True


def _ends_of(piece, name, lowest):
    """(one of a higher level, one of the lowest) of that field, either None."""
    found = {True: None, False: None}
    for member in piece:
        if member.field == name:
            is_upper = member.level_rank < lowest
            if found[is_upper] is None or member.rank > found[is_upper].rank:
                found[is_upper] = member
    return found[True], found[False]
