"""Ways round the limit on guessing passwords."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_another_spelling_of_the_user_name_is_no_new_try(city):
    name = city.organizer.username
    spellings = [name.upper(), name, f" {name}", name.upper(), f"{name} "]
    answers = [
        Client(REMOTE_ADDR="192.0.2.1").post("/accounts/login/", {"login": spelling, "password": "wrong"})
        for spelling in spellings
    ]
    assert answers[-1].status_code == 429
    locked = Client(REMOTE_ADDR="192.0.2.1").post(
        "/accounts/login/", {"login": name, "password": "liaison-pass-1"}
    )
    assert locked.status_code == 429


@pytest.mark.django_db
def test_signing_in_gives_a_new_session(city):
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post("/accounts/login/", {"login": city.organizer.username, "password": "liaison-pass-1"})
    assert client.session.session_key != before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "to", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(to, city):
    sent = {"login": city.organizer.username, "password": "liaison-pass-1", "next": to}
    answer = Client().post("/accounts/login/", sent)
    assert (answer.status_code, answer.url) == (302, "/")
