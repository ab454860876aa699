from celery import shared_task
from django.utils import timezone

from accounts.actor import Actor
from studios.actions.swaps import expire_swaps
from studios.planning_job import start_due_plans
from studios.reminders import remind_of_unclosed_days, send_duty_reminders


@shared_task(name="studios.tasks.plan_next_month", ignore_result=True)
def plan_next_month():
    """Every morning; from the policy's day of the month on, venues whose next month is not planned yet are planned."""
    start_due_plans(by=Actor.system(), at=timezone.now())


@shared_task(name="studios.tasks.remind_of_duties", ignore_result=True)
def remind_of_duties():
    """On days off as well: a reception day may follow one."""
    now = timezone.now()
    send_duty_reminders(on=timezone.localdate(now), at=now)


@shared_task(name="studios.tasks.close_the_day", ignore_result=True)
def close_the_day():
    """Every morning: offers nobody took, and yesterday's reception days of which nothing is written down."""
    now = timezone.now()
    today = timezone.localdate(now)
    expire_swaps(on=today, by=Actor.system(), at=now)
    remind_of_unclosed_days(on=today, at=now)
