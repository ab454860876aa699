"""Groups that exist: newcomers find a seat, groups that have grown too large or too small are mended, and everybody
else stays where she is."""

from collections import Counter

from representatives.group_proposals.cutting import cut, mix_levels
from representatives.group_proposals.facts import Pot

ROUNDS = 50
"""Mending one group may unsettle another; it settles within a few rounds, and this many end a quarrel."""


class Place:
    """The groups of one place and what may be done to them. `why` says for each member moved what moved her."""

    def __init__(self, place, limits, why, counter):
        self.place, self.limits, self.why, self.counter = place, limits, why, counter
        self.pots = []

    def open(self, members, why):
        pot = Pot(self.place, number=next(self.counter))
        for member in members:
            pot.add(member)
            self.why[member.id] = why
        self.pots.append(pot)
        return pot

    @property
    def alive(self):
        return [pot for pot in self.pots if len(pot)]

    # --- newcomers

    def form(self, members, *, by):
        """New groups for many at once: frontline and the others apart, where there are enough of both."""
        apart = [[m for m in members if m.is_frontline], [m for m in members if not m.is_frontline]]
        if min(map(len, apart)) < self.limits.least:
            apart = [list(members)]
        for part in apart:
            for piece in mix_levels(cut(part, self.limits, by=by)) if part else ():
                self.open(piece, "formed")

    def seat(self, members, limit, why, *, any_kind=False, besides=None):
        """Give each a seat in the group that suits her best, as long as there is room; returns who found none."""
        left = []
        for member in sorted(members, key=lambda m: (m.field, m.rank)):
            open_pots = [
                pot
                for pot in self.alive
                if len(pot) < limit
                and pot is not besides
                and (any_kind or pot.is_frontline == member.is_frontline)
            ]
            if not open_pots:
                left.append(member)
                continue
            max(open_pots, key=lambda pot: _suits(pot, member)).add(member)
            self.why[member.id] = why
        return left

    def take_in(self, newcomers, *, by, may_stay_small):
        """Seats for newcomers; returns those for whom this place is too small."""
        left = self.seat(newcomers, self.limits.size, "joined")
        left = self._seat_the_odd_ones(left)
        if len(left) >= self.limits.least:
            self.form(left, by=by)
            return []
        left = self.seat(left, self.limits.most, "joined")
        left = self.seat(left, self.limits.most, "joined", any_kind=True)
        if left and self.alive:
            if not self.borrow_for(left, "formed"):
                self._squeeze_in(left)
            return []
        if left and may_stay_small:
            self.open(left, "formed")
            return []
        return left

    def _seat_the_odd_ones(self, members):
        """Where so many do not make groups of a proper size, those too many join the groups that stand, if they can."""
        odd = len(members) - len(members) // self.limits.least * self.limits.most
        room = sum(max(0, self.limits.most - len(pot)) for pot in self.alive)
        if not 0 < odd <= room or len(members) < self.limits.least:
            return members
        common = Counter(member.field for member in members)
        rare_first = sorted(members, key=lambda m: (common[m.field], m.field, m.rank))
        left = self.seat(rare_first[:odd], self.limits.most, "joined")
        self.seat(left, self.limits.most, "joined", any_kind=True)
        return rare_first[odd:]

    def _squeeze_in(self, members):
        """All are full, and there are too few for a group of their own: the smallest takes one more."""
        for member in members:
            min(self.alive, key=lambda pot: (len(pot), pot.order)).add(member)
            self.why[member.id] = "joined"

    def borrow_for(self, members, why):
        """A new group for a few, filled up from the largest ones; False where those have too few to lend."""
        least = self.limits.least
        pots = self.alive
        lendable = sum(min(len(pot) - least, len(_movable(pot))) for pot in pots if len(pot) > least)
        if lendable < least - len(members):
            return False
        new = self.open(members, why)
        while len(new) < least:
            lenders = [pot for pot in pots if len(pot) > least and _movable(pot)]
            giver = max(lenders, key=lambda pot: (len(pot), [-part for part in pot.order]))
            self._move(_movable(giver, towards=new)[0], giver, new, "split")
        return True

    # --- mending

    def mend(self):
        for _round in range(ROUNDS):
            if not any([self._relieve(), self._rescue()]):
                return

    def _move(self, member, source, target, why):
        source.remove(member)
        target.add(member)
        self.why[member.id] = why

    def _relieve(self):
        """Groups that are too large: to others with room, or a new group, if there are enough."""
        changed = False
        for pot in sorted(self.alive, key=lambda pot: pot.order):
            surplus = len(pot) - self.limits.most
            if surplus <= 0:
                continue
            leaving = _movable(pot)[:surplus]
            for member in leaving:
                pot.remove(member)
            left = self.seat(leaving, self.limits.size, "relieved", besides=pot)
            left = self.seat(left, self.limits.most, "relieved", besides=pot)
            left = self.seat(left, self.limits.most, "relieved", any_kind=True, besides=pot)
            if left and self.borrow_for(left, "split"):
                left = []
            for member in left:
                pot.add(member)
            changed |= len(left) < len(leaving)
        return changed

    def _rescue(self):
        """Groups that are too small: join another one, or get some from those above the wished size."""
        changed = False
        for pot in sorted(self.alive, key=lambda pot: (len(pot), pot.order)):
            if 0 < len(pot) < self.limits.least:
                changed |= self._merge(pot) or self._top_up(pot)
        return changed

    def _merge(self, pot):
        if any(member.is_fixed for member in pot.members):
            return False
        targets = [
            other for other in self.alive if other is not pot and len(other) + len(pot) <= self.limits.most
        ]
        if not targets:
            return False
        main = pot.main_field
        target = max(
            targets,
            key=lambda other: (
                other.is_frontline == pot.is_frontline,
                other.share_of(main),
                -len(other),
                [-part for part in other.order],
            ),
        )
        for member in list(pot.members):
            self._move(member, pot, target, "merged")
        return True

    def _top_up(self, pot):
        need = self.limits.least - len(pot)
        donors = [
            other for other in self.alive if other is not pot and other.is_frontline == pot.is_frontline
        ]
        spare = sum(max(0, min(len(other) - self.limits.size, len(_movable(other)))) for other in donors)
        if spare < need:
            return False
        for _turn in range(need):
            able = [other for other in donors if len(other) > self.limits.size and _movable(other)]
            giver = max(able, key=lambda other: (len(other), [-part for part in other.order]))
            self._move(_movable(giver, towards=pot)[0], giver, pot, "topped_up")
        return True


def _suits(pot, member):
    """The more of her field, then the fewer of her level, then the emptier: the best is the largest."""
    alike = sum(other.level_rank == member.level_rank for other in pot.members)
    return (
        pot.fields[member.field] > 0,
        pot.share_of(member.field),
        -alike,
        -len(pot),
        [-p for p in pot.order],
    )


def _movable(pot, *, towards=None):
    """Who may leave, who fits least here (and best there) first; officers and those set by hand stay."""
    officers = pot.officers
    able = [m for m in pot.members if not m.is_fixed and m.id not in officers]
    reach = towards.fields if towards else {}
    return sorted(
        able, key=lambda m: (-reach.get(m.field, 0), pot.fields[m.field], [-part for part in m.rank])
    )
