from petitions.api import call_backs, limits, lists, matters, posters, problems, searches, texts  # noqa: F401  (registering)
