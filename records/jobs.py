"""Long work: a registry of kinds, and the life of one job.

    @job_kind("import-roster", "导入党代表花名册")
    def import_roster(job, progress): ...; progress(done, total, "正在核对"); return {"created": 3}

A job that raises `DomainError` ends as failed with that sentence; any other error is logged and told plainly.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.actor import Actor
from accounts.errors import DomainError
from records.models import Job, RetentionRule
from records.models.jobs import JobState

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 0.5
LOST_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class JobKind:
    code: str
    label: str
    run: object


_KINDS = {}


def job_kind(code, label):
    """Declare the function that does jobs of this kind: `run(job, progress) -> dict` (the result)."""

    def declare(run):
        _KINDS[code] = JobKind(code, label, run)
        return run

    return declare


def kind_label(code):
    kind = _KINDS.get(code)
    return kind.label if kind else code


def enqueue_job(kind, *, by, at, payload=None, file=None, organization=None):
    """Write the job down; once the transaction has committed, a worker is told its id. Returns the Job."""
    if kind not in _KINDS:
        raise LookupError(f"no job kind {kind!r}")
    job = Job.objects.create(
        kind=kind,
        payload=payload or {},
        file=file or "",
        created_by=by.user,
        created_at=at,
        organization=organization,
    )
    transaction.on_commit(lambda: _send(job.pk), robust=True)
    return job


def _send(job_id):
    from records.tasks import run_job_task

    try:
        run_job_task.delay(job_id)
    except (OperationalError, RedisError, OSError):
        log.warning("broker not reached; the sweep will send job %s", job_id)


class JobTakenOver(Exception):
    """This worker was silent for so long that the sweep gave the job to another one; it has to stop."""


class Progress:
    """Tells how far a job is, at most twice a second; every call is also the sign of life.

    A job has to call it more often than LOST_AFTER, or it is taken for lost. Raises JobTakenOver if it was: work
    that is done in one transaction is thereby rolled back and not done twice.
    """

    def __init__(self, job):
        self.job = job
        self._told_at = None

    def __call__(self, done, total, message=""):
        now = timezone.now()
        if self._told_at and (now - self._told_at).total_seconds() < HEARTBEAT_SECONDS and done < total:
            return
        self._told_at = now
        if not _mine(self.job).update(done=done, total=total, message=message[:200], heartbeat_at=now):
            raise JobTakenOver(f"job {self.job.pk}, attempt {self.job.attempts}")


def _mine(job):
    """The row, while this attempt is the one that counts: every attempt has a number of its own."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def run_job(job_id):
    """Do one job, if nobody else is at it. Returns the Job, or None if there was nothing to do."""
    now = timezone.now()
    takeable = Job.objects.filter(pk=job_id, state=JobState.QUEUED)
    if takeable.update(state=JobState.RUNNING, heartbeat_at=now, attempts=F("attempts") + 1) != 1:
        return None
    job = Job.objects.select_related("organization", "created_by").get(pk=job_id)
    kind = _KINDS.get(job.kind)
    try:
        if kind is None:
            raise DomainError("系统里没有这种任务，请联系管理员升级后重试。")
        result = kind.run(job, Progress(job))
    except JobTakenOver:
        log.warning("job %s was taken over by another worker", job.pk)
        return None
    except DomainError as fault:
        _finish(job, JobState.FAILED, {"error": fault.message}, fault.message)
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        message = "任务没有完成，系统已记录原因；数据没有改动，请稍后再试或联系管理员。"
        _finish(job, JobState.FAILED, {"error": message}, message)
    else:
        _finish(job, JobState.DONE, result or {}, "已完成")
    return job


def _finish(job, state, result, message):
    """Close the attempt, unless somebody else has it by now; then what they say counts."""
    closed = {"state": state, "result": result, "message": message[:200], "finished_at": timezone.now()}
    if _mine(job).update(**closed):
        job.refresh_from_db()
    else:
        log.warning("job %s was taken over by another worker", job.pk)


def sweep_jobs(*, at):
    """Send again what was lost; give up with a sentence after three attempts. Returns the ids sent again."""
    sent = []
    for job in Job.objects.lost(before=at - LOST_AFTER):
        # As it was read: a sign of life that came in the meantime wins.
        same = Job.objects.filter(
            pk=job.pk, state=job.state, attempts=job.attempts, heartbeat_at=job.heartbeat_at
        )
        if job.attempts >= MOST_ATTEMPTS:
            message = "任务多次中断，已停止重试。请检查文件后重新发起。"
            same.update(state=JobState.FAILED, result={"error": message}, message=message, finished_at=at)
        elif same.update(state=JobState.QUEUED, heartbeat_at=at):
            _send(job.pk)
            sent.append(job.pk)
    return sent


def actor_of(job):
    """Whoever started the job acts through it, wherever the worker runs."""
    return Actor(user=job.created_by, door="system")


def job_files_due(days, at):
    """Jobs that ended so long ago that what was uploaded for them has to go."""
    return Job.objects.filter(finished_at__lt=at - timedelta(days=days)).exclude(file="", fault_file="")


def forget_files_of(job):
    """Delete what was uploaded for a job and what it wrote beside it; the row stays and says so."""
    names = [job.file.name, job.fault_file.name, job.result.get("preview")]
    job.file = job.fault_file = ""
    job.result = {**job.result, "forgotten": True, "preview": None}
    job.save(update_fields=["file", "fault_file", "result"])
    for name in filter(None, names):
        default_storage.delete(name)


def forget_job_files(*, at):
    """Delete the files of jobs that ended long ago: rolls are full of personal data (PIPL Art. 19: no longer than
    needed). The term is the office's rule, or that of the settings where it has none. Returns how many jobs.
    """
    rule = RetentionRule.objects.filter(what="job-files", is_active=True).first()
    old = list(job_files_due(rule.days if rule else settings.JOB_FILES_KEPT_DAYS, at))
    for job in old:
        forget_files_of(job)
    return len(old)
