"""Training and pairs at the REST door, split by noun."""

from training.api import needs, places, plans, sessions  # noqa: F401  (registering)
