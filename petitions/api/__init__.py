from petitions.api import call_backs, limits, lists, matters, searches  # noqa: F401  (registering)
