from celery import shared_task
from django.utils import timezone

from accounts.actor import Actor
from training.pair_reminders import remind_of_pairs
from training.reminders import close_due_surveys, remind_of_unclosed_trainings, send_training_reminders


@shared_task(name="training.tasks.remind_of_training", ignore_result=True)
def remind_of_training():
    """Every morning: who is called soon, sessions of which nothing is written down, surveys whose last day is over, and
    pairs of which nothing is recorded near the end of a quarter."""
    now = timezone.now()
    today = timezone.localdate(now)
    send_training_reminders(on=today, at=now)
    remind_of_unclosed_trainings(on=today, at=now)
    close_due_surveys(on=today, by=Actor.system(), at=now)
    remind_of_pairs(on=today, at=now)
