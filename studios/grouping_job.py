"""Forming groups as a job with progress: a city takes its time."""

from django.utils import timezone

from accounts.actor import Actor
from records.jobs import enqueue_job, job_kind
from representatives.actions.groups import check_organizes
from studios.actions.grouping import form_groups

FORM_GROUPS = "form-groups"


@job_kind(FORM_GROUPS, "代表编组")
def run_forming(job, progress):
    """payload: {"expected": digest of the plan that was confirmed, "size": 20 or None}; the place is the job's."""
    by = Actor(user=job.created_by, door="system") if job.created_by_id else Actor.system()
    plan = form_groups(
        job.organization,
        by=by,
        at=timezone.now(),
        size=job.payload.get("size"),
        expected=job.payload.get("expected"),
        progress=progress,
    )
    return {
        "words": plan.words,
        "formed": len(plan.new),
        "newcomers": plan.newcomers,
        "moved": plan.moved,
        "dissolved": len(plan.dissolved),
        "strays": len(plan.strays),
    }


def start_forming(organization, *, by, at, expected=None, size=None):
    """Enqueue it. Returns the Job; NotAllowed for who does not organize the place."""
    check_organizes(by, organization)
    payload = {"expected": expected, "size": size}
    return enqueue_job(FORM_GROUPS, by=by, at=at, payload=payload, organization=organization)
