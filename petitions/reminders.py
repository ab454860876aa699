"""Reminders before, at and after a date, and escalation up the tree (R58): whom, of what, and once only.

First everything is worked out by reading; then one transaction writes what was sent and leaves the notices. A second
run finds what the first has sent; two runs at once wait for each other in the transaction.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actor import Actor
from accounts.channels import plan_texts
from accounts.models import Notice
from petitions.deadlines import TimeLimits
from petitions.directory import Directory, accused_in
from petitions.enums import ReminderDate, Status, Step
from petitions.escalation import Rule, latest_rules, position
from petitions.models import Petition, ReminderRule, SentReminder, Supervision
from petitions.reminder_words import Item, notice_for, outside_words
from records.bulk import EventRow, record_events

CHUNK = 1000


@dataclass(frozen=True)
class Planned:
    """One reminder: which matter, by which rule, about which date, to whom."""

    petition: Petition
    rule: Rule
    about: str
    day: date
    after: int
    """Work days that have passed since the day; negative before it."""
    users: frozenset

    @property
    def key(self):
        return self.petition.pk, self.rule.id, self.day


@dataclass
class Sent:
    """What a run did, for the job's page."""

    matters: int = 0
    reminders: int = 0
    people: int = 0
    looked_at: int = 0

    def as_dict(self):
        return {
            "matters": self.matters,
            "reminders": self.reminders,
            "people": self.people,
            "looked_at": self.looked_at,
        }


def send_reminders(*, on, at, calendar, progress=lambda done, total, message="": None):
    """Send what is due on the work day `on`; returns `Sent`. Nothing is sent on a day off."""
    if not calendar.is_workday(on):
        return Sent()
    run = _Run(on=on, at=at, calendar=calendar)
    if not run.rules:
        return Sent()
    planned, done = [], 0
    total = run.watched().count()
    for petitions in _chunks(run.watched()):
        planned += run.plan(petitions)
        done += len(petitions)
        progress(done, total + 1, "正在核对期限")
    sent = _send(planned, run, at=at)
    sent.looked_at = done
    progress(total + 1, total + 1, "正在发通知")
    return sent


def _chunks(rows):
    last = 0
    while petitions := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield petitions
        last = petitions[-1].pk


@dataclass
class _Run:
    """What one run reads once: the day, the rules, the posts and the limits."""

    on: date
    at: object
    calendar: object
    rules: dict = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self):
        self.known = {}
        for row in ReminderRule.objects.all():
            rule = Rule(row.pk, row.offset, row.audience)
            self.known[row.pk] = (row, rule)
            if row.is_active:
                self.rules[row.about].append(rule)
        self.directory = Directory(on=self.on)
        self.limits = TimeLimits.load()

    def watched(self):
        """Open matters not yet told that a rule may speak of today."""
        ahead = max([0, *(-rule.offset for rule in self.rules[ReminderDate.DUE])])
        horizon = self.calendar.add_workdays(self.on, ahead).date
        return (
            Petition.objects.open()
            .filter(fed_back_at=None, stop_processing_at=None)
            .filter(Q(due_date__lte=horizon) | Q(paused_at__isnull=False) | Q(supervised_at__isnull=False))
            .select_related("organization", "category", "lead_unit", "mandate__person__user", "problem")
            .defer("content")
        )

    def plan(self, petitions):
        """The reminders of one chunk; so many queries, however many matters."""
        sent = _sent_for(petitions, self.known)
        accused = accused_in(petitions)
        reports = _reports_due(petitions)
        planned = []
        for petition in petitions:
            for about, day, start in self._dates(petition, reports.get(petition.pk)):
                rules = latest_rules(self.rules[about], day, start=start, on=self.on, calendar=self.calendar)
                for rule in rules:
                    if sent.get((petition.pk, about, day, rule.audience), rule.offset - 1) < rule.offset:
                        planned += self._planned(petition, rule, about, day, accused.get(petition.pk, ()))
        return planned

    def _dates(self, petition, report):
        """(which date, day, since when its clock runs). A clock that stands is watched for standing too long."""
        if _follows(petition):
            pass
        elif petition.is_paused:
            if day := self._pause_ends(petition):
                yield ReminderDate.PAUSE, day, timezone.localdate(petition.paused_at)
        elif petition.due_date:
            start = petition.due_explained.get("start")
            yield ReminderDate.DUE, petition.due_date, date.fromisoformat(start) if start else None
        if report:
            yield ReminderDate.SUPERVISION, *report

    def _pause_ends(self, petition):
        """The day on which somebody should look whether the pause is still needed."""
        since = timezone.localdate(petition.paused_at)
        limit = self.limits.find(
            Step.PAUSE,
            petition.kind,
            on=since,
            level=petition.organization.kind,
            category=petition.category,
        )
        return self.calendar.add_workdays(since, limit.work_days).date if limit else None

    def _planned(self, petition, rule, about, day, accused):
        users = frozenset(
            user
            for user in self.directory.audience(petition, rule.audience)
            if self.directory.may_be_told(user, accused)
        )
        if users:
            after = position(day, on=self.on, calendar=self.calendar)
            yield Planned(petition, rule, about, day, after, users)


def _follows(petition):
    """One of several merged matters is handled with the main one, and pressed for with it; told is each by itself."""
    merged = petition.problem_id is not None and petition.problem.main_id != petition.pk
    return merged and petition.status != Status.FEEDBACK


def _sent_for(petitions, known):
    """{(petition, which date, day, audience): the highest offset that was sent}"""
    highest = {}
    rows = SentReminder.objects.filter(petition__in=[petition.pk for petition in petitions])
    for petition, rule_id, day in rows.values_list("petition", "rule", "due_date"):
        row, rule = known[rule_id]
        key = petition, row.about, day, rule.audience
        highest[key] = max(rule.offset, highest.get(key, rule.offset))
    return highest


def _reports_due(petitions):
    """{petition: (day on which the report is due, day on which the supervision began)}"""
    ids = [petition.pk for petition in petitions if petition.supervised_at]
    if not ids:
        return {}
    rows = Supervision.objects.filter(petition__in=ids, closed_at=None, reply_due__isnull=False)
    return {
        petition: (due, timezone.localdate(opened))
        for petition, due, opened in rows.values_list("petition", "reply_due", "opened_at")
    }


@transaction.atomic
def _send(planned, run, *, at):
    # One run at a time gets past this line; the next one then sees what this one has sent.
    list(ReminderRule.objects.select_for_update().order_by("pk").values_list("pk"))
    planned = [one for one in planned if one.users]
    fresh = _still_due(planned)
    items = defaultdict(list)
    for one in fresh:
        for user in one.users:
            items[user].append(Item.of(one))
    SentReminder.objects.bulk_create(
        (
            SentReminder(
                petition=one.petition,
                rule_id=one.rule.id,
                due_date=one.day,
                sent_at=at,
                told=len(one.users),
            )
            for one in fresh
        ),
        batch_size=CHUNK,
    )
    notices = Notice.objects.bulk_create(
        (
            notice_for(user, found, at_desk=run.directory.works_at_desk(user), on=run.on, at=at)
            for user, found in items.items()
        ),
        batch_size=CHUNK,
    )
    plan_texts([(notice, outside_words(notice, items[notice.user_id])) for notice in notices], at=at)
    _write_trail(fresh, at=at)
    matters = len({one.petition.pk for one in fresh})
    return Sent(matters=matters, reminders=len(fresh), people=len(items))


def _still_due(planned):
    """Without what somebody else has sent, answered or moved since it was read."""
    fresh = []
    for start in range(0, len(planned), CHUNK):
        chunk = planned[start : start + CHUNK]
        ids = {one.petition.pk for one in chunk}
        sent = set(SentReminder.objects.filter(petition__in=ids).values_list("petition", "rule", "due_date"))
        open_states = Petition.objects.filter(pk__in=ids, status__in=Status.open_states(), fed_back_at=None)
        now = {
            pk: (due, paused, supervised)
            for pk, due, paused, supervised in open_states.values_list(
                "pk", "due_date", "paused_at", "supervised_at"
            )
        }
        for one in chunk:
            was = one.petition
            as_read = (was.due_date, was.paused_at, was.supervised_at)
            if one.key not in sent and now.get(was.pk) == as_read:
                fresh.append(one)
    return fresh


def _write_trail(sent, *, at):
    """Pressing for something that is late is part of the matter's story; a friendly word before it is not."""
    told = Counter()
    homes = {}
    for one in sent:
        if one.after > 0:
            told[one.petition.pk] += len(one.users)
            homes[one.petition.pk] = one.petition.organization_id
    rows = [EventRow(pk, "reminded", homes[pk], after={"people": count}) for pk, count in told.items()]
    record_events(Petition, rows, by=Actor.system(), at=at)
