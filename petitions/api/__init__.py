from petitions.api import lists, matters  # noqa: F401  (registering)
