from petitions.api import lists, matters, searches  # noqa: F401  (registering)
