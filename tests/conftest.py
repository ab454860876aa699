import pytest

from tests.factories import make_city


@pytest.fixture
def city(db):
    """Two counties side by side, with one person for each role; see tests/factories.py."""
    return make_city()


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Argon2 is slow on purpose; a small city has a dozen passwords, and every test would pay for them."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
    ]
