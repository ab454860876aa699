from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import Conflict
from records import jobs, retention_job, seals


@shared_task(name="records.tasks.run_job", ignore_result=True)
def run_job_task(job_id):
    jobs.run_job(job_id)


@shared_task(name="records.tasks.sweep_jobs", ignore_result=True)
def sweep_jobs():
    jobs.sweep_jobs(at=timezone.now())


@shared_task(name="records.tasks.seal_events", ignore_result=True)
def seal_events():
    seals.seal_events(at=timezone.now())


@shared_task(name="records.tasks.forget_job_files", ignore_result=True)
def forget_job_files():
    jobs.forget_job_files(at=timezone.now())


@shared_task(name="records.tasks.apply_retention", ignore_result=True)
def apply_retention():
    with suppress(Conflict):
        retention_job.start_retention(by=Actor.system(), at=timezone.now())
