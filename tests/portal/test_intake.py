import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from petitions.models import Channel, Petition
from tests.factories import event_verbs, make_mandate
from tests.portal.conftest import read

pytestmark = pytest.mark.django_db

SAID = "屯西村村口三盏路灯坏了半个月。晚上老人出门不便。"


@pytest.fixture
def typed(city):
    return {
        "studio": city.studio.pk,
        "mandate": city.mandate.pk,
        "channel": Channel.objects.get(code="studio").pk,
        "kind": "opinion",
        "content": SAID,
        "place": "屯西村",
        "petitioner_name": "李桂兰",
        "petitioner_phone": "139 0000-2210",
        "token": str(uuid.uuid4()),
    }


def test_venue_and_mandate_are_settled_for_her(phone, city):
    response = phone.get("/matters/new/")
    assert city.studio.name in read(response)
    form = response.context["form"]
    assert (form["studio"].value(), form["mandate"].value()) == (str(city.studio.pk), str(city.mandate.pk))


def test_what_she_takes_down_becomes_a_matter(phone, city, typed):
    response = phone.post("/matters/new/", typed, follow=True)
    petition = Petition.objects.get()
    assert response.redirect_chain == [(f"/matters/{petition.pk}/", 302)]
    assert f"已记下，编号 {petition.number}。" in read(response)
    assert (petition.title, petition.mandate, petition.studio) == (
        "屯西村村口三盏路灯坏了半个月",
        city.mandate,
        city.studio,
    )
    assert (petition.petitioner_name, petition.petitioner_phone) == ("李桂兰", "13900002210")
    assert event_verbs(petition) == ["receive"]


def test_faults_stand_at_their_fields_and_what_was_typed_stays(phone, typed):
    faulty = typed | {
        "content": " ",
        "kind": "",
        "channel": "",
        "petitioner_phone": "12ab",
        "place": "在" * 101,
    }
    response = phone.post("/matters/new/", faulty)
    assert "李桂兰" in read(response, status=400)
    assert response.context["form"].errors == {
        "channel": ["请选择来源渠道。"],
        "kind": ["请选择类别。"],
        "content": ["请填写内容。"],
        "place": ["地点最多100字，现有101字，请删减。"],
    }
    response = phone.post("/matters/new/", typed | {"petitioner_phone": "12ab"})
    assert list(response.context["form"].errors) == ["petitioner_phone"]
    assert not Petition.objects.exists()


def test_anonymous_keeps_nothing_about_the_person(phone, typed):
    phone.post("/matters/new/", typed | {"anonymous": "on"})
    petition = Petition.objects.get()
    assert (petition.anonymous, petition.petitioner_name, petition.petitioner_phone) == (True, "", "")


def test_sent_twice_it_is_one_matter(phone, typed):
    first = phone.post("/matters/new/", typed)
    second = phone.post("/matters/new/", typed)
    assert first["Location"] == second["Location"]
    assert Petition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_five_times_at_the_same_moment_it_is_one_matter(city, typed):
    def send(_nth):
        client = Client()
        client.force_login(city.representative)
        try:
            return client.post("/matters/new/", typed)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as phones:
        answers = set(phones.map(send, range(5)))
    assert answers == {f"/matters/{Petition.objects.get().pk}/"}


def test_a_used_form_with_another_story_is_asked_about_and_then_kept(phone, typed):
    phone.post("/matters/new/", typed)
    response = phone.post("/matters/new/", typed | {"content": "另一件事：公交末班车太早。"})
    assert "如果这是另一件事，请再点一次" in read(response, status=400)
    assert "公交末班车太早" in read(response, status=400)
    renewed = response.context["form"]["token"].value()
    assert renewed != typed["token"]
    phone.post("/matters/new/", typed | {"content": "另一件事：公交末班车太早。", "token": renewed})
    assert Petition.objects.count() == 2


def test_the_token_of_one_user_is_nothing_to_another(client, phone, city, typed):
    phone.post("/matters/new/", typed)
    client.force_login(city.colleague)
    mandate = city.colleague.person.mandates.get()
    client.post("/matters/new/", typed | {"mandate": mandate.pk})
    assert Petition.objects.count() == 2


def test_she_cannot_take_down_for_a_foreign_venue_or_in_anothers_name(phone, city, typed):
    colleague = city.colleague.person.mandates.get()
    response = phone.post(
        "/matters/new/", typed | {"studio": city.neighbour_studio.pk, "mandate": colleague.pk}
    )
    read(response, status=400)
    assert set(response.context["form"].errors) == {"studio", "mandate"}
    assert not Petition.objects.exists()


def test_with_two_mandates_she_chooses_and_the_one_in_the_venues_group_is_offered(phone, city):
    make_mandate(city.county, person=city.mandate.person, level="county")
    form = phone.get("/matters/new/").context["form"]
    assert len(form.fields["mandate"].widget.choices) == 2
    assert form["mandate"].value() == str(city.mandate.pk)


def test_without_a_venue_the_page_says_what_to_do(phone, city):
    city.group.placement.delete()
    assert "还没有挂靠工作室（站）" in read(phone.get("/matters/new/"))


def test_htmx_is_told_that_the_draft_may_go(phone, typed):
    response = phone.post("/matters/new/", typed, headers={"HX-Request": "true"})
    petition = Petition.objects.get()
    assert response.status_code == 204
    assert (response["HX-Trigger"], response["HX-Redirect"]) == ("intake-saved", f"/matters/{petition.pk}/")


def test_signed_out_on_the_way_the_draft_stays(client, typed):
    address = "http://testserver/matters/new/"
    headers = {"HX-Request": "true", "HX-Current-URL": address}
    response = client.post("/matters/new/", typed, headers=headers)
    assert "HX-Trigger" not in response
    assert response["HX-Redirect"] == "/accounts/login/?next=/matters/new/"
    assert not Petition.objects.exists()
