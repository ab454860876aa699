"""A matter as the person who brought it sees it with her code: plain words, no person, no note of the office."""

from dataclasses import dataclass, field
from datetime import date

from petitions.enums import Outcome, PauseReason, Status
from petitions.pages.stages import stages_of
from workdays.templatetags.chinese_days import day

OUTCOME_WORDS = {
    Outcome.SOLVED: "已解决",
    Outcome.IN_PROGRESS: "正在解决",
    Outcome.LATER: "列入计划，以后解决",
    Outcome.REFERENCE: "留作参考",
}


WAITS_FOR_HER = "等您补充材料"


@dataclass(frozen=True)
class PublicReply:
    unit: str
    words: str
    outcome: str
    content: str
    on: date


@dataclass(frozen=True)
class PublicState:
    """`headline` is where it stands, `next_step` what happens next and until when. `is_bare` shows nothing else;
    `asks_more` that it waits for a word of hers."""

    headline: str
    next_step: str
    tone: str
    stages: list = field(default_factory=list)
    replies: list = field(default_factory=list)
    is_bare: bool = False
    asks_more: bool = False


def public_state(petition, *, on):
    """Six queries at the most: the matter is loaded with its venue, unit and category."""
    if petition.is_accusation:
        return PublicState(
            headline="由上级机关办理",
            next_step="这件事由上级机关直接办理。为保护您，办理过程不在网上显示，您反映的内容和身份不会告诉被反映的单位。",
            tone="handling",
            is_bare=True,
        )
    headline, next_step, tone = _words(petition, on=on)
    return PublicState(
        headline=headline,
        next_step=next_step,
        tone=tone,
        stages=stages_of(petition) if petition.status in Status.stages() else [],
        replies=_replies(petition),
        asks_more=headline == WAITS_FOR_HER,
    )


def _words(petition, *, on):
    return {
        Status.RECEIVED: _received,
        Status.REGISTERED: _registered,
        Status.HANDLING: _handling,
        Status.FEEDBACK: _answered,
        Status.ARCHIVED: _archived,
        Status.WITHDRAWN: _withdrawn,
        Status.ROUTED_OUT: _routed_out,
    }[Status(petition.status)](petition, on=on)


def _received(petition, *, on):
    return "已经收到", f"工作室会{_before(petition)}核对、登记。{_late(petition, on=on)}", "received"


def _registered(petition, *, on):
    return "已经登记", f"接下来会{_before(petition)}交给有关单位办理。{_late(petition, on=on)}", "registered"


def _handling(petition, *, on):
    unit = petition.lead_unit.display_name
    if petition.is_paused:
        pause = petition.pauses.filter(ended_at=None).first()
        if pause and pause.reason == PauseReason.WAITING_PERSON:
            words = f"{unit}在等您补充材料。请写在下面的「补充情况」里，或交到工作室；收到后接着办。"
            return WAITS_FOR_HER, words, "handling"
        why = f"（{pause.get_reason_display()}）" if pause else ""
        return "办理暂停", f"{unit}在办，因故暂停{why}。条件具备后接着办。", "handling"
    longer = "期限按规定延长过。" if petition.extended_days else ""
    return "正在办理", f"{unit}会{_before(petition)}办理答复。{longer}{_late(petition, on=on)}", "handling"


def _answered(petition, *, on):
    if petition.fed_back_at is None:
        return "已有答复", "请看下面的答复。满意不满意，都请您打个分。", "feedback"
    return "已经答复", "结果已经告知，等待归档。情况有变，可以补充。", "feedback"


def _archived(petition, *, on):
    return "已经办结", "这件事已办结归档。", "archived"


def _withdrawn(petition, *, on):
    return "已经撤回", "这件事已撤回，不再办理。想再反映，请扫工作室的二维码。", "withdrawn"


def _routed_out(petition, *, on):
    routing = petition.routings.filter(returned_at=None).first()
    if routing is None:
        return "已经转出", "这件事按规定转给了有权处理的机关。", "registered"
    receipt = f"，对方回执号 {routing.receipt_number}" if routing.receipt_number else ""
    when = day(routing.routed_at)
    return "已经转出", f"{when}转给{routing.receiver_name}办理{receipt}。请向该机关了解进展。", "registered"


def _before(petition):
    return f"在 {day(petition.due_date)}前" if petition.due_date else ""


def _late(petition, *, on):
    return "现在已经超过这个期限，系统会催办。" if petition.is_overdue(on=on) else ""


def _replies(petition):
    return [
        PublicReply(
            unit=reply.organization.display_name,
            words=OUTCOME_WORDS[reply.outcome],
            outcome=reply.outcome.lower(),
            content=reply.content,
            on=reply.replied_at,
        )
        for reply in petition.replies.select_related("organization")
    ]
