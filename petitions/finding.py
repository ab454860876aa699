"""Finding matters again by what was said: any characters that stand together in number, title, place, content, replies
and supplements. Never the name or the phone of a person.

On PostgreSQL the text of each matter is kept in one place and indexed (`petitions/search_table.py`); on SQLite, which
serves an office with some ten thousand matters at most, the matters are read through.
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    Field,
    Lookup,
    OuterRef,
    Q,
    Subquery,
    TextField,
    When,
)

from petitions.models import Reply, SearchText, Supplement
from petitions.search_table import fold

MOST_WORDS = 6
LONGEST = 300
"""Characters of a question that are read; a longer one is a pasted text, and its beginning finds it."""
RARE = 3000
"""Up to so many matters are fetched by their ids and then put in order; beyond it the newest are tried one by one until
a page is full, which is the sooner the more there are."""
SMALL = 5000
"""A scope of so many matters is read through at once."""
MOST_PAIRS = 24
"""Pairs of characters asked of the index; the whole word is compared in any case."""


def split_words(text):
    """The words of a question, folded as the register is; all of them must occur."""
    return list(dict.fromkeys(fold(text.replace("\x00", "")[:LONGEST]).split()))[:MOST_WORDS]


def search(petitions, text):
    """Those of `petitions` in which every word of `text` occurs; all of them if it holds no word.

    On PostgreSQL this asks one short question at once, to learn which way will be quick.
    """
    words = split_words(text or "")
    if not words:
        return petitions
    if connection.vendor == "postgresql":
        return _search_index(petitions, words)
    return _read_through(petitions, words)


def _search_index(petitions, words):
    """Rare words: the index names the matters. A small scope: all of it is read. Else the newest are tried one by one.

    The last way alone would do, if the planner knew how long it takes to fill a page with a seldom word in one town.
    """
    ids, is_small = _probe(petitions, words)
    if ids is not None and len(ids) <= RARE:
        return petitions.filter(pk__among=ids)
    saying = petitions.alias(says_all=_says_all(words)).filter(says_all=True)
    if is_small:
        return petitions.filter(pk__among=list(saying.order_by().values_list("pk", flat=True)))
    return saying


def _probe(petitions, words):
    """(ids of what the index finds, one more than RARE at most; is the scope small?), in one question.

    No ids where no word has two characters. The scope is counted only if the words are frequent.
    """
    pairs = _pairs(words)
    found = SearchText.objects.filter(text__has_pairs=pairs)
    for word in words:
        found = found.filter(text__contains=word)
    named, named_params = found.values("pk")[: RARE + 1].query.sql_with_params()
    try:
        scope, scope_params = petitions.order_by().values("pk")[: SMALL + 1].query.sql_with_params()
    except EmptyResultSet:
        return [], True
    array = f"ARRAY({named})" if pairs else "NULL::bigint[]"
    is_rare = f"cardinality(ids) <= {RARE}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ids, CASE WHEN {is_rare} THEN NULL ELSE (SELECT count(*) <= {SMALL} FROM ({scope}) scope) END"
            # OFFSET 0: or the planner would look for the ids twice.
            f" FROM (SELECT {array} AS ids OFFSET 0) probe",
            [*scope_params, *(named_params if pairs else ())],
        )
        return cursor.fetchone()


def _pairs(words):
    pairs = list(dict.fromkeys(word[n : n + 2] for word in words for n in range(len(word) - 1)))
    return pairs[:: len(pairs) // MOST_PAIRS + 1]


def _says_all(words):
    """Asked matter by matter: the planner cannot turn it round and read all texts first, as it would with a join.

    The organisation is named only so that the text is read once the organisation is known to be in the user's scope.
    """
    told = SearchText.objects.filter(pk=OuterRef("pk"))
    every = Q(*(Q(text__contains=word) for word in words))
    said = Subquery(told.values(said=ExpressionWrapper(every, output_field=BooleanField())))
    return Case(When(organization__path__gt="", then=said), default=False)


@TextField.register_lookup
class HasPairs(Lookup):
    """All these pairs of characters occur (PostgreSQL): the one form of question that the index answers."""

    lookup_name = "has_pairs"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"petitions_bigrams({column}) @> %s::text[]", [*params, self.rhs]


@Field.register_lookup
class Among(Lookup):
    """As `__in`, with all ids in one parameter (PostgreSQL)."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, self.rhs]


@CharField.register_lookup
@TextField.register_lookup
class Says(Lookup):
    """The folded word occurs in the field (SQLite). Only where it holds letters or digits can folding matter."""

    lookup_name = "says"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        told = f"petitions_fold({column})" if any(char.isascii() for char in self.rhs) else column
        return f"instr({told}, %s) > 0", [*params, self.rhs]


def _read_through(petitions, words):
    connection.ensure_connection()
    connection.connection.create_function("petitions_fold", 1, fold, deterministic=True)
    for word in words:
        condition = Q(number__says=word) | Q(title__says=word) | Q(place__says=word) | Q(content__says=word)
        for model in (Reply, Supplement):
            rows = model.objects.filter(petition=OuterRef("pk"), content__says=word)
            condition |= Q(Exists(rows.order_by()))
        petitions = petitions.filter(condition)
    return petitions
