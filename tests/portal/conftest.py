import pytest
from django.test import Client

from tests.portal.reception import TWENTIETH, publish_december, set_clock
from tests.studios.conftest import calendar, workroom  # noqa: F401 (fixtures: a workroom with its rule)

UNDEFINED = "«undefined: %s»"


@pytest.fixture(autouse=True)
def _undefined_variables_show(settings):
    """A template variable that does not exist leaves a mark, and `read` fails on it."""
    templates = [dict(engine, OPTIONS=dict(engine["OPTIONS"])) for engine in settings.TEMPLATES]
    templates[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED
    settings.TEMPLATES = templates


@pytest.fixture
def phone(client, city):
    """The representative's phone, signed in."""
    client.force_login(city.representative)
    return client


@pytest.fixture
def clock(monkeypatch):
    """clock(moment): what the doors find when they look."""

    def set_to(moment):
        set_clock(monkeypatch, moment)

    set_to(TWENTIETH)
    return set_to


@pytest.fixture
def december(clock, city, workroom, calendar):  # noqa: F811
    """The 1st and the 15th of December, published on the 20th of November; the clock stands there."""
    return publish_december(city, calendar)


@pytest.fixture
def phone_of(clock):
    """phone_of(user): a telephone of her own, signed in on the story's day."""

    def sign_in(user):
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def read(response, status=200):
    """The page as text; fails on another status and on an undefined template variable."""
    text = response.content.decode()
    assert response.status_code == status, text[:600]
    assert "«undefined" not in text, text[text.index("«undefined") : text.index("«undefined") + 80]
    return text
