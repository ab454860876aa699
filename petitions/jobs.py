from django.utils import timezone

from accounts.models import Organization
from petitions.matter_import import MATTERS
from petitions.papers import ledger  # noqa: F401  (declaring the job)
from petitions.reminders import send_reminders
from petitions.text_jobs import FIND_TOPICS  # noqa: F401  (declaring the jobs)
from records.import_jobs import declare_import
from records.jobs import enqueue_job, job_kind
from workdays.queries import load_calendar

declare_import(MATTERS)

SEND_REMINDERS = "send-reminders"


@job_kind(SEND_REMINDERS, "催办提醒")
def run_reminders(job, progress):
    """For the day on which the worker gets to it: a job that waited over night must not speak of yesterday."""
    at = timezone.now()
    sent = send_reminders(on=timezone.localdate(at), at=at, calendar=load_calendar(), progress=progress)
    return sent.as_dict()


def start_reminders(*, by, at):
    """Enqueue a run, whoever starts it: beat in the morning, or the city's organizers at the desk."""
    city = Organization.objects.order_by("path").first()
    return enqueue_job(SEND_REMINDERS, by=by, at=at, organization=city)
