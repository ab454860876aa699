"""Reminder talks (R88): held, followed up, closed; reminded of; printed; and who may read them."""

from datetime import date, datetime, timedelta

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from evaluations.actions.talks import perform_talk
from evaluations.enums import TalkStatus
from evaluations.follow_up_reminders import remind_of_talks
from evaluations.models import FollowUpPolicy, ReminderTalk
from evaluations.moves.talks import TALKS
from evaluations.talk_paper import print_talk
from records.models import Event
from tests.evaluations.finals import make_talk
from tests.factories import CHINA, acting, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 3, 20, 15, 0, tzinfo=CHINA)
HELD = {
    "talk_date": "2023-03-17",
    "talker": "孙志强、组织部副部长",
    "content": "全年没有驻室接待。",
    "plan": "每季度接待一次。",
    "follow_up_date": "2023-06-30",
}
CLOSED = {"followed_up_on": "2023-07-03", "follow_up": "接待了两次。", "outcome": "improved"}
JULY = datetime(2023, 7, 4, 9, 0, tzinfo=CHINA)


@pytest.fixture
def talk(city):
    return make_talk(city)


def do(verb, talk, user, *, at=NOW, **data):
    return perform_talk(verb, talk, by=acting(user), at=at, data=data)


def fresh():
    return ReminderTalk.objects.with_names().get()


def test_a_talk_is_held_followed_up_and_closed(city, talk):
    do("hold", talk, city.organizer, **HELD)
    told = Notice.objects.get(user=city.representative)
    assert (told.title, told.link) == ("提醒谈话已登记，请看谈话要点和改进打算", f"/me/talks/{talk.pk}/")
    do("amend_plan", talk, city.representative, plan="每月接待一次。")
    do("close", talk, city.organizer, at=JULY, **CLOSED)
    talk = fresh()
    assert (talk.status, talk.talk_date, talk.outcome) == ("closed", date(2023, 3, 17), "improved")
    assert (talk.plan, talk.followed_up_on) == ("每月接待一次。", date(2023, 7, 3))
    verbs = Event.objects.about(talk).order_by("at", "pk").values_list("verb", flat=True)
    assert list(verbs) == ["due", "hold", "amend_plan", "close"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"talk_date": "2023-03-21"}, "talk_date"),
        ({"talk_date": "2023-03-09"}, "talk_date"),
        ({"follow_up_date": "2023-03-17"}, "follow_up_date"),
        ({"talker": ""}, "talker"),
        ({"content": ""}, "content"),
        ({"plan": "长" * 2001}, "plan"),
        ({"talk_date": "昨天"}, "talk_date"),
    ],
)
def test_what_a_talk_must_be_told_with(city, talk, changed, field):
    with pytest.raises(InvalidInput) as fault:
        do("hold", talk, city.organizer, **HELD | changed)
    assert list(fault.value.errors) == [field]
    assert fresh().status == TalkStatus.DUE


def test_a_follow_up_comes_after_the_talk_and_not_tomorrow(city, talk):
    do("hold", talk, city.organizer, **HELD)
    for day in ("2023-03-17", "2023-07-05"):
        with pytest.raises(InvalidInput) as fault:
            do("close", talk, city.organizer, at=JULY, **CLOSED | {"followed_up_on": day})
        assert list(fault.value.errors) == ["followed_up_on"]


def test_what_was_entered_wrongly_is_corrected(city, talk):
    do("hold", talk, city.organizer, **HELD)
    do("correct", talk, city.organizer, reason="日期登记错了")
    talk = fresh()
    assert (talk.status, talk.talk_date, talk.content) == ("due", None, "全年没有驻室接待。")
    do("hold", talk, city.organizer, **HELD)
    do("close", talk, city.organizer, at=JULY, **CLOSED)
    do("reopen", talk, city.organizer, at=JULY, reason="回访的是别人")
    assert (fresh().status, fresh().outcome, fresh().followed_up_on) == ("held", "", None)
    do("drop", talk, city.organizer, at=JULY, reason="资格终止")
    do("restore", talk, city.organizer, at=JULY, reason="登记错了人")
    assert (fresh().status, fresh().reason) == ("due", "")


@pytest.mark.parametrize("who", ["stranger", "leader", "assessor", "keeper", "representative", "auditor"])
def test_only_the_organizers_who_decided_hold_a_talk(city, talk, who):
    with pytest.raises(NotAllowed):
        do("hold", talk, getattr(city, who), **HELD)


def test_an_organizer_of_the_town_below_does_not_hold_it(city, talk):
    below = make_user(Role.ORGANIZER, city.town)
    assert ReminderTalk.objects.visible_to(below).exists()
    with pytest.raises(NotAllowed):
        do("hold", talk, below, **HELD)


@pytest.mark.parametrize("who", ["organizer", "colleague", "stranger_representative"])
def test_her_plan_is_hers_alone(city, talk, who):
    do("hold", talk, city.organizer, **HELD)
    with pytest.raises(NotAllowed):
        do("amend_plan", talk, getattr(city, who), plan="替她写的")


def test_every_state_and_verb(city, talk):
    data = HELD | CLOSED | {"reason": "原因", "followed_up_on": "2023-07-03"}
    for status in TalkStatus:
        for move in TALKS:
            ReminderTalk.objects.update(status=status, talk_date="2023-03-17", follow_up_date="2023-06-30")
            given = {need.name: data[need.name] for need in move.needs}
            user = city.representative if move.verb == "amend_plan" else city.organizer
            if status in move.sources:
                assert do(move.verb, fresh(), user, at=JULY, **given).status == move.target or status
            else:
                with pytest.raises(Conflict):
                    do(move.verb, fresh(), user, at=JULY, **given)


def test_two_at_once(city, talk):
    other = fresh()
    do("hold", talk, city.organizer, **HELD)
    with pytest.raises(Conflict):
        do("hold", other, city.organizer, **HELD | {"talker": "另一个人"})
    assert fresh().talker == HELD["talker"]


def test_she_reads_it_once_it_was_held_and_no_colleague_does(city, talk):
    def seen():
        return {
            name
            for name in ("representative", "colleague", "organizer", "leader", "stranger", "keeper")
            if ReminderTalk.objects.visible_to(getattr(city, name)).exists()
        }

    assert seen() == {"organizer", "leader"}
    do("hold", talk, city.organizer, **HELD)
    assert seen() == {"organizer", "leader", "representative"}


def test_the_office_is_reminded_once_before_the_talk_and_once_before_the_follow_up(city, talk):
    due = talk.due_date
    assert remind_of_talks(due - timedelta(days=6), NOW) == 0
    assert remind_of_talks(due - timedelta(days=5), NOW) == 1
    assert remind_of_talks(due - timedelta(days=5), NOW) == 0
    assert remind_of_talks(due + timedelta(days=9), NOW) == 0
    notice = Notice.objects.filter(user=city.organizer, kind="reminder").get()
    assert notice.title == "杨守伟代表：提醒谈话还有 5 天到期（2023年4月7日）"
    do("hold", talk, city.organizer, **HELD)
    assert remind_of_talks(date(2023, 6, 25), JULY) == 1
    assert remind_of_talks(date(2023, 6, 30), JULY) == 0
    do("close", talk, city.organizer, at=JULY, **CLOSED)
    assert remind_of_talks(date(2023, 7, 5), JULY) == 0
    assert not Notice.objects.filter(user__in=[city.stranger, city.representative], kind="reminder").exists()


def test_a_run_that_was_missed_is_made_up_for_and_the_place_sets_the_days(city, talk):
    FollowUpPolicy.objects.create(organization=city.county, talk_reminder_days=0)
    assert remind_of_talks(talk.due_date - timedelta(days=1), NOW) == 0
    assert remind_of_talks(talk.due_date + timedelta(days=3), NOW) == 1
    assert "已过期限" in Notice.objects.filter(user=city.organizer, kind="reminder").get().title


def test_a_record_to_be_signed(city, talk):
    with pytest.raises(Conflict):
        print_talk(talk, by=acting(city.organizer), at=NOW)
    do("hold", talk, city.organizer, **HELD)
    pdf = print_talk(fresh(), by=acting(city.organizer), at=NOW)
    assert pdf.startswith(b"%PDF")
    assert Event.objects.about(talk).filter(verb="print").count() == 1
    for who in (city.leader, city.stranger, city.representative):
        with pytest.raises(NotAllowed):
            print_talk(fresh(), by=acting(who), at=NOW)


def test_her_page_and_her_plan(city, talk, browser, undefined_variables_show):
    hers, address = browser(city.representative), f"/me/talks/{talk.pk}/"
    hers.page(address, 404)
    do("hold", talk, city.organizer, **HELD)
    text = hers.page(address)
    assert HELD["content"] in text and "改写改进打算" in text
    assert HELD["plan"] in hers.page(f"{address}amend_plan/")
    hers.page(f"{address}close/", 404)
    answer = hers.post(f"{address}amend_plan/", {"plan": "每月接待一次。"})
    assert (answer.status_code, fresh().plan) == (302, "每月接待一次。")
    assert "请填写改进打算" in hers.post(f"{address}amend_plan/", {"plan": " "}).content.decode()
    browser(city.colleague).page(address, 404)
    do("close", talk, city.organizer, at=JULY, **CLOSED)
    assert hers.post(f"{address}amend_plan/", {"plan": "晚了"}).status_code == 409
    assert CLOSED["follow_up"] in hers.page(address)


def test_the_desk(city, talk, browser):
    desk, address = browser(city.organizer), f"/admin/evaluations/remindertalk/{talk.pk}/"
    assert "杨守伟" in desk.page("/admin/evaluations/remindertalk/?due=open")
    assert "登记谈话" in desk.page(f"{address}change/")
    desk.page(f"{address}do/hold/")
    wrong = desk.post(f"{address}do/hold/", HELD | {"talk_date": "2099-01-01"})
    assert (wrong.status_code, "谈过以后再登记" in wrong.content.decode()) == (400, True)
    assert desk.post(f"{address}do/hold/", HELD).status_code == 302
    assert HELD["content"] in desk.page(f"{address}change/")
    assert desk.get(f"{address}record.pdf").content.startswith(b"%PDF")
    assert desk.post(f"{address}do/hold/", HELD).status_code == 409
    looking = browser(city.leader)
    assert "登记回访" not in looking.page(f"{address}change/")
    assert looking.post(f"{address}do/close/", CLOSED).status_code == 403
    assert looking.get(f"{address}record.pdf").status_code == 403
    browser(city.stranger).page(f"{address}change/", 404)
    browser(city.keeper).page(f"{address}change/", 403)


def test_rest(city, talk, rest):
    address = f"/api/v1/reminder-talks/{talk.pk}/"
    assert rest(city.representative).get(address).status_code == 404
    assert rest(city.stranger).get(address).status_code == 404
    assert rest(city.keeper).get(address).status_code == 403
    assert rest(city.leader).post(f"{address}hold/", HELD, format="json").status_code == 403
    wrong = rest(city.organizer).post(f"{address}hold/", HELD | {"talker": ""}, format="json")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["talker"])
    held = rest(city.organizer).post(f"{address}hold/", HELD, format="json").json()
    assert (held["status"], held["name"], held["year"]) == ("held", "杨守伟", 2022)
    hers = rest(city.representative).get(address).json()
    assert hers["allowed_verbs"] == ["amend_plan"]
    assert rest(city.representative).get(f"{address}events/").status_code == 403
    late = rest(city.organizer).get("/api/v1/reminder-talks/?late=true").json()
    assert [row["id"] for row in late["results"]] == [talk.pk]
