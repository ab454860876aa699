"""Similar matters, categories, problems and topics at the REST door."""

import pytest
from rest_framework.test import APIClient

from petitions.models import Accused, HotTopic, Petition, Problem
from tests.factories import MONDAY, make_petition

pytestmark = pytest.mark.django_db

BASE = "/api/v1"
BRIDGE = "王家庄村南头的桥断了两根栏杆，桥面裂了一道缝，孩子上学走着危险，希望赶紧修。"
PLACE = "寿光市洛城街道王家庄村"
ASKED = {"content": BRIDGE, "place": PLACE}


def caller(user):
    client = APIClient()
    client.force_authenticate(type(user).objects.get(pk=user.pk))
    return client


@pytest.fixture
def bridges(city):
    return [make_petition(city, content=BRIDGE, place=PLACE, title=f"桥坏了{n}") for n in range(3)]


def test_similar_matters_by_get_and_post(city, bridges):
    client = caller(city.keeper)
    answer = client.get(f"{BASE}/petitions/similar/", ASKED | {"studio": city.studio.pk}).json()
    assert {row["id"] for row in answer["results"]} == {petition.pk for petition in bridges}
    assert answer["results"][0]["reasons"] == ["同一地点", "内容很像"]
    with_phone = client.post(
        f"{BASE}/petitions/similar/",
        {"content": "公交末班车太早，下夜班回不了家。", "petitioner_phone": "13900002210"},
        format="json",
    ).json()
    assert {row["reasons"][0] for row in with_phone["results"]} == {"同一来电"}
    for told in (answer, with_phone):
        assert "李" not in str(told)
        assert "139" not in str(told)


def test_similar_matters_refuse_what_they_do_not_know(city, bridges):
    client = caller(city.keeper)
    for data in ({}, {"content": ""}, ASKED | {"petitioner_phone": "13900002210"}, ASKED | {"studio": "x"}):
        assert client.get(f"{BASE}/petitions/similar/", data).status_code == 400
    for data in (
        {"content": 7},
        {"content": "桥" * 10_001},
        ASKED | {"phone": "1"},
        ASKED | {"studio": 10**30},
    ):
        response = client.post(f"{BASE}/petitions/similar/", data, format="json")
        assert response.status_code == 400
    assert caller(city.handler).get(f"{BASE}/petitions/similar/", ASKED).status_code == 403
    assert caller(city.stranger).get(f"{BASE}/petitions/similar/", ASKED).json() == {"results": []}
    assert APIClient().get(f"{BASE}/petitions/similar/", ASKED).status_code == 401


def test_a_category_is_suggested_or_the_reason_told(city):
    answer = caller(city.keeper).post(
        f"{BASE}/petitions/suggest-category/", {"content": "村口三盏路灯坏了半个月"}, format="json"
    )
    assert answer.status_code == 200
    assert answer.json()["results"] == []
    assert "请自行选择" in answer.json()["silent"]


def test_merging_over_rest(city, bridges):
    client, (first, second, third) = caller(city.organizer), bridges
    made = client.post(f"{BASE}/problems/", {"petitions": [first.pk, second.pk]}, format="json")
    assert made.status_code == 201
    assert (made.json()["main"], len(made.json()["sources"])) == (first.pk, 2)
    address = f"{BASE}/problems/{made.json()['id']}/"
    joined = client.post(f"{address}merge/", {"petition": third.pk}, format="json")
    assert [row["id"] for row in joined.json()["sources"]] == [first.pk, second.pk, third.pk]
    twice = client.post(f"{address}merge/", {"petition": third.pk}, format="json")
    assert twice.status_code == 409
    assert client.post(f"{address}unmerge/", {"petition": third.pk}, format="json").status_code == 400
    left = client.post(f"{address}unmerge/", {"petition": third.pk, "reason": "不是同一座桥"}, format="json")
    assert [row["id"] for row in left.json()["sources"]] == [first.pk, second.pk]
    # The verbs of a matter do the same.
    again = client.post(f"{BASE}/petitions/{third.pk}/merge/", {"main": first.number}, format="json")
    assert again.status_code == 200
    assert Petition.objects.get(pk=third.pk).problem_id == made.json()["id"]


def test_who_may_read_and_merge_problems(city, bridges):
    body = {"petitions": [bridges[0].pk, bridges[1].pk]}
    for user, status in ((city.stranger, 400), (city.representative, 403), (city.auditor, 403)):
        assert caller(user).post(f"{BASE}/problems/", body, format="json").status_code == status
    assert not Problem.objects.exists()
    problem = caller(city.keeper).post(f"{BASE}/problems/", body, format="json").json()
    Petition.objects.filter(pk=bridges[0].pk).update(is_accusation=True)
    Accused.objects.create(petition=bridges[0], organization=city.unit)
    assert caller(city.stranger).get(f"{BASE}/problems/{problem['id']}/").status_code == 404
    assert caller(city.colleague).get(f"{BASE}/problems/{problem['id']}/").json()["main"] is None
    seen = caller(city.organizer).get(f"{BASE}/problems/").json()["results"]
    assert [len(row["sources"]) for row in seen] == [2]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"petitions": "1"},
        {"petitions": [1]},
        {"petitions": [True, False]},
        {"petitions": [10**30, 1]},
        {"petitions": [1, 2], "x": 1},
    ],
)
def test_odd_bodies_are_refused(city, bridges, body):
    assert caller(city.organizer).post(f"{BASE}/problems/", body, format="json").status_code == 400


def test_hot_topics_count_what_the_caller_sees(city, bridges):
    topic = HotTopic.objects.create(found_on=MONDAY.date(), organization=city.county, label="桥坏了", size=3)
    topic.petitions.set(bridges)
    (row,) = caller(city.organizer).get(f"{BASE}/hot-topics/").json()["results"]
    assert (row["label"], row["size"], row["seen"], row["growth"]) == ("桥坏了", 3, 3, 3)
    Petition.objects.filter(pk=bridges[0].pk).update(is_accusation=True)
    Accused.objects.create(petition=bridges[0], organization=city.county)
    told = caller(city.leader).get(f"{BASE}/hot-topics/{topic.pk}/").json()
    assert (told["seen"], told["petitions"]) == (2, [bridges[1].pk, bridges[2].pk])
    assert caller(city.stranger).get(f"{BASE}/hot-topics/{topic.pk}/").status_code == 404
    assert caller(city.keeper).get(f"{BASE}/hot-topics/").status_code == 403
