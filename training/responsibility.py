"""Who trains whom in the first year of a term (R30). Pure: plain values in, the trainer and the reason out."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Duty:
    """One row of the table: representatives of this level are trained by `trainer` ("city" or "county")."""

    level: str
    trainer: str
    is_frontline_only: bool = False


DEFAULTS = (
    Duty("national", "city", True),
    Duty("provincial", "city", True),
    Duty("city", "city", True),
    Duty("county", "county"),
    Duty("town", "county"),
)
"""任期第一年，市里集中培训市级以上一线代表，各县市区对本地代表全员培训。"""


def trainer_of(level, is_frontline, duties):
    """ "city", "county", or "" where it is nobody's task."""
    for duty in duties:
        if duty.level == level:
            return duty.trainer if is_frontline or not duty.is_frontline_only else ""
    return ""


def levels_of(trainer, duties):
    """[(level, frontline only?)] that are this trainer's task."""
    return [(duty.level, duty.is_frontline_only) for duty in duties if duty.trainer == trainer]


def first_year(start):
    """The first year of a term that began on `start`: from that day up to, and without, its anniversary."""
    return start, anniversary(start)


def anniversary(start):
    try:
        return start.replace(year=start.year + 1)
    except ValueError:  # 29 February
        return date(start.year + 1, 3, 1)


def is_in_first_year(start, day):
    """Unknown beginnings are in no year."""
    if start is None:
        return False
    begin, end = first_year(start)
    return begin <= day < end


def quota_met(placed, whole, percent):
    """Are at least `percent` of a hundred placed? Whole numbers: no rounding turns 9.96 % into 10."""
    return placed * 100 >= whole * percent


def quota_gap(placed, whole, percent):
    """How many more have to be placed."""
    return max(-(-whole * percent // 100) - placed, 0)
