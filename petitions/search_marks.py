"""The marks a matter is found by in PostgreSQL's index (`search_table.MARKS`): of the words, and of the reader."""

import re

from accounts.enums import Role
from accounts.models import Organization
from accounts.scope import STEP, Scope, under
from petitions.models.petitions import SUBTREE_ROLES, heard_mandates
from studios.models import Keeper

MOST_MARKS = 24
"""Marks asked of the index; the whole word is compared in any case."""


def marks_of(words):
    """The marks that every text with these words has; none for single characters.

    Two digits stand together in most texts and say little: where four do, those are asked for.
    """
    marks = []
    for word in words:
        numbers = [range(*found.span()) for found in re.finditer("[0-9]{4,}", word)]
        marks += (word[n : n + 4] for run in numbers for n in run[:-3])
        pairs = range(len(word) - 1)
        marks += (word[n : n + 2] for n in pairs if not any(n in run and n + 1 in run for run in numbers))
    marks = list(dict.fromkeys(marks))
    return marks[:: len(marks) // MOST_MARKS + 1]


def is_marked(reader):
    """Do marks say whose is all she may see? Not where the city reads everything, nor of what a unit has in hand, which
    changes from step to step."""
    if reader is None:
        return False
    scope = Scope.of(reader)
    everywhere = any(len(path) <= STEP for path in scope.prefixes(*SUBTREE_ROLES))
    marked = scope.has(*SUBTREE_ROLES, Role.KEEPER, Role.REPRESENTATIVE)
    return marked and not everywhere and not scope.has(Role.HANDLER)


def marks_of_reader(reader):
    """(sql, params) of the marks one of which stands at whatever a marked reader may see."""
    scope = Scope.of(reader)
    sets = []
    if places := scope.prefixes(*SUBTREE_ROLES):
        sets.append(("o", Organization.objects.filter(under("path", places)).order_by().values("pk")))
    if scope.has(Role.KEEPER):
        sets.append(("s", Keeper.objects.studios_of(reader).order_by()))
    if scope.has(Role.REPRESENTATIVE):
        sets.append(("m", heard_mandates(reader)))
    asked = [(kind, *rows.query.sql_with_params()) for kind, rows in sets]
    told = " UNION ALL ".join(
        f"SELECT '{kind}:' || id FROM ({sql}) AS {kind} (id)" for kind, sql, _params in asked
    )
    return told, [param for _kind, _sql, params in asked for param in params]
