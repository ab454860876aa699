from petitions.admin import limits, lists, matters, problems, topics  # noqa: F401  (registering)
