"""Another system carries one matter from the door to the archive, over real HTTP."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from petitions.models import Petition
from records.models import Event
from tests.factories import event_verbs, make_petition

pytestmark = pytest.mark.django_db(transaction=True)

CLERKS = 20


class System:
    """Another system with its credentials."""

    def __init__(self, live_server, credentials):
        self.base = live_server.url
        self.session = requests.Session()
        self.session.trust_env = False
        answer = self.session.post(
            f"{self.base}/oauth/token/",
            data={
                "grant_type": "client_credentials",
                "client_id": credentials.id,
                "client_secret": credentials.secret,
            },
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["token_type"] == "Bearer"
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path):
        return self.session.get(f"{self.base}/api/v1/{path}", timeout=30)

    def post(self, path, body, **headers):
        return self.session.post(f"{self.base}/api/v1/{path}", json=body, headers=headers, timeout=60)


@pytest.fixture
def hotline(live_server, credentials, city):
    return System(live_server, credentials("organizer", city.county))


def test_one_matter_from_the_door_to_the_archive(hotline, city, new_matter, steps):
    created = hotline.post("petitions/", new_matter)
    assert created.status_code == 201
    petition = created.json()
    assert petition["status"] == "received"
    assert petition["number"] == f"370783-{timezone.localdate().year}-000001"
    assert created.headers["Location"] == f"{hotline.base}/api/v1/petitions/{petition['id']}/"
    path = f"petitions/{petition['id']}"
    seen = []
    for verb, body in steps:
        assert verb in hotline.get(f"{path}/").json()["allowed_verbs"]
        answer = hotline.post(f"{path}/{verb}/", body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["id"] == petition["id"]
        seen.append(answer.json()["status"])
    assert seen == ["registered", "handling", "feedback", "feedback", "archived", "handling"]
    lines = hotline.get(f"{path}/events/").json()["results"]
    expected = ["receive", "register", "assign", "reply", "feedback", "archive", "reopen"]
    assert [line["verb"] for line in lines] == expected
    assert {line["door"] for line in lines} == {"api"}
    assert {line["actor"] for line in lines} == {"市民热线"}


def test_the_neighbours_system_finds_nothing(live_server, credentials, city, hotline, new_matter):
    made = hotline.post("petitions/", new_matter).json()
    neighbour = System(live_server, credentials("organizer", city.neighbour, name="昌乐县平台"))
    for answer in (
        neighbour.get(f"petitions/{made['id']}/"),
        neighbour.get(f"petitions/{made['id']}/events/"),
        neighbour.post(f"petitions/{made['id']}/register/", {"category": "x"}),
    ):
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not-found"
    assert neighbour.get("petitions/").json()["results"] == []
    refused = neighbour.post("petitions/", new_matter)
    assert refused.status_code == 400
    assert "studio" in refused.json()["errors"]


def test_a_system_without_the_post_is_refused(live_server, credentials, city, new_matter, steps):
    client = System(live_server, credentials("client", city.county, name="只收件的平台"))
    made = client.post("petitions/", new_matter)
    assert made.status_code == 201
    assert made.json()["allowed_verbs"] == []
    verb, body = steps[0]
    refused = client.post(f"petitions/{made.json()['id']}/{verb}/", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert Petition.objects.get().status == "received"


def test_wrong_state_missing_field_and_bad_json(hotline, new_matter, steps):
    made = hotline.post("petitions/", new_matter).json()
    early = hotline.post(f"petitions/{made['id']}/archive/", {})
    assert (early.status_code, early.json()["code"]) == (409, "wrong-state")
    missing = hotline.post(f"petitions/{made['id']}/register/", {})
    assert missing.status_code == 400
    assert missing.json()["errors"] == {"category": ["请选择问题分类。"]}
    broken = hotline.session.post(
        f"{hotline.base}/api/v1/petitions/",
        data=b'{"title": ',
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed-json")
    assert event_verbs(Petition.objects.get()) == ["receive"]


def test_tokens_that_do_not_open(live_server, credentials, city, hotline):
    url = f"{live_server.url}/api/v1/me/"
    nobody = requests.get(url, timeout=30)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "not-authenticated")
    assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    forged = requests.get(url, headers={"Authorization": "Bearer forged"}, timeout=30)
    assert (forged.status_code, forged.json()["code"]) == (401, "invalid-token")
    assert 'error="invalid_token"' in forged.headers["WWW-Authenticate"]
    assert hotline.get("me/").status_code == 200
    get_access_token_model().objects.update(expires=timezone.now() - timedelta(seconds=1))
    expired = hotline.get("me/")
    assert (expired.status_code, expired.json()["code"]) == (401, "invalid-token")


def test_token_by_basic_and_with_a_wrong_secret(live_server, credentials, city):
    made = credentials("client", city.county)
    url, grant = f"{live_server.url}/oauth/token/", {"grant_type": "client_credentials"}
    assert requests.post(url, data=grant, auth=(made.id, made.secret), timeout=30).status_code == 200
    wrong = requests.post(url, data=grant, auth=(made.id, "x"), timeout=30)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    password = {"grant_type": "password", "username": "u1", "password": "liaison-pass-1"}
    assert requests.post(url, data=password, auth=(made.id, made.secret), timeout=30).status_code == 400
    assert requests.get(f"{live_server.url}/oauth/applications/", timeout=30).status_code == 404


def all_at_once(work):
    barrier = threading.Barrier(CLERKS)

    def one(turn):
        barrier.wait(timeout=30)
        return work(turn)

    with ThreadPoolExecutor(CLERKS) as pool:
        return list(pool.map(one, range(CLERKS)))


VERBS = {
    "register": "received",
    "assign": "registered",
    "reply": "handling",
    "feedback": "feedback",
    "archive": "told",
    "reopen": "archived",
}


@pytest.mark.parametrize("verb", VERBS)
def test_twenty_systems_press_at_once(hotline, city, steps, verb):
    petition = make_petition(city, status=VERBS[verb])
    body = dict(steps)[verb]
    url = f"{hotline.base}/api/v1/petitions/{petition.pk}/{verb}/"
    headers = dict(hotline.session.headers)
    answers = all_at_once(lambda turn: requests.post(url, json=body, headers=headers, timeout=60))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (CLERKS - 1)
    assert Event.objects.about(petition).filter(verb=verb).count() == 1


def test_one_key_twenty_times_makes_one_matter(hotline, new_matter):
    url = f"{hotline.base}/api/v1/petitions/"
    headers = dict(hotline.session.headers) | {"Idempotency-Key": "0d5b7c1e"}
    answers = all_at_once(lambda turn: requests.post(url, json=new_matter, headers=headers, timeout=60))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert Petition.objects.count() == 1
