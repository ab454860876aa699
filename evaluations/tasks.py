from celery import shared_task
from django.utils import timezone

from accounts.actor import Actor
from evaluations.calendar import run_cycles
from evaluations.follow_up_reminders import remind_of_improvements, remind_of_talks


@shared_task(name="evaluations.tasks.run_appraisals", ignore_result=True)
def run_appraisals():
    """Every morning: what the days set by staff make due, and what is left to do after an appraisal."""
    now = timezone.now()
    today = timezone.localdate(now)
    run_cycles(on=today, by=Actor.system(), at=now)
    remind_of_talks(today, now)
    remind_of_improvements(today, now)
