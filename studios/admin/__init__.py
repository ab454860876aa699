"""The desk's pages for venues and reception days, split by noun."""

from studios.admin import venues  # noqa: F401  (registering)
