from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.actor import Actor
from petitions import call_backs
from petitions.jobs import start_reminders
from petitions.searches import forget_old_views
from petitions.text_jobs import FIND_TOPICS, LEARN_CATEGORIES, start_text_job
from workdays.queries import load_calendar


@shared_task(name="petitions.tasks.send_reminders", ignore_result=True)
def send_reminders():
    """Every work day in the morning; on a day off nobody is called to work."""
    if load_calendar().is_workday(timezone.localdate()):
        start_reminders(by=Actor.system(), at=timezone.now())


@shared_task(name="petitions.tasks.find_hot_topics", ignore_result=True)
def find_hot_topics():
    start_text_job(FIND_TOPICS, by=Actor.system(), at=timezone.now())


@shared_task(name="petitions.tasks.learn_categories", ignore_result=True)
def learn_categories():
    start_text_job(LEARN_CATEGORIES, by=Actor.system(), at=timezone.now())


@shared_task(name="petitions.tasks.forget_old_views", ignore_result=True)
def forget_views():
    """What somebody opened a quarter ago no longer helps her to find it again."""
    forget_old_views(before=timezone.now() - timedelta(days=90))


@shared_task(name="petitions.tasks.draw_call_backs", ignore_result=True)
def draw_call_backs():
    """Every morning, for the last whole week; only the first run of a week draws."""
    call_backs.draw_call_backs(at=timezone.now())
