from petitions.api import (  # noqa: F401  (registering)
    call_backs,
    disputes,
    limits,
    lists,
    matters,
    posters,
    problems,
    searches,
    slips,
    templates,
    texts,
)
