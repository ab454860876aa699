"""What follows from final grades, all at once (R87, R88). Called when a cycle becomes final; a second call adds nothing."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from evaluations.consequence_notices import organizers_of, tell
from evaluations.enums import Grade, SubjectKind, TalkStatus
from evaluations.follow_up_policies import FollowUpPolicies
from evaluations.models import Candidate, Cycle, Evaluation, ReminderTalk
from records.bulk import EventRow, record_events
from workdays.queries import load_calendar

BATCH = 500


@dataclass(frozen=True)
class FollowUp:
    candidates: int = 0
    talks: int = 0


@transaction.atomic
def follow_up(cycle, *, by, at):
    """List who was excellent twice running and who is to be talked to. Returns the FollowUp: how many are new.

    Before the grades are final nothing follows: a grade changed on appeal counts as it was changed.
    """
    if cycle.kind != SubjectKind.REPRESENTATIVE:
        return FollowUp()
    # Two runs at one moment: the second waits here, and then finds what the first has listed.
    list(Cycle.objects.filter(pk=cycle.pk).order_by().select_for_update(no_key=True).values_list("pk"))
    found = FollowUp(_list_candidates(cycle, by=by, at=at), _list_talks(cycle, by=by, at=at))
    _tell(cycle, found, at=at)
    return found


def excellent_pairs():
    """Final evaluations that make a second excellent year running, with `previous_id` of the first.

    Of one mandate, and a mandate is of one term: whoever was elected anew begins anew. A year in between without a
    grade leaves no evaluation of the year before, and so breaks the run.
    """
    excellent = Evaluation.objects.of_people().final().filter(decided_grade=Grade.EXCELLENT)
    before = excellent.filter(mandate=OuterRef("mandate"), cycle__year=OuterRef("cycle__year") - 1)
    rows = excellent.annotate(previous_id=Subquery(before.order_by("pk").values("pk")[:1]))
    return rows.filter(previous_id__isnull=False).order_by("pk")


def _list_candidates(cycle, *, by, at):
    # The year after too: an office may come to last year's end after it has ended this year's.
    own = Evaluation.objects.filter(cycle=cycle).values("mandate")
    touched = Q(cycle=cycle) | Q(cycle__year=cycle.year + 1, mandate__in=own)
    rows = excellent_pairs().filter(touched, candidacy=None).select_related("cycle")
    rows = [
        (Candidate(evaluation=row, previous_id=row.previous_id, listed_at=at), row.organization_id)
        for row in rows.defer("report", "points")
    ]
    made = Candidate.objects.bulk_create([candidate for candidate, _home in rows], batch_size=BATCH)
    _record(Candidate, made, [home for _candidate, home in rows], "listed", by=by, at=at)
    return len(made)


def _list_talks(cycle, *, by, at):
    rows = Evaluation.objects.filter(cycle=cycle, decided_grade=Grade.INCOMPETENT, talk=None).final()
    homes = dict(rows.order_by("pk").values_list("pk", "organization_id"))
    days = FollowUpPolicies().at(cycle.organization).talk_days
    due = load_calendar().add_workdays(timezone.localdate(at), days).date
    made = ReminderTalk.objects.bulk_create(
        [ReminderTalk(evaluation_id=pk, status=TalkStatus.DUE, due_date=due) for pk in homes],
        batch_size=BATCH,
    )
    _record(ReminderTalk, made, homes.values(), "due", by=by, at=at, told={"due_date": due.isoformat()})
    return len(made)


def _record(model, made, homes, verb, *, by, at, told=None):
    events = [
        EventRow(row.pk, verb, home, after={"status": str(row.status), **(told or {})})
        for row, home in zip(made, homes, strict=True)
    ]
    if events:
        record_events(model, events, by=by, at=at)


def _tell(cycle, found, *, at):
    """One notice for the office that has to go on with it."""
    parts = []
    if found.candidates:
        parts.append(f"{found.candidates} 人连续两年优秀，列入优先人选")
    if found.talks:
        parts.append(f"{found.talks} 人不称职，需要提醒谈话")
    if parts:
        link = "/admin/evaluations/" + ("remindertalk/" if found.talks else "candidate/")
        users = organizers_of(cycle.organization, on=timezone.localdate(at))
        tell(users, f"{cycle.title}定档后要办的事", at=at, body="；".join(parts) + "。", link=link)
