"""Figures about the year's account (R83–R91)."""

from evaluations import survey_metrics
from evaluations.metrics import appraisals, consequences

__all__ = ["appraisals", "consequences", "survey_metrics"]
