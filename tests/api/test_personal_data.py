"""No name or number of a petitioner leaves by the API, except once, for a reason that is kept."""

import pytest

from records.models import Event
from tests.factories import event_verbs, make_petition

pytestmark = pytest.mark.django_db

NAME, PHONE = "欧阳泄密", "13987654321"
READERS = ["organizer", "keeper", "handler", "representative", "colleague", "leader", "client"]


@pytest.fixture
def matter(city):
    return make_petition(city, status="archived", petitioner_name=NAME, petitioner_phone=PHONE)


@pytest.mark.parametrize("reader", READERS)
def test_masked_everywhere(door, matter, reader):
    caller = door(reader)
    seen = 0
    for path in (
        "petitions/",
        f"petitions/{matter.pk}/",
        f"petitions/{matter.pk}/events/",
        "petitions/?search=路灯",
        "notices/",
        "duty-records/",
        "representatives/",
        "mandates/",
    ):
        text = caller.get(path).content.decode()
        assert NAME not in text
        assert PHONE not in text
        seen += "欧*" in text
    assert seen == 3


def test_nobody_finds_by_phone(door, matter):
    assert door("organizer").get("petitions/", search=PHONE).told["results"] == []
    assert door("organizer").get("petitions/", search=NAME).told["results"] == []


def test_unmasked_once_and_recorded(city, door, matter):
    organizer = door("organizer")
    path = f"petitions/{matter.pk}/unmask/"
    answer = organizer.post(path, {"reason": "电话告知办理结果"})
    assert answer.status_code == 200
    assert (answer.told["petitioner_name"], answer.told["petitioner_phone"]) == (NAME, PHONE)
    event = Event.objects.about(matter).get(verb="unmasked")
    assert (event.actor, event.note, event.door) == (city.organizer, "电话告知办理结果", "api")
    assert organizer.get(f"petitions/{matter.pk}/").told["petitioner_name"] == "欧*"


def test_without_a_reason_or_a_right_it_stays_masked(door, matter):
    path = f"petitions/{matter.pk}/unmask/"
    assert door("organizer").post(path, {}).told["errors"] == {"reason": ["请填写查看原因。"]}
    assert door("leader").post(path, {"reason": "想看看"}).status_code == 403
    assert door("stranger").post(path, {"reason": "想看看"}).status_code == 404
    assert "unmasked" not in event_verbs(matter)


def test_a_representatives_phone(city, door):
    person = city.mandate.person
    organizer = door("organizer")
    masked = organizer.get(f"representatives/{person.pk}/")
    assert person.phone not in masked.content.decode()
    assert masked.told["phone"] == f"199****{person.phone[-4:]}"
    told = organizer.post(f"representatives/{person.pk}/unmask/", {"reason": "通知开会"}).told
    assert told["phone"] == person.phone
    assert Event.objects.about(person).get(verb="unmasked").note == "通知开会"
    assert door("colleague").post(f"representatives/{person.pk}/unmask/", {"reason": "x"}).status_code == 403


def test_the_phone_of_an_account(city, door):
    city.handler.phone = "13611112222"
    city.handler.save(update_fields=["phone"])
    user = city.keeper
    user.phone = "13611113333"
    user.save(update_fields=["phone"])
    text = door("organizer").get("users/").content.decode()
    assert "13611113333" not in text
    assert "136****3333" in text
