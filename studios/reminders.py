"""Reminders of duties some days before (R21): each once, however often a run is started."""

from datetime import timedelta

from django.db import transaction

from accounts.actions import notify
from accounts.enums import NoticeKind
from accounts.models import Notice, User
from accounts.turns import one_run_at_a_time
from studios.enums import DayStatus, ReminderKind
from studios.models import Duty, DutyReminder, Keeper, ReceptionDay
from studios.notices import day_link, tell_sitter
from studios.policies import Policies
from workdays.templatetags.chinese_days import day as day_words

FARTHEST = timedelta(days=31)
UNCLOSED = timedelta(days=14)
"""So long a run that was missed is made up for."""


@transaction.atomic
def send_duty_reminders(*, on, at):
    """Remind of every published duty that is near enough on the day `on`. Returns how many were sent.

    A reminder that a stopped server has missed is made up for, unless the nearer one is due already.
    """
    one_run_at_a_time()
    policies = Policies()
    duties = (
        Duty.objects.ahead(on=on)
        .filter(date__lte=on + FARTHEST, day__status=DayStatus.PUBLISHED)
        .select_related("day__studio__organization", "person__user")
        .order_by("date", "pk")
    )
    sent = set(DutyReminder.objects.filter(duty__in=duties.order_by()).values_list("duty_id", "kind"))
    rows = []
    for duty in duties:
        kind = _due(duty, policies.of(duty.day.studio), on=on)
        if kind is None or (duty.pk, kind) in sent:
            continue
        rows.append(DutyReminder(duty=duty, kind=kind, sent_at=at))
        tell_sitter(
            duty, _words(duty, on=on), at=at, body="" if duty.confirmed_at else "还没有确认到岗，请点开确认。"
        )
    DutyReminder.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _due(duty, policy, *, on):
    left = (duty.date - on).days
    if left <= policy.second_reminder_days:
        return ReminderKind.SECOND
    return ReminderKind.FIRST if left <= policy.first_reminder_days else None


def _words(duty, *, on):
    left = (duty.date - on).days
    return {0: "今天请您驻室接待", 1: "明天请您驻室接待"}.get(left, f"还有 {left} 天请您驻室接待")


@transaction.atomic
def remind_of_unclosed_days(*, on, at):
    """The keepers, the day after: say how it went. Each of them is asked once, also where the run of that day was
    missed. Returns how many notices."""
    one_run_at_a_time()
    days = ReceptionDay.objects.filter(
        status=DayStatus.PUBLISHED, date__lt=on, date__gte=on - UNCLOSED
    ).select_related("studio")
    links = {day.pk: day_link(day) for day in days}
    asked = set(
        Notice.objects.filter(kind=NoticeKind.REMINDER, link__in=links.values()).values_list(
            "link", "user_id"
        )
    )
    keepers = {}
    rows = Keeper.objects.filter(studio__in=[day.studio_id for day in days]).current(on=on)
    for studio, user in rows.values_list("studio_id", "user_id").distinct():
        keepers.setdefault(studio, []).append(user)
    users = User.objects.in_bulk({user for found in keepers.values() for user in found})
    sent = 0
    for day in days:
        due = [users[pk] for pk in keepers.get(day.studio_id, []) if (links[day.pk], pk) not in asked]
        sent += len(due)
        notify(
            due,
            title=f"{_day_words(day.date, on=on)}的接待还没有登记：{day.studio.name}",
            body="请登记到岗、来访和小结；没有开的请写明原因。",
            link=links[day.pk],
            at=at,
            kind=NoticeKind.REMINDER,
        )
    return sent


def _day_words(day, *, on):
    return "昨天" if day == on - timedelta(days=1) else day_words(day)
