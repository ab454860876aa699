"""Inviting whoever is missing as a job with progress: a county may miss a thousand."""

from django.utils import timezone

from accounts.errors import Conflict
from accounts.models import Organization
from records.jobs import actor_of, enqueue_job, job_kind
from training.actions.enrolling import check_open_roster
from training.actions.missing import check_place, invite_missing
from training.models import Training

INVITE_MISSING = "invite-missing"


@job_kind(INVITE_MISSING, "通知未参训的代表")
def run_invitations(job, progress):
    """payload: {"training": id, "measure": "frontline" | "first_year", "year": 2026, "path": "0001…"}."""
    training = Training.objects.select_related("organization", "plan", "group").filter(
        pk=job.payload["training"]
    )
    training = training.first()
    if training is None:
        raise Conflict("这个班已经不在了，请另选。")
    progress(0, 100, "正在找出还没有参训的代表")
    at = timezone.now()
    result = invite_missing(
        training,
        measure=job.payload["measure"],
        year=job.payload["year"],
        path=job.payload["path"],
        by=actor_of(job),
        at=at,
    )
    progress(100, 100, result["words"])
    return result


def start_invitations(training, *, measure, year, path, by, at):
    """Enqueue it. Returns the Job. Raises NotAllowed, Conflict or InvalidInput where it could not be done anyway."""
    check_open_roster(training, by=by, at=at)
    check_place(training, path)
    payload = {"training": training.pk, "measure": measure, "year": year, "path": path}
    home = Organization.objects.filter(pk=training.organization_id).first()
    return enqueue_job(INVITE_MISSING, by=by, at=at, payload=payload, organization=home)
