"""Writing the planned matters: rows, numbers, time lines and the duty ledger, as the verbs would have left them."""

from collections import Counter

from petitions.deadlines import TimeLimits, step_due
from petitions.enums import AssignmentRole, Outcome, Status, Step
from petitions.models import (
    Assignment,
    Category,
    Channel,
    Feedback,
    NumberCounter,
    Petition,
    Reply,
)
from portal.demo.ledger import BATCH, Line
from representatives.enums import DutyKind
from representatives.models import DutyRecord

SUBJECT = Petition._meta.label_lower


class Filing:
    def __init__(self, staff, calendar):
        self.staff, self.calendar = staff, calendar
        self.channels = {row.code: row for row in Channel.objects.all()}
        self.categories = {row.code: row for row in Category.objects.all()}
        self.limits = TimeLimits.load()
        self.dues = {}
        self.counters = Counter()
        self.lines, self.assignments, self.replies, self.feedbacks, self.duties = [], [], [], [], []

    def write(self, plans):
        """Write all plans, oldest matter first. The events are collected in `lines` for the common time line."""
        plans.sort(key=lambda plan: plan.course.received)
        archive_numbers = self._archive_numbers(plans)
        for plan in plans:
            plan.row = self._petition(plan, archive_numbers.get(id(plan)))
        Petition.objects.bulk_create([plan.row for plan in plans], batch_size=BATCH)
        for plan in plans:
            self._follow(plan)
        Assignment.objects.bulk_create(self.assignments, batch_size=BATCH)
        Reply.objects.bulk_create(self.replies, batch_size=BATCH)
        Feedback.objects.bulk_create([feedback for feedback, _plan in self.feedbacks], batch_size=BATCH)
        self._write_duties(plans)
        NumberCounter.objects.bulk_create(
            NumberCounter(key=key, last=last) for key, last in self.counters.items()
        )

    def _number(self, key):
        self.counters[key] += 1
        return f"{key}-{self.counters[key]:06d}"

    def _archive_numbers(self, plans):
        archived = sorted(
            (plan for plan in plans if plan.course.archived), key=lambda plan: plan.course.archived
        )
        return {
            id(plan): self._number(f"{plan.home.county.code}-DA-{plan.course.archived.year}")
            for plan in archived
        }

    def due(self, step, plan, at):
        """`step_due` of a day, computed once for each kind, level and category."""
        level, category = plan.home.organization.kind, self.categories[plan.pattern.category]
        key = (step, plan.kind, level, category.pk, at.date())
        if key not in self.dues:
            self.dues[key] = step_due(
                step,
                plan.kind,
                at=at,
                level=level,
                category=category,
                calendar=self.calendar,
                limits=self.limits,
            )
        return self.dues[key]

    def _petition(self, plan, archive_number):
        course = plan.course
        due_date, explained = self._present_due(plan)
        return Petition(
            number=self._number(f"{plan.home.county.code}-{course.received.year}"),
            status=course.status,
            channel=self.channels[plan.channel],
            kind=plan.kind,
            category=self.categories[plan.pattern.category] if course.registered else None,
            studio=plan.studio,
            organization=plan.home.organization,
            mandate=plan.seat.mandate if plan.seat else None,
            title=plan.title,
            content=plan.content,
            place=plan.place[:100],
            petitioner_name=plan.name,
            petitioner_phone=plan.phone,
            anonymous=not plan.name,
            lead_unit=plan.unit if course.assigned else None,
            due_date=due_date,
            due_explained=explained,
            outcome=plan.outcome,
            rating=plan.told.rating,
            handling_rating=handling_rating(plan.told.rating, plan.content),
            received_at=course.received,
            registered_at=course.registered,
            assigned_at=course.reopened or course.assigned,
            replied_at=course.replied,
            resolved_at=course.replied if plan.outcome == Outcome.SOLVED else None,
            fed_back_at=course.fed_back,
            archived_at=course.archived,
            withdrawn_at=course.withdrawn,
            archive_number=archive_number,
            reopen_count=1 if course.reopened else 0,
            created_by=self._receiver(plan),
        )

    def _present_due(self, plan):
        """The clock of the step that is being waited for."""
        course = plan.course
        if course.withdrawn or course.fed_back:
            return None, {}
        waiting = {
            Status.RECEIVED: (Step.REGISTER, course.received),
            Status.REGISTERED: (Step.ASSIGN, course.registered),
            Status.HANDLING: (Step.HANDLE, course.assigned),
            Status.FEEDBACK: (Step.FEEDBACK, course.replied),
        }
        step, since = waiting[course.status]
        return self.due(step, plan, since)

    def _receiver(self, plan):
        if plan.by_representative:
            return self.staff.representatives[plan.seat.mandate.pk]
        return self.staff.keepers[plan.studio.pk]

    def _follow(self, plan):
        """Everything that came after the matter was taken down, step by step."""
        course, told, keeper = plan.course, plan.told, self.staff.keepers[plan.studio.pk]
        organizer = self.staff.organizers[plan.home.county.path]
        category = self.categories[plan.pattern.category].full_name
        self._line(
            plan, course.received, "receive", self._receiver(plan), "", "received",
            {"channel": plan.channel, "kind": plan.kind},
        )  # fmt: skip
        if course.registered:
            after = {"category": category}
            self._line(
                plan,
                course.registered,
                "register",
                keeper,
                "received",
                "registered",
                after,
                told.notes["register"],
            )
        if course.assigned:
            self._assign(plan, course.assigned, "assign", organizer, "registered", told.notes["assign"])
        if course.reopened:
            self._reply(plan, course.replied_before, told.reply_before, plan.outcome_before)
            self._feed_back(plan, course.fed_back_before, 2, "不满意，问题还在。")
            self._assign(plan, course.reopened, "reopen", organizer, "feedback", told.notes["reopen"])
        if course.replied:
            self._reply(plan, course.replied, told.reply, plan.outcome)
        if course.fed_back:
            self._feed_back(plan, course.fed_back, told.rating, told.remark)
        if course.archived:
            after = {"archive_number": plan.row.archive_number}
            self._line(
                plan, course.archived, "archive", keeper, "feedback", "archived", after, told.notes["archive"]
            )
        if course.withdrawn:
            before = "handling" if course.assigned else "registered" if course.registered else "received"
            self._line(
                plan, course.withdrawn, "withdraw", organizer, before, "withdrawn", {}, told.notes["withdraw"]
            )

    def _assign(self, plan, at, verb, organizer, before, note):
        due_date, _explained = self.due(Step.HANDLE, plan, at)
        after = {"lead_unit": plan.unit.display_name, "due_date": due_date.isoformat()}
        self._line(plan, at, verb, organizer, before, "handling", after, note)
        self.assignments.append(
            Assignment(
                petition=plan.row,
                organization=plan.unit,
                role=AssignmentRole.LEAD,
                assigned_at=at,
                received_at=plan.row.received_at,
                due_date=due_date,
                note=note,
            )
        )

    def _reply(self, plan, at, content, outcome):
        handler = self.staff.handlers[plan.unit.pk]
        after = {"outcome": str(outcome), "unit": plan.unit.display_name}
        self._line(plan, at, "reply", handler, "handling", "feedback", after)
        self.replies.append(
            Reply(petition=plan.row, organization=plan.unit, outcome=outcome, content=content, replied_at=at)
        )

    def _feed_back(self, plan, at, rating, remark):
        method = plan.told.method
        handling = handling_rating(rating, plan.content)
        after = {"method": str(method), "rating": rating, "handling_rating": handling}
        by_receiver = plan.by_representative
        teller = self._receiver(plan) if by_receiver else self.staff.keepers[plan.studio.pk]
        self._line(plan, at, "feedback", teller, "feedback", "feedback", after)
        feedback = Feedback(
            petition=plan.row,
            method=method,
            content=remark,
            rating=rating,
            handling_rating=handling,
            told_at=at,
        )
        self.feedbacks.append((feedback, plan if by_receiver else None))

    def _line(self, plan, at, verb, actor, before, after, more=None, note=""):
        self.lines.append(
            Line(
                at=at,
                verb=verb,
                subject_type=SUBJECT,
                subject=plan.row,
                organization_id=plan.row.organization_id,
                actor=actor,
                door="portal"
                if actor.username in _PORTAL or actor.username.startswith("daibiao-")
                else "admin",
                before={"status": before} if before else {},
                after={"status": after, **(more or {})},
                note=note,
            )
        )

    def _write_duties(self, plans):
        received = [
            (plan, DutyKind.PETITION_RECEIVED, plan.row, plan.course.received) for plan in plans if plan.seat
        ]
        told = [
            (plan, DutyKind.PETITION_FED_BACK, feedback, feedback.told_at)
            for feedback, plan in self.feedbacks
            if plan
        ]
        DutyRecord.objects.bulk_create(
            (
                DutyRecord(
                    mandate=plan.seat.mandate,
                    kind=kind,
                    on=at.date(),
                    source_type=source._meta.label_lower,
                    source_id=source.pk,
                )
                for plan, kind, source, at in received + told
            ),
            batch_size=BATCH,
        )


_PORTAL = frozenset({"yangshouwei", "wangwen"})


def handling_rating(rating, content):
    """People are a little kinder about the handling than about the result: every second one gives one more."""
    return None if rating is None else min(5, rating + len(content) % 2)
