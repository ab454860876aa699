from celery import shared_task
from django.utils import timezone

from representatives.reminders import remind_of_contacts as remind


@shared_task(name="representatives.tasks.remind_of_contacts", ignore_result=True)
def remind_of_contacts():
    """Every morning: near the quarter's end, whoever still has somebody to be in touch with."""
    now = timezone.now()
    remind(on=timezone.localdate(now), at=now)
