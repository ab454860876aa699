from petitions.api import limits, lists, matters, searches  # noqa: F401  (registering)
