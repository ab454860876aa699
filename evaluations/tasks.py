from celery import shared_task
from django.utils import timezone

from accounts.actor import Actor
from evaluations.calendar import run_cycles


@shared_task(name="evaluations.tasks.run_appraisals", ignore_result=True)
def run_appraisals():
    """Every morning: what the days set by staff make due."""
    now = timezone.now()
    run_cycles(on=timezone.localdate(now), by=Actor.system(), at=now)
