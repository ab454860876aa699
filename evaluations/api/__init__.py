"""Appraisals at the REST door, split by noun."""

from evaluations.api import consequences  # noqa: F401  (registering)
