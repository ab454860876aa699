"""The REST door of the rolls, split by noun."""

from representatives.api import rolls  # noqa: F401  (registering)
