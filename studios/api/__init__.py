from studios.api import (  # noqa: F401  (registering)
    days,
    duties,
    feeds,
    grouping,
    leaves,
    people,
    schedule,
    swaps,
    targets,
    venues,
)
