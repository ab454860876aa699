from celery import shared_task
from django.utils import timezone

from records import jobs, seals


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
