"""Figures of the rolls, split by noun."""

from representatives.metrics import files, groups, ledger, links  # noqa: F401  (declaring)
from representatives.metrics.rolls import STOCK

__all__ = ["STOCK"]
