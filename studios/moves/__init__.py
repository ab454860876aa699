from studios.moves.days import DAYS
from studios.moves.duties import DUTIES
from studios.moves.people import JOIN, LEAVE_OFF

__all__ = ["DAYS", "DUTIES", "JOIN", "LEAVE_OFF"]
