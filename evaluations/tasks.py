from celery import shared_task
from django.utils import timezone

from accounts.actor import Actor
from evaluations.calendar import run_cycles
from evaluations.follow_up_reminders import remind_of_improvements, remind_of_talks
from evaluations.survey_reminders import close_due_surveys, remind_of_few_answers


@shared_task(name="evaluations.tasks.run_appraisals", ignore_result=True)
def run_appraisals():
    """Every morning: what the days set by staff make due. Surveys end before the scores lean on them."""
    now = timezone.now()
    today, system = timezone.localdate(now), Actor.system()
    close_due_surveys(on=today, by=system, at=now)
    remind_of_few_answers(on=today, at=now)
    run_cycles(on=today, by=system, at=now)
    remind_of_talks(on=today, at=now)
    remind_of_improvements(on=today, at=now)
