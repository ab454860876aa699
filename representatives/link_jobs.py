"""Linking everybody of a place as a job with progress."""

from django.utils import timezone

from accounts.actor import Actor
from accounts.enums import Role
from accounts.errors import NotAllowed
from accounts.scope import Scope
from records.jobs import enqueue_job, job_kind
from representatives.actions.links import NO_ORGANIZER
from representatives.actions.spreading import spread_links

SPREAD_LINKS = "spread-links"


@job_kind(SPREAD_LINKS, "平均分配结对")
def run_spread(job, progress):
    """payload: {"kind": "cadre"}; the place is the job's."""
    by = Actor(user=job.created_by, door="system") if job.created_by_id else Actor.system()
    outlook = spread_links(job.payload["kind"], job.organization, by=by, at=timezone.now(), progress=progress)
    return outlook.as_dict()


def start_spread(kind, organization, *, by, at):
    """Enqueue it. Returns the Job."""
    if by.user is not None and not Scope.of(by.user).covers(organization, Role.ORGANIZER):
        raise NotAllowed(NO_ORGANIZER)
    return enqueue_job(SPREAD_LINKS, by=by, at=at, payload={"kind": str(kind)}, organization=organization)
