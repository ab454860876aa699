"""The roster of reception days (R21), without Django: who sits when, and why, so that nobody can call it unfair.

This is the one module to import from; the parts lie in `studios/rostering/`. Every question takes a `Board`:

    plan_roster(board) -> Plan                                 fill every seat up to the end of the board
    plan_again(board, standing) -> Plan                        the same, for days that were planned before
    check_duties(board) -> tuple[Breach, ...]                  published duties against a hard rule
    measure_fairness(board) -> {venue: Fairness}               how even the published duties are
    what_if(board, change) -> Effect                           what a change by hand would do
    valid_substitutes(board, day, leaving=None) -> (Candidate, ...)   who could sit there, best first; who not, why
    swap_is_valid(board, a, b) -> Verdict                      may the two duties change their people
    valid_swaps(board, duty) -> ((Duty, Verdict), ...)         all duties it may be swapped with, best first
"""

from studios.rostering.again import plan_again
from studios.rostering.answers import (
    check_duties,
    measure_fairness,
    swap_is_valid,
    valid_substitutes,
    valid_swaps,
    what_if,
)
from studios.rostering.facts import (
    Assignment,
    Board,
    Breach,
    Candidate,
    Change,
    Day,
    Dropped,
    Duty,
    Effect,
    Fairness,
    Leave,
    Person,
    Plan,
    Served,
    Unfilled,
    Verdict,
)
from studios.rostering.planning import plan_roster

__all__ = [
    "Assignment",
    "Board",
    "Breach",
    "Candidate",
    "Change",
    "Day",
    "Dropped",
    "Duty",
    "Effect",
    "Fairness",
    "Leave",
    "Person",
    "Plan",
    "Served",
    "Unfilled",
    "Verdict",
    "check_duties",
    "measure_fairness",
    "plan_again",
    "plan_roster",
    "swap_is_valid",
    "valid_substitutes",
    "valid_swaps",
    "what_if",
]
