"""What no keyboard types: NUL and days without a neighbour, in addresses and in forms."""

import pytest

from petitions.models import Channel, Petition
from tests.factories import make_petition

LISTS = ["petitions/petition", "representatives/mandate", "accounts/organization", "records/event"]
LOOK_UP = "/admin/autocomplete/?app_label=studios&model_name=studio&field_name=lead&term=%00"


@pytest.mark.parametrize("name", ["q", "kind__exact", "status__exact", "field", "tab", "%00"])
@pytest.mark.parametrize("page", LISTS)
@pytest.mark.logs_errors
def test_an_address_with_a_nul_is_refused(page, name, city, at_desk):
    assert at_desk(city.organizer).get(f"/admin/{page}/?{name}=a%00b").status_code == 400


@pytest.mark.logs_errors
def test_a_look_up_with_a_nul_is_refused(city, at_desk):
    assert at_desk(city.organizer).get(LOOK_UP).status_code == 400


@pytest.mark.parametrize("page", LISTS)
def test_nobody_has_every_choice_counted(page, city, at_desk):
    answer = at_desk(city.organizer).get(f"/admin/{page}/?_facets=True")
    assert answer.status_code == 200


@pytest.mark.parametrize("question", ["as_of=9999-12-31", "from=0001-01-01", "organization=%00"])
def test_figures_refuse_what_cannot_be_counted(question, city, at_desk):
    answer = at_desk(city.organizer).get(f"/api/v1/metrics/?{question}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-input")


@pytest.mark.parametrize("question", ["as_of=9999-12-31", "from=0001-01-01", "organization=%00"])
def test_the_page_of_figures_says_so_and_shows_its_own(question, city, at_desk):
    answer = at_desk(city.leader).get(f"/figures/?{question}")
    assert answer.status_code == 200
    assert "已改为" in answer.content.decode() or "这样的日期" in answer.content.decode()


ODD = "零\u200b宽\u202e倒写\u202c😀" + "长" * 9000
"""Zero-width, right-to-left, beyond the first plane, and long."""


def test_odd_words_are_kept_as_they_were_said(city, at_desk):
    petition = make_petition(
        city, title=ODD[:90], content=ODD, place=ODD[:90], petitioner_name="李\u202e桂兰"
    )
    page = at_desk(city.organizer).get(f"/admin/petitions/petition/{petition.pk}/change/")
    assert page.status_code == 200
    assert Petition.objects.get(pk=petition.pk).content == ODD


@pytest.mark.parametrize("name", ["title", "content", "place", "petitioner_name", "petitioner_phone"])
def test_a_nul_in_a_form_is_a_fault_of_the_form(name, city, at_desk):
    sent = {
        "studio": city.studio.pk,
        "channel": Channel.objects.get(code="studio").pk,
        "kind": "opinion",
        "content": "村口路灯坏了。",
        name: "1\x00" * 5,
    }
    answer = at_desk(city.organizer).post("/admin/petitions/petition/add/", sent)
    assert answer.status_code in (200, 400)
    assert not Petition.objects.exists()
    answer = at_desk(city.representative).post("/matters/new/", sent | {"mandate": city.mandate.pk})
    assert answer.status_code == 400
    assert not Petition.objects.exists()
