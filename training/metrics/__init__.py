"""Figures about training (R28–R33) and pairs (R34–R36)."""

from training.metrics import pairs, sessions

__all__ = ["pairs", "sessions"]
