from celery import shared_task
from django.utils import timezone

from accounts.actor import Actor
from petitions.jobs import start_reminders
from workdays.queries import load_calendar


@shared_task(name="petitions.tasks.send_reminders", ignore_result=True)
def send_reminders():
    """Every work day in the morning; on a day off nobody is called to work."""
    if load_calendar().is_workday(timezone.localdate()):
        start_reminders(by=Actor.system(), at=timezone.now())
