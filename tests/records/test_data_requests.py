"""A person asks about the data we hold of hers: copy, correction, deletion, stop; who decides, and what she is told."""

import io
import json
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions.actions import allowed_verbs, perform, unmask_petition
from petitions.enums import Status
from petitions.models import Accused, Pause, Petition, TrackingCode
from petitions.personal import open_data_request
from records.data_requests import export_request, perform_request, take_data_request
from records.models import DataRequest, Event
from records.personal_data import sources
from tests.factories import MONDAY, acting, event_verbs, make_petition, make_user

pytestmark = pytest.mark.django_db
PERSON = {"subject_name": "李桂兰", "subject_phone": "13900002210"}


@pytest.fixture
def matter(city):
    return make_petition(city, status="archived")


def ask(city, kind, **given):
    given = {**PERSON, "kind": kind, "reason": "本人持身份证到场"} | given
    return take_data_request(by=acting(city.organizer), at=MONDAY, **given)


def grant(city, request, answer="已办理，特此告知。"):
    return perform_request("fulfil", request, by=acting(city.organizer), at=MONDAY, data={"answer": answer})


def test_taken_down_with_a_date_and_found_by_name_and_phone(city, matter):
    make_petition(city, petitioner_name="李桂兰", petitioner_phone="13800009999")
    request = ask(city, "export", subject_phone="139-0000 2210")
    assert [item.label for item in request.items.all()] == [matter.number]
    # 15 work days from Monday, 2026-11-16.
    assert request.due_date == date(2026, 12, 7)
    opened = Event.objects.about(request).get()
    assert opened.after == {"kind": "查阅、复制", "name": "李*", "phone": "139****2210"}
    assert "data_requested" in event_verbs(matter)


def test_by_number_where_no_phone_was_left_and_never_by_name_alone(city, matter):
    request = ask(city, "export", subject_phone="", numbers=f"{matter.number}、没有的号")
    assert request.items.get().subject_id == matter.pk
    with pytest.raises(InvalidInput) as refusal:
        ask(city, "export", subject_phone="")
    assert list(refusal.value.errors) == ["subject_phone"]
    with pytest.raises(InvalidInput) as refusal:
        ask(city, "export", subject_name="王五", subject_phone="", numbers=matter.number)
    assert list(refusal.value.errors) == ["subject_name"]


def test_only_organizers_of_a_county_or_the_city_and_only_at_home(city, matter):
    chief_of_town = make_user("organizer", city.town)
    for user in (city.keeper, city.handler, city.leader, city.representative, chief_of_town):
        with pytest.raises(NotAllowed):
            take_data_request(by=acting(user), at=MONDAY, kind="export", reason="x", **PERSON)
    with pytest.raises(InvalidInput):
        take_data_request(by=acting(city.stranger), at=MONDAY, kind="export", reason="x", **PERSON)
    request = ask(city, "export")
    for user in (city.stranger, city.keeper, city.leader, city.auditor, chief_of_town):
        assert not DataRequest.objects.visible_to(user).exists()
    with pytest.raises(NotAllowed):
        perform_request("fulfil", request, by=acting(city.stranger), at=MONDAY, data={"answer": "好"})


def test_a_copy_holds_everything_and_who_looked(city, matter):
    unmask_petition(matter, by=acting(city.keeper), at=MONDAY, reason="电话告知结果")
    request = ask(city, "export")
    with pytest.raises(Conflict):
        export_request(request, by=acting(city.organizer), at=MONDAY)
    grant(city, request)
    ((label, told),) = export_request(request, by=acting(city.organizer), at=MONDAY)
    assert label == matter.number
    assert told["基本情况"]["反映人"] == "李桂兰"
    assert told["基本情况"]["联系电话"] == "13900002210"
    assert told["答复"][0]["答复内容"] == "已更换三盏路灯，当晚恢复照明。"
    looked = [(row["谁"], row["说明"]) for row in told["谁看过您的信息"]]
    assert ("许磊", "电话告知结果") in looked
    assert event_verbs(request) == ["opened", "fulfil", "exported"]
    assert "exported" in event_verbs(matter)


def test_correction_leaves_both_masked(city, matter):
    with pytest.raises(InvalidInput):
        ask(city, "correct")
    grant(city, ask(city, "correct", new_name="李桂芝", new_phone="137 1234 5678"))
    matter.refresh_from_db()
    assert (matter.petitioner_name, matter.petitioner_phone) == ("李桂芝", "13712345678")
    event = Event.objects.about(matter).get(verb="corrected")
    assert event.before == {"name": "李*", "phone": "139****2210"}
    assert event.after == {"name": "李*", "phone": "137****5678"}


def test_deletion_anonymises_now(city, matter):
    TrackingCode.objects.create(petition=matter, digest="d", created_at=MONDAY)
    request = ask(city, "delete")
    grant(city, request)
    matter.refresh_from_db()
    assert (matter.petitioner_name, matter.petitioner_phone) == ("", "")
    assert matter.anonymized_at == MONDAY
    assert request.items.get().outcome == "已删除个人信息"
    assert not TrackingCode.objects.exists()


def test_deletion_is_refused_with_the_reason_while_a_matter_is_open(city):
    matter = make_petition(city, status="handling")
    request = ask(city, "delete")
    with pytest.raises(Conflict) as refusal:
        grant(city, request)
    assert "还没有办结" in refusal.value.message
    request.refresh_from_db()
    assert (request.status, request.items.get().outcome) == ("open", "")
    perform_request(
        "refuse", request, by=acting(city.organizer), at=MONDAY, data={"answer": "事情还在办，办结后再删。"}
    )
    assert request.answer == "事情还在办，办结后再删。"
    assert "data_request_refused" in event_verbs(matter)
    matter.refresh_from_db()
    assert matter.petitioner_name == "李桂兰"


def test_of_several_what_can_go_goes_and_the_rest_says_why(city, matter):
    still = make_petition(city, status="handling")
    request = ask(city, "delete")
    grant(city, request)
    outcomes = {item.subject_id: item.outcome for item in request.items.all()}
    assert outcomes[matter.pk] == "已删除个人信息"
    assert "还没有办结" in outcomes[still.pk]


def test_stopped_a_matter_is_frozen_until_she_changes_her_mind(city):
    matter = make_petition(city, status="paused")
    grant(city, ask(city, "stop"))
    matter = Petition.objects.get(pk=matter.pk)
    assert (matter.stop_processing_at, matter.due_date, matter.paused_at) == (MONDAY, None, None)
    assert Pause.objects.get().ended_at == MONDAY
    assert set(allowed_verbs(matter, city.organizer)) <= {"archive", "withdraw", "resume"}
    with pytest.raises(Conflict) as refusal:
        data = {"content": "已办", "outcome": "A"}
        perform("reply", matter, by=acting(city.handler), at=MONDAY, data=data)
    assert "停止处理个人信息" in refusal.value.message
    with pytest.raises(Conflict):
        grant(city, ask(city, "stop"))
    grant(city, ask(city, "resume"))
    matter = Petition.objects.get(pk=matter.pk)
    assert matter.stop_processing_at is None
    assert matter.due_date is not None
    assert "reply" in allowed_verbs(matter, city.handler)
    verbs = event_verbs(matter)
    assert verbs.index("stop_processing") < verbs.index("resume_processing")


def test_stopped_it_can_still_be_withdrawn(city):
    matter = make_petition(city, status="handling")
    grant(city, ask(city, "stop"))
    matter = Petition.objects.get(pk=matter.pk)
    perform("withdraw", matter, by=acting(city.organizer), at=MONDAY, data={"reason": "本人要求"})
    assert matter.status == Status.WITHDRAWN


def test_decided_it_is_decided(city, matter):
    request = ask(city, "export")
    grant(city, request)
    stale = DataRequest.objects.get(pk=request.pk)
    stale.status = "open"
    with pytest.raises(Conflict):
        grant(city, stale)


def test_she_asks_on_the_public_page_and_twice_is_once(city, matter):
    by = Actor(user=None, door="public")
    asked = {"petition": matter, "kind": "delete", "reason": " 已经 办完 ", "by": by, "at": MONDAY}
    request = open_data_request(**asked)
    assert open_data_request(**asked) == request
    assert (request.by_person, request.reason, request.subject_name) == (True, "已经 办完", "李桂兰")
    notice = city.organizer.notices.get(title="个人信息请求待处理：删除")
    assert "李" not in notice.title + notice.body
    for wrong in ({"kind": "burn"}, {"reason": "  "}):
        with pytest.raises(InvalidInput):
            open_data_request(**asked | wrong)


def test_the_office_complained_about_never_learns_of_it(city):
    """Not by the search, not by the list, not by the notice: its own organizer sees nothing."""
    matter = make_petition(city, status="archived")
    Petition.objects.filter(pk=matter.pk).update(is_accusation=True)
    Accused.objects.create(petition=matter, organization=city.county)
    matter.refresh_from_db()
    with pytest.raises(InvalidInput):
        ask(city, "export")
    request = open_data_request(
        petition=matter, kind="export", reason="想看", by=Actor(user=None, door="public"), at=MONDAY
    )
    assert not city.organizer.notices.filter(title__startswith="个人信息请求").exists()
    assert not DataRequest.objects.visible_to(city.organizer).exists()
    chief = make_user("organizer", city.root)
    assert DataRequest.objects.visible_to(chief).get() == request


def test_every_kind_of_thing_declares_all_it_has_to(city):
    assert [source.subject_type for source in sources()] == ["petitions.petition"]


# --- doors --------------------------------------------------------------------------------------------


def test_the_desk_from_taking_down_to_the_file(city, matter, client):
    client.force_login(city.organizer)
    page = client.post(reverse("admin:records_datarequest_add"), {"kind": "export", **PERSON, "reason": ""})
    assert "请填写理由。" in page.content.decode()
    done = client.post(
        reverse("admin:records_datarequest_add"), {"kind": "export", **PERSON, "reason": "本人到场"}
    )
    request = DataRequest.objects.get()
    assert done["Location"] == reverse("admin:records_datarequest_change", args=[request.pk])
    shown = client.get(done["Location"]).content.decode()
    assert matter.number in shown
    assert "李桂兰" not in shown
    assert "13900002210" not in shown
    step = reverse("admin:records_datarequest_step", args=[request.pk, "fulfil"])
    assert "答复本人" in client.get(step).content.decode()
    assert client.post(step, {"answer": ""}).status_code == 400
    assert client.post(step, {"answer": "请查收"}).status_code == 302
    file = reverse("admin:records_datarequest_file", args=[request.pk, "xlsx"])
    assert client.get(file).status_code == 405
    answer = client.post(file)
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert (matter.number, "基本情况", "反映人", "李桂兰") in rows
    told = json.loads(client.post(file.replace("xlsx", "json")).content)
    assert told["事项"][0]["编号"] == matter.number
    assert "no-store" in answer["Cache-Control"]
    assert client.get(step).status_code == 409
    assert client.get(reverse("admin:records_datarequest_changelist")).status_code == 200


def test_the_desk_tells_why_it_cannot_be_done(city, client):
    make_petition(city, status="handling")
    request = ask(city, "delete")
    client.force_login(city.organizer)
    step = reverse("admin:records_datarequest_step", args=[request.pk, "fulfil"])
    page = client.post(step, {"answer": "好"})
    assert page.status_code == 409
    assert "还没有办结" in page.content.decode()


def test_the_api(city, matter, client):
    client.force_login(city.organizer)
    body = json.dumps({"kind": "stop", **PERSON, "reason": "本人来函"})
    made = client.post("/api/v1/data-requests/", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["subject_name"] == "李*"
    path = f"/api/v1/data-requests/{made.json()['id']}/"
    done = client.post(f"{path}fulfil/", '{"answer": "已停止"}', content_type="application/json")
    assert (done.json()["status"], done.json()["items"][0]["outcome"]) == ("done", "已停止处理")
    assert (
        client.post(f"{path}refuse/", '{"answer": "不"}', content_type="application/json").status_code == 409
    )
    listed = client.get("/api/v1/data-requests/?status=done")
    assert len(listed.json()["results"]) == 1
    assert "李桂兰" not in listed.content.decode()
    client.force_login(city.stranger)
    assert client.get(path).status_code == 404
    client.force_login(city.keeper)
    assert client.get("/api/v1/data-requests/").status_code == 403


def test_a_copy_over_rest_only_once_granted_and_with_a_trace(city, matter, client):
    request = ask(city, "export")
    client.force_login(city.organizer)
    file = f"/api/v1/data-requests/{request.pk}/file.json/"
    assert client.post(file).status_code == 409
    grant(city, request)
    answer = client.post(file)
    assert json.loads(answer.content)["事项"][0]["基本情况"]["反映人"] == "李桂兰"
    assert "no-store" in answer["Cache-Control"]
    rows = list(load_workbook(io.BytesIO(client.post(file.replace("json", "xlsx")).content)).active.values)
    assert (matter.number, "基本情况", "联系电话", "13900002210") in rows
    assert event_verbs(request).count("exported") == 2
    assert Event.objects.about(matter).filter(verb="exported", door="api").count() == 2
    assert client.get(file).status_code == 405
    for who, status in ((city.stranger, 404), (city.keeper, 403), (city.leader, 403)):
        client.force_login(who)
        assert client.post(file).status_code == status
    assert event_verbs(request).count("exported") == 2


def test_before_it_is_done_the_desk_tells_what_it_does_and_to_what(city, matter, client):
    client.force_login(city.organizer)
    for kind, words in (("delete", "不能恢复"), ("correct", "138****8000"), ("stop", "只能归档或撤回")):
        request = ask(city, kind, **({"new_phone": "13800138000"} if kind == "correct" else {}))
        page = client.get(reverse("admin:records_datarequest_step", args=[request.pk, "fulfil"]))
        told = page.content.decode()
        assert words in told and matter.number in told


def test_the_pages_say_that_a_matter_stands_still(city, client):
    matter = make_petition(city, status="handling")
    grant(city, ask(city, "stop"))
    client.force_login(city.organizer)
    desk = client.get(reverse("admin:petitions_petition_change", args=[matter.pk])).content.decode()
    assert "反映人要求停止处理个人信息" in desk
    assert "等承办单位答复" not in desk
    client.force_login(city.representative)
    phone = client.get(reverse("portal:matter", args=[matter.pk])).content.decode()
    assert "反映人要求停止处理个人信息" in phone


def test_the_desk_says_that_name_and_phone_are_gone(city, matter, client):
    grant(city, ask(city, "delete"))
    client.force_login(city.organizer)
    desk = client.get(reverse("admin:petitions_petition_change", args=[matter.pk])).content.decode()
    assert "已删除姓名和电话" in desk
    assert "未留姓名" not in desk
