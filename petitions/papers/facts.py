"""All that is known of one matter, in the words and the order in which paper tells it."""

from dataclasses import dataclass, field
from datetime import date

from accounts.masking import mask_name, mask_phone, scrub_person
from petitions.enums import AssignmentRole, ExtensionState
from petitions.models import Petition
from petitions.rules import accused_of, may_unmask
from records.models import Event
from records.papers.words import day, printable

LOOKING = frozenset({"unmasked", "downloaded", "printed", "exported"})
"""Who looked at or printed the matter belongs to the trail, not to the file of its handling."""


@dataclass(frozen=True)
class MatterFacts:
    petition: Petition
    user: object
    on: date
    """The day it is printed."""
    unmasked: bool = False
    rows: dict = field(default_factory=dict)

    @property
    def name(self):
        petition = self.petition
        if petition.anonymous:
            return "匿名"
        name = petition.petitioner_name if self.unmasked else mask_name(petition.petitioner_name)
        return name or "未留姓名"

    @property
    def phone(self):
        petition = self.petition
        return (petition.petitioner_phone if self.unmasked else mask_phone(petition.petitioner_phone)) or ""

    def text(self, words):
        """Free text: unless unmasked, without the numbers and the name somebody wrote into it."""
        words = printable(words)
        if self.unmasked:
            return words
        petition = self.petition
        return scrub_person(words, name=petition.petitioner_name, phone=petition.petitioner_phone)

    def of(self, relation, *names, oldest):
        """Rows below the matter, oldest first; read once."""
        if relation not in self.rows:
            found = getattr(self.petition, relation).select_related(*names).order_by(oldest, "pk")
            self.rows[relation] = list(found)
        return self.rows[relation]

    @property
    def assignments(self):
        return self.of("assignments", "organization", "countersigned_by", oldest="assigned_at")

    @property
    def extensions(self):
        return self.of("extensions", "organization", "decided_by", oldest="requested_at")

    @property
    def pauses(self):
        return self.of("pauses", oldest="started_at")

    @property
    def supervisions(self):
        return self.of("supervisions", "organization", oldest="opened_at")

    @property
    def routings(self):
        return self.of("routings", oldest="routed_at")

    @property
    def replies(self):
        return self.of("replies", "organization", oldest="replied_at")

    @property
    def feedbacks(self):
        return self.of("feedbacks", oldest="told_at")

    @property
    def supplements(self):
        return self.of("supplements", oldest="added_at")

    @property
    def call_backs(self):
        return self.of("call_backs", "called_by", oldest="sampled_on")

    @property
    def events(self):
        """Oldest first, without those that only looked."""
        if "events" not in self.rows:
            found = Event.objects.about(self.petition).exclude(verb__in=LOOKING)
            self.rows["events"] = list(found.order_by("at", "pk"))
        return self.rows["events"]

    @property
    def accused(self):
        """Offices it complains about; only for those who took it down."""
        if not may_unmask(self.user, self.petition):
            return []
        return accused_of(self.petition)

    @property
    def siblings(self):
        """Other sources of the same problem that the reader may see."""
        if self.petition.problem_id is None:
            return []
        if "siblings" not in self.rows:
            others = Petition.objects.visible_to(self.user).filter(problem=self.petition.problem_id)
            self.rows["siblings"] = list(others.exclude(pk=self.petition.pk).order_by("received_at", "pk"))
        return self.rows["siblings"]


def receiver_of(petition):
    return petition.mandate.person.name if petition.mandate else "工作室（站）接待"


def rating_words(row):
    """How she rates handling and result, as on the file: apart, of five."""
    told = [("办理", row.handling_rating), ("结果", row.rating)]
    return "，".join(f"{label}满意度 {given} 分" for label, given in told if given)


def unit_words(assignment):
    """One unit that has, or had, the matter in hand."""
    words = f"{assignment.get_role_display()}：{assignment.organization.name}"
    if assignment.due_date and assignment.role == AssignmentRole.LEAD:
        words += f"，{day(assignment.due_date)}前办结"
    if assignment.ended_at:
        words += f"（{day(assignment.ended_at)}{assignment.get_end_reason_display()}）"
    return words


def extension_words(row):
    words = f"{day(row.requested_at)}{row.organization.display_name}申请延期 {row.work_days} 个工作日"
    if row.state == ExtensionState.APPROVED:
        return f"{words}，同意 {row.granted_days} 个，期限改为{day(row.new_due)}"
    return f"{words}，{row.get_state_display()}"


def pause_words(row):
    end = f"至{day(row.ended_at)}" if row.ended_at else "起"
    return f"{day(row.started_at)}{end}停表：{row.get_reason_display()}"


def supervision_words(row):
    end = f"，{day(row.closed_at)}解除" if row.closed_at else ""
    return f"{day(row.opened_at)}{row.organization.display_name}督办{end}"


def routing_words(row):
    words = f"{day(row.routed_at)}转{row.receiver_name}（{row.get_receiver_display()}）"
    if row.receipt_number or row.receipt_on:
        words += f"，回执 {row.receipt_number}".rstrip() + (
            f" {day(row.receipt_on)}" if row.receipt_on else ""
        )
    return f"{words}，{day(row.returned_at)}退回" if row.returned_at else words
