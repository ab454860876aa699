"""The year's appraisal at the REST door, split by noun."""

from evaluations.api import appeals, cycles, evaluations, marks, schemes  # noqa: F401  (registering)
