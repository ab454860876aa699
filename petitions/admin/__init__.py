from petitions.admin import lists, matters  # noqa: F401  (registering)
