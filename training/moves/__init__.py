"""What may become of plans, sessions, enrolments and pairs, as tables."""

from training.moves.plans import PLANS, SURVEYS
from training.moves.sessions import ENROLMENTS, TRAININGS

__all__ = ["ENROLMENTS", "PLANS", "SURVEYS", "TRAININGS"]
