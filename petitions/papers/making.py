"""Printing one matter: who may, what is masked, the trace it leaves, and the file."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed
from petitions.moves import UNMASK_REASON
from petitions.papers.facts import MatterFacts
from petitions.papers.folder import folder_context
from petitions.papers.form import form_context, letter_context
from petitions.papers.word import render_word
from petitions.rules import may_unmask, organizes
from records.actions import record_event
from records.moves import clean_given
from records.papers.rendering import render_pdf
from records.papers.words import printable
from records.verbs import register_verbs

register_verbs("petitions.petition", {"printed": "打印"})

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {"docx": DOCX, "pdf": "application/pdf"}


@dataclass(frozen=True)
class Paper:
    code: str
    label: str
    endings: tuple
    context: object
    """function (facts) → what the template is given; raises Conflict where it is too early for this paper."""


PAPERS = {
    paper.code: paper
    for paper in (
        Paper("form", "办理表", ("docx", "pdf"), form_context),
        Paper("letter", "答复函", ("docx", "pdf"), letter_context),
        Paper("folder", "卷宗", ("pdf",), folder_context),
    )
}


@dataclass(frozen=True)
class MadePaper:
    filename: str
    content_type: str
    content: bytes


def is_made(code, ending):
    return code in PAPERS and ending in PAPERS[code].endings


def may_print_unmasked(user, petition):
    """Whoever may look at the contact; who complained about an office leaves it on paper by organizers alone."""
    return may_unmask(user, petition) and (not petition.is_accusation or organizes(user, petition))


def check_may_print_unmasked(petition, *, by):
    if not may_print_unmasked(by.user, petition):
        raise NotAllowed(
            "您的岗位不能打印反映人的姓名和电话，请打印不带姓名电话的，或联系主管单位的组工干部。"
        )


def make_paper(petition, code, ending, *, by, at):
    """As it is kept in the office: name and phone masked. Leaves the event "printed". Returns a MadePaper."""
    made = _make(petition, code, ending, by=by, at=at, unmasked=False)
    after = {"paper": PAPERS[code].label, "format": ending}
    record_event(petition, "printed", by=by, at=at, organization=petition.organization, after=after)
    return made


def make_unmasked_paper(petition, code, ending, *, by, at, reason):
    """With name and phone, for a reason that stays in the trail: the event is written before the paper is given."""
    check_may_print_unmasked(petition, by=by)
    given = clean_given([UNMASK_REASON], {"reason": reason}, petition, by.user, step="打印")
    if not (petition.petitioner_name or petition.petitioner_phone):
        raise InvalidInput({"reason": ["这件没有留姓名和电话，请直接打印。"]})
    made = _make(petition, code, ending, by=by, at=at, unmasked=True)
    label = PAPERS[code].label
    record_event(
        petition,
        "unmasked",
        by=by,
        at=at,
        organization=petition.organization,
        after={"paper": label, "format": ending},
        note=f"打印{label}：{given['reason']}",
    )
    return made


def _make(petition, code, ending, *, by, at, unmasked):
    paper = PAPERS[code]
    facts = MatterFacts(petition, by.user, on=timezone.localdate(at), unmasked=unmasked)
    context = paper.context(facts)
    content = render_pdf(f"papers/{code}.html", context) if ending == "pdf" else render_word(code, context)
    title = "".join(sign for sign in printable(facts.text(petition.title)) if sign.isalnum())[:20]
    return MadePaper(f"{paper.label}-{petition.number}-{title}.{ending}", TYPES[ending], content)
