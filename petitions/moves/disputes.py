"""What may be done to a dispute (R75–R77): the verbs, in which states, and what each must be given."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.scope import Scope, under
from petitions import rules
from petitions.enums import DisputeKind, DisputeState, Kind, PartySide, Status
from petitions.models import Petition, Recovery
from records.moves import Given
from records.verbs import register_verbs

OPENERS = (Role.ORGANIZER, Role.KEEPER)
"""Those who may open a dispute for a venue of theirs."""
LINKED_KINDS = (Kind.CLUE, Kind.REQUEST)
"""What may share a dispute: somebody tells of it, or asks for help with it."""


@dataclass(frozen=True)
class Deed:
    """One verb: in which states it may be done, and what it must be given."""

    verb: str
    label: str
    states: tuple
    needs: tuple
    tone: str = "plain"
    hint: str = ""


def linkable_clues(dispute, user):
    """Clues and requests of the same county that the user organizes or keeps, and that hang on no dispute yet."""
    mine = under("organization__path", Scope.of(user).prefixes(Role.ORGANIZER))
    mine |= Q(studio__in=rules.kept_studio_ids(user))
    rows = Petition.objects.visible_to(user).filter(mine, kind__in=LINKED_KINDS, dispute=None)
    rows = rows.exclude(status=Status.WITHDRAWN).order_by("-received_at", "-pk")
    return rows.filter(organization__path__startswith=dispute.organization.county_path) if dispute else rows


def linked_clues(dispute, user):
    return Petition.objects.visible_to(user).filter(dispute=dispute).order_by("received_at", "pk")


def live_recoveries(dispute, _user):
    return Recovery.objects.filter(dispute=dispute, cancelled_at=None)


UNMASK_REASON = Given("reason", _("查看原因"), max_length=200, help=_("如：电话约双方到场。查看会留痕。"))
CLAIMED = Given(
    "claimed", _("涉及金额（元）"), "decimal", required=False, help=_("如 18400 或 18400.50；说不清可以不填")
)
OPEN = (
    Given("studio", _("调解工作室"), "model", options=rules.staffed_studios),
    Given("title", _("名称"), max_length=100, help=_("谁和谁、为什么事，如：某建筑队12名工人讨薪")),
    Given("kind", _("类别"), "choice", options=DisputeKind),
    CLAIMED,
    Given("claimant", _("申请方（姓名）"), max_length=60),
    Given("claimant_phone", _("申请方电话"), required=False, max_length=20),
    Given("headcount", _("申请方人数"), "integer", required=False, minimum=1, maximum=30000),
    Given("respondent", _("被申请方（单位或姓名）"), max_length=60),
    Given("respondent_is_firm", _("被申请方是单位"), "boolean", required=False),
    Given(
        "petition",
        _("由哪件线索而来"),
        "model",
        required=False,
        options=lambda _s, user: linkable_clues(None, user),
    ),
)


ANY_STATE = tuple(DisputeState)
_REASON = Given("reason", _("原因"), "long_text", max_length=200)
_CLOSED_ON = Given("closed_on", _("结束日期"), "date")
_EXCESS_REASON = Given(
    "excess_reason",
    _("多于涉及金额的说明"),
    required=False,
    max_length=500,
    help=_("追回的合计比涉及金额多出来、或多得更多时才要填，如含利息、赔偿金；每次重新写明"),
)

DEEDS = {
    deed.verb: deed
    for deed in (
        Deed(
            "add_session",
            "记一次调解",
            (DisputeState.OPEN,),
            (
                Given("held_at", _("调解时间"), "datetime"),
                Given("mediator", _("调解人"), max_length=60),
                Given("place", _("地点"), required=False, max_length=100),
                Given("content", _("调解情况"), "long_text", max_length=5000),
            ),
            tone="primary",
            hint="谁到场、各说了什么、谈到哪一步。",
        ),
        Deed(
            "add_recovery",
            "记一笔到账",
            ANY_STATE,
            (
                Given("paid_on", _("到账日期"), "date"),
                Given("amount", _("金额（元）"), "decimal"),
                Given("payer", _("付款方"), max_length=60),
                Given("note", _("说明"), required=False, max_length=200),
                _EXCESS_REASON,
            ),
            tone="primary",
            hint="钱真正到了群众手里才记；最好附上转账凭证。",
        ),
        Deed(
            "mediate",
            "调解成功",
            (DisputeState.OPEN,),
            (
                _CLOSED_ON,
                Given("agreement_number", _("协议书号"), required=False, max_length=60),
                Given("agreement", _("协议内容"), "long_text", max_length=5000),
            ),
            tone="primary",
            hint="双方签了协议就记在这里，协议书可作为附件上传。",
        ),
        Deed(
            "fail",
            "调解不成",
            (DisputeState.OPEN,),
            (_CLOSED_ON, _REASON),
            tone="danger",
            hint="谈不拢的，写明为什么，并告知可以仲裁或起诉。",
        ),
        Deed("link", "归入线索", ANY_STATE, (Given("petition", _("线索或诉求"), "model", options=linkable_clues),)),
        Deed(
            "unlink",
            "移出线索",
            ANY_STATE,
            (Given("petition", _("线索或诉求"), "model", options=linked_clues), _REASON),
        ),
        Deed(
            "add_party",
            "添加当事人",
            ANY_STATE,
            (
                Given("side", _("一方"), "choice", options=PartySide),
                Given("name", _("姓名或单位"), max_length=60),
                Given("phone", _("联系电话"), required=False, max_length=20),
                Given("is_firm", _("是单位"), "boolean", required=False),
                Given("headcount", _("人数"), "integer", required=False, minimum=1, maximum=30000),
            ),
        ),
        Deed("amend_claim", "更正涉及金额", ANY_STATE, (CLAIMED, _REASON, _EXCESS_REASON)),
        Deed(
            "cancel_recovery",
            "冲销一笔",
            ANY_STATE,
            (Given("recovery", _("哪一笔"), "model", options=live_recoveries), _REASON),
            tone="danger",
            hint="记错的款项不删除，写明原因后冲销，两笔都留着。",
        ),
        Deed("resume", "重新调解", (DisputeState.MEDIATED, DisputeState.FAILED), (_REASON,)),
    )
}  # fmt: skip

register_verbs("petitions.dispute", {"open": "登记纠纷"} | {deed.verb: deed.label for deed in DEEDS.values()})
register_verbs("petitions.petition", {"dispute_linked": "归入纠纷", "dispute_unlinked": "移出纠纷"})
