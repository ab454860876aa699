"""Figures about the year's account (R83–R91)."""

from evaluations import survey_metrics

__all__ = ["survey_metrics"]
