from petitions.admin import limits, lists, matters  # noqa: F401  (registering)
