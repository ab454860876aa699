"""Pairs at the desk and at the REST door."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from representatives.enums import Level
from representatives.models import DutyRecord
from tests.factories import make_congress, make_mandate, make_person, make_user
from training.models import MentorPair, PairGoal, PairRecord

pytestmark = pytest.mark.django_db
LIST = "/admin/training/mentorpair/"


def day(days=0):
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


@pytest.fixture
def mentor(city):
    user = make_user(Role.REPRESENTATIVE, city.town, name="曹冬梅")
    congress = make_congress(city.root, level=Level.CITY, ordinal=13)
    return make_mandate(city.town, user=user, level=Level.CITY, congress=congress, field="现代农业")


@pytest.fixture
def pair(city, mentor):
    return make_pair(city, mentor)


def make_pair(city, mentor, name="高远"):
    pair = MentorPair.objects.create(
        kind="cadre",
        mentor=mentor,
        mentee=make_person(name=name, birth_month=date(1996, 5, 1)),
        organization=city.town,
        start_date=timezone.localdate() - timedelta(days=200),
        planned_end_date=timezone.localdate() + timedelta(days=100),
    )
    PairGoal.objects.create(pair=pair, content="能独立主持一次接待", due_date=pair.planned_end_date)
    return pair


def test_from_suggestion_to_result_at_the_desk(browser, city, mentor):
    desk = browser(city.organizer)
    young = make_mandate(
        city.town, person=make_person(name="林小雨", birth_month=date(1995, 3, 1)), field="现代农业"
    )
    page = desk.page(f"{LIST}suggestions/?place={city.county.pk}&field=现代农业")
    assert "同一镇街，同为现代农业" in page and "曹冬梅（市级" in page
    ticked = {"place": city.county.pk, "pair": [f"{young.pk}-{mentor.pk}", "9-9"]}
    assert "结成 1 对" in desk.post(f"{LIST}suggestions/", ticked, follow=True).content.decode()
    pair = MentorPair.objects.get()
    address = f"{LIST}{pair.pk}"
    assert "本季度还没有帮带记录" in desk.page(f"{address}/change/")
    desk.page(f"{address}/do/record/")
    sent = {"kind": "guidance", "on": day(), "content": "一起看了三个大棚"}
    page = desk.post(f"{address}/do/record/", sent, follow=True).content.decode()
    assert "一起看了三个大棚" in page and "本季度还没有帮带记录" not in page
    record = PairRecord.objects.get()
    desk.post(f"{address}/records/{record.pk}/cancel/", follow=True)
    assert desk.post(f"{address}/records/{record.pk}/cancel/").status_code == 409
    done = {"outcome": "reached", "ended_date": day(), "summary": "能独立接待"}
    refused = desk.post(f"{address}/do/conclude/", done)
    assert (refused.status_code, "还有 1 个目标没有登记达到" in refused.content.decode()) == (400, True)
    assert (
        "目标部分达到"
        in desk.post(f"{address}/do/conclude/", done | {"outcome": "partly"}, follow=True).content.decode()
    )
    again = desk.post(f"{address}/do/conclude/", done)
    assert (again.status_code, "已总结" in again.content.decode()) == (409, True)


def test_a_young_cadre_by_hand(browser, city, mentor):
    desk = browser(city.organizer)
    desk.page(f"{LIST}add/")
    sent = {
        "kind": "cadre", "mentor": mentor.pk, "mentee": "", "name": "高远", "phone": "13800001234",
        "birth_month": "1970-01-01", "employer": "组织委员", "organization": city.town.pk, "start_date": day(),
        "planned_end_date": day(365), "goal": "熟悉接待",
    }  # fmt: skip
    refused = desk.post(f"{LIST}add/", sent)
    assert (refused.status_code, "青年干部不超过 35 周岁" in refused.content.decode()) == (400, True)
    page = desk.post(f"{LIST}add/", sent | {"birth_month": "1996-05-01"}, follow=True).content.decode()
    assert "已结对：曹冬梅代表带高远" in page


def test_who_looks_on_and_who_sees_nothing(browser, city, pair):
    page = browser(city.leader).page(f"{LIST}{pair.pk}/change/")
    assert "记帮带" not in page and "解除结对" not in page
    for verb in ("record", "conclude", "add_goal"):
        assert browser(city.leader).get(f"{LIST}{pair.pk}/do/{verb}/").status_code == 403
    stranger = browser(city.stranger)
    assert stranger.get(f"{LIST}{pair.pk}/change/").status_code == 404
    assert "高远" not in stranger.page(LIST)
    assert browser(city.keeper).get(LIST).status_code == 403


def test_the_list_asks_no_more_for_more_rows(browser, city, mentor, pair):
    desk = browser(city.organizer)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            desk.page(f"{LIST}?quarter=silent")
        return len(asked)

    before = queries()
    make_pair(city, mentor, "田野"), make_pair(city, mentor, "江河")
    assert queries() == before <= 12


def test_a_pair_at_the_rest_door(rest, city, mentor):
    def post(address, status=200, **data):
        answer = rest(city.organizer).post(f"/api/v1/pairs/{address}", data, format="json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    new = {
        "kind": "cadre", "mentor": mentor.pk, "name": "高远", "phone": "13800001234", "birth_month": "1996-05-01",
        "organization": city.town.pk, "start_date": day(), "planned_end_date": day(365), "goal": "熟悉接待",
    }  # fmt: skip
    pair = post("", 201, **new)
    assert (pair["mentee_name"], pair["goals"][0]["content"]) == ("高远", "熟悉接待")
    assert post("", 400, **new)["errors"].keys() == {"mentee"}
    told = post(f"{pair['id']}/record/", kind="talk", on=day(), content="谈心")
    assert (told["last_record"], len(told["records"])) == (day(), 1)
    assert DutyRecord.objects.standing().count() == 1
    assert post(f"{pair['id']}/cancel-record/", record=told["records"][0]["id"])["last_record"] is None
    post(f"{pair['id']}/cancel-record/", 409, record=told["records"][0]["id"])
    post(f"{pair['id']}/reach-goal/", goal=pair["goals"][0]["id"], reached_date=day(), evidence="有记录")
    post(f"{pair['id']}/add-goal/", content="走访二十户", due_date=day(90))
    assert post(f"{pair['id']}/stop/", ended_date=day(), reason="调离")["allowed_verbs"] == ["reopen"]
    assert post(f"{pair['id']}/reopen/", reason="弄错了")["status"] == "active"
    suggestions = f"/api/v1/pairs/suggestions/?organization={city.county.code}"
    assert rest(city.organizer).get(suggestions).json() == []
    assert rest(city.leader).get(suggestions).status_code == 403
    assert rest(city.stranger).get(f"/api/v1/pairs/{pair['id']}/").status_code == 404
    assert rest(city.leader).post(f"/api/v1/pairs/{pair['id']}/record/", {}, format="json").status_code == 403
