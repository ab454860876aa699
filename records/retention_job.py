"""The retention job: every night by the clock, and by hand from the desk."""

from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import Conflict, NotAllowed
from records.jobs import enqueue_job, job_kind
from records.models import Job
from records.models.jobs import JobState
from records.models.personal import deciding_paths
from records.retention import apply_retention

KIND = "apply-retention"


@job_kind(KIND, "个人信息到期处理")
def run_retention(job, progress):
    by = Actor(user=job.created_by, door="system")
    report = apply_retention(by=by, at=timezone.now(), job=job, progress=progress)
    return {"report": report.pk, "done": report.done, "held": report.held}


def may_run_retention(user):
    """The city's organizers: the job works on everybody's data."""
    return any(len(path) <= 4 for path in deciding_paths(user))


def start_retention(*, by, at):
    """Enqueue the job, unless it is under way already. Returns the Job."""
    if by.user is not None and not may_run_retention(by.user):
        raise NotAllowed("到期处理由市委组织部的组工干部发起，请联系他们。")
    if Job.objects.filter(kind=KIND, state__in=JobState.open_states()).exists():
        raise Conflict("到期处理正在进行，请等它办完再看结果。", code="under-way")
    return enqueue_job(KIND, by=by, at=at)
