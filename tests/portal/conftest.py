import pytest

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


def read(response, status=200):
    """The page as text; fails on another status and on an undefined template variable."""
    text = response.content.decode()
    assert response.status_code == status, text[:600]
    assert "«undefined" not in text, text[text.index("«undefined") : text.index("«undefined") + 80]
    return text
