"""What beat does every day: planning on the policy's day, reminders, expired offers. Twice changes nothing, and a
server that stood still makes up for it."""

from datetime import date, datetime

import pytest

from accounts.actor import Actor
from accounts.models import Notice
from records.jobs import MOST_ATTEMPTS, run_job, sweep_jobs
from records.models import Job
from records.models.jobs import JobState
from studios import tasks
from studios.actions.days import perform_day
from studios.actions.planning import plan_month
from studios.actions.swaps import offer_swap
from studios.enums import DayStatus, SwapState
from studios.models import Duty, ReceptionDay, ReceptionPolicy, Studio, SwapRequest
from studios.planning_job import PLAN_MONTH, start_due_plans, start_plan
from tests.factories import CHINA, acting
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


def on(month, day, hour=8, year=2026):
    return datetime(year, month, day, hour, tzinfo=CHINA)


@pytest.fixture
def clock(monkeypatch):
    """clock(moment): the tasks, which read the clock at their door, find it there."""

    def set_to(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_to


@pytest.fixture
def run(clock, django_capture_on_commit_callbacks):
    """run(task, moment): one run of a task of beat, with the jobs it starts."""

    def run_at(task, moment):
        clock(moment)
        with django_capture_on_commit_callbacks(execute=True):
            task()

    return run_at


@pytest.fixture
def published(city, workroom, calendar):
    plan_month(DECEMBER, Studio.objects.all(), by=Actor.system(), at=TWENTIETH, calendar=calendar)
    days = list(ReceptionDay.objects.select_related("studio__organization").order_by("date"))
    for day in days:
        perform_day("publish", day, by=acting(city.keeper), at=TWENTIETH)
    Notice.objects.all().delete()
    return days


def test_december_is_planned_on_the_20th_and_the_keeper_is_told_once(city, workroom, calendar, run):
    run(tasks.plan_next_month, on(11, 19, 6))
    assert not Job.objects.exists()
    run(tasks.plan_next_month, on(11, 20, 6))
    job = Job.objects.get()
    assert (job.kind, job.state, job.percent, job.created_by) == (PLAN_MONTH, JobState.DONE, 100, None)
    assert (job.result["new_days"], job.result["added"]) == (2, 4)
    told = Notice.objects.filter(user=city.keeper, title__contains="12月的班排好了")
    assert told.count() == 1
    duties = list(Duty.objects.order_by("pk").values())
    for moment in (on(11, 20, 7), on(11, 21, 6), on(11, 30, 6)):
        run(tasks.plan_next_month, moment)
    assert Job.objects.count() == told.count() == 1
    assert list(Duty.objects.order_by("pk").values()) == duties


def test_a_server_that_stood_still_on_the_20th_plans_later(workroom, calendar, run):
    run(tasks.plan_next_month, on(11, 27, 6))
    assert ReceptionDay.objects.filter(status=DayStatus.PLANNED).count() == 2


def test_the_places_own_day_counts(city, workroom, calendar, run):
    ReceptionPolicy.objects.create(organization=city.root, plan_on_day=20)
    ReceptionPolicy.objects.create(organization=city.county, plan_on_day=25)
    run(tasks.plan_next_month, on(11, 24, 6))
    assert not Job.objects.exists()
    run(tasks.plan_next_month, on(11, 25, 6))
    assert Job.objects.get().state == JobState.DONE


def test_a_plan_that_waits_is_not_asked_for_again(workroom, calendar):
    first = start_due_plans(by=Actor.system(), at=TWENTIETH)
    assert first.state == JobState.QUEUED
    assert start_due_plans(by=Actor.system(), at=TWENTIETH) is None


def test_a_torn_plan_is_made_up_for_and_given_up_with_a_sentence(workroom, calendar, clock):
    clock(on(11, 20, 6))
    job = start_plan(DECEMBER, Studio.objects.all(), by=Actor.system(), at=TWENTIETH)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=1, heartbeat_at=on(11, 20, 5))
    assert sweep_jobs(at=on(11, 20, 6)) == [job.pk]
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert Duty.objects.count() == 4
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=MOST_ATTEMPTS, heartbeat_at=on(11, 20, 5)
    )
    sweep_jobs(at=on(11, 20, 6))
    job.refresh_from_db()
    assert (job.state, job.message) == (
        JobState.FAILED,
        "任务多次中断，已停止重试。请检查文件后重新发起。",
    )


def test_a_plan_that_cannot_be_made_says_why(city, workroom, calendar, clock):
    own = Studio.objects.filter(pk=workroom.pk)
    job = start_plan(DECEMBER, own, by=acting(city.keeper), at=TWENTIETH)
    clock(on(1, 4, 8, year=2027))
    failed = run_job(job.pk)
    assert failed.state == JobState.FAILED
    assert failed.result == {"error": "这个月已经过去，不能再排。请选本月或以后的月份。"}
    assert not ReceptionDay.objects.exists()


def test_reminders_are_sent_once_whatever_is_run_and_missed_ones_are_made_up_for(published, run):
    def sent(*moment):
        run(tasks.remind_of_duties, on(*moment))
        found = Notice.objects.filter(title__contains="请您驻室接待").count()
        Notice.objects.all().delete()
        return found

    assert sent(11, 27) == 0
    # The server stood still on the 28th, when three days were left.
    assert (sent(11, 29), sent(11, 29, 9)) == (2, 0)
    assert (sent(11, 30), sent(11, 30, 20), sent(12, 1)) == (2, 0, 0)
    # It stood still until the very morning: one reminder, not two.
    assert (sent(12, 15, 7), sent(12, 15, 8)) == (2, 0)


def test_a_day_of_which_nothing_is_written_is_asked_for_once(city, published, run):
    def asked():
        told = Notice.objects.filter(user=city.keeper, title__contains="接待还没有登记")
        return list(told.order_by("pk").values_list("title", flat=True))

    run(tasks.close_the_day, on(12, 1))
    assert asked() == []
    run(tasks.close_the_day, on(12, 2))
    assert asked() == ["昨天的接待还没有登记：洛城街道党代表工作室"]
    for moment in (on(12, 2, 9), on(12, 3), on(12, 15)):
        run(tasks.close_the_day, moment)
    assert len(asked()) == 1
    # The server stood still on the 16th.
    run(tasks.close_the_day, on(12, 18))
    assert asked()[1:] == ["12月15日（周二）的接待还没有登记：洛城街道党代表工作室"]


def test_of_a_day_that_is_written_down_nobody_asks(city, published, run):
    day = published[0]
    data = {"reason": "停电"}
    perform_day("miss", day, by=acting(city.keeper), at=on(12, 1, 12), data=data)
    run(tasks.close_the_day, on(12, 2))
    assert not Notice.objects.filter(title__contains="接待还没有登记").exists()


def test_offers_nobody_took_expire_once(city, published, run):
    duty = (
        Duty.objects.filter(day=published[0])
        .select_related("day__studio__organization", "person__user", "mandate__person")
        .first()
    )
    swap = offer_swap(duty, by=acting(duty.person.user), at=TWENTIETH)
    run(tasks.close_the_day, on(11, 30))
    assert SwapRequest.objects.get().state == SwapState.OPEN
    for moment in (on(12, 1), on(12, 1, 9), on(12, 2)):
        run(tasks.close_the_day, moment)
    swap.refresh_from_db()
    assert swap.state == SwapState.EXPIRED
    told = Notice.objects.filter(user=duty.person.user, title__startswith="没有人接班")
    assert told.count() == 1
