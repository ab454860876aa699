"""Places in sessions ahead hang on a mandate: when it ends, they are free again. Nobody is asked what becomes of them:
a successor is called by the rule of the session, not in somebody's stead."""

from records.bulk import EventRow, record_events
from training.enums import EnrolmentStatus, TrainingStatus
from training.models import Enrolment


def places_ahead(mandate):
    return Enrolment.objects.filter(
        mandate=mandate,
        status__in=(EnrolmentStatus.LISTED, *EnrolmentStatus.ahead()),
        training__status__in=TrainingStatus.coming(),
    )


def free_places(places, *, to, by, at):
    rows = list(places.select_related("training"))
    Enrolment.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=EnrolmentStatus.REMOVED, changed_at=at
    )
    events = [
        EventRow(
            row.pk,
            "remove",
            row.training.organization_id,
            before={"status": row.status},
            after={"status": str(EnrolmentStatus.REMOVED)},
            note="代表资格已终止或停止。",
        )
        for row in rows
    ]
    record_events(Enrolment, events, by=by, at=at)
