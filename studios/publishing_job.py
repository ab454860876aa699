"""Publishing a month of many venues as a job with progress: each day tells its representatives."""

from datetime import date

from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import InvalidInput, NotAllowed
from records.jobs import enqueue_job, job_kind
from studios import rules
from studios.actions.days import publish_days
from studios.actions.planning import month_span
from studios.enums import DayStatus
from studios.models import ReceptionDay
from studios.notices import when

PUBLISH_MONTH = "publish-month"
STEP = 20


@job_kind(PUBLISH_MONTH, "公布一个月的班")
def run_publishing(job, progress):
    """payload: {"month": "2026-12", "studios": [ids]}. Days that cannot be published are told, with why."""
    at = timezone.now()
    days = list(days_to_publish(date.fromisoformat(f"{job.payload['month']}-01"), job.payload["studios"]))
    by = Actor(user=job.created_by, door="system")
    published, refused = 0, []
    for start in range(0, len(days), STEP):
        progress(start, len(days), f"正在公布第 {start + 1} 个接待日，共 {len(days)} 个")
        done, left = publish_days(days[start : start + STEP], by=by, at=at)
        published += len(done)
        refused += [{"studio": day.studio.name, "day": when(day), "reason": why} for day, why in left]
    progress(len(days), len(days), "公布完了")
    return {"month": job.payload["month"], "published": published, "refused": refused}


def days_to_publish(month, studios):
    """Planned days of the month at these venues (ids or a QuerySet)."""
    first, last = month_span(month)
    rows = ReceptionDay.objects.filter(
        studio__in=studios, status=DayStatus.PLANNED, date__range=(first, last)
    )
    return rows.select_related("studio__organization").order_by("date", "studio")


def start_publishing(month, studios, *, by, at, organization=None):
    """Enqueue publishing a month for these venues. Returns the Job."""
    if not all(rules.may_staff(by.user, studio) for studio in studios):
        raise NotAllowed("只能公布自己联络或主管的工作室（站）的班。")
    ids = sorted(studio.pk for studio in studios)
    if not days_to_publish(month, ids).exists():
        raise InvalidInput({"month": ["这个月没有待公布的接待日。请先排班，或已经全部公布。"]})
    payload = {"month": f"{month:%Y-%m}", "studios": ids}
    return enqueue_job(PUBLISH_MONTH, by=by, at=at, payload=payload, organization=organization)
