"""Every refusal is a problem document in Chinese."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rest.problems import answer_exception, flatten
from records.models import Event
from studios.api.venues import StudioSerializer
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def is_problem(response, status, code):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    told = json.loads(response.content)
    assert told["status"] == status
    assert told["code"] == code
    assert told["type"] == f"urn:weifang-liaison:problem:{code}"
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told["title"])
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told["detail"])
    return told


def test_unknown_addresses(client):
    for path in ("/api/", "/api/v1/nothing/", "/api/v1/petitions/abc/", "/api/x", "/api/v1/petitions/1/fly/"):
        told = is_problem(client.get(path), 404, "not-found")
        assert told["instance"] == path


def test_a_method_that_is_not_there(door):
    is_problem(door("organizer").patch("petitions/1/", {}), 405, "method-not-allowed")
    is_problem(door("organizer").client.delete("/api/v1/petitions/1/"), 405, "method-not-allowed")
    is_problem(door("organizer").client.options("/api/v1/petitions/"), 405, "method-not-allowed")


def test_other_formats(door):
    organizer = door("organizer").client
    sent = organizer.post("/api/v1/petitions/", data="<a/>", content_type="application/xml")
    is_problem(sent, 415, "unsupported-media-type")
    asked = organizer.get("/api/v1/petitions/", HTTP_ACCEPT="text/html")
    is_problem(asked, 406, "not-acceptable")


@pytest.mark.parametrize("body", ["{", '{"a": NaN}', '"\\ud800"', "[" * 5000, "\x00"])
def test_malformed_json(door, body):
    sent = door("organizer").client.post("/api/v1/petitions/", data=body, content_type="application/json")
    is_problem(sent, 400, "malformed-json")


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_a_body_that_is_no_object(door, body):
    sent = door("organizer").client.post("/api/v1/petitions/", data=body, format="json")
    told = is_problem(sent, 400, "invalid-input")
    assert told["errors"]


def test_too_much(door, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    sent = door("organizer").post("petitions/", {"content": "长" * 2000})
    is_problem(sent, 413, "body-too-large")


def test_an_unknown_field_is_told(door, new_matter):
    sent = door("organizer").post("petitions/", new_matter | {"titel": "x", "by": 1, "source_key": "k"})
    told = is_problem(sent, 400, "invalid-input")
    assert told["errors"] == {
        "by": ["「接待」没有 by 这一项，请去掉。"],
        "source_key": ["「接待」没有 source_key 这一项，请去掉。"],
        "titel": ["「接待」没有 titel 这一项，请去掉。"],
    }


def test_a_wrong_filter_names_its_field(door):
    organizer = door("organizer")
    for query in (
        {"status": "lost"},
        {"overdue": "maybe"},
        {"due_before": "gestern"},
        {"received_after": "x"},
        {"mandate": "x"},
        {"studio": str(2**70)},
        {"organization": "9999"},
        {"category": "nothing"},
        {"channel": "nothing"},
        {"search": "\x00"},
        {"statsu": "received"},
        {"page_size": "0"},
        {"page_size": "201"},
        {"page_size": "x"},
        {"ordering": "petitioner_phone"},
        {"cursor": "!!"},
        {"cursor": "WzEsMl0"},
    ):
        told = is_problem(organizer.get("petitions/", **query), 400, "invalid-input")
        assert list(told["errors"]) == list(query)


def test_a_session_needs_the_csrf_token(city, client):
    pages = Client(enforce_csrf_checks=True)
    pages.force_login(city.organizer)
    assert pages.get("/api/v1/me/").status_code == 200
    sent = pages.post("/api/v1/petitions/", data="{}", content_type="application/json")
    is_problem(sent, 403, "csrf-failed")


def test_a_service_account_has_no_session(city, client):
    client.force_login(city.client)
    is_problem(client.get("/api/v1/me/"), 401, "invalid-token")


def test_nobody_gets_in(client):
    for noun in ("petitions", "users", "me", "metrics", "mandates"):
        is_problem(client.get(f"/api/v1/{noun}/"), 401, "not-authenticated")


def test_roles_that_may_not_read_a_noun(door):
    is_problem(door("representative").get("users/"), 403, "not-allowed")
    is_problem(door("keeper").get("events/"), 403, "not-allowed")


def test_the_stranger_finds_nothing(city, door):
    petition = make_petition(city)
    stranger = door("stranger")
    for path in (
        f"petitions/{petition.pk}/",
        f"petitions/{petition.pk}/events/",
        f"petitions/{petition.pk}/attachments/",
        f"mandates/{city.mandate.pk}/",
        f"mandates/{city.mandate.pk}/open-work/",
        f"representatives/{city.mandate.person_id}/",
        f"studios/{city.studio.pk}/",
        f"groups/{city.group.pk}/",
        f"users/{city.organizer.pk}/",
    ):
        is_problem(stranger.get(path), 404, "not-found")
        assert door("organizer").get(path).status_code == 200, path


def test_two_writers_of_one_name(city, door, monkeypatch):
    """The second passed the checks before the first had committed; the database alone can tell."""
    body = {"name": city.studio.name, "kind": "workroom", "organization": city.town.pk}
    monkeypatch.setattr(StudioSerializer, "get_validators", lambda self: [])
    refused = door("organizer").post("studios/", body, key="k-1")
    is_problem(refused, 409, "conflict")
    assert not Event.objects.filter(verb="created").exists()


@pytest.mark.logs_errors
def test_a_fault_of_ours_is_a_problem_too(rf, caplog):
    request = rf.get(reverse("api-petition-list"))
    response = answer_exception(RuntimeError("secret detail"), {"request": request})
    is_problem(response, 500, "server-error")
    assert "secret detail" not in response.content.decode()
    assert "Internal Server Error: /api/v1/petitions/" in caplog.text


def test_nested_errors_are_named_by_their_path():
    nested = {"a": [{"b": ["x"]}, {}], "non_field_errors": ["y"], "c": {"d": ["z"]}}
    assert flatten(nested) == {"a.0.b": ["x"], "__all__": ["y"], "c.d": ["z"]}


def test_too_many_requests(door, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": {"client": "2/min", "user": "3/min", "anon": "1/min", "token": "1/min"}
    }
    client, organizer = door("client"), door("organizer")
    assert [client.get("me/").status_code for _turn in range(2)] == [200, 200]
    refused = client.get("me/")
    is_problem(refused, 429, "throttled")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert organizer.get("me/").status_code == 200
    nobody = Client()
    assert [nobody.get("/api/docs/").status_code for _turn in range(2)] == [200, 429]
    tokens = [nobody.post("/oauth/token/") for _turn in range(2)]
    assert [answer.status_code for answer in tokens] == [400, 429]
    assert tokens[1]["Retry-After"]
