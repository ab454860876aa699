"""Figures about training (R28–R33) and pairs (R34–R36)."""

from training.metrics import sessions

__all__ = ["sessions"]
