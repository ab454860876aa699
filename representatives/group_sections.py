"""What stands on a group's page beside its members. Upper rooms register what they know of a group, so that this room
need not know them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_SECTIONS, _MINIMUMS = [], []


@dataclass(frozen=True)
class Line:
    """One thing the group did, or is going to do."""

    what: str
    detail: str = ""
    day: date | None = None
    desk: str = ""
    """Where it is opened at the desk."""
    phone: str = ""
    """Where a representative opens it."""


@dataclass(frozen=True)
class Section:
    """`load(group, on)` → [Line], a constant number of queries; `empty` is told where there is none."""

    title: str
    load: Callable
    empty: str


@dataclass(frozen=True)
class Minimum:
    """How often each member should do something in a year, counted in the duty ledger."""

    kind: str
    label: str
    unit: str
    target: Callable
    """target(organization) → number"""


def register_group_section(section):
    if section not in _SECTIONS:
        _SECTIONS.append(section)


def register_group_minimum(minimum):
    if minimum not in _MINIMUMS:
        _MINIMUMS.append(minimum)


def sections_of(group, *, on):
    """[(Section, [Line])]"""
    return [(section, section.load(group, on)) for section in _SECTIONS]


def group_minimums():
    return list(_MINIMUMS)
