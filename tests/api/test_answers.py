"""What was answered and said, below one matter over REST."""

import pytest
from django.utils import timezone

from accounts.actor import Actor
from petitions.actions import perform
from petitions.actions.public import add_from_public
from tests.factories import MONDAY, acting, make_petition

pytestmark = pytest.mark.django_db


def rows(client, petition, noun):
    return client.get(f"/api/v1/petitions/{petition.pk}/{noun}/").json()["results"]


def test_replies_tellings_and_her_own_words(client, city):
    petition = make_petition(city, status="told")
    client.force_login(city.keeper)
    (reply,) = rows(client, petition, "replies")
    assert (reply["organization"], reply["outcome"]) == (city.unit.pk, petition.outcome)
    (feedback,) = rows(client, petition, "feedbacks")
    assert (feedback["by_person"], feedback["rating"]) == (False, petition.rating)
    assert rows(client, petition, "supplements") == []
    add_from_public(petition, by=Actor.public(), at=timezone.now(), content="东边那盏也坏了。")
    (added,) = rows(client, petition, "supplements")
    assert (added["content"], added["by_person"]) == ("东边那盏也坏了。", True)


def test_every_answer_stays_when_it_is_handled_again(client, city):
    petition = make_petition(city, status="told")
    perform("reopen", petition, by=acting(city.organizer), at=MONDAY, data={"reason": "又坏了"})
    again = {"content": "换了新的灯头。", "outcome": "A"}
    perform("reply", petition, by=acting(city.handler), at=MONDAY, data=again)
    client.force_login(city.handler)
    assert [row["content"] for row in rows(client, petition, "replies")][-1] == "换了新的灯头。"
    assert len(rows(client, petition, "replies")) == 2


def test_strangers_find_no_answers_either(client, city):
    petition = make_petition(city, status="told")
    client.force_login(city.stranger)
    for noun in ("replies", "feedbacks", "supplements"):
        assert client.get(f"/api/v1/petitions/{petition.pk}/{noun}/").status_code == 404
