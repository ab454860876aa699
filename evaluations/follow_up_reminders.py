"""Reminders of talks and of items to improve: each once for its day, however often a run is started."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from accounts.enums import NoticeKind
from accounts.turns import one_run_at_a_time
from evaluations.consequence_notices import (
    improvement_desk_link,
    improvement_link,
    organizers_of,
    talk_desk_link,
    tell,
)
from evaluations.enums import ImprovementReminderKind, ImprovementStatus, TalkReminderKind, TalkStatus
from evaluations.follow_up_policies import FollowUpPolicies
from evaluations.models import Improvement, ImprovementReminder, ReminderTalk, TalkReminder
from records.papers.words import day as written_day

FARTHEST = timedelta(days=60)
"""No setting asks for more."""


@transaction.atomic
def remind_of_talks(on, at):
    """The organizers who decided, some days before a talk or its follow-up is due. Returns how many were reminded of."""
    one_run_at_a_time()
    policies = FollowUpPolicies()
    near = Q(status=TalkStatus.DUE, due_date__lte=on + FARTHEST) | Q(
        status=TalkStatus.HELD, follow_up_date__lte=on + FARTHEST
    )
    due = []
    for talk in ReminderTalk.objects.filter(near).with_names().order_by("pk"):
        waits = talk.status == TalkStatus.DUE
        day = talk.due_date if waits else talk.follow_up_date
        kind = TalkReminderKind.TALK if waits else TalkReminderKind.FOLLOW_UP
        if (day - on).days <= policies.at(talk.evaluation.cycle.organization).talk_reminder_days:
            due.append((talk, kind, day))
    sent = _already(TalkReminder, "talk", due)
    due = [row for row in due if (row[0].pk, row[1], row[2]) not in sent]
    TalkReminder.objects.bulk_create(
        [TalkReminder(talk=talk, kind=kind, about_date=day, sent_at=at) for talk, kind, day in due],
        batch_size=500,
    )
    posts = _Posts(on)
    for talk, kind, day in due:
        name = talk.evaluation.name
        word = "提醒谈话" if kind == TalkReminderKind.TALK else "谈话后的回访"
        tell(
            posts.at(talk.evaluation.cycle.organization),
            f"{name}代表：{word}{_left(day, on=on)}",
            at=at,
            body="办过以后请登记。",
            link=talk_desk_link(talk),
            kind=NoticeKind.REMINDER,
        )
    return len(due)


@transaction.atomic
def remind_of_improvements(on, at):
    """The owner, some days before the date and again when it has passed; then the organizers too. Returns how many."""
    one_run_at_a_time()
    policies = FollowUpPolicies()
    rows = Improvement.objects.filter(status=ImprovementStatus.OPEN, due_date__lte=on + FARTHEST)
    due = []
    for item in rows.with_names().order_by("pk"):
        if item.due_date < on:
            due.append((item, ImprovementReminderKind.OVERDUE, item.due_date))
        elif (item.due_date - on).days <= policies.at(item.evaluation.organization).improvement_reminder_days:
            due.append((item, ImprovementReminderKind.NEAR, item.due_date))
    sent = _already(ImprovementReminder, "improvement", due)
    due = [row for row in due if (row[0].pk, row[1], row[2]) not in sent]
    ImprovementReminder.objects.bulk_create(
        [
            ImprovementReminder(improvement=item, kind=kind, about_date=day, sent_at=at)
            for item, kind, day in due
        ],
        batch_size=500,
    )
    posts = _Posts(on)
    for item, kind, day in due:
        title = f"改进事项{_left(day, on=on)}"
        tell(
            [item.owner],
            title,
            at=at,
            body=f"{item.content}　改好了请登记完成情况。",
            link=improvement_link(item),
            kind=NoticeKind.REMINDER,
        )
        if kind == ImprovementReminderKind.OVERDUE or item.owner_id is None:
            tell(
                posts.at(item.evaluation.cycle.organization),
                f"{item.evaluation.name}的{title}",
                at=at,
                body=f"{item.content}　责任人：{item.owner_label}",
                link=improvement_desk_link(item),
                kind=NoticeKind.REMINDER,
                unless=item.owner,
            )
    return len(due)


def _already(model, name, due):
    """{(id, kind, day)} of what has been sent about these rows."""
    rows = model.objects.filter(**{f"{name}__in": [row.pk for row, _kind, _day in due]})
    return set(rows.values_list(name, "kind", "about_date"))


class _Posts:
    """The organizers of each place, read once for each."""

    def __init__(self, on):
        self.on, self._known = on, {}

    def at(self, organization):
        if organization.pk not in self._known:
            self._known[organization.pk] = organizers_of(organization, on=self.on)
        return self._known[organization.pk]


def _left(day, *, on):
    left = (day - on).days
    if left < 0:
        return f"已过期限{written_day(day)}"
    return {0: "今天到期", 1: "明天到期"}.get(left, f"还有 {left} 天到期（{written_day(day)}）")
