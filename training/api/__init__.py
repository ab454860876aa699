"""Training and pairs at the REST door, split by noun."""

from training.api import needs, pairs, places, plans, sessions  # noqa: F401  (registering)
