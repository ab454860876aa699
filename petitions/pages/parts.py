"""What the desk's page of a matter shows beside the basics: one part for each concern.

A part is asked with the petition and the reader and answers its context, or None where there is nothing to show. It
reads the database only where a field of the petition says that there is something: the page has a limit of queries.
"""

from dataclasses import dataclass
from typing import Any

from petitions.pages.clock import clock_part
from petitions.pages.dispute import dispute_part
from petitions.pages.hands import accused_part, hands_part, routing_part
from petitions.pages.papers import papers_part
from petitions.pages.problem import problem_part, similar_part
from petitions.pages.public_part import public_part

PARTS = [
    ("accused", "main", accused_part),
    ("public", "main", public_part),
    ("clock", "main", clock_part),
    ("routing", "main", routing_part),
    ("hands", "side", hands_part),
    ("problem", "side", problem_part),
    ("dispute", "side", dispute_part),
    ("similar", "side", similar_part),
    ("papers", "side", papers_part),
]
"""(name of the template in admin/petitions/petition/parts/, place "main" or "side", function (petition, user) → dict
or None), in the order in which they are shown."""


@dataclass(frozen=True)
class Part:
    template: str
    place: str
    given: Any


def parts_of(petition, user):
    """{"main": [Part], "side": [Part]}"""
    shown = {"main": [], "side": []}
    for name, place, ask in PARTS:
        given = ask(petition, user)
        if given is not None:
            shown[place].append(Part(f"admin/petitions/petition/parts/{name}.html", place, given))
    return shown
