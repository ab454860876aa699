"""Planning as a job with progress: started by beat on the policy's day, or by staff at the desk."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import under
from records.jobs import enqueue_job, job_kind
from records.models import Job
from records.models.jobs import JobState
from studios import rules
from studios.actions.planning import check_month, plan_month, studios_with_rules, unplanned_studios
from studios.enums import DayStatus
from studios.models import ReceptionDay, Studio
from studios.notices import tell_planned
from studios.policies import Policies
from workdays.queries import load_calendar

PLAN_MONTH = "plan-month"


@job_kind(PLAN_MONTH, "排下月的班")
def run_plan(job, progress):
    """payload: {"month": "2026-12", "studios": [ids]}."""
    at = timezone.now()
    month = date.fromisoformat(f"{job.payload['month']}-01")
    rows = Studio.objects.filter(pk__in=job.payload["studios"])
    by = Actor(user=job.created_by, door="system") if job.created_by_id else Actor.system()
    result = plan_month(month, rows, by=by, at=at, calendar=load_calendar(), progress=progress)
    # Who presses the button again and finds everything as it was is told nothing again.
    _tell_keepers(month, rows.filter(pk__in=result.changed), at=at)
    return result.as_dict()


@transaction.atomic
def _tell_keepers(month, studios, *, at):
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    days = ReceptionDay.objects.filter(
        studio__in=studios, status=DayStatus.PLANNED, date__gte=first, date__lt=following
    )
    for studio in Studio.objects.filter(pk__in=days.values("studio")):
        tell_planned(studio, month, at=at)


def start_plan(month, studios, *, by, at, organization=None):
    """Enqueue planning a month for these venues. Returns the Job."""
    check_month(month, at=at)
    ids = sorted(studio.pk for studio in studios)
    if not ids:
        raise InvalidInput({"month": ["没有要排班的工作室（站）：请先给它们设定接待日规则。"]})
    if by.user is not None and not all(rules.may_staff(by.user, studio) for studio in studios):
        raise NotAllowed("只能给自己联络或主管的工作室（站）排班。")
    payload = {"month": f"{month:%Y-%m}", "studios": ids}
    return enqueue_job(PLAN_MONTH, by=by, at=at, payload=payload, organization=organization)


def start_due_plans(*, by, at):
    """From the policy's day on, plan next month for the venues that have no day in it yet. Returns the Job or None.

    Run daily: a server that stood still on the 20th makes up for it, and a second run finds nothing to do.
    """
    today = timezone.localdate(at)
    month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    waiting = Job.objects.filter(
        kind=PLAN_MONTH, payload__month=f"{month:%Y-%m}", created_by=None, state__in=JobState.open_states()
    )
    if waiting.exists():
        return None
    policies = Policies()
    due = [
        studio
        for studio in unplanned_studios(month, on=today).select_related("organization")
        if today.day >= policies.of(studio).plan_on_day
    ]
    if not due:
        return None
    city = Organization.objects.order_by("path").first()
    return start_plan(month, due, by=by, at=at, organization=city)


def studios_below(organization):
    return studios_with_rules(Studio.objects.filter(under("organization__path", [organization.path])))
