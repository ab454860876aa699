"""How fast groups are proposed, and how well they hold together.

    python bench/grouping.py [--people 7563] [--places 118]

Made rolls from a fixed seed: sixteen fields, three levels. Printed are seconds, groups, sizes, how many members are of
their group's main field, how many groups have somebody of a higher level, and what a second run would still change.
"""

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from representatives.grouping import Member, Standing, propose_groups  # noqa: E402


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=7563)
    options.add_argument("--places", type=int, default=118)
    given = options.parse_args()
    people = make_roll(given.people, given.places)
    parents = {place: 10_000 + place // 10 for place in range(given.places)}
    began = time.perf_counter()
    groups = propose_groups(people, parents=parents).groups
    spent = time.perf_counter() - began
    sizes = Counter(len(group.seats) for group in groups)
    alike = sum(seat.member.field == group.field for group in groups for seat in group.seats)
    mixed = sum(any(seat.member.level_rank < 4 for seat in group.seats) for group in groups)
    print(f"{given.people} people in {given.places} places: {spent:.2f} s, {len(groups)} groups")
    print("sizes:", ", ".join(f"{size}×{number}" for size, number in sorted(sizes.items())))
    print(f"of the main field: {alike / given.people:.0%}; with a higher level: {mixed / len(groups):.0%}")
    home = {pk: number for number, group in enumerate(groups, start=1) for pk in group.members}
    standing = [Standing(n, g.place, g.leader, g.secretary) for n, g in enumerate(groups, start=1)]
    settled = [replace(member, group=home[member.id]) for member in people]
    began = time.perf_counter()
    again = propose_groups(settled, standing=standing, parents=parents)
    moved = sum(len(group.arrivals) for group in again.groups)
    print(f"a second run: {time.perf_counter() - began:.2f} s, {moved} moved")


def make_roll(people, places):
    rng = random.Random(20221028)
    fields = [f"field {number}" for number in range(16)]
    weights = [3, 3, 3] + [1.2] * 13
    return [
        Member(
            id=number,
            place=rng.randrange(places),
            field=rng.choices(fields, weights)[0],
            level_rank=rng.choices([2, 3, 4], [3, 25, 72])[0],
            seniority=rng.randrange(10_000),
        )
        for number in range(1, people + 1)
    ]


if __name__ == "__main__":
    main()
