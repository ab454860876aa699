"""Registers at the desk: helpers, attached representatives, leave, policies, targets, the checklist with its evidence."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from petitions.models import Petition
from records.metrics import get_metric
from records.models import Attachment, Event
from representatives.models import Mandate, Person
from studios.actions.helping import leave_off_helper
from studios.enums import DayStatus
from studios.models import (
    ChecklistItem,
    ChecklistResult,
    Helper,
    Leave,
    MandatePlacement,
    ReceptionPolicy,
    StudioTarget,
)
from studios.setup import load_checklist
from tests.factories import acting, make_mandate, make_person, make_petition, make_studio, make_user
from tests.studios.desk import duties_of, make_day, today

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def address(name, *args):
    return reverse(f"admin:studios_{name}", args=args)


def joining(studio, **fields):
    return {"studio": studio.pk, "kind": "volunteer", "joined_date": f"{today(-1)}"} | fields


def test_a_helper_is_somebody_known_or_a_new_person_and_each_once(city, at_desk):
    client = at_desk(city.keeper)
    add = address("helper_add")
    new = joining(city.studio, name="周志愿", phone="138 0000 1111")
    assert client.post(add, new).status_code == 302
    helper = Helper.objects.get()
    assert (helper.person.name, helper.person.phone, helper.person.pinyin) == ("周志愿", "13800001111", "zzy")
    assert [event.verb for event in Event.objects.about(helper)] == ["join"]
    twice = client.post(add, new)
    assert (twice.status_code, "周志愿已是洛城街道党代表工作室的志愿者" in twice.content.decode()) == (
        400,
        True,
    )
    # The same human being at another venue of the county: told where she is already.
    other = make_studio(city.town)
    elsewhere = at_desk(city.organizer).post(add, new | {"studio": other.pk})
    assert (elsewhere.status_code, "一人只登记一处" in elsewhere.content.decode()) == (400, True)
    known = client.post(add, joining(city.studio, kind="activist", person=city.mandate.person_id))
    assert known.status_code == 302
    assert Person.objects.filter(name="周志愿").count() == 1
    page = client.get(address("helper_changelist")).content.decode()
    assert "138****1111" in page and "13800001111" not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "请选择系统里的人，或填写姓名"),
        ({"name": "周志愿"}, "电话应为5到20位数字"),
        ({"name": "周志愿", "phone": "一三八"}, "电话应为5到20位数字"),
        ({"name": "周志愿", "phone": "13800001111", "joined_date": "2199-01-01"}, "加入日期不能晚于今天"),
        ({"name": "周志愿", "phone": "13800001111", "kind": "boss"}, "类别只能从这些里选"),
    ],
)
def test_faults_of_a_helper(fields, sentence, city, at_desk):
    page = at_desk(city.keeper).post(address("helper_add"), joining(city.studio, **fields))
    assert (page.status_code, Helper.objects.count()) == (400, 0)
    assert sentence in page.content.decode()


def test_a_helper_of_others_is_not_entered_changed_or_let_go(city, at_desk):
    new = joining(city.studio, name="周志愿", phone="13800001111")
    assert at_desk(city.stranger).post(address("helper_add"), new).status_code == 400
    assert at_desk(city.leader).post(address("helper_add"), new).status_code == 403
    assert at_desk(city.keeper).post(
        address("helper_add"), new | {"studio": city.neighbour_studio.pk}
    ).status_code == 400  # fmt: skip
    assert not Helper.objects.exists()
    helper = Helper.objects.create(
        person=make_person(name="周志愿"), studio=city.studio, kind="volunteer", joined_date=today(-30)
    )
    leave = address("helper_leave", helper.pk)
    gone = {"left_date": f"{today()}", "left_reason": "搬走"}
    assert at_desk(city.leader).get(leave).status_code == 403
    assert at_desk(city.leader).post(leave, gone).status_code == 403
    assert at_desk(city.stranger).post(leave, gone).status_code == 404
    change = address("helper_change", helper.pk)
    assert at_desk(city.leader).post(change, {"kind": "activist"}).status_code == 403
    assert Helper.objects.get().left_date is None


def test_a_helpers_telephone_is_shown_for_a_reason_and_the_look_is_recorded(city, at_desk):
    client = at_desk(city.keeper)
    client.post(address("helper_add"), joining(city.studio, name="周志愿", phone="13800001111"))
    helper = Helper.objects.get()
    phone = address("helper_phone", helper.pk)
    assert phone in client.get(address("helper_change", helper.pk)).content.decode()
    assert client.post(phone, {"reason": " "}).status_code == 400
    assert "13800001111" not in client.get(phone).content.decode()
    assert not Event.objects.about(helper.person).filter(verb="unmasked").exists()
    answer = client.post(phone, {"reason": "通知明早到岗"})
    assert "13800001111" in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert Event.objects.about(helper.person).get(verb="unmasked").note == "通知明早到岗"
    assert at_desk(city.leader).post(phone, {"reason": "看看"}).status_code == 403
    assert at_desk(city.stranger).post(phone, {"reason": "看看"}).status_code == 404


def test_a_helper_leaves_once_and_may_join_elsewhere(city, at_desk):
    helper = Helper.objects.create(
        person=make_person(name="周志愿", phone="13800001111"),
        studio=city.studio,
        kind="volunteer",
        joined_date=today(-30),
    )
    client, leave = at_desk(city.keeper), address("helper_leave", helper.pk)
    early = client.post(leave, {"left_date": f"{today(-40)}", "left_reason": "搬走"})
    assert (early.status_code, "不能早于加入" in early.content.decode()) == (400, True)
    assert client.post(leave, {"left_date": f"{today()}", "left_reason": ""}).status_code == 400
    assert client.post(leave, {"left_date": f"{today()}", "left_reason": "搬走"}).status_code == 302
    again = client.post(leave, {"left_date": f"{today()}", "left_reason": "搬走"})
    assert again.status_code == 409
    other = make_studio(city.town)
    sent = joining(other, name="周志愿", phone="13800001111")
    assert at_desk(city.organizer).post(address("helper_add"), sent).status_code == 302
    assert Person.objects.filter(name="周志愿").count() == 1
    left = {"left_date": today(), "left_reason": "再退"}
    from accounts.errors import Conflict

    with pytest.raises(Conflict):
        leave_off_helper(helper, by=acting(city.keeper), at=timezone.now(), **left)


def test_leave_is_written_down_for_who_telephones(city, at_desk):
    client, add = at_desk(city.keeper), address("leave_add")
    day = make_day(city.studio, days=6, sitters=[city.mandate])
    sent = {
        "mandate": city.mandate.pk,
        "start_date": f"{today(5)}",
        "end_date": f"{today(8)}",
        "reason": "外出务工",
    }
    page = client.post(add, sent, follow=True).content.decode()
    assert "已登记杨守伟请假" in page and "还在她名下" in page
    leave = Leave.objects.get()
    assert (leave.recorded_by, duties_of(day)[0].status) == (city.keeper, "confirmed")
    assert client.post(add, sent | {"end_date": f"{today(2)}"}).status_code == 400
    assert client.post(add, sent | {"mandate": ""}).status_code == 400
    foreign = Mandate.objects.exclude(group=city.group).first()
    assert client.post(add, sent | {"mandate": foreign.pk}).status_code in (200, 400)
    assert at_desk(city.leader).post(add, sent).status_code == 403
    assert Leave.objects.count() == 1
    withdraw = address("leave_withdraw", leave.pk)
    assert at_desk(city.leader).post(withdraw).status_code == 403
    assert at_desk(city.stranger).post(withdraw).status_code == 404
    assert client.post(withdraw).status_code == 302
    assert client.post(withdraw).status_code == 409


def test_staff_confirm_or_excuse_somebody_who_telephones(city, at_desk):
    day = make_day(city.studio, days=6, sitters=[city.mandate], duty_status="assigned")
    duty = duties_of(day)[0]
    client = at_desk(city.keeper)
    page = client.get(address("duty_change", duty.pk)).content.decode()
    assert "确认到岗" in page and "请假" in page
    step = address("duty_step", duty.pk, "confirm")
    assert client.post(step).status_code == 302
    assert client.post(step).status_code == 409
    excuse = address("duty_step", duty.pk, "ask_leave")
    for user, status in [(city.leader, 403), (city.stranger, 404), (city.handler, 403)]:
        assert at_desk(user).post(excuse, {"reason": "病了"}).status_code == status
    assert client.post(excuse, {"reason": ""}).status_code == 400
    assert client.post(excuse, {"reason": "病了"}).status_code == 302
    assert duties_of(day)[0].status == "on_leave"
    assert client.get(address("duty_step", duty.pk, "check_in")).status_code == 404


def test_higher_representatives_are_attached_by_organizers(city, at_desk):
    mandate = make_mandate(city.county, level="county")
    sent = {"mandate": mandate.pk, "studio": city.studio.pk, "start_date": "2026-01-01"}
    add = address("mandateplacement_add")
    assert at_desk(city.keeper).post(add, sent).status_code == 403
    assert at_desk(city.organizer).post(add, sent | {"studio": city.neighbour_studio.pk}).status_code == 200
    assert not MandatePlacement.objects.exists()
    assert at_desk(city.organizer).post(add, sent).status_code == 302
    placement = MandatePlacement.objects.get()
    twice = at_desk(city.organizer).post(add, sent)
    assert (twice.status_code, MandatePlacement.objects.count()) == (200, 1)
    change = address("mandateplacement_change", placement.pk)
    assert at_desk(city.stranger).get(change).status_code == 404
    assert at_desk(city.leader).post(change, sent | {"end_date": "2026-02-01"}).status_code == 403


def test_policies_are_set_by_city_and_county(city, at_desk):
    sent = {
        "organization": city.county.pk,
        "plan_on_day": 25,
        "publish_days_ahead": 5,
        "first_reminder_days": 4,
        "second_reminder_days": 1,
        "yearly_minimum": 3,
    }
    add = address("receptionpolicy_add")
    county = at_desk(city.organizer)
    assert county.post(add, sent | {"organization": city.root.pk}).status_code == 200
    assert county.post(add, sent | {"organization": city.town.pk}).status_code == 200
    assert county.post(add, sent).status_code == 302
    policy = ReceptionPolicy.objects.get()
    assert Event.objects.about(policy).get().verb == "created"
    change = address("receptionpolicy_change", policy.pk)
    assert at_desk(city.stranger).get(change).status_code == 404
    assert at_desk(city.keeper).get(change).status_code == 403
    boss = at_desk(make_user(Role.ORGANIZER, city.root))
    assert boss.post(change, sent | {"publish_days_ahead": 3}).status_code == 302
    assert ReceptionPolicy.objects.get().publish_days_ahead == 3
    whole = ReceptionPolicy.objects.create(organization=city.root)
    # The county reads what holds for it from above, and changes nothing there.
    above = address("receptionpolicy_change", whole.pk)
    assert county.get(above).status_code == 200
    assert county.post(above, sent).status_code == 403


def test_targets_against_what_was_done(city, at_desk):
    year = today().year
    for kind, target in [("days_held", 4), ("visits", 10), ("matters", 1), ("resolved", 2), ("helpers", 0)]:
        StudioTarget.objects.create(studio=city.studio, year=year, kind=kind, target=target)
    held = make_day(city.studio, sitters=[city.mandate], status=DayStatus.HELD)
    held.visits.create(count=7, recorded_at=timezone.now())
    held.visits.create(count=90, recorded_at=timezone.now(), cancelled_at=timezone.now())
    petition = make_petition(city, at=timezone.now())
    taken_back = make_petition(city, at=timezone.now())
    Petition.objects.filter(pk=taken_back.pk).update(status="withdrawn")
    gaps = address("studiotarget_gaps")
    page = at_desk(city.leader).get(gaps).content.decode()
    rows = page[page.index("工作室（站）</th>") :]
    assert "<b>1</b> / 4" in rows and "差 3" in rows and "25%" in rows
    assert "<b>7</b> / 10" in rows and "差 3" in rows
    assert "<b>1</b> / 1" in rows and "完成" in rows
    assert "<b>0</b> / 2" in rows
    assert petition.pk and city.neighbour_studio.name not in page
    assert "还没有定目标" in at_desk(city.stranger).get(gaps).content.decode()
    assert at_desk(city.stranger).get(f"{gaps}?county={city.county.pk}").status_code == 404
    assert at_desk(city.handler).get(gaps).status_code == 403
    assert "还没有定目标" in at_desk(city.leader).get(f"{gaps}?year={year - 1}").content.decode()


def test_a_target_is_set_by_organizers_once(city, at_desk):
    sent = {"studio": city.studio.pk, "year": 2026, "kind": "visits", "target": 300}
    add = address("studiotarget_add")
    for user in (city.keeper, city.leader):
        assert at_desk(user).post(add, sent).status_code == 403
    client = at_desk(city.organizer)
    assert client.post(add, sent).status_code == 302
    assert client.post(add, sent).status_code == 200
    assert StudioTarget.objects.count() == 1


@pytest.fixture
def checklist(city):
    load_checklist()
    return list(ChecklistItem.objects.all())


def inspection(**fields):
    return {"verdict": "met", "inspected_date": f"{today(-5)}", "inspector": "孙组工"} | fields


def test_an_inspection_stands_until_it_runs_out(city, checklist, at_desk, client):
    organizer = at_desk(city.organizer)
    for item in checklist:
        page = address("studio_item", city.studio.pk, item.pk)
        assert organizer.post(page, inspection(expires_date=f"{today(10)}")).status_code == 302
    listed = address("studio_changelist")
    assert "达标 5/5" in organizer.get(listed).content.decode()
    qualified = get_metric("venues_qualified")
    count = lambda on: qualified.queryset(city.county, date(2022, 1, 1), on).count()  # noqa: E731
    assert (count(today()), count(today(-6)), count(today(11))) == (1, 0, 0)
    ChecklistResult.objects.filter(item=checklist[0]).update(expires_date=today(-1))
    page = organizer.get(listed).content.decode()
    assert "未达标 4/5" in page
    assert count(today()) == 0
    shown = organizer.get(address("studio_item", city.studio.pk, checklist[0].pk)).content.decode()
    assert "已过期" in shown
    api = organizer.get(f"/api/v1/studios/{city.studio.pk}/").json()
    assert [row["is_met"] for row in api["checklist"]] == [False, True, True, True, True]
    assert api["checklist"][0]["expires_date"] == f"{today(-1)}"


def test_faults_of_an_inspection_and_who_may(city, checklist, at_desk):
    page = address("studio_item", city.studio.pk, checklist[0].pk)
    client = at_desk(city.organizer)
    for wrong in (
        {"inspected_date": f"{today(1)}"},
        {"expires_date": f"{today(-9)}"},
        {"inspector": ""},
        {"verdict": "perhaps"},
    ):
        assert client.post(page, inspection(**wrong)).status_code == 400
    for user, status in [(city.keeper, 403), (city.leader, 403), (city.stranger, 404), (city.handler, 403)]:
        assert at_desk(user).post(page, inspection()).status_code == status
    assert not ChecklistResult.objects.exists()
    assert client.post(page, inspection(verdict="lacking", note="没有上墙")).status_code == 302
    assert "没有上墙" in at_desk(city.leader).get(page).content.decode()


def test_evidence_and_documents_go_to_who_sees_the_venue(city, checklist, at_desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, item = at_desk(city.keeper), checklist[0]
    evidence = address("studio_evidence", city.studio.pk, item.pk)

    def file():
        return {"file": SimpleUploadedFile("牌子.png", PNG)}

    assert client.post(evidence, file()).status_code == 400  # nothing was inspected yet
    result = ChecklistResult.objects.create(studio=city.studio, item=item, is_met=True)
    assert client.post(evidence, file()).status_code == 302
    documents = address("studio_documents", city.studio.pk)
    assert client.post(documents, file()).status_code == 302
    kept = [Attachment.objects.about(owner).get() for owner in (result, city.studio)]
    for one in kept:
        download = reverse("records:attachment", args=[one.pk])
        assert b"".join(at_desk(city.leader).get(download).streaming_content) == PNG
        assert at_desk(city.stranger).get(download).status_code == 404
    for to in (evidence, documents):
        assert client.post(to).status_code == 400
        assert at_desk(city.leader).post(to, file()).status_code == 403
        assert at_desk(city.stranger).post(to, file()).status_code == 404
    assert Attachment.objects.count() == 2


def test_the_month_is_reported_per_venue_and_county(city, at_desk):
    month = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
    offset = (month - today()).days
    make_day(city.studio, days=offset + 1, status=DayStatus.HELD)
    make_day(city.studio, days=offset + 3, status=DayStatus.MISSED, reason="大雪")
    make_day(city.studio, days=offset + 5)
    idle = make_studio(city.town)
    page = at_desk(city.leader).get(reverse("admin:studios_compliance", args=[month]))
    county = page.context["totals"][0]
    assert (county.name, county.venues, county.held, county.missed, county.unwritten) == (
        "寿光市",
        2,
        1,
        1,
        1,
    )
    assert (county.share, county.without) == (33, 1)
    verdicts = {row.studio.pk: row.verdict for row in page.context["venues"]}
    assert verdicts == {city.studio.pk: "未登记", idle.pk: "没有接待日"}
    assert at_desk(city.handler).get(reverse("admin:studios_compliance", args=[month])).status_code == 403
    foreign = reverse("admin:studios_compliance", args=[month]) + f"?county={city.county.pk}"
    assert at_desk(city.stranger).get(foreign).status_code == 404


def test_who_is_without_a_venue(city, at_desk):
    alone = make_mandate(city.town)
    make_mandate(city.town, is_frontline=False)
    attached = make_mandate(city.county, level="county")
    MandatePlacement.objects.create(mandate=attached, studio=city.studio, start_date=today(-9))
    ended = make_mandate(city.county, level="county")
    MandatePlacement.objects.create(
        mandate=ended, studio=city.studio, start_date=today(-9), end_date=today(-2)
    )
    page = at_desk(city.organizer).get(address("coverage"))
    whole = page.context["whole"]
    assert (whole.total, whole.covered, whole.share) == (5, 3, 60)
    assert {mandate.pk for mandate in page.context["page"]} == {alone.pk, ended.pk}
    assert alone.person.name in page.content.decode()
    assert at_desk(city.handler).get(address("coverage")).status_code == 403
