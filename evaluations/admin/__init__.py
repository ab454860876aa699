"""The desk of the year's account, split by noun."""

from evaluations.admin import surveys  # noqa: F401  (registering)
