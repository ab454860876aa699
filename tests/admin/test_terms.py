"""The end of a term at the desk, and who sits in a group."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from records.models import Event
from representatives.models import Mandate
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db


def test_a_term_is_closed_with_its_mandates(city, client):
    congress = city.mandate.congress
    page = reverse("admin:representatives_congress_change", args=[congress.pk])
    close = reverse("admin:representatives_congress_close", args=[congress.pk])
    client.force_login(city.organizer)
    assert "办理届满" in client.get(page).content.decode()
    assert "2 个代表资格将随之届满" in client.get(close).content.decode()
    missing = client.post(close, {"end_date": ""})
    assert missing.status_code == 400
    assert "请选择届满日期。" in missing.content.decode()
    assert client.post(close, {"end_date": "2026-11-16"}).status_code == 302
    assert set(Mandate.objects.filter(congress=congress).values_list("status", flat=True)) == {"expired"}
    assert "办理届满" not in client.get(page).content.decode()
    again = client.post(close, {"end_date": "2026-11-16"}, follow=True)
    assert "这一届已经办理过届满。" in again.content.decode()


@pytest.mark.parametrize(("user", "status"), [("leader", 403), ("keeper", 403), ("stranger", 404)])
def test_who_may_not_close_it(city, client, user, status):
    client.force_login(city.user(user))
    close = reverse("admin:representatives_congress_close", args=[city.mandate.congress.pk])
    assert client.post(close, {"end_date": "2026-11-16"}).status_code == status


def test_a_groups_page_names_its_members(city, client):
    client.force_login(city.organizer)
    page = client.get(reverse("admin:representatives_group_change", args=[city.group.pk])).content.decode()
    assert "成员（2 名）" in page
    assert "杨守伟" in page


def test_the_list_is_exported_as_it_is_filtered(city, client):
    client.force_login(city.organizer)
    address = reverse("admin:representatives_mandate_export")
    response = client.get(address, {"q": "杨守伟"})
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["姓名", "杨守伟"]
    assert "****" in rows[1][-1]
    assert Event.objects.get(verb="exported").after == {"rows": 1}
    assert client.get(address, {"q": "没有此人"}).status_code == 302
    client.force_login(city.handler)
    assert client.get(address).status_code == 403


def test_a_keeper_without_a_venue_is_told_what_to_do(city, client):
    client.force_login(make_user(Role.KEEPER, city.town))
    page = client.get(reverse("admin:petitions_petition_add")).content.decode()
    assert "您还没有驻室的工作室（站）" in page
    client.force_login(city.keeper)
    assert (
        "您还没有驻室的工作室（站）"
        not in client.get(reverse("admin:petitions_petition_add")).content.decode()
    )


def test_the_page_says_whose_turn_it_is(city, client):
    petition = make_petition(city, status="registered")
    client.force_login(city.keeper)
    page = client.get(reverse("admin:petitions_petition_change", args=[petition.pk])).content.decode()
    assert "等组工干部交办" in page
