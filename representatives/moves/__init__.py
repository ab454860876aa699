"""What may become of mandates, as a table."""

from representatives.moves.mandates import TABLE, decides, successors

__all__ = ["TABLE", "decides", "successors"]
