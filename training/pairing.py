"""Who could take on whom: a proposal by place and field, each with its reason.

Pure: people in, proposals out. Weights are small whole numbers, so that a clerk can add them up.
"""

from dataclasses import dataclass

COUNTY = 8
"""Length of the path of a county."""
SAME_TOWN, SAME_COUNTY, SAME_FIELD = 3, 2, 3
"""Near enough to meet; in the same trade there is something to teach. Either alone is a reason, both are the best."""


@dataclass(frozen=True)
class Mentor:
    id: int
    path: str
    field: str = ""
    load: int = 0
    """How many young people she has taken on already."""


@dataclass(frozen=True)
class Young:
    id: int
    path: str
    field: str = ""
    person: int = 0
    """To keep her from being her own mentor."""


@dataclass(frozen=True)
class Proposal:
    young: int
    mentor: int
    points: int
    reasons: tuple


def fit(mentor, young):
    """(points, reasons) of one pair; no points where nothing speaks for it."""
    points, reasons = 0, []
    if mentor.path == young.path:
        points, reasons = SAME_TOWN, ["同一镇街"]
    elif mentor.path[:COUNTY] == young.path[:COUNTY] and len(young.path) >= COUNTY:
        points, reasons = SAME_COUNTY, ["同一县市区"]
    if mentor.field and mentor.field == young.field:
        points, reasons = points + SAME_FIELD, [*reasons, f"同为{mentor.field}"]
    return points, tuple(reasons)


def propose(mentors, young_people, *, most, people=None):
    """A mentor for each of the young, best fits first; nobody takes on more than `most`. `people`: {mentor id: person}.

    Those for whom nothing speaks are left out. The same question has the same answer.
    """
    people = people or {}
    load = {mentor.id: mentor.load for mentor in mentors}
    fits = []
    by_county, by_field = {}, {}
    for mentor in mentors:
        by_county.setdefault(mentor.path[:COUNTY], []).append(mentor)
        if mentor.field:
            by_field.setdefault(mentor.field, []).append(mentor)
    for young in young_people:
        near = {m.id: m for m in by_county.get(young.path[:COUNTY], ())}
        near |= {m.id: m for m in by_field.get(young.field, ())} if not near else {}
        for mentor in near.values():
            if young.person and people.get(mentor.id) == young.person:
                continue
            points, reasons = fit(mentor, young)
            if points:
                fits.append((points, young.id, mentor.id, reasons))
    found = {}
    for points in sorted({row[0] for row in fits}, reverse=True):
        equal = {}
        for _points, young, mentor, reasons in (row for row in fits if row[0] == points):
            equal.setdefault(young, []).append((mentor, reasons))
        for young in sorted(equal.keys() - found.keys()):
            free = [row for row in equal[young] if load[row[0]] < most]
            if not free:
                continue
            mentor, reasons = min(free, key=lambda row: (load[row[0]], row[0]))
            told = (*reasons, f"已带 {load[mentor]} 人") if load[mentor] else reasons
            found[young] = Proposal(young, mentor, points, told)
            load[mentor] += 1
    return [found[young.id] for young in young_people if young.id in found]
