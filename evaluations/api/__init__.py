"""The year's appraisal at the REST door, split by noun."""

from evaluations.api import schemes  # noqa: F401  (registering)
