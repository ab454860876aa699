"""Importing a ledger of matters (登记台账) kept on paper or in Excel until now.

A row becomes a matter in the stage its ledger proves: with a reply it is answered and waits to be told (反馈), with
a category we know it is registered (登记), otherwise it was only taken down (接待). It is known again by venue,
time, title and content, so a second import adds nothing. What is in the house already is worked on here: the ledger corrects
nothing any more, it can only bring a reply to a matter that nobody has been given yet.
"""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from petitions.actions import first_sentence
from petitions.deadlines import TimeLimits, step_due
from petitions.enums import Kind, Outcome, Status, Step
from petitions.matter_columns import category_words, matter_columns
from petitions.models import Category, Petition, Reply
from petitions.numbers import county_code, take_petition_numbers
from records.bulk import EventRow, record_events
from records.importers import Change, Importer, PlanChanged, PlannedRow, may_write
from records.workbooks import Fault, cells
from studios.models import Studio
from workdays.queries import load_calendar

BATCH = 500
RECENT = timedelta(days=90)
"""Clocks start only for steps that began within this time: years-old rows are history, not a work list."""
DEFAULT_OUTCOME = Outcome.REFERENCE
"""A ledger that does not say what a reply achieved must not count as solved (R56)."""
UNASSIGNED = (Status.RECEIVED, Status.REGISTERED)

_STEP_AHEAD = {Status.RECEIVED: Step.REGISTER, Status.REGISTERED: Step.ASSIGN, Status.FEEDBACK: Step.FEEDBACK}


@dataclass
class MatterRow:
    number: int
    values: dict
    source_key: str = ""
    studio: Studio | None = None
    category: Category | None = None
    petition: Petition | None = None

    @property
    def status(self):
        if self.values["reply"]:
            return Status.FEEDBACK
        return Status.REGISTERED if self.category else Status.RECEIVED

    @property
    def outcome(self):
        return self.values["outcome"] or DEFAULT_OUTCOME

    @property
    def replied_at(self):
        """A ledger that gives only the day of the reply means some time on that day, not before the matter came."""
        return max(self.values["replied_at"], self.values["received_at"])

    @property
    def title(self):
        return self.values["title"] or first_sentence(self.values["content"])


class MatterImporter(Importer):
    kind = "matters"
    label = "意见建议登记台账"
    title = "意见建议登记台账"
    list_url = "admin:petitions_petition_changelist"
    hint = "一行一件事，按工作室（站）、登记时间、标题和内容认定；有答复的进入「反馈」，其余进入「登记」。"

    def columns(self, *, at):
        return matter_columns(at=at)

    def compare(self, rows, plan, *, by, at):
        studios = _studios_by_name()
        categories = category_words()
        repeats, unknown = Counter(), Counter()
        bad = {fault.row for fault in plan.faults}
        good = []
        for sheet_row, values in rows:
            row = MatterRow(sheet_row.number, values)
            faults = list(_check(row, studios, by=by))
            plan.faults += faults
            if faults or row.number in bad:
                continue
            row.source_key = _source_key(values, repeats, venue=row.studio)
            row.category = categories.get(values["category"] or "")
            if values["category"] and row.category is None:
                unknown[values["category"]] += 1
            good.append(row)
        known = _known_petitions(good)
        differing = 0
        for row in good:
            row.petition = known.get(row.source_key)
            differing += _sort(row, plan)
        plan.notes += [
            f"系统里没有「{word}」这个问题分类，{count} 行留待登记时选择。"
            for word, count in sorted(unknown.items())
        ]
        if differing:
            plan.notes.append(f"{differing} 行已在系统里，但与台账不完全一致；以系统为准，不作改动。")

    def apply(self, plan, *, by, at, progress):
        new = [planned.payload for planned in plan.new]
        progress(60, 100, "正在写入意见建议")
        events = _create(new, by=by, at=at)
        events += _add_replies([planned.payload for planned in plan.changed], at=at)
        progress(90, 100, "正在写入留痕")
        record_events(Petition, events, by=by, at=at)


def _studios_by_name():
    found = defaultdict(list)
    for studio in Studio.objects.select_related("organization"):
        found[cells.compact(studio.name)].append(studio)
    return found


def _check(row, studios, *, by):
    values = row.values
    if values["studio"]:
        found = studios.get(cells.compact(values["studio"]), [])
        allowed = [studio for studio in found if may_write(by, studio.organization)]
        if not found:
            message = f"系统里没有「{values['studio'][:30]}」，请核对名称，或先建立这个工作室（站）。"
            yield Fault(row.number, "工作室（站）", message)
        elif not allowed:
            message = f"「{values['studio'][:30]}」不在您管理的范围内，请交该单位的组织部门导入。"
            yield Fault(row.number, "工作室（站）", message)
        elif len(allowed) > 1:
            message = f"有 {len(allowed)} 个工作室（站）都叫「{values['studio'][:30]}」，请改成不同的名称。"
            yield Fault(row.number, "工作室（站）", message)
        else:
            row.studio = allowed[0]
    if values["petitioner_phone"] and not values["petitioner_name"]:
        yield Fault(row.number, "反映人", "匿名的不保存电话：请补上反映人，或删去联系电话。")
    yield from _check_reply(row)


def _check_reply(row):
    reply, received_at, replied_at = (row.values[name] for name in ("reply", "received_at", "replied_at"))
    if reply and not replied_at:
        yield Fault(row.number, "答复时间", "有答复内容，没有答复时间，请补上。")
    if replied_at and not reply:
        yield Fault(row.number, "答复内容", "有答复时间，没有答复内容，请补上。")
    if received_at and replied_at and timezone.localdate(replied_at) < timezone.localdate(received_at):
        yield Fault(row.number, "答复时间", f"早于登记时间 {received_at:%Y-%m-%d}，请核对。")


def _source_key(values, repeats, *, venue):
    """The same for the same row in any later file. Rows alike in venue, time, title and content are numbered.

    Two counties write the same words on the same day: without the venue the second would be taken for the first.
    """
    told = "\n".join([str(venue.pk), values["received_at"].isoformat(), values["title"], values["content"]])
    digest = hashlib.sha256(told.encode()).hexdigest()[:48]
    repeats[digest] += 1
    return f"ledger:{digest}:{repeats[digest]}"


def _known_petitions(rows):
    keys = [row.source_key for row in rows]
    known = {}
    for start in range(0, len(keys), BATCH * 10):
        stored = Petition.objects.select_related("organization", "category")
        for petition in stored.filter(source_key__in=keys[start : start + BATCH * 10]):
            known[petition.source_key] = petition
    return known


def _sort(row, plan):
    """File the row in the plan; True if it is known but the ledger tells something else."""
    planned = PlannedRow(row.number, row.title, payload=row)
    if row.petition is None:
        kind, channel = row.values["kind"], row.values["channel"]
        planned.facts = [str(Kind(kind).label), channel.name, row.studio.name, str(row.status.label)]
        plan.new.append(planned)
        return False
    if row.values["reply"] and row.petition.status in UNASSIGNED:
        planned.changes = [
            Change("环节", str(Status(row.petition.status).label), str(Status.FEEDBACK.label)),
            Change("答复内容", "（空）", first_sentence(row.values["reply"])),
        ]
        plan.changed.append(planned)
        return False
    plan.unchanged.append(planned)
    petition, values = row.petition, row.values
    return (petition.kind, petition.channel_id, petition.petitioner_name, petition.petitioner_phone) != (
        values["kind"],
        values["channel"].pk,
        values["petitioner_name"],
        values["petitioner_phone"],
    )


def _create(rows, *, by, at):
    numbers = _numbers(rows)
    due = _DueDates(at)
    petitions = [_petition(row, number, due, by=by) for row, number in zip(rows, numbers, strict=True)]
    Petition.objects.bulk_create(petitions, batch_size=BATCH)
    for row, petition in zip(rows, petitions, strict=True):
        row.petition = petition
    _write_replies([row for row in rows if row.values["reply"]])
    return [
        EventRow(
            row.petition.pk,
            "imported",
            row.petition.organization_id,
            after={
                "status": row.petition.status,
                "channel": row.values["channel"].code,
                "kind": row.petition.kind,
            },
            note=_story(row),
        )
        for row in rows
    ]


def _petition(row, number, due, *, by):
    values, status = row.values, row.status
    answered = status == Status.FEEDBACK
    began_at = row.replied_at if answered else values["received_at"]
    home = row.studio.organization
    due_date, due_explained = due.of(status, values["kind"], began_at, home=home, category=row.category)
    return Petition(
        number=number,
        status=status,
        channel=values["channel"],
        kind=values["kind"],
        category=row.category,
        studio=row.studio,
        organization=row.studio.organization,
        title=row.title,
        content=values["content"],
        place=values["place"] or "",
        petitioner_name=values["petitioner_name"],
        petitioner_phone=values["petitioner_phone"],
        anonymous=not values["petitioner_name"],
        due_date=due_date,
        due_explained=due_explained,
        outcome=row.outcome if answered else "",
        received_at=values["received_at"],
        registered_at=None if status == Status.RECEIVED else values["received_at"],
        replied_at=row.replied_at if answered else None,
        resolved_at=row.replied_at if answered and row.outcome == Outcome.SOLVED else None,
        source_key=row.source_key,
        created_by=by.user,
    )


def _numbers(rows):
    """A number for each row, in the order of the rows within county and year."""
    codes, keys = {}, []
    for row in rows:
        home = row.studio.organization
        if home.county_path not in codes:
            codes[home.county_path] = county_code(home)
        keys.append((codes[home.county_path], timezone.localtime(row.values["received_at"]).year))
    # In a fixed order, so that two imports never wait for each other's counters crosswise.
    taken = {
        key: iter(take_petition_numbers(key[0], year=key[1], count=count))
        for key, count in sorted(Counter(keys).items())
    }
    return [next(taken[key]) for key in keys]


class _DueDates:
    """Due dates of many matters with one calendar and one reading of the limits."""

    def __init__(self, at):
        self.at = at
        self.calendar = load_calendar()
        self.limits = TimeLimits.load()

    def of(self, status, kind, began_at, *, home, category):
        if self.at - began_at > RECENT:
            return None, {}
        return step_due(
            _STEP_AHEAD[status],
            kind,
            at=began_at,
            level=home.kind,
            category=category,
            calendar=self.calendar,
            limits=self.limits,
        )


def _write_replies(rows):
    """The ledger does not say who answered: the venue's own organisation stands for it."""
    replies = [
        Reply(
            petition=row.petition,
            organization_id=row.petition.organization_id,
            outcome=row.outcome,
            content=row.values["reply"],
            replied_at=row.replied_at,
        )
        for row in rows
    ]
    Reply.objects.bulk_create(replies, batch_size=BATCH)


def _add_replies(rows, *, at):
    """Bring the replies that the ledger has received since; the matters step to feedback."""
    due = _DueDates(at) if rows else None
    events = []
    for row in rows:
        petition, old = row.petition, row.petition.status
        category = petition.category or row.category
        due_date, due_explained = due.of(
            Status.FEEDBACK,
            petition.kind,
            row.replied_at,
            home=petition.organization,
            category=category,
        )
        # Somebody may be registering or assigning it at this moment: then nothing of the file is written.
        moved = Petition.objects.filter(pk=petition.pk, status=old).update(
            status=Status.FEEDBACK,
            outcome=row.outcome,
            replied_at=row.replied_at,
            resolved_at=row.replied_at if row.outcome == Outcome.SOLVED else None,
            registered_at=petition.registered_at or petition.received_at,
            category=category,
            due_date=due_date,
            due_explained=due_explained,
        )
        if moved != 1:
            raise PlanChanged(f"{petition.number} 刚才有人在办，这次没有导入任何内容。请重新预览后再确认。")
        told = {"before": {"status": old}, "after": {"status": Status.FEEDBACK}, "note": _story(row)}
        events.append(EventRow(petition.pk, "imported", petition.organization_id, **told))
    _write_replies(rows)
    return events


def _story(row):
    parts = [
        f"登记台账第 {row.number} 行，登记于 {timezone.localtime(row.values['received_at']):%Y-%m-%d %H:%M}"
    ]
    if row.values["reply"]:
        parts.append(f"答复于 {timezone.localtime(row.replied_at):%Y-%m-%d %H:%M}")
        if not row.values["outcome"]:
            parts.append(f"台账没有答复类别，按「{DEFAULT_OUTCOME.label}」计")
    return "；".join(parts)


MATTERS = MatterImporter()
