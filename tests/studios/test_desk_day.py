"""The keeper's day at the desk: from the first check-in to the summary, and everybody who may not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from petitions.models import Petition
from records.models import Attachment, Event
from representatives.models import DutyRecord, Mandate
from studios.codes import code_at
from studios.enums import DayStatus, DutyStatus
from studios.models import Companion, Helper, ReceptionDay, Visit
from tests.factories import leaf_category, make_mandate, make_person, make_petition
from tests.studios.desk import duties_of, make_day, today

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.fixture
def day(city):
    return make_day(city.studio, sitters=list(Mandate.objects.filter(group=city.group).order_by("pk")))


def address(name, *args):
    return reverse(f"admin:studios_receptionday_{name}", args=args)


def state(day):
    return ReceptionDay.objects.get(pk=day.pk).status


def test_a_day_from_the_first_page_to_the_summary(city, day, at_desk):
    client = at_desk(city.keeper)
    first = client.get("/admin/").content.decode()
    assert "今天的接待" in first and address("change", day.pk) in first
    page = client.get(address("change", day.pk)).content.decode()
    assert page.count("desk-btn--primary") == 1 and "都到了，一起签到" in page
    here, late = duties_of(day)
    assert client.post(address("check_in", day.pk, here.pk)).status_code == 302
    assert client.post(address("undo_check_in", day.pk, here.pk)).status_code == 302
    assert client.post(address("check_in", day.pk, here.pk)).status_code == 302
    client.post(address("visit", day.pk), {"quick": "other"})
    client.post(address("visit", day.pk), {"count": "3", "is_member": "on"})
    client.post(address("visit", day.pk), {"count": "1", "name": "李桂兰", "note": "问路灯"})
    page = client.get(address("change", day.pk)).content.decode()
    assert "5 人次：党员 3，群众 2" in page
    assert "李*" in page and "李桂兰" not in page
    sent = {"minutes": "120", "summary": "三位村民问路灯。"}
    assert client.post(address("step", day.pk, "close"), sent).status_code == 302
    assert [duty.status for duty in duties_of(day)] == [DutyStatus.SERVED, DutyStatus.ABSENT]
    assert state(day) == DayStatus.HELD
    assert DutyRecord.objects.standing().filter(kind="reception").get().mandate == here.mandate
    page = client.get(address("change", day.pk)).content.decode()
    assert "三位村民问路灯。" in page and "desk-btn--primary" not in page
    assert client.post(address("step", day.pk, "reopen"), {"reason": "时长记错"}).status_code == 302
    assert state(day) == DayStatus.PUBLISHED
    assert late.person.name in client.get(address("change", day.pk)).content.decode()


def test_everybody_is_checked_in_with_one_press_and_once(city, day, at_desk):
    client = at_desk(city.keeper)
    assert client.post(address("check_in_all", day.pk)).status_code == 302
    assert {duty.status for duty in duties_of(day)} == {DutyStatus.SERVED}
    refused = client.post(address("check_in_all", day.pk))
    assert (refused.status_code, "没有还没签到的代表" in refused.content.decode()) == (409, True)
    again = client.post(address("check_in", day.pk, duties_of(day)[0].pk))
    assert again.status_code == 409
    assert Event.objects.filter(verb="check_in").count() == 2


def test_who_drops_out_on_the_morning_is_replaced_from_the_days_page(city, day, at_desk):
    extra = make_mandate(city.town, group=city.group)
    gone = duties_of(day)[0]
    client = at_desk(city.keeper)
    client.post(reverse("admin:studios_duty_step", args=[gone.pk, "ask_leave"]), {"reason": "孩子发烧"})
    page = client.get(address("change", day.pk)).content.decode()
    assert "还空 1 席" in page and address("seat", day.pk) in page and "孩子发烧" in page
    assert client.post(address("seat", day.pk), {"mandate": extra.pk}).status_code == 302
    assert "还空" not in client.get(address("change", day.pk)).content.decode()
    assert "还空" not in at_desk(city.leader).get(address("change", day.pk)).content.decode()


def test_a_visit_entered_by_mistake_does_not_count_and_is_corrected_once(city, day, at_desk):
    client = at_desk(city.keeper)
    client.post(address("visit", day.pk), {"quick": "member"})
    visit = Visit.objects.get()
    assert client.post(address("cancel_visit", day.pk, visit.pk)).status_code == 302
    assert client.post(address("cancel_visit", day.pk, visit.pk)).status_code == 409
    assert "0 人次" in client.get(address("change", day.pk)).content.decode()


def test_faults_of_a_visit_stand_at_their_fields(city, day, at_desk):
    client = at_desk(city.keeper)
    page = client.post(address("visit", day.pk), {"count": "0", "name": "李桂兰"})
    assert (page.status_code, Visit.objects.count()) == (400, 0)
    assert "人次须在1到500之间" in page.content.decode()
    several = client.post(address("visit", day.pk), {"count": "2", "name": "李桂兰"}).content.decode()
    assert "记姓名时人次须为 1" in several


def test_the_minutes_start_with_the_hours_of_a_day_that_is_written_down_late(city, at_desk):
    sitter = Mandate.objects.filter(group=city.group).first()
    day = make_day(city.studio, days=-2, sitters=[sitter])
    client = at_desk(city.keeper)
    first = client.get("/admin/").content.decode()
    assert "过了还没登记的接待日" in first and address("change", day.pk) in first
    client.post(address("check_in", day.pk, duties_of(day)[0].pk))
    page = client.get(address("change", day.pk)).content.decode()
    assert 'name="minutes" value="150"' in page


def test_a_matter_is_taken_down_with_venue_sitter_and_day(city, day, at_desk):
    client = at_desk(city.keeper)
    here = duties_of(day)[1]
    client.post(address("check_in", day.pk, here.pk))
    add = reverse("admin:petitions_petition_add") + f"?day={day.pk}"
    form = client.get(add).context["form"]
    # Who has checked in stands first, and is chosen.
    assert form["mandate"].value() == str(here.mandate_id)
    assert form["studio"].value() == str(city.studio.pk)
    sent = {
        "content": "村口三盏路灯坏了半个月。",
        "kind": "opinion",
        "studio": city.studio.pk,
        "channel": form["channel"].value(),
        "mandate": here.mandate_id,
        "category": leaf_category().pk,
    }
    answer = client.post(add, sent)
    assert (answer.status_code, answer["Location"]) == (302, address("change", day.pk))
    petition = Petition.objects.get()
    assert (petition.reception_day, petition.mandate, petition.studio) == (day, here.mandate, city.studio)
    assert petition.title in client.get(address("change", day.pk)).content.decode()
    matter = reverse("admin:petitions_petition_change", args=[petition.pk])
    assert address("change", day.pk) in client.get(matter).content.decode()
    # Another venue's matter does not belong to this day.
    sent["studio"] = city.neighbour_studio.pk
    assert client.post(add, sent).status_code == 400
    again = client.post(add, sent | {"studio": city.studio.pk, "_addanother": "1"})
    assert again["Location"].endswith(f"?day={day.pk}")


def test_no_matter_is_taken_down_for_a_day_of_others_or_one_that_was_put_off(city, day, at_desk):
    add = reverse("admin:petitions_petition_add") + f"?day={day.pk}"
    assert at_desk(city.stranger).get(add).status_code == 404
    ReceptionDay.objects.filter(pk=day.pk).update(status=DayStatus.MISSED)
    client = at_desk(city.keeper)
    sent = {
        "content": "路灯坏了。",
        "kind": "opinion",
        "studio": city.studio.pk,
        "channel": client.get(add).context["form"]["channel"].value(),
    }
    assert client.post(add, sent).status_code == 409
    assert not Petition.objects.exists()


def test_the_matters_of_the_day_are_those_one_may_see(city, day, at_desk):
    petition = make_petition(city)
    Petition.objects.filter(pk=petition.pk).update(reception_day=day)
    shown = at_desk(city.leader).get(address("change", day.pk)).content.decode()
    assert petition.title in shown
    from petitions.confidential import name_offices

    name_offices(petition, [city.town])
    Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
    hidden = at_desk(city.keeper).get(address("change", day.pk)).content.decode()
    assert petition.title not in hidden and petition.number not in hidden


def test_helpers_and_mentees_sit_beside(city, day, at_desk):
    helper = make_person(name="周志愿")
    Helper.objects.create(person=helper, studio=city.studio, kind="volunteer", joined_date=today(-30))
    young = make_mandate(city.town).person
    client = at_desk(city.keeper)
    assert "周志愿（志愿者）" in client.get(address("change", day.pk)).content.decode()
    client.post(address("companion", day.pk), {"person": helper.pk, "role": "helper"})
    client.post(address("companion", day.pk), {"person": young.pk, "role": "mentee"})
    assert set(Companion.objects.values_list("person", "role")) == {
        (helper.pk, "helper"),
        (young.pk, "mentee"),
    }
    twice = client.post(address("companion", day.pk), {"person": young.pk, "role": "mentee"})
    assert (twice.status_code, "已经登记过了" in twice.content.decode()) == (400, True)
    no_helper = make_mandate(city.town).person
    refused = client.post(address("companion", day.pk), {"person": no_helper.pk, "role": "helper"})
    assert (refused.status_code, "不是本室的协助人员" in refused.content.decode()) == (400, True)
    sitter = duties_of(day)[0].person
    sits = client.post(address("companion", day.pk), {"person": sitter.pk, "role": "mentee"})
    assert "到岗已经单独登记" in sits.content.decode()
    foreign = make_mandate(city.neighbour_town).person
    assert client.post(address("companion", day.pk), {"person": foreign.pk}).status_code == 400
    gone = Companion.objects.get(person=young)
    assert client.post(address("remove_companion", day.pk, gone.pk)).status_code == 302
    assert client.post(address("remove_companion", day.pk, gone.pk)).status_code == 404


def test_photos_are_kept_with_the_day_and_go_to_who_sees_it(city, day, at_desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = at_desk(city.keeper)
    files = [SimpleUploadedFile("一.png", PNG), SimpleUploadedFile("二.png", PNG)]
    assert client.post(address("photo", day.pk), {"file": files}).status_code == 302
    kept = Attachment.objects.about(day)
    assert kept.count() == 2
    download = reverse("records:attachment", args=[kept[0].pk])
    given = at_desk(city.organizer).get(download)
    assert b"".join(given.streaming_content) == PNG
    assert at_desk(city.stranger).get(download).status_code == 404
    assert client.post(address("photo", day.pk)).status_code == 400
    bad = SimpleUploadedFile("x.exe", b"MZ\x90\x00")
    assert client.post(address("photo", day.pk), {"file": bad}).status_code == 400
    ahead = make_day(city.studio, days=9)
    assert client.post(address("photo", ahead.pk), {"file": files[0]}).status_code == 409
    leader = at_desk(city.leader).post(address("photo", day.pk), {"file": SimpleUploadedFile("a.png", PNG)})
    assert leader.status_code == 403


def test_the_screen_shows_the_code_of_the_minute_to_staff_alone(city, day, at_desk):
    from django.utils import timezone

    client = at_desk(city.keeper)
    before = code_at(day.code_secret, timezone.now())
    shown = client.get(address("screen", day.pk))
    after = code_at(day.code_secret, timezone.now())
    page = shown.content.decode()
    assert any(f"{code[:3]} {code[3:]}" in page for code in (before, after))
    assert "no-store" in shown["Cache-Control"]
    assert 'http-equiv="refresh"' in page
    assert "screen__code" in client.get(address("code", day.pk)).content.decode()
    assert at_desk(city.leader).get(address("screen", day.pk)).status_code == 403
    assert at_desk(city.leader).get(address("code", day.pk)).status_code == 403
    assert at_desk(city.stranger).get(address("screen", day.pk)).status_code == 404
    tomorrow = make_day(city.studio, days=1)
    assert "当天才显示口令" in client.get(address("screen", tomorrow.pk)).content.decode()


def test_a_day_is_missed_or_put_off_with_a_reason(city, at_desk):
    missed = make_day(city.studio, days=-1)
    client = at_desk(city.keeper)
    assert client.post(address("step", missed.pk, "miss"), {"reason": ""}).status_code == 400
    assert client.post(address("step", missed.pk, "miss"), {"reason": "大雪封路"}).status_code == 302
    assert state(missed) == DayStatus.MISSED
    assert client.post(address("step", missed.pk, "miss"), {"reason": "大雪"}).status_code == 409
    ahead = make_day(city.studio, days=5)
    early = client.post(address("step", ahead.pk, "miss"), {"reason": "停电"})
    assert (early.status_code, "还没有到这一天" in early.content.decode()) == (409, True)
    past = client.post(
        address("step", ahead.pk, "postpone"), {"to_date": f"{today(-1)}", "reason": "全镇换届考察"}
    )
    assert (past.status_code, "须在今天之后" in past.content.decode()) == (400, True)
    assert client.get(address("step", ahead.pk, "nonsense")).status_code == 404


WRITES = [
    ("check_in_all", ()),
    ("visit", ()),
    ("companion", ()),
    ("photo", ()),
    ("step", ("close",)),
    ("step", ("miss",)),
    ("step", ("postpone",)),
]


@pytest.mark.parametrize(("name", "args"), WRITES)
def test_nobody_else_writes_on_the_day(name, args, city, day, at_desk):
    sent = {
        "quick": "other",
        "person": city.mandate.person_id,
        "minutes": "90",
        "summary": "好",
        "reason": "雪",
    }
    sent["to_date"] = f"{today(20)}"
    sent["file"] = SimpleUploadedFile("a.png", PNG)
    to = address(name, day.pk, *args)
    assert at_desk(city.leader).post(to, sent).status_code == 403
    assert at_desk(city.stranger).post(to, sent).status_code == 404
    assert at_desk(city.handler).post(to, sent).status_code == 403
    assert at_desk(city.representative).post(to, sent).status_code == 302  # to the login
    if name != "step":
        assert at_desk(city.keeper).get(to).status_code == 405
    assert state(day) == DayStatus.PUBLISHED
    assert {duty.status for duty in duties_of(day)} == {DutyStatus.CONFIRMED}
    assert not Visit.objects.exists() and not Companion.objects.exists()


def test_a_leader_reads_the_day_and_finds_no_button(city, day, at_desk):
    page = at_desk(city.leader).get(address("change", day.pk)).content.decode()
    assert city.mandate.person.name in page
    main = page[page.index('<div class="desk">') :]
    assert "<form" not in main and "desk-btn" not in main
    assert at_desk(city.stranger).get(address("change", day.pk)).status_code == 404


def test_one_thing_at_a_time_stands_in_red(city, at_desk):
    client = at_desk(city.keeper)
    planned = make_day(city.studio, days=30, status=DayStatus.PLANNED)
    served = make_day(city.studio, days=-6, sitters=[city.mandate], duty_status="served")
    shut = make_day(city.studio, days=-3)
    for day, red in [(planned, 1), (make_day(city.studio, days=31), 0), (shut, 1), (served, 1)]:
        page = client.get(address("change", day.pk)).content.decode()
        assert page.count("desk-btn--primary") == red, day.status
