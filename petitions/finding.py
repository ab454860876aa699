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

from accounts.enums import Role
from accounts.models import Organization
from accounts.scope import Scope, under
from petitions.models import Assignment, Reply, SearchText, Supplement
from petitions.models.petitions import SUBTREE_ROLES, sees_by_place, sees_few
from petitions.search_table import fold

MOST_WORDS = 6
LONGEST = 300
"""Characters of a question that are read; a longer one is a pasted text, and its beginning finds it."""
SAMPLE, COMMON = 400, 8
"""Said by so many of the newest matters, it is common: then the newest are tried one by one until a page is full, which
is the sooner the more there are."""
RARE = 5000
"""What is not common is looked up in the index; up to so many matters are fetched by their ids and then put in order."""
SMALL = 5000
"""A scope of so many matters is read through at once."""
MOST_PAIRS = 24
"""Pairs of characters asked of the index; the whole word is compared in any case."""


def split_words(text):
    """The words of a question, folded as the register is; all of them must occur."""
    return list(dict.fromkeys(fold(text.replace("\x00", "")[:LONGEST]).split()))[:MOST_WORDS]


def search(petitions, text, *, reader=None):
    """Those of `petitions` in which every word of `text` occurs; all of them if it holds no word.

    `reader`: the user in whose scope `petitions` lie, if in anybody's; it shows which way of searching will be quick.
    On PostgreSQL this asks one question at once.
    """
    words = split_words(text or "")
    if not words:
        return petitions
    if connection.vendor == "postgresql":
        return _search_index(petitions, words, reader)
    return _read_through(petitions, words)


def _search_index(petitions, words, reader):
    """Rare words: the index names the matters. A small scope: all of it is read. Common words: the newest are tried.

    The last way alone would do, if the planner knew how long it takes to fill a page with a seldom word in one town.
    Whatever has been found is asked for within `petitions` again: who may see what is decided there alone.
    """
    found = _probe(petitions, words, reader)
    if found is not None:
        return petitions.filter(pk__among=found)
    return petitions.alias(says_all=_says_all(words, reader)).filter(says_all=True)


def _probe(petitions, words, reader):
    """Ids of the matters that say it, perhaps beyond `petitions` too; None if neither the words are rare nor the scope
    is small.

    A look at the newest matters tells how common the words are. The index is quick for what is seldom said, reading a
    scope that is likely to be small takes the same time for any word.
    """
    few = reader is not None and sees_few(reader)
    around = _ids_around(petitions, reader if few else None)
    try:
        reading = _by_reading(around, words)
    except EmptyResultSet:
        return []
    pairs = _pairs(words)
    indexed = _by_index(pairs, words, around if few else None) if pairs else ("SELECT NULL::bigint[]", [])
    counted = _in_newest(words)
    if_rare, if_common = [indexed, reading], [reading, indexed] if few else []
    with connection.cursor() as cursor:
        # Told as subqueries, only so many are run until one answers.
        cursor.execute(
            f"SELECT CASE WHEN ({counted[0]}) < {COMMON} THEN {_first_of(if_rare)} ELSE {_first_of(if_common)} END",
            [param for _sql, params in [counted, *if_rare, *if_common] for param in params],
        )
        return cursor.fetchone()[0]


def _first_of(ways):
    return f"COALESCE({', '.join(f'({sql})' for sql, _params in ways)})" if ways else "NULL"


def _in_newest(words):
    said, params = _saying(words)
    newest = f"SELECT text FROM {SearchText._meta.db_table} ORDER BY petition_id DESC LIMIT {SAMPLE}"
    return f"SELECT count(*) FROM ({newest}) newest WHERE TRUE{said}", params


def _ids_around(petitions, reader):
    """All ids of `petitions`, and perhaps others: what a handling unit has in hand is answered by one index."""
    if reader is None or Scope.of(reader).has(Role.KEEPER, Role.REPRESENTATIVE):
        return petitions.order_by().values("pk")
    return Assignment.objects.in_hand_of(reader).order_by().values("petition")


def _by_index(pairs, words, scope):
    """The ids that hold these pairs of characters; of `scope` only, if it is one that is quickly named."""
    # A word of two characters is one pair: what the index says of it is the answer, and no text need be read.
    said, params = _saying(word for word in words if word not in pairs)
    named = (
        f"SELECT petition_id FROM {SearchText._meta.db_table}"
        f" WHERE petitions_bigrams(text) @> %s::text[]{said} LIMIT {RARE + 1}"
    )
    # OFFSET 0: or the planner would look for the ids twice.
    ids, ids_params = scope.query.sql_with_params() if scope is not None else (None, [])
    told = f"ARRAY(SELECT unnest(ids) INTERSECT ({ids}))" if ids else "ids"
    return (
        f"SELECT CASE WHEN cardinality(ids) <= {RARE} THEN {told} END FROM (SELECT ARRAY({named}) AS ids OFFSET 0) named",
        [*ids_params, pairs, *params],
    )


def _by_reading(scope, words):
    ids, ids_params = scope[: SMALL + 1].query.sql_with_params()
    said, params = _saying(words)
    # As an array: the planner then never reads the texts of the whole register to join them with a scope.
    told = f"SELECT petition_id FROM {SearchText._meta.db_table} WHERE petition_id = ANY(ids){said}"
    return (
        f"SELECT CASE WHEN cardinality(ids) <= {SMALL} THEN ARRAY({told}) END"
        f" FROM (SELECT ARRAY({ids}) AS ids OFFSET 0) scope",
        [*params, *ids_params],
    )


def _saying(words):
    words = list(words)
    return " AND strpos(text, %s) > 0" * len(words), words


def _pairs(words):
    pairs = list(dict.fromkeys(word[n : n + 2] for word in words for n in range(len(word) - 1)))
    return pairs[:: len(pairs) // MOST_PAIRS + 1]


def _says_all(words, reader):
    """Asked matter by matter: the planner cannot turn it round and read all texts first, as it would with a join.

    The place is asked only so that no text is read of a matter that lies beyond the reader's scope.
    """
    told = SearchText.objects.filter(pk=OuterRef("pk"))
    every = Q(*(Q(text__contains=word) for word in words))
    said = Subquery(told.values(said=ExpressionWrapper(every, output_field=BooleanField())))
    return Case(When(_lies_near(reader), then=said), default=False)


def _lies_near(reader):
    if reader is None or not sees_by_place(reader):
        return Q(organization__path__gt="")
    places = Organization.objects.filter(under("path", Scope.of(reader).prefixes(*SUBTREE_ROLES)))
    return Q(organization__in=places.order_by().values("pk"))


@Field.register_lookup
class Among(Lookup):
    """As `__in`, with all ids in one parameter, which thousands do not make slow to read (PostgreSQL)."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, f"{{{','.join(map(str, self.rhs))}}}"]


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
