"""The REST door of the rolls, split by noun."""

from representatives.api import duty_items, groups, honours, links, objections, rolls  # noqa: F401  (registering)
