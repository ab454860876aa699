"""Reminders of sessions some days before, and of what is left undone: each once, however often a run is started."""

from datetime import timedelta

from django.db import transaction

from accounts.enums import NoticeKind
from accounts.models import Notice
from accounts.turns import one_run_at_a_time
from training.actions.needs import perform_survey
from training.enums import EnrolmentStatus, SurveyStatus, TrainingReminderKind, TrainingStatus
from training.models import Enrolment, NeedSurvey, Training, TrainingReminder
from training.notices import desk_link, tell_learners, tell_organizers
from training.policies import TrainingPolicies

FARTHEST = timedelta(days=31)
UNCLOSED = timedelta(days=60)
"""So long a run that was missed is made up for."""
UNCLOSED_TITLE = "培训还没有登记结束"


@transaction.atomic
def send_training_reminders(*, on, at):
    """Remind everybody expected at a session that is near enough on the day `on`. Returns how many were sent."""
    one_run_at_a_time()
    policies = TrainingPolicies()
    trainings = Training.objects.filter(
        status=TrainingStatus.OPEN, start_date__gte=on, start_date__lte=on + FARTHEST
    ).select_related("organization")
    sent = 0
    for training in trainings:
        kind = _due(training, policies.at(training.organization), on=on)
        if kind is not None:
            sent += _remind(training, kind, on=on, at=at)
    return sent


def _remind(training, kind, *, on, at):
    reminded = TrainingReminder.objects.filter(kind=kind).values("enrolment")
    rows = Enrolment.objects.filter(training=training, status__in=EnrolmentStatus.ahead())
    rows = list(rows.exclude(pk__in=reminded).select_related("person__user"))
    if not rows:
        return 0
    TrainingReminder.objects.bulk_create(
        [TrainingReminder(enrolment=row, kind=kind, sent_at=at) for row in rows], batch_size=500
    )
    words = _words(training, on=on)
    for is_open, body in ((True, "还没有确认，请点开确认或请假。"), (False, "")):
        users = [row.person.user for row in rows if (row.status == EnrolmentStatus.INVITED) == is_open]
        tell_learners(users, training, words, at=at, body=body)
    return len(rows)


def _due(training, policy, *, on):
    left = (training.start_date - on).days
    if left <= policy.second_reminder_days:
        return TrainingReminderKind.SECOND
    return TrainingReminderKind.FIRST if left <= policy.first_reminder_days else None


def _words(training, *, on):
    left = (training.start_date - on).days
    return {0: "今天请您参加培训", 1: "明天请您参加培训"}.get(left, f"还有 {left} 天请您参加培训")


@transaction.atomic
def remind_of_unclosed_trainings(*, on, at):
    """The organizers, the day after: say how it went. Returns how many sessions were asked about."""
    one_run_at_a_time()
    rows = Training.objects.filter(
        status=TrainingStatus.OPEN, end_date__lt=on, end_date__gte=on - UNCLOSED
    ).select_related("organization")
    links = {training.pk: desk_link(training) for training in rows}
    asked = set(
        Notice.objects.filter(
            kind=NoticeKind.OTHER, link__in=links.values(), title__startswith=UNCLOSED_TITLE
        ).values_list("link", flat=True)
    )
    due = [training for training in rows if links[training.pk] not in asked]
    for training in due:
        tell_organizers(training, UNCLOSED_TITLE, at=at, body="请登记签到和小结；没有开成的请写明原因。")
    return len(due)


@transaction.atomic
def close_due_surveys(*, on, by, at):
    """Surveys whose last day is over close by themselves. Returns how many."""
    rows = NeedSurvey.objects.filter(status=SurveyStatus.OPEN, due_date__lt=on).select_related("organization")
    return len([perform_survey("close", survey, by=by, at=at) for survey in rows])
