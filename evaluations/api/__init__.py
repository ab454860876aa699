"""The year's account at the REST door, split by noun."""

from evaluations.api import (  # noqa: F401  (registering)
    appeals,
    consequences,
    cycles,
    evaluations,
    marks,
    schemes,
    surveys,
)
