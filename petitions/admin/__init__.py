from petitions.admin import call_backs, limits, lists, matters, problems, topics  # noqa: F401  (registering)
