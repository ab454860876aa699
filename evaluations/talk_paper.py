"""The record of a reminder talk on paper, to be signed and filed (R88)."""

from django.utils import timezone

from accounts.errors import Conflict, NotAllowed
from evaluations.consequence_rules import decides_subject
from evaluations.enums import TalkStatus
from records.actions import record_event
from records.papers.rendering import render_pdf


def may_print(user, talk):
    return talk.talk_date is not None and talk.status != TalkStatus.DROPPED and decides_subject(user, talk)


def print_talk(talk, *, by, at):
    """Returns the bytes of a PDF; printing leaves a trace. Raises NotAllowed, Conflict or PdfUnavailable."""
    if by.user is not None and not decides_subject(by.user, talk):
        raise NotAllowed("谈话记录由评定机关的组工干部打印，请联系他们。")
    if talk.talk_date is None or talk.status == TalkStatus.DROPPED:
        raise Conflict("还没有登记谈话，登记以后才能打印记录。", code="wrong-state")
    evaluation = talk.evaluation
    context = {
        "talk": talk,
        "evaluation": evaluation,
        "mandate": evaluation.mandate,
        "printed_on": timezone.localdate(at),
    }
    pdf = render_pdf("papers/talk.html", context)
    record_event(talk, "print", by=by, at=at, organization=evaluation.organization)
    return pdf
