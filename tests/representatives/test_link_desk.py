"""Links at the desk and at the REST door."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import create_organization
from accounts.enums import OrganizationKind, Role
from records.models import Job
from representatives.models import Contact, ContactLink, DutyRecord
from tests.factories import make_mandate, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/representatives/contactlink/"


def desk_of(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def desk(city):
    return desk_of(city.organizer)


@pytest.fixture
def cadre(city):
    return make_user(Role.ORGANIZER, city.town, name="郑组工")


@pytest.fixture
def link(city, cadre):
    started = timezone.localdate() - timedelta(days=200)
    return ContactLink.objects.create(kind="cadre", mandate=city.mandate, cadre=cadre, start_date=started)


def today(days=0):
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


def text_of(response, status=200):
    assert response.status_code == status, response.content.decode()[:400]
    return response.content.decode()


def test_linking_by_hand_and_what_is_refused(desk, city, cadre):
    sent = {
        "kind": "cadre",
        "mandate": city.mandate.pk,
        "cadre": cadre.pk,
        "branch": "",
        "start_date": today(),
    }
    assert "平均分配" in text_of(desk.get(f"{LIST}add/"))
    page = text_of(desk.post(f"{LIST}add/", sent | {"cadre": ""}), 400)
    assert "请选择组工干部" in page
    page = text_of(desk.post(f"{LIST}add/", sent, follow=True))
    assert "已结对：郑组工联系杨守伟代表" in page
    assert desk_of(city.leader).get(f"{LIST}add/").status_code == 403


def test_the_page_of_a_link_takes_a_contact_takes_it_back_and_ends(desk, link, city):
    address = f"{LIST}{link.pk}"
    assert "本季还没联系" in text_of(desk.get(f"{address}/change/"))
    sent = {"method": "meeting", "on": today(), "note": "小组座谈"}
    page = text_of(desk.post(f"{address}/contact/", sent, follow=True))
    assert "本季已联系" in page and "小组座谈" in page
    assert "已经记过" in text_of(desk.post(f"{address}/contact/", sent), 400)
    contact = Contact.objects.get()
    assert "已更正" in text_of(desk.post(f"{address}/contacts/{contact.pk}/cancel/", follow=True))
    assert desk.post(f"{address}/contacts/{contact.pk}/cancel/").status_code == 409
    assert "请选择为什么结束" in text_of(
        desk.post(f"{address}/end/", {"ending": "", "end_date": today()}), 400
    )
    text_of(desk.post(f"{address}/end/", {"ending": "rearranged", "end_date": today()}, follow=True))
    link.refresh_from_db()
    assert link.end_date == timezone.localdate()


def test_who_looks_on_has_no_buttons_and_strangers_nothing(link, city):
    looking = desk_of(city.leader)
    page = text_of(looking.get(f"{LIST}{link.pk}/change/"))
    assert "记一次联系" not in page and "结束结对" not in page
    assert looking.post(f"{LIST}{link.pk}/contact/", {"method": "phone", "on": today()}).status_code == 403
    assert desk_of(city.stranger).get(f"{LIST}{link.pk}/change/").status_code == 404
    assert "杨守伟" not in text_of(desk_of(city.stranger).get(LIST))


def test_the_overview_says_who_is_silent(desk, link, city):
    make_mandate(city.town)
    page = text_of(desk.get(f"{LIST}overview/"))
    # Three of the town, one of them linked, nobody contacted.
    assert "在任一线代表 3 名，已结对 1 名" in page and "1 名还没有联系" in page and "郑组工" in page
    assert "在任代表 3 名，已结对 0 名" in text_of(desk.get(f"{LIST}overview/?kind=branch"))
    assert "杨守伟" in text_of(desk.get(f"{LIST}?quarter=silent"))
    assert "杨守伟" not in text_of(desk.get(f"{LIST}?quarter=contacted"))
    assert "杨守伟" not in text_of(desk.get(f"{LIST}?standing=mine"))


def test_spreading_foretells_and_then_does_it_as_a_job(desk, city, cadre, django_capture_on_commit_callbacks):
    page = text_of(desk.get(f"{LIST}spread/cadre/?place={city.county.pk}"))
    assert "2 名代表" in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(f"{LIST}spread/cadre/", {"place": city.county.pk})
    page = text_of(desk.get(answer["Location"]))
    assert "新结对 2 名" in page
    assert ContactLink.objects.filter(cadre=cadre).count() == 2
    assert desk_of(city.leader).get(f"{LIST}spread/cadre/").status_code == 403
    assert desk_of(city.stranger).get(answer["Location"]).status_code == 404
    assert Job.objects.get(kind="spread-links").result["most"] == 2


def test_lists_ask_no_more_for_more_rows(desk, link, city, cadre):
    def queries(address):
        with CaptureQueriesContext(connection) as asked:
            text_of(desk.get(address))
        return len(asked)

    addresses = (LIST, f"{LIST}overview/", f"/admin/representatives/person/{city.mandate.person_id}/file/")
    before = [queries(address) for address in addresses]
    for _number in range(2):
        mandate = make_mandate(city.town)
        more = ContactLink.objects.create(
            kind="cadre", mandate=mandate, cadre=cadre, start_date=date(2026, 1, 5)
        )
        Contact.objects.create(link=more, on=date(2026, 2, 5), method="visit", recorded_at=timezone.now())
    for number in (1, 2):
        DutyRecord.objects.create(
            mandate=city.mandate, kind="branch_contact", on=timezone.localdate(),
            source_type="representatives.contact", source_id=number,
        )  # fmt: skip
    assert queries(addresses[0]) <= before[0] <= 14
    assert queries(addresses[1]) == before[1] <= 12
    assert queries(addresses[2]) - before[2] <= 2


def test_the_duty_file_of_a_person(desk, city, link):
    branch = create_organization(
        code="370783001-B01", name="屯西村党支部", kind=OrganizationKind.BRANCH, parent=city.town
    )
    kept = ContactLink.objects.create(
        kind="branch", mandate=city.mandate, branch=branch, start_date=date(2026, 1, 5)
    )
    sent = {"method": "visit", "on": today(), "note": ""}
    desk.post(f"{LIST}{kept.pk}/contact/", sent)
    person = f"/admin/representatives/person/{city.mandate.person_id}"
    page = text_of(desk.get(f"{person}/change/"))
    assert "履职档案" in page and "屯西村党支部　上门走访" in page and f"{LIST}{kept.pk}/change/" in page
    assert "屯西村党支部　上门走访" in text_of(desk.get(f"{person}/file/"))
    assert desk_of(city.stranger).get(f"{person}/file/").status_code == 404


class TestApi:
    def test_from_link_to_ledger(self, city, cadre):
        branch = create_organization(
            code="370783001-B01", name="屯西村党支部", kind=OrganizationKind.BRANCH, parent=city.town
        )
        api = desk_of(city.organizer)

        def post(address, status=200, **data):
            answer = api.post(f"/api/v1/contact-links/{address}", data, content_type="application/json")
            assert answer.status_code == status, answer.content.decode()
            return answer.json()

        link = post("", 201, kind="branch", mandate=city.mandate.pk, branch=branch.pk, start_date=today())
        assert link["last_contact"] is None
        assert post("", 400, kind="branch", mandate=city.mandate.pk, start_date=today())["errors"]
        told = post(f"{link['id']}/contact/", method="visit", on=today())
        assert told["last_contact"] == today()
        rows = api.get(f"/api/v1/contact-links/{link['id']}/contacts/").json()["results"]
        assert [row["method"] for row in rows] == ["visit"]
        records = api.get(f"/api/v1/duty-records/?kind=branch_contact&person={city.mandate.person_id}").json()
        assert [row["source_id"] for row in records["results"]] == [rows[0]["id"]]
        assert post(f"{link['id']}/cancel-contact/", contact=rows[0]["id"])["last_contact"] is None
        post(f"{link['id']}/cancel-contact/", 409, contact=rows[0]["id"])
        assert api.get("/api/v1/contact-links/?silent=true").json()["results"][0]["id"] == link["id"]
        assert post(f"{link['id']}/end/", ending="branch_gone", end_date=today())["ending"] == "branch_gone"
        assert post("spread/", 202, kind="cadre", organization=city.county.pk)["kind"] == "spread-links"

    def test_who_may_not(self, city, link):
        stranger = desk_of(city.stranger)
        assert stranger.get(f"/api/v1/contact-links/{link.pk}/").status_code == 404
        spread = {"kind": "cadre", "organization": city.county.pk}
        leader = desk_of(city.leader)
        for address in ("", "spread/"):
            answer = leader.post(f"/api/v1/contact-links/{address}", spread, content_type="application/json")
            assert answer.status_code == 403
