"""The clock stands while the office waits for the person, and goes on with what was left."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import Conflict
from petitions.actions import perform
from petitions.models import Petition
from petitions.pages.due import due_words, explain_due
from tests.admin.conftest import at_desk  # noqa: F401  (a fixture)
from tests.api.conftest import Caller, json_requests  # noqa: F401  (fixtures)
from tests.factories import ASIDE, MONDAY, acting, make_petition
from tests.petitions.test_escalation import CALENDAR
from workdays.actions import load_calendar_seed
from workdays.queries import load_calendar

DUE = date(2026, 12, 28)
PAUSE = ASIDE["paused"][1]


def step(verb, petition, city, *, at=MONDAY, by=None, **data):
    return perform(verb, petition, by=acting(by or city.handler), at=at, data=data)


@pytest.mark.django_db
def test_what_was_left_is_left_after_it(city):
    load_calendar_seed()
    petition = make_petition(city, status="handling")
    due = petition.due_date
    step("pause", petition, city, at=MONDAY + timedelta(days=4), **PAUSE)
    left = load_calendar().workdays_between(date(2026, 11, 20), due)
    assert (petition.due_date, petition.clock_left) == (None, left)
    assert petition.assignments.get().due_date is None
    words = due_words(petition, on=date(2026, 12, 25), calendar=load_calendar())
    assert (words.tone, words.full) == ("paused", f"已停表：等反映人补充材料，还有 {left} 个工作日")
    assert not petition.is_overdue(on=date(2027, 3, 1))
    assert explain_due(petition).due is None

    resumed = MONDAY.replace(month=12, day=28)
    step("resume", petition, city, at=resumed, note="材料已补齐。")
    assert petition.due_date == load_calendar().add_workdays(resumed.date(), left).date
    assert (petition.paused_at, petition.clock_left) == (None, None)
    assert petition.assignments.get().due_date == petition.due_date
    pause = petition.pauses.get()
    assert (pause.old_due, pause.new_due, pause.ended_at) == (due, petition.due_date, resumed)
    line = explain_due(petition).lines[0]
    assert "停表（等反映人补充材料）" in line.words and "接着算到" in line.words
    assert "元旦" in [group.reason for group in line.skipped]


@pytest.mark.django_db
def test_paused_and_resumed_on_one_day_changes_nothing(city):
    petition = make_petition(city, status="paused")
    step("resume", petition, city)
    assert petition.due_date == DUE


@pytest.mark.django_db
def test_what_was_overdue_stays_overdue(city):
    petition = make_petition(city, status="handling")
    late = MONDAY.replace(month=12, day=30)
    step("pause", petition, city, at=late, **PAUSE)
    assert petition.clock_left == -2
    words = due_words(petition, on=late.date(), calendar=load_calendar())
    assert words.full == "已停表：等反映人补充材料，停表前已逾期 2 个工作日"
    step("resume", petition, city, at=late + timedelta(days=20))
    assert petition.due_date == DUE


@given(due=st.dates(date(2020, 2, 1), date(2027, 6, 1)), before=st.integers(0, 60), during=st.integers(0, 60))
def test_a_pause_takes_no_work_day_away_and_gives_none(due, before, during):
    """Work days from the resumption to the new date are those that were left; never fewer, never more."""
    due = CALENDAR.next_workday(due)
    stopped, resumed = due - timedelta(days=before), due - timedelta(days=before) + timedelta(days=during)
    left = CALENDAR.workdays_between(stopped, due)
    new = CALENDAR.add_workdays(resumed, left).date
    assert CALENDAR.workdays_between(resumed, new) in (
        left,
        left + (left == 0 and not CALENDAR.is_workday(resumed)),
    )
    assert new >= due or during == 0


@pytest.mark.django_db
def test_an_answer_ends_the_pause_and_was_in_time(city):
    petition = make_petition(city, status="paused")
    answered = MONDAY + timedelta(days=60)
    step("reply", petition, city, at=answered, content="已办。", outcome="A")
    assert (petition.paused_at, petition.clock_left) == (None, None)
    pause = petition.pauses.get()
    assert pause.ended_at == answered
    assert petition.assignments.get().due_date == pause.new_due > answered.date()


@pytest.mark.django_db
def test_a_withdrawn_matter_leaves_no_clock(city):
    petition = make_petition(city, status="paused")
    step("withdraw", petition, city, by=city.organizer, reason="本人要求")
    stored = Petition.objects.get(pk=petition.pk)
    assert (stored.due_date, stored.paused_at, stored.clock_left, stored.due_explained) == (None,) * 3 + ({},)
    assert petition.pauses.get().ended_at == MONDAY


@pytest.mark.django_db
def test_standing_twice_or_going_on_twice_is_refused(city):
    petition = make_petition(city, status="paused")
    with pytest.raises(Conflict):
        step("pause", petition, city, **PAUSE)
    stale = Petition.objects.get(pk=petition.pk)
    step("resume", petition, city)
    with pytest.raises(Conflict):
        step("resume", stale, city)
    assert petition.pauses.count() == 1


@pytest.mark.django_db
def test_time_granted_after_a_pause_is_added_to_the_new_date(city):
    petition = make_petition(city, status="asked")
    step("pause", petition, city, **PAUSE)
    with pytest.raises(Conflict):
        step("approve_extension", petition, city, by=city.organizer)
    step("resume", petition, city, at=MONDAY + timedelta(days=7))
    after = petition.due_date
    step("approve_extension", petition, city, by=city.organizer, at=MONDAY + timedelta(days=7))
    assert load_calendar().workdays_between(after, petition.due_date) == 10
    assert [line["kind"] for line in petition.due_explained["lines"]] == ["pause", "extension"]


@pytest.mark.django_db
def test_both_sides_hear_of_it(city):
    petition = make_petition(city, status="handling")
    city.handler.notices.all().delete()
    step("pause", petition, city, by=city.organizer, **PAUSE)
    assert city.handler.notices.get().title == "已停表：村口三盏路灯半个月不亮"
    step("resume", petition, city)
    assert city.organizer.notices.latest("pk").title.startswith("恢复计时")


@pytest.mark.django_db
def test_it_is_seen_at_desk_phone_and_api(city, at_desk):  # noqa: F811
    petition = make_petition(city, status="handling", at=timezone.localtime())
    door = Caller(city.handler)
    answer = door.post(f"petitions/{petition.pk}/pause/", PAUSE)
    assert (answer.status_code, answer.told["due_date"], answer.told["clock_left"]) == (200, None, 30)
    assert answer.told["due_explained"]["lines"][0]["reason"] == "等反映人补充材料"
    assert [row["id"] for row in door.get("petitions/", paused="true").told["results"]] == [petition.pk]
    words = "已停表：等反映人补充材料，还有 30 个工作日"
    desk = at_desk(city.organizer).get(reverse("admin:petitions_petition_change", args=[petition.pk]))
    assert words in desk.content.decode() and "等反映人补充现场照片" in desk.content.decode()
    phone = at_desk(city.representative).get(f"/matters/{petition.pk}/")
    assert words in phone.content.decode()
    listed = at_desk(city.organizer).get("/admin/petitions/petition/?tab=paused").content.decode()
    assert petition.number in listed and "已停表，还有 30 个工作日" in listed


@pytest.mark.django_db
def test_handed_back_while_it_stood(city):
    """The next unit has the whole of the time; the pause ended with the handling."""
    petition = make_petition(city, status="paused")
    step("hand_back", petition, city, reason="不属于住建局职责。")
    assert (petition.status, petition.paused_at, petition.clock_left) == ("registered", None, None)
    assert petition.pauses.get().ended_at == MONDAY
    step("assign", petition, city, by=city.organizer, organization=city.unit)
    assert petition.due_date == DUE and petition.due_explained.get("lines") is None
