"""Reminders and escalation in the office: once, on work days, in one notice, and never to the office complained about."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Notice
from petitions.actions import perform
from petitions.models import Accused, Petition, ReminderRule, SentReminder
from petitions.reminders import send_reminders
from petitions.setup import load_reminder_rules
from petitions.tasks import send_reminders as morning_task
from records.jobs import run_job
from records.models import Job
from tests.factories import CHINA, MONDAY, acting, event_verbs, make_petition, make_user
from workdays.actions import load_calendar_seed
from workdays.queries import load_calendar

DUE = date(2026, 12, 28)
"""30 work days after MONDAY."""


@pytest.fixture
def office(city):
    """The small city with the starting rules, and somebody above the county."""
    load_reminder_rules()
    load_calendar_seed()
    city.town_organizer = make_user(Role.ORGANIZER, city.town, name="镇组工")
    city.city_organizer = make_user(Role.ORGANIZER, city.root, name="市组工")
    return city


def morning_of(day):
    return datetime(day.year, day.month, day.day, 8, 10, tzinfo=CHINA)


def run(day):
    return send_reminders(on=day, at=morning_of(day), calendar=load_calendar())


def forget_notices():
    Notice.objects.all().delete()


def titles_of(user):
    return list(user.notices.values_list("title", flat=True))


@pytest.mark.django_db
def test_up_the_tree_day_by_day(office):
    make_petition(office, status="handling")
    forget_notices()
    people = {
        name: office.user(name)
        for name in (
            "handler",
            "town_organizer",
            "organizer",
            "leader",
            "city_organizer",
            "keeper",
            "stranger",
        )
    }
    told = {name: [] for name in people}
    day = date(2026, 12, 18)
    while day <= date(2027, 1, 20):
        run(day)
        for name, user in people.items():
            told[name] += [(day, notice.title) for notice in user.notices.all()]
        forget_notices()
        day += timedelta(days=1)
    title = "村口三盏路灯半个月不亮"
    assert told["handler"] == [
        (date(2026, 12, 23), f"还剩 3 个工作日：{title}"),
        (DUE, f"今天到期：{title}"),
        (date(2026, 12, 29), f"逾期 1 个工作日：{title}"),
        # 1 January is off; the fifth work day late is counted over it.
        (date(2027, 1, 5), f"逾期 5 个工作日：{title}"),
    ]
    assert told["town_organizer"] == [(date(2026, 12, 29), f"逾期 1 个工作日：{title}")]
    assert told["organizer"] == [(date(2026, 12, 31), f"逾期 3 个工作日：{title}")]
    assert told["leader"] == [(date(2027, 1, 5), f"逾期 5 个工作日：{title}")]
    assert told["city_organizer"] == [(date(2027, 1, 12), f"逾期 10 个工作日：{title}")]
    assert told["keeper"] == told["stranger"] == []


@pytest.mark.django_db
def test_a_second_run_on_the_same_day_sends_nothing(office):
    petition = make_petition(office, status="handling")
    forget_notices()
    first = run(date(2026, 12, 29))
    assert (first.matters, first.reminders, first.people) == (1, 2, 2)
    second = run(date(2026, 12, 29))
    assert (second.matters, second.reminders, second.people, second.looked_at) == (0, 0, 0, 1)
    assert (Notice.objects.count(), SentReminder.objects.count()) == (2, 2)
    assert event_verbs(petition)[-1:] == ["reminded"]


@pytest.mark.django_db
def test_a_missed_week_is_caught_up_by_one_notice(office):
    make_petition(office, status="handling")
    forget_notices()
    run(date(2027, 1, 7))
    assert titles_of(office.handler) == ["逾期 7 个工作日：村口三盏路灯半个月不亮"]
    assert titles_of(office.organizer) == ["逾期 7 个工作日：村口三盏路灯半个月不亮"]
    forget_notices()
    run(date(2027, 1, 8))
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_nothing_on_days_off_and_on_a_made_up_saturday_as_on_any_day(office):
    petition = make_petition(office, status="handling")
    Petition.objects.filter(pk=petition.pk).update(due_date=date(2026, 9, 30), due_explained={})
    forget_notices()
    for off in range(1, 8):
        assert run(date(2026, 10, off)).reminders == 0
    run(date(2026, 10, 8))
    run(date(2026, 10, 9))
    forget_notices()
    # Saturday 10 October is worked: the third work day late.
    run(date(2026, 10, 10))
    assert titles_of(office.organizer) == ["逾期 3 个工作日：村口三盏路灯半个月不亮"]


@pytest.mark.django_db
def test_several_matters_come_in_one_notice_with_a_link_to_the_list(office):
    for n in range(3):
        make_petition(office, status="handling", title=f"第{n}件")
    make_petition(office, status="handling", title="晚一天", at=MONDAY + timedelta(days=1))
    forget_notices()
    run(date(2026, 12, 28))
    notice = office.handler.notices.get()
    assert notice.title == "3 件今天到期、1 件明天到期"
    assert notice.body.count("今天到期") == 3 and "晚一天（明天到期）" in notice.body
    assert notice.link == "/admin/petitions/petition/?tab=near"
    assert "李桂兰" not in notice.body and "13900002210" not in notice.body


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["paused", "told", "archived", "withdrawn"])
def test_what_stands_or_is_over_is_left_in_peace(office, status):
    petition = make_petition(office, status=status)
    if status != "paused":
        Petition.objects.filter(pk=petition.pk).update(due_date=date(2026, 12, 23))
    forget_notices()
    assert run(date(2026, 12, 24)).reminders == 0
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_whose_turn_it_is_at_each_stage(office):
    matters = {
        "received": (make_petition(office, status="received"), office.keeper),
        "registered": (make_petition(office, status="registered"), office.town_organizer),
        "handling": (make_petition(office, status="handling"), office.handler),
        "feedback": (make_petition(office, status="feedback"), office.representative),
    }
    ReminderRule.objects.exclude(audience="turn").update(is_active=False)
    for petition, user in matters.values():
        forget_notices()
        Petition.objects.exclude(pk=petition.pk).update(due_date=None)
        Petition.objects.filter(pk=petition.pk).update(due_date=date(2026, 11, 30), due_explained={})
        run(date(2026, 11, 30))
        assert list(Notice.objects.values_list("user", flat=True)) == [user.pk], petition.status
    assert Notice.objects.get().link == f"/matters/{petition.pk}/"


@pytest.mark.django_db
def test_the_office_complained_about_hears_nothing(office):
    """The matter is about the county's own committee: its organizers and leaders are passed over at every step."""
    petition = make_petition(office, status="handling")
    Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
    Accused.objects.create(petition=petition, organization=office.county)
    forget_notices()
    run(date(2027, 1, 12))
    assert set(Notice.objects.values_list("user", flat=True)) == {
        office.handler.pk,
        office.town_organizer.pk,
        office.city_organizer.pk,
    }
    Accused.objects.create(petition=petition, organization=office.unit)
    SentReminder.objects.all().delete()
    forget_notices()
    run(date(2027, 1, 12))
    assert office.handler.notices.count() == 0


@pytest.mark.django_db
def test_a_new_date_is_reminded_of_anew(office):
    petition = make_petition(office, status="asked")
    perform("approve_extension", petition, by=acting(office.organizer), at=MONDAY, data={})
    forget_notices()
    assert run(date(2026, 12, 29)).reminders == 0
    run(petition.due_date)
    assert titles_of(office.handler) == ["今天到期：村口三盏路灯半个月不亮"]


@pytest.mark.django_db
def test_a_pause_that_lasts_is_looked_at(office):
    make_petition(office, status="paused")
    forget_notices()
    assert run(date(2026, 12, 25)).reminders == 0
    run(DUE)
    assert titles_of(office.handler) == ["停表已久，请核查能否恢复：村口三盏路灯半个月不亮"]
    assert office.town_organizer.notices.count() == 1
    forget_notices()
    assert run(date(2026, 12, 29)).reminders == 0


@pytest.mark.django_db
def test_a_report_that_is_owed_is_asked_for(office):
    petition = make_petition(office, status="handling")
    data = {"demand": "一周内查清。", "reply_due": "2026-11-20"}
    perform("supervise", petition, by=acting(office.organizer), at=MONDAY, data=data)
    forget_notices()
    told = []
    for day in (18, 19, 20, 23, 24):
        run(date(2026, 11, day))
        told += [(day, title) for title in titles_of(office.handler)]
        forget_notices()
    assert told == [
        (19, "督办还剩 1 个工作日回报：村口三盏路灯半个月不亮"),
        (23, "督办逾期 1 个工作日未回报：村口三盏路灯半个月不亮"),
    ]


@pytest.mark.django_db
def test_a_rule_switched_off_is_silent(office):
    make_petition(office, status="handling")
    forget_notices()
    ReminderRule.objects.update(is_active=False)
    assert run(date(2026, 12, 29)).reminders == 0


@pytest.mark.django_db
def test_as_many_queries_for_three_matters_as_for_one(office):
    counts = []
    for number in (1, 3):
        while Petition.objects.count() < number:
            make_petition(office, status="handling")
        SentReminder.objects.all().delete()
        load_calendar()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run(date(2026, 12, 29))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 20


@pytest.mark.django_db
def test_the_morning_task_leaves_a_job_on_work_days_only(office, monkeypatch, settings):
    make_petition(office, status="handling")
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 12, 26))
    morning_task()
    assert Job.objects.count() == 0
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 12, 29))
    morning_task()
    job = run_job(Job.objects.get(kind="send-reminders").pk)
    assert (job.state, job.result) == ("done", {"matters": 1, "reminders": 2, "people": 2, "looked_at": 1})
    assert Job.objects.visible_to(office.city_organizer).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once(city):
    load_reminder_rules()
    make_petition(city, status="handling")
    forget_notices()
    barrier = Barrier(4)

    def work(_turn):
        try:
            barrier.wait(timeout=30)
            return run(date(2026, 12, 29))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(work, range(4)))
    assert sorted(one.reminders for one in sent) == [0, 0, 0, 2]
    assert Notice.objects.filter(user=city.handler).count() == 1


@pytest.mark.django_db
def test_merged_matters_are_pressed_for_once(office):
    """Three people, one broken bridge: the unit is reminded of the main matter alone."""
    main = make_petition(office, status="handling", title="主件")
    other = make_petition(office, status="handling", title="从件")
    perform("merge", other, by=acting(office.organizer), at=MONDAY, data={"main": main.pk})
    forget_notices()
    run(DUE)
    assert titles_of(office.handler) == ["今天到期：主件"]
