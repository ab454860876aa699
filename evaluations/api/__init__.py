"""The year's account at the REST door, split by noun."""

from evaluations.api import surveys  # noqa: F401  (registering)
