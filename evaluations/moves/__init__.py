"""The tables of what may become of a scheme, a cycle, an evaluation, an appeal and a survey."""

from evaluations.moves.cycles import CYCLES
from evaluations.moves.evaluations import APPEALS, EVALUATIONS
from evaluations.moves.schemes import SCHEMES
from evaluations.moves.surveys import DRAW, ISSUE, SURVEYS

__all__ = ["APPEALS", "CYCLES", "DRAW", "EVALUATIONS", "ISSUE", "SCHEMES", "SURVEYS"]
