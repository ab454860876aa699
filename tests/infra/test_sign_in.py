"""How long a session lives, and how often a password may be guessed."""

import pytest
from django.test import Client

from weifang_liaison.sessions import SEEN, STARTED

pytestmark = pytest.mark.django_db


def move_back(client, **seconds):
    session = client.session
    for key, value in seconds.items():
        session[key] -= value
    session.save()


def is_in(client):
    return client.get("/notices/").status_code == 200


@pytest.fixture
def phone(client, city):
    client.force_login(city.representative)
    assert is_in(client)
    return client


def test_silence_ends_a_session(phone, settings):
    move_back(phone, **{SEEN: settings.SESSION_IDLE_MINUTES * 60 + 1})
    answer = phone.get("/notices/", follow=True)
    assert answer.redirect_chain[0][0].startswith("/accounts/login/")
    assert "30 分钟没有操作" in answer.content.decode()
    assert "_auth_user_id" not in phone.session


def test_use_keeps_it_alive(phone, settings):
    move_back(phone, **{SEEN: settings.SESSION_IDLE_MINUTES * 60 - 60})
    before = phone.session[SEEN]
    assert is_in(phone)
    assert phone.session[SEEN] > before


def test_a_session_in_use_is_written_once_a_minute(phone, django_assert_num_queries):
    move_back(phone, **{SEEN: 30})
    before = phone.session[SEEN]
    assert is_in(phone)
    assert phone.session[SEEN] == before


def test_half_a_day_after_signing_in_it_ends_in_any_case(phone, settings):
    move_back(phone, **{STARTED: settings.SESSION_MAX_HOURS * 3600 + 1})
    answer = phone.get("/notices/", follow=True)
    assert "登录已满 12 小时" in answer.content.decode()
    assert not is_in(phone)


def sign_in(user, password, address="192.0.2.1"):
    client = Client(REMOTE_ADDR=address)
    return client.post("/accounts/login/", {"login": user.username, "password": password})


def test_five_wrong_passwords_lock_the_pair_of_user_and_address(city):
    for _turn in range(5):
        refused = sign_in(city.organizer, "wrong-password")
    assert refused.status_code == 429
    page = refused.content.decode()
    assert "密码输错次数太多" in page
    assert "15" in page
    # Also the right password, from there.
    assert sign_in(city.organizer, "liaison-pass-1").status_code == 429
    # A colleague in the same office, and she herself elsewhere, are not locked out.
    assert sign_in(city.keeper, "liaison-pass-1").status_code == 302
    assert sign_in(city.organizer, "liaison-pass-1", address="192.0.2.2").status_code == 302


def test_nobody_signs_up(client):
    assert client.get("/accounts/signup/").status_code == 404


def test_passwords_are_kept_by_argon2():
    from django.conf import settings

    # The suite puts a quick one before it; see conftest.py.
    assert settings.PASSWORD_HASHERS[-1] == "django.contrib.auth.hashers.Argon2PasswordHasher"
