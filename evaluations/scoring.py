"""How points follow from numbers: pure, exact, in hundredths.

Everything is a whole number of hundredths (of a line, a class hour, a mark, a point), so that this code and the
statements of `computing.py` agree to the last digit on every engine. Halves are rounded up, as clerks do.
"""

from dataclasses import dataclass

FULL = 10_000
"""100.00 points: what the indicators of a scheme, but for the bonuses, add up to."""


def divide(over, under):
    """over ÷ under for whole numbers that are not negative, halves up."""
    return (2 * over + under) // (2 * under)


@dataclass(frozen=True)
class Rule:
    """One indicator: `target` brings `weight` points, in proportion below and beyond it, and never more than `cap`."""

    target: int
    weight: int
    cap: int
    is_bonus: bool = False
    leaves_out: bool = False
    """Nothing known: it is left out and the others count for more, instead of nought."""


@dataclass(frozen=True)
class GradeLines:
    excellent: int = 9_000
    competent: int = 8_000
    basic: int = 6_000


def points(quantity, rule):
    """Points of a quantity: monotone, capped. None (nothing known) stays None where the rule leaves it out."""
    if quantity is None:
        return None if rule.leaves_out and not rule.is_bonus else 0
    return min(divide(max(quantity, 0) * rule.weight, rule.target), rule.cap)


def total(scored, *, bonus_cap):
    """The score out of [(rule, points or None)], in any order.

    What is left out makes the rest count in proportion: 54 of 60 points that could be had are 90 of 100. The bonuses
    come on top, together never more than `bonus_cap`. None if nothing is known at all.
    """
    base = [(rule, got) for rule, got in scored if not rule.is_bonus]
    known = sum(rule.weight for rule, got in base if got is not None)
    if not known:
        return None
    got = sum(got for _rule, got in base if got is not None)
    if known < FULL:
        got = divide(got * FULL, known)
    bonus = sum(got or 0 for rule, got in scored if rule.is_bonus)
    return min(got, FULL) + min(bonus, bonus_cap)


def one_more(quantity, step, rule):
    """What `step` more would have brought beyond what `quantity` brings; 0 at the cap."""
    return (points((quantity or 0) + step, rule) or 0) - (points(quantity, rule) or 0)


def grade(score, lines):
    """ "excellent", "competent", "basic" or "incompetent"; None without a score."""
    if score is None:
        return None
    if score >= lines.excellent:
        return "excellent"
    if score >= lines.competent:
        return "competent"
    return "basic" if score >= lines.basic else "incompetent"


def places(count, percent):
    """How many may be excellent out of `count`: rounded down, so that the quota is never exceeded."""
    return count * percent // 100


def suggest(scores, lines, *, quota_percent=None):
    """{key: (grade, was it only the quota that stood against "excellent")} for {key: score or None}.

    Where more would be excellent than the quota has places for, the highest are; those who are level at its edge stay
    below it together, since nothing tells them apart.
    """
    found = {key: (grade(score, lines), False) for key, score in scores.items()}
    if quota_percent is None:
        return found
    free = places(len(scores), quota_percent)
    excellent = sorted((score for key, score in scores.items() if found[key][0] == "excellent"), reverse=True)
    if len(excellent) <= free:
        return found
    edge = excellent[free]
    for key, score in scores.items():
        if found[key][0] == "excellent" and score <= edge:
            found[key] = ("competent", True)
    return found


def mean_mark(marks):
    """The mean of whole marks from 0 to 100, in hundredths; None without any."""
    return divide(sum(marks) * 100, len(marks)) if marks else None
