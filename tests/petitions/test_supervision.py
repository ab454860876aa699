"""An office above looks in (督办): what it demands, by when, who hears of it, and who may end it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions.actions import allowed_verbs, perform
from petitions.models import Accused, Petition
from tests.admin.conftest import at_desk  # noqa: F401  (a fixture)
from tests.api.conftest import Caller, json_requests  # noqa: F401  (fixtures)
from tests.factories import ASIDE, MONDAY, acting, event_verbs, make_petition, make_user

pytestmark = pytest.mark.django_db
DEMAND = ASIDE["supervised"][1]
TITLE = "村口三盏路灯半个月不亮"


def supervise(petition, user, *, at=MONDAY, **more):
    return perform("supervise", petition, by=acting(user), at=at, data=DEMAND | more)


def end(petition, user):
    data = {"result": "已换灯，现场核过。"}
    return perform("end_supervision", petition, by=acting(user), at=MONDAY, data=data)


def test_from_the_demand_to_its_end(city):
    petition = make_petition(city, status="handling")
    city.handler.notices.all().delete()
    supervise(petition, city.leader, reply_due="2026-11-20")
    supervision = petition.supervisions.get()
    assert (supervision.organization, supervision.opened_by) == (city.county, city.leader)
    assert petition.supervised_at == MONDAY and petition.status == "handling"
    notice = city.handler.notices.get()
    assert notice.title == f"督办：{TITLE}" and "请于11月20日前回报" in notice.body
    assert city.organizer.notices.filter(title=f"督办：{TITLE}").count() == 1
    with pytest.raises(Conflict):
        supervise(petition, city.organizer)
    end(petition, city.organizer)
    supervision.refresh_from_db()
    assert (petition.supervised_at, supervision.result) == (None, "已换灯，现场核过。")
    assert event_verbs(petition)[-2:] == ["supervise", "end_supervision"]
    # What comes back may be supervised anew.
    supervise(petition, city.organizer)
    assert petition.supervisions.count() == 2


def test_only_from_above(city):
    """The town whose matter it is does not supervise it; the county and the city do, each in its own name."""
    town_organizer = make_user(Role.ORGANIZER, city.town)
    chief = make_user(Role.LEADER, city.root)
    petition = make_petition(city, status="handling")
    for user in (town_organizer, city.handler, city.keeper, city.representative, city.stranger):
        assert "supervise" not in allowed_verbs(petition, user)
        with pytest.raises(NotAllowed):
            supervise(petition, user)
    supervise(petition, chief)
    assert petition.supervisions.get().organization == city.root
    # What the city looks at, the county does not wave away.
    fresh = Petition.objects.get(pk=petition.pk)
    with pytest.raises(NotAllowed):
        end(fresh, city.organizer)
    end(fresh, chief)


def test_a_report_is_not_due_before_today(city):
    with pytest.raises(InvalidInput) as fault:
        supervise(make_petition(city, status="handling"), city.organizer, reply_due="2026-11-13")
    assert list(fault.value.errors) == ["reply_due"]


def test_it_may_be_ended_after_the_file_was_closed(city):
    petition = make_petition(city, status="supervised")
    for verb, data in (
        ("reply", {"content": "已办。", "outcome": "A"}),
        ("feedback", {"method": "phone"}),
        ("archive", {}),
    ):
        perform(verb, petition, by=acting(city.organizer), at=MONDAY, data=data)
    assert "end_supervision" in allowed_verbs(petition, city.organizer)
    end(petition, city.organizer)
    assert petition.status == "archived"


def test_the_office_complained_about_is_not_told(city):
    petition = make_petition(city, status="handling")
    Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
    petition.is_accusation = True
    Accused.objects.create(petition=petition, organization=city.county)
    chief = make_user(Role.ORGANIZER, city.root)
    city.organizer.notices.all().delete()
    supervise(petition, chief)
    assert city.organizer.notices.count() == 0
    assert city.handler.notices.filter(title__startswith="督办").count() == 1


def test_own_list_and_first_page(city, at_desk):  # noqa: F811
    today = timezone.localtime()
    late = make_petition(city, status="handling", at=today - timedelta(days=30), title="回报逾期的一件")
    supervise(
        late, city.organizer, at=today - timedelta(days=20), reply_due=str(today.date() - timedelta(days=9))
    )
    fine = make_petition(city, status="handling", at=today, title="还有时间的一件")
    supervise(fine, city.organizer, at=today, reply_due=str(today.date() + timedelta(days=9)))
    make_petition(city, status="handling", at=today, title="没有督办的一件")
    for user in (city.organizer, city.leader):
        first = at_desk(user).get("/admin/").content.decode()
        assert "督办逾期" in first and "?tab=supervision_late" in first and "?tab=supervised" in first
    listed = at_desk(city.leader).get("/admin/petitions/petition/?tab=supervised").content.decode()
    assert "回报逾期的一件" in listed and "还有时间的一件" in listed and "没有督办的一件" not in listed
    only_late = at_desk(city.leader).get("/admin/petitions/petition/?tab=supervision_late").content.decode()
    assert "回报逾期的一件" in only_late and "还有时间的一件" not in only_late
    page = at_desk(city.handler).get(reverse("admin:petitions_petition_change", args=[late.pk]))
    assert "请于本周内查清原因" in page.content.decode() and "回报逾期" in page.content.decode()
    assert "督办单位" in listed and "要求回报" in listed and "寿光市" in listed
    assert "，逾期" in only_late and "，还剩" in listed
    assert "要求回报" not in at_desk(city.leader).get("/admin/petitions/petition/").content.decode()
    phone = at_desk(city.representative).get(f"/matters/{fine.pk}/").content.decode()
    assert "请于本周内查清原因" in phone and "个工作日回报" in phone
    rows = Caller(city.organizer).get("petitions/", supervised="true").told["results"]
    assert {row["id"] for row in rows} == {late.pk, fine.pk}
    assert "督办逾期" not in at_desk(city.stranger).get("/admin/").content.decode()


def test_a_matter_with_everything_costs_no_more_than_twelve_queries(city, at_desk):  # noqa: F811
    """Extended, asked again, stopped and supervised at once: the fullest page there is of a clock."""
    now = timezone.localtime()
    petition = make_petition(city, status="asked", at=MONDAY)
    perform("approve_extension", petition, by=acting(city.organizer), at=MONDAY, data={"work_days": 5})
    again = ASIDE["asked"][1] | {"work_days": 5}
    perform("extend", petition, by=acting(city.handler), at=MONDAY, data=again)
    perform("pause", petition, by=acting(city.handler), at=MONDAY, data=ASIDE["paused"][1])
    supervise(petition, city.organizer, at=now)
    pages = [
        (at_desk(city.organizer), reverse("admin:petitions_petition_change", args=[petition.pk])),
        (at_desk(city.representative), f"/matters/{petition.pk}/"),
    ]
    for client, address in pages:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        own = [one["sql"] for one in queries if "django_session" not in one["sql"]]
        assert len(own) <= 12, "\n".join(own)
