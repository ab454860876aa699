"""Whatever is sent, the answer is never our own fault (5xx)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitions.moves import RECEIVE, TABLE
from representatives.moves import TABLE as MANDATES
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

LIMITS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = sorted(
    {given.name for move in [*TABLE, *MANDATES] for given in move.needs} | {given.name for given in RECEIVE}
)
text = st.text(max_size=30) | st.sampled_from(
    ["\x00", "--5", "²", "１２", "studio", "A", "true", "9" * 40, "2026-02-30"]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text
)
values = st.recursive(
    scalars, lambda each: st.lists(each, max_size=3) | st.dictionaries(text, each, max_size=3)
)
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=8) | values
queries = st.dictionaries(
    st.sampled_from(
        ["status", "search", "cursor", "ordering", "page_size", "due_before", "studio", "category"]
    ),
    st.text(max_size=20).filter(lambda each: each.isprintable())
    | st.sampled_from(["\x00", "W10", "WzEsMiwzXQ"]),
    max_size=3,
)


def encodable(value):
    try:
        repr(value).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


@LIMITS
@given(body=bodies.filter(encodable))
def test_creating(city, door, body):
    answer = door("organizer").post("petitions/", body)
    assert answer.status_code in (201, 400)


@LIMITS
@given(verb=st.sampled_from([move.verb for move in TABLE] + ["unmask"]), body=bodies.filter(encodable))
def test_verbs(city, door, body, verb):
    status = TABLE[verb].sources[0] if verb in TABLE else "received"
    petition = make_petition(city, status="told" if verb == "archive" else str(status))
    answer = door("organizer").post(f"petitions/{petition.pk}/{verb.replace('_', '-')}/", body)
    # Some steps are the handling unit's alone.
    assert answer.status_code in (200, 400, 403, 409)


@LIMITS
@given(verb=st.sampled_from([move.verb for move in MANDATES]), body=bodies.filter(encodable))
def test_mandate_verbs(city, door, body, verb):
    answer = door("organizer").post(f"mandates/{city.mandate.pk}/{verb}/", body)
    assert answer.status_code in (200, 400, 409)


@LIMITS
@given(noun=st.sampled_from(["studios", "groups", "congresses", "documents"]), body=bodies.filter(encodable))
def test_plain_nouns(city, door, body, noun):
    answer = door("organizer").post(f"{noun}/", body)
    assert answer.status_code in (201, 400, 403)


@LIMITS
@given(query=queries)
def test_lists(city, door, query):
    assert door("organizer").get("petitions/", **query).status_code in (200, 400)
