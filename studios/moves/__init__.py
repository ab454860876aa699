from studios.moves.days import DAYS
from studios.moves.duties import DUTIES

__all__ = ["DAYS", "DUTIES"]
