"""Figures about venues, reception days, who sits there, who comes, and who helps (R16–R25, R37, R38)."""

from studios.metrics import people, receptions, sitters, venues

__all__ = ["people", "receptions", "sitters", "venues"]
