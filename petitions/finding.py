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
    Func,
    IntegerField,
    Lookup,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from accounts.enums import Role
from accounts.masking import scrub_person
from accounts.models import Organization
from accounts.scope import Scope, under
from petitions.models import Assignment, Petition, Reply, SearchText, Supplement
from petitions.models.petitions import SUBTREE_ROLES, sees_by_place, sees_few
from petitions.search_marks import is_marked, marks_of, marks_of_reader
from petitions.search_table import MARKS, fold

MOST_WORDS = 6
LONGEST = 300
"""Characters of a question that are read; a longer one is a pasted text, and its beginning finds it."""
SAMPLE, COMMON, COMMON_NEAR = 400, 8, 12
"""Said by so many of the newest matters, or of those of her places, it is common: then the newest are tried one by one
until a page is full, which is the sooner the more there are. Where there are less to fetch, fetching pays for longer."""
RARE = 5000
"""What is not common is looked up in the index; up to so many matters are fetched by their ids and then put in order."""
SMALL = 5000
"""A scope of so many matters is read through at once."""


def split_words(text):
    """The words of a question, folded as the register is; all of them must occur."""
    return list(dict.fromkeys(fold(text.replace("\x00", "")[:LONGEST]).split()))[:MOST_WORDS]


def search(petitions, text, *, reader=None, tries=False):
    """Those of `petitions` in which every word of `text` occurs; all of them if it holds no word.

    `reader`: the user in whose scope `petitions` lie, if in anybody's; it shows which way of searching will be quick.
    `tries`: whoever asks can go through even a small scope from its newest on (`first_saying`), where that is called
    for (`is_tried`). On PostgreSQL this asks one or two questions at once.
    """
    words = split_words(text or "")
    if not words:
        return petitions
    if connection.vendor == "postgresql":
        try:
            return _search_index(petitions, words, reader, tries)
        except EmptyResultSet:
            return petitions.none()
    return _read_through(petitions, words)


def is_tried(petitions):
    """Is each of these matters, the outcome of a search, still to be asked whether it says the words?"""
    return "says_all" in petitions.query.annotations


def first_saying(rows, text, number):
    """Ids of the first `number` matters that say it, from `rows`: ids of matters and their dates, in order.

    PostgreSQL only. The rows are put in order from their ids alone, and no more texts are read than it takes.
    """
    ordered, params = rows.query.sql_with_params()
    said, words = _saying(split_words(text))
    told = f"SELECT TRUE{said} FROM petitions_searchtext WHERE petition_id = hers.petition_id"
    with connection.cursor() as cursor:
        # OFFSET 0: or the planner would join the texts before it puts the rows in order.
        cursor.execute(
            f"SELECT petition_id FROM ({ordered} OFFSET 0) hers WHERE ({told}) LIMIT %s",
            [*params, *words, number],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _search_index(petitions, words, reader, tries):
    """Rare words: the index names the matters. A small scope: all of it is read. Common words: the newest are tried.

    The last way alone would do, if the planner knew how long it takes to fill a page with a seldom word in one town.
    Whatever has been found is asked for within `petitions` again: who may see what is decided there alone.
    """
    found = _probe(petitions, words, reader, tries)
    if found is not None:
        return petitions.filter(pk__among=found)
    return petitions.alias(says_all=_says_all(words, reader)).filter(says_all=True)


def _probe(petitions, words, reader, tries):
    """Ids of the matters that say it, perhaps beyond `petitions` too; None if the words are common and the scope is
    large, or `tries` says that it may be as large as it likes.

    The index is quick for what is seldom said; reading a scope that is likely to be small takes the same time for any
    word.
    """
    few = reader is not None and sees_few(reader)
    marked = is_marked(reader)
    marks = marks_of(words)
    # Of a few, the index knows how much says the words, however common they are.
    common = not (few and marked and marks) and _are_common(words, reader if marked and not few else None)
    if common and (tries or not few):
        return None

    def by_reading():
        return _by_reading(_ids_around(petitions, reader if few else None), words)

    def by_index():
        whose = marks_of_reader(reader) if marked else None
        return _by_index(marks, words, whose, _ids_around(petitions, reader) if few and not marked else None)

    ways = [by_index, by_reading] if marks else [by_reading]
    for way in reversed(ways) if common else ways:
        if (found := _ask(*way())) is not None:
            return found
    return None


def _ask(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def _are_common(words, reader):
    """A look at the newest matters tells; at those of her places, if `reader` has any: what is said all over the city may
    never have been said there."""
    newest, params = "SELECT text FROM petitions_searchtext ORDER BY petition_id DESC LIMIT %s", [SAMPLE]
    if reader:
        ids = Petition.objects.filter(organization__in=_places_of(reader)).values("pk")[:SAMPLE]
        sql, params = ids.query.sql_with_params()
        newest = f"SELECT text FROM petitions_searchtext WHERE petition_id = ANY(ARRAY({sql}))"
    said, said_params = _saying(words)
    counted = _ask(f"SELECT count(*) FROM ({newest}) newest WHERE TRUE{said}", [*params, *said_params])
    return counted >= (COMMON_NEAR if reader else COMMON)


def _ids_around(petitions, reader):
    """All ids of `petitions`, and perhaps others: what a handling unit has in hand is answered by one index."""
    if reader is None or Scope.of(reader).has(Role.KEEPER, Role.REPRESENTATIVE):
        return petitions.order_by().values("pk")
    return Assignment.objects.in_hand_of(reader).order_by().values("petition")


def _by_index(marks, words, whose, scope):
    """The ids that have these marks: of those with a mark of the reader only, or else of a `scope` that is quickly
    named."""
    # A word that is a mark itself: what the index says of it is the answer, and no text need be read.
    said, params = _saying(word for word in words if word not in marks)
    near, near_params = (f" AND {MARKS} && ARRAY({whose[0]})", whose[1]) if whose else ("", [])
    named = f"SELECT petition_id FROM petitions_searchtext WHERE {MARKS} @> %s::text[]{near}{said} LIMIT {RARE + 1}"
    ids, ids_params = ("", []) if scope is None else scope.query.sql_with_params()
    told = f"ARRAY(SELECT unnest(ids) INTERSECT ({ids}))" if ids else "ids"
    # OFFSET 0: or the planner would look for the ids twice.
    return (
        f"SELECT CASE WHEN cardinality(ids) <= {RARE} THEN {told} END FROM (SELECT ARRAY({named}) AS ids OFFSET 0) named",
        [*ids_params, marks, *near_params, *params],
    )


def _by_reading(scope, words):
    ids, ids_params = scope[: SMALL + 1].query.sql_with_params()
    said, params = _saying(words)
    # As an array: the planner then never reads the texts of the whole register to join them with a scope.
    told = f"SELECT petition_id FROM petitions_searchtext WHERE petition_id = ANY(ids){said}"
    return (
        f"SELECT CASE WHEN cardinality(ids) <= {SMALL} THEN ARRAY({told}) END"
        f" FROM (SELECT ARRAY({ids}) AS ids OFFSET 0) scope",
        [*params, *ids_params],
    )


def _saying(words):
    words = list(words)
    return " AND strpos(text, %s) > 0" * len(words), words


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
    return Q(organization__in=_places_of(reader))


def _places_of(reader):
    places = Organization.objects.filter(under("path", Scope.of(reader).prefixes(*SUBTREE_ROLES)))
    return places.order_by().values("pk")


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
    connection.connection.create_function("petitions_shown", 3, _shown, deterministic=True)
    for word in words:
        condition = Q(number__says=word) | Q(place__says=word)
        condition |= Q(_shown_says("title", "", word)) | Q(_shown_says("content", "", word))
        for model in (Reply, Supplement):
            rows = model.objects.filter(petition=OuterRef("pk"), content__says=word)
            condition |= Q(Exists(rows.filter(_shown_says("content", "petition__", word)).order_by()))
        petitions = petitions.filter(condition)
    return petitions


def _shown(told, name, phone):
    return fold(scrub_person(told, name=name, phone=phone))


def _shown_says(field, owner, word):
    """Does it say the word where everybody may read it? Whoever guesses a name or a number finds nobody by it. Only
    texts that say the word at all are looked at so closely."""
    shown = Func(field, f"{owner}petitioner_name", f"{owner}petitioner_phone", function="petitions_shown")
    found = StrIndex(shown, Value(word), output_field=IntegerField())
    return Case(
        When(**{f"{field}__says": word}, then=GreaterThan(found, 0)),
        default=False,
        output_field=BooleanField(),
    )
