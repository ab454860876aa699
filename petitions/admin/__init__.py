# The work list first: the side bar shows the pages in the order in which they are registered.
from petitions.admin import matters  # noqa: F401

# isort: split
from petitions.admin import boxes, call_backs, chats, disputes, limits, lists, problems, templates, topics  # noqa: F401  (registering)
