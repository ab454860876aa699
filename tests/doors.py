"""Both doors for tests of a room: `browser` at the desk and on the phone, `rest` for other systems. A room's conftest
names those that it uses."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User

UNDEFINED = "«undefined: %s»"


@pytest.fixture
def undefined_variables_show(settings):
    """A template variable that does not exist leaves a mark, and `page` fails on it."""
    templates = [dict(engine, OPTIONS=dict(engine["OPTIONS"])) for engine in settings.TEMPLATES]
    templates[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED
    settings.TEMPLATES = templates


@pytest.fixture
def browser(db):
    """browser(user) → a signed-in browser whose `page(address)` gives the text of a good page."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

        def page(address, status=200):
            response = client.get(address)
            assert response.status_code == status, (address, response.status_code)
            text = response.content.decode()
            assert "«undefined" not in text, text[max(text.index("«undefined") - 200, 0) :][:400]
            return text

        client.page = page
        return client

    return sign_in


@pytest.fixture
def rest(db):
    """rest(user) → an API client; a user instance keeps its scope for one request, so each reads it anew."""

    def client(user):
        api = APIClient()
        api.force_authenticate(user=User.objects.get(pk=user.pk))
        return api

    return client
