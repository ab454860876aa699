"""Long jobs: written down first, done once, picked up again when lost."""

import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.errors import InvalidInput
from records import jobs
from records.models import Job
from tests.factories import acting
from weifang_liaison.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(monkeypatch):
    monkeypatch.setattr(jobs, "_KINDS", {})
    monkeypatch.setattr(jobs, "_send", lambda job_id: None)


def enqueue(city, kind):
    return jobs.enqueue_job(kind, by=acting(city.organizer), at=timezone.now(), organization=city.county)


def test_a_job_is_done_once(city, kinds):
    runs = []

    @jobs.job_kind("count", "数一数")
    def count(job, progress):
        progress(1, 2, "数到一")
        runs.append(job.pk)
        return {"counted": 2}

    job = enqueue(city, "count")
    assert jobs.run_job(job.pk).result == {"counted": 2}
    assert jobs.run_job(job.pk) is None
    assert runs == [job.pk]
    job.refresh_from_db()
    assert (job.state, job.percent, job.message) == ("done", 50, "已完成")


def test_a_refusal_is_told_in_its_own_words(city, kinds):
    @jobs.job_kind("refuse", "拒绝")
    def refuse(job, progress):
        raise InvalidInput("表头缺少「姓名」一列，请补上再传。")

    job = jobs.run_job(enqueue(city, "refuse").pk)
    assert (job.state, job.message) == ("failed", "表头缺少「姓名」一列，请补上再传。")


@pytest.mark.logs_errors
def test_a_crash_is_logged_and_told_plainly(city, kinds, caplog):
    @jobs.job_kind("crash", "出错")
    def crash(job, progress):
        raise RuntimeError("secret path /x")

    job = jobs.run_job(enqueue(city, "crash").pk)
    assert job.state == "failed"
    assert "secret" not in job.message
    assert "secret path" in caplog.text


def test_what_is_lost_is_sent_again_three_times(city, kinds, monkeypatch):
    sent = []
    monkeypatch.setattr(jobs, "_send", sent.append)

    @jobs.job_kind("slow", "慢")
    def slow(job, progress):
        return {}

    job = enqueue(city, "slow")
    now = timezone.now()
    assert jobs.sweep_jobs(at=now) == []
    later = now + jobs.LOST_AFTER + timedelta(seconds=1)
    assert jobs.sweep_jobs(at=later) == [job.pk]
    assert jobs.sweep_jobs(at=later) == []
    # A worker takes it and dies, three times over.
    Job.objects.update(state="running", attempts=3, heartbeat_at=now)
    assert jobs.sweep_jobs(at=later) == []
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "任务多次中断，已停止重试。请检查文件后重新发起。")


def test_whose_job_it_is(city, kinds):
    jobs.job_kind("nothing", "无")(lambda job, progress: {})
    enqueue(city, "nothing")
    sees = {n: Job.objects.visible_to(city.user(n)).count() for n in ["organizer", "keeper", "stranger"]}
    assert sees == {"organizer": 1, "keeper": 0, "stranger": 0}


def test_a_worker_that_was_given_up_has_no_say(city, kinds):
    """Silent for too long, the job went to another worker; the first one comes back and must change nothing."""
    turns = []

    @jobs.job_kind("sleepy", "睡着了")
    def sleepy(job, progress):
        turns.append(job.attempts)
        if len(turns) == 1:
            jobs.sweep_jobs(at=timezone.now() + jobs.LOST_AFTER * 2)
            jobs.run_job(job.pk)
        return {"turn": len(turns)}

    job = enqueue(city, "sleepy")
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (turns, job.state, job.result, job.attempts) == ([1, 2], "done", {"turn": 2}, 2)


def test_the_next_sign_of_life_of_such_a_worker_stops_it(city, kinds):
    undone = []

    @jobs.job_kind("sleepy", "睡着了")
    def sleepy(job, progress):
        if job.attempts == 1:
            jobs.sweep_jobs(at=timezone.now() + jobs.LOST_AFTER * 2)
            progress(1, 2, "醒了")
            undone.append("went on")
        return {}

    job = enqueue(city, "sleepy")
    assert jobs.run_job(job.pk) is None
    job.refresh_from_db()
    assert (undone, job.state, job.done) == ([], "queued", 0)


def test_a_sign_of_life_in_the_meantime_saves_the_job(city, kinds, monkeypatch):
    jobs.job_kind("slow", "慢")(lambda job, progress: {})
    job = enqueue(city, "slow")
    now = timezone.now()
    Job.objects.update(state="running", attempts=3, heartbeat_at=now - jobs.LOST_AFTER * 2)
    read = list(Job.objects.lost(before=now - jobs.LOST_AFTER))
    Job.objects.update(heartbeat_at=now)
    monkeypatch.setattr(type(Job.objects.all()), "lost", lambda self, before: read)
    assert jobs.sweep_jobs(at=now) == []
    job.refresh_from_db()
    assert job.state == "running"


@pytest.mark.skipif("REDIS_URL" in os.environ, reason="here a broker answers")
def test_without_a_broker_the_job_waits_and_the_sweep_brings_it(
    city, monkeypatch, django_capture_on_commit_callbacks
):
    """The real client, and a socket behind which nobody listens."""
    monkeypatch.setattr(jobs, "_KINDS", {})
    jobs.job_kind("count", "数一数")(lambda job, progress: {"counted": 1})
    app.conf.task_always_eager = False
    try:
        with django_capture_on_commit_callbacks(execute=True):
            job = enqueue(city, "count")
    finally:
        app.conf.task_always_eager = True
    job.refresh_from_db()
    assert job.state == "queued"
    assert jobs.sweep_jobs(at=timezone.now() + jobs.LOST_AFTER * 2) == [job.pk]
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"counted": 1})


def test_uploads_are_forgotten_when_their_time_is_up(city, kinds, settings, tmp_path):
    """A roll is full of personal data; it goes once nobody needs it, and the page says so."""
    settings.MEDIA_ROOT = tmp_path
    jobs.job_kind("nothing", "无")(lambda job, progress: {})
    upload = SimpleUploadedFile("名册.xlsx", b"roll")
    job = jobs.enqueue_job("nothing", by=acting(city.organizer), at=timezone.now(), file=upload)
    jobs.run_job(job.pk)
    finished = timezone.now()
    assert jobs.forget_job_files(at=finished + timedelta(days=29)) == 0
    assert jobs.forget_job_files(at=finished + timedelta(days=31)) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    job.refresh_from_db()
    assert (job.file.name, job.result["forgotten"]) == ("", True)
    assert jobs.forget_job_files(at=finished + timedelta(days=31)) == 0
