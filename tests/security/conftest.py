import pytest
from django.test import Client


@pytest.fixture
def at_desk():
    """A browser in which the user is signed in."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
