"""Reminders of links nobody has kept up in this quarter: one notice for each who is to be in touch, once a quarter,
however often a run is started."""

from collections import defaultdict

from django.db import transaction

from accounts.actions import notify
from accounts.enums import NoticeKind
from accounts.models import User
from accounts.turns import one_run_at_a_time
from representatives.enums import LinkKind
from representatives.link_policies import LinkPolicies
from representatives.models import ContactLink, ContactReminder
from representatives.quarters import Quarter

LINK = "/contacts/"
NAMED = 3
"""As many are named in the notice; the list tells the others."""


def silent_links(quarter, *, on):
    """Links that stood the whole time since the quarter began, or began in it, and that nobody has kept up in it."""
    return ContactLink.objects.standing_on(on).silent_between(quarter.first, on)


@transaction.atomic
def remind_of_contacts(*, on, at):
    """When the quarter's end is as near as the place's settings say. Returns how many were reminded."""
    one_run_at_a_time()
    quarter, policies = Quarter.of(on), LinkPolicies()
    reminded = set(
        ContactReminder.objects.filter(quarter_start=quarter.first).values_list("user_id", flat=True)
    )
    left = quarter.days_left(on=on)
    waiting = defaultdict(list)
    rows = silent_links(quarter, on=on).filter(mandate__status="in_office").with_names().order_by("pk")
    for link in rows.iterator(2000):
        user = link.keeper_user_id
        if user and user not in reminded and left <= policies.at(link.mandate.organization).reminder_days:
            waiting[user].append(link)
    users = User.objects.filter(is_active=True).in_bulk(waiting)
    for pk, user in users.items():
        _remind(user, waiting[pk], quarter, left, at=at)
    ContactReminder.objects.bulk_create(
        (ContactReminder(user=user, quarter_start=quarter.first, sent_at=at) for user in users.values()),
        batch_size=500,
    )
    return len(users)


def _remind(user, links, quarter, left, *, at):
    names = "、".join(link.other_end for link in links[:NAMED])
    more = f"等 {len(links)} 个" if len(links) > NAMED else ""
    notify(
        [user],
        title=f"{quarter.label}还有 {left} 天，{_counted(links)}还没有联系",
        body=f"{names}{more}。联系过的，点开记一笔就行。",
        link=LINK,
        at=at,
        kind=NoticeKind.REMINDER,
    )


def _counted(links):
    people = sum(1 for link in links if link.kind == LinkKind.CADRE)
    words = [f"{people} 名代表"] if people else []
    return "、".join([*words, f"{len(links) - people} 个党支部"] if len(links) > people else words)
