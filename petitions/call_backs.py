"""Which matters are called back on (R56): drawn by lot from what was told in a week, and by whom they may be called.

Pure drawing, then the job. The lot is fixed by week and matter, and a county that has been drawn for a week is not
drawn again: a second run adds nothing.
"""

import hashlib
import math
from collections import defaultdict
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.actions import notify
from accounts.scope import STEP
from petitions import rules
from petitions.enums import CallBackState, FeedbackMethod, Status
from petitions.models import CallBack, Petition
from petitions.recipients import organizers_of
from records.actions import record_event
from records.models import Event


def draw(told, *, week, percent, least):
    """Of {county: ids} the ids that the lot falls on: `percent` of each county's, at least one where `least` or more
    were told."""
    drawn = []
    for ids in told.values():
        number = math.ceil(len(ids) * percent / 100) if len(ids) >= least else 0
        drawn += sorted(ids, key=lambda pk: _lot(week, pk))[:number]
    return drawn


def _lot(week, pk):
    return hashlib.sha256(f"{week.isoformat()}:{pk}".encode()).hexdigest()


def week_before(on):
    """(Monday, Monday after) of the last whole week before the day."""
    monday = on - timedelta(days=on.weekday())
    return monday - timedelta(days=7), monday


@transaction.atomic
def draw_call_backs(*, at):
    """Draw for the last whole week; returns the new CallBacks. A second run the same week draws nothing more."""
    start, end = week_before(timezone.localdate(at))
    done = {
        path[: STEP * 2]
        for path in CallBack.objects.filter(sampled_on=end).values_list(
            "petition__organization__path", flat=True
        )
    }
    told = defaultdict(list)
    for pk, path in _told_in(start, end).values_list("pk", "organization__path"):
        if path[: STEP * 2] not in done:
            told[path[: STEP * 2]].append(pk)
    drawn = draw(told, week=end, percent=settings.CALL_BACK_PERCENT, least=settings.CALL_BACK_LEAST_TOLD)
    rows = CallBack.objects.bulk_create(
        [CallBack(petition_id=pk, sampled_on=end) for pk in drawn], ignore_conflicts=True
    )
    _tell_organizers(drawn, at=at)
    return rows


def _told_in(start, end):
    """Told by staff in these days, with a phone to call, and still as it was told."""
    return (
        Petition.objects.filter(
            status__in=(Status.FEEDBACK, Status.ARCHIVED),
            fed_back_at__gte=_day_start(start),
            fed_back_at__lt=_day_start(end),
            stop_processing_at=None,
            anonymized_at=None,
        )
        .exclude(petitioner_phone="")
        .exclude(feedbacks__method=FeedbackMethod.ONLINE)
        .order_by("pk")
    )


def _day_start(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _tell_organizers(drawn, *, at):
    counties = defaultdict(list)
    for petition in Petition.objects.filter(pk__in=drawn).select_related("organization"):
        counties[petition.organization.path[: STEP * 2]].append(petition)
    for petitions in counties.values():
        users = {user.pk: user for one in petitions for user in organizers_of(one.organization, at=at)}
        title = f"本周抽中 {len(petitions)} 件待回访"
        notify(users.values(), title=title, link="/admin/petitions/callback/?state=waiting", at=at)


def may_call(user, call_back):
    """An organizer who had no hand in it: not the unit, not the keeper or the representative who received it, and not
    whoever told the person."""
    petition = call_back.petition
    if not rules.organizes(user, petition) or rules.belongs_to_unit(user, petition):
        return False
    if rules.keeps(user, petition) or rules.received(user, petition):
        return False
    return teller_id(petition) != user.pk


def teller_id(petition):
    """Who told the person, by the time line; None where that was herself."""
    told = Event.objects.about(petition).filter(verb="feedback").order_by("-at", "-pk")
    return told.values_list("actor_id", flat=True).first()


def with_settled(rows):
    """Annotate `is_settled`: it is written down why the matter is not handled again."""
    settled = Event.objects.filter(
        subject_type=CallBack._meta.label_lower, subject_id=OuterRef("pk"), verb="settled"
    )
    return rows.annotate(is_settled=Exists(settled))


def awaits_answer(call_back):
    """She finds fault, and the matter was neither given out again since nor is it written down why not (R56). Asked of
    a row of `with_settled`."""
    if not call_back.finds_fault or call_back.is_settled:
        return False
    assigned_at = call_back.petition.assigned_at
    return assigned_at is None or assigned_at <= call_back.called_at


def unanswered_faults(petition):
    """[CallBack] of the matter that found fault and await an answer; one query."""
    rows = with_settled(CallBack.objects.filter(petition=petition, state=CallBackState.DONE))
    return [row for row in rows.select_related("petition") if awaits_answer(row)]


def may_settle(user, call_back):
    """An organizer who could also have it handled again, and who is not of the unit that was found fault with."""
    petition = call_back.petition
    return rules.organizes(user, petition) and not rules.belongs_to_unit(user, petition)


def write_settled(call_back, *, by, at, reason):
    """In its own time line and in that of the matter."""
    petition = call_back.petition
    for subject, verb in ((call_back, "settled"), (petition, "call_back_settled")):
        record_event(subject, verb, by=by, at=at, organization=petition.organization, note=reason)
