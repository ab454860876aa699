"""Figures of the rolls, split by noun."""

from representatives.metrics.rolls import STOCK

__all__ = ["STOCK"]
