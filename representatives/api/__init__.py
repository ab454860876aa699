"""The REST door of the rolls, split by noun."""

from representatives.api import groups, links, rolls  # noqa: F401  (registering)
