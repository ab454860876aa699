"""Reminders of pairs of which nothing is recorded in this quarter: the mentor once a quarter, however often a run is
started."""

from django.db import transaction

from accounts.actions import notify
from accounts.enums import NoticeKind
from accounts.models import Organization
from representatives.quarters import Quarter
from training.actions.pairs import pair_address
from training.models import MentorPair, PairReminder
from training.pair_policies import PairPolicies


@transaction.atomic
def remind_of_pairs(*, on, at):
    """When the quarter's end is as near as the place's settings say. Returns how many pairs were reminded."""
    # The next run waits here, and then sees what this one has sent.
    list(Organization.objects.filter(parent=None).select_for_update(no_key=True).values_list("pk"))
    quarter, policies = Quarter.of(on), PairPolicies()
    left = quarter.days_left(on=on)
    silent = MentorPair.objects.active().filter(start_date__lte=on).silent_between(quarter.first, on)
    silent = silent.exclude(reminders__quarter_start=quarter.first)
    rows = silent.select_related("mentor__person__user", "mentee__user", "organization").order_by("pk")
    due = [pair for pair in rows if left <= policies.at(pair.organization).reminder_days]
    PairReminder.objects.bulk_create(
        (PairReminder(pair=pair, quarter_start=quarter.first, sent_at=at) for pair in due), batch_size=500
    )
    for pair in due:
        notify(
            [pair.mentor.person.user],
            title=f"{quarter.label}还有 {left} 天，和{pair.mentee.name}还没有帮带记录",
            body="谈过、教过、一起办过的，点开记一笔；还没有的，请约个时间。",
            link=pair_address(pair),
            at=at,
            kind=NoticeKind.REMINDER,
        )
    return len(due)
