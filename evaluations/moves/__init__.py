"""The tables of what may become of a scheme, a cycle, an evaluation and an appeal."""

from evaluations.moves.cycles import CYCLES
from evaluations.moves.evaluations import APPEALS, EVALUATIONS
from evaluations.moves.schemes import SCHEMES

__all__ = ["APPEALS", "CYCLES", "EVALUATIONS", "SCHEMES"]
