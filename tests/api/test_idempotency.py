"""The same request twice happens once; the same key for something else is refused."""

from datetime import timedelta

import pytest

from accounts.models import IdempotentReply
from accounts.rest.idempotency import delete_expired_replies
from petitions.models import Petition
from tests.factories import MONDAY, event_verbs, leaf_category, make_petition

pytestmark = pytest.mark.django_db


def test_a_second_time_gets_the_same_answer(door, new_matter):
    client = door("client")
    first = client.post("petitions/", new_matter, key="k-1")
    again = client.post("petitions/", dict(reversed(new_matter.items())), key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.told == first.told
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Petition.objects.count() == 1


def test_the_key_of_something_else_is_refused(door, new_matter):
    client = door("client")
    client.post("petitions/", new_matter, key="k-1")
    other = client.post("petitions/", new_matter | {"title": "另一件"}, key="k-1")
    assert (other.status_code, other.told["code"]) == (422, "idempotency-key-reused")
    assert Petition.objects.count() == 1


def test_a_key_belongs_to_one_caller(door, new_matter):
    client, organizer = door("client"), door("organizer")
    client.post("petitions/", new_matter, key="k-1")
    assert "Idempotency-Replayed" not in organizer.post("petitions/", new_matter, key="k-1")
    assert Petition.objects.count() == 2


def test_without_a_key_nothing_is_remembered(door, new_matter):
    client = door("client")
    client.post("petitions/", new_matter)
    client.post("petitions/", new_matter)
    assert (Petition.objects.count(), IdempotentReply.objects.count()) == (2, 0)


def test_a_refusal_leaves_the_key_free(door, new_matter):
    client = door("client")
    refused = client.post("petitions/", new_matter | {"content": ""}, key="k-1")
    assert refused.status_code == 400
    assert IdempotentReply.objects.count() == 0
    assert client.post("petitions/", new_matter, key="k-1").status_code == 201


def test_a_verb_takes_a_key_too(city, door):
    petition = make_petition(city)
    organizer, body = door("organizer"), {"category": leaf_category().pk}
    path = f"petitions/{petition.pk}/register/"
    first = organizer.post(path, body, key="k-1")
    again = organizer.post(path, body, key="k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.told == first.told
    assert event_verbs(petition) == ["receive", "register"]
    elsewhere = organizer.post(f"petitions/{petition.pk}/archive/", body, key="k-1")
    assert elsewhere.status_code == 422


def test_personal_data_is_not_kept(city, door):
    petition = make_petition(city)
    organizer, body = door("organizer"), {"reason": "电话告知办理结果"}
    for _turn in range(2):
        assert organizer.post(f"petitions/{petition.pk}/unmask/", body, key="k-1").status_code == 200
    assert IdempotentReply.objects.count() == 0
    assert event_verbs(petition) == ["receive", "unmasked", "unmasked"]


@pytest.mark.parametrize("key", ["", "x" * 101, "键"])
def test_a_key_that_is_none(door, new_matter, key):
    refused = door("client").client.post(
        "/api/v1/petitions/", new_matter, format="json", headers={"Idempotency-Key": key}
    )
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["Idempotency-Key"]


def test_after_its_time_a_key_is_forgotten(door, new_matter):
    client = door("client")
    client.post("petitions/", new_matter, key="k-1")
    IdempotentReply.objects.update(expires_at=MONDAY)
    assert "Idempotency-Replayed" not in client.post("petitions/", new_matter, key="k-1")
    assert Petition.objects.count() == 2
    IdempotentReply.objects.update(expires_at=MONDAY)
    assert delete_expired_replies(at=MONDAY - timedelta(seconds=1)) == 0
    assert delete_expired_replies(at=MONDAY) == 1
