"""Open work that hangs on a mandate. Upper rooms register theirs, so this room need not know them."""

from collections.abc import Callable
from dataclasses import dataclass

_SOURCES = []


@dataclass(frozen=True)
class OpenWork:
    """One kind of open work: `items(mandate)` is a QuerySet, `shown(items, user)` those of them whose existence the
    user may learn; `hand_over(items, to=, by=, at=)` moves it on, with `to=None` to the venue."""

    label: str
    items: Callable
    shown: Callable
    hand_over: Callable


def register_open_work(source):
    if source not in _SOURCES:
        _SOURCES.append(source)


def open_work_of(mandate):
    """[(source, QuerySet)] of everything open that hangs on the mandate, kinds without items left out."""
    found = [(source, source.items(mandate)) for source in _SOURCES]
    return [(source, items) for source, items in found if items.exists()]


def open_work_shown(mandate, user):
    """The same as far as the user may know of it: what she is told, and counted by."""
    found = [(source, source.shown(items, user)) for source, items in open_work_of(mandate)]
    return [(source, items) for source, items in found if items.exists()]
