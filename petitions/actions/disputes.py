"""The verbs of a dispute (R75–R77): who quarrels, the sessions, what was agreed, and what came back.

Every verb locks the dispute first: the sum that was recovered is kept in its row, and two recoveries at once must not
both find room below the claim. A recovery is never deleted; one entered by mistake is written off (冲销) with a reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.scope import Scope
from petitions import rules
from petitions.actions.receiving import check_phone, plain_phone
from petitions.enums import DisputeKind, DisputeState, Kind, PartySide
from petitions.models import Dispute, DisputeParty, MediationSession, Petition, Recovery
from petitions.numbers import next_dispute_number
from records.actions import record_event
from records.moves import Given, clean_given
from records.verbs import register_verbs

LINKED_KINDS = (Kind.CLUE, Kind.REQUEST)
"""What may share a dispute: somebody tells of it, or asks for help with it."""
LARGEST = Decimal("999999999999.99")


@dataclass(frozen=True)
class Deed:
    """One verb: in which states it may be done, what it must be given, and the function that does it."""

    verb: str
    label: str
    states: tuple
    needs: tuple
    do: Callable
    tone: str = "plain"
    hint: str = ""


def may_mediate(user, dispute):
    """The venue that mediates, and the organizers above it."""
    return dispute.studio_id in rules.kept_studio_ids(user) or Scope.of(user).covers(
        dispute.organization, Role.ORGANIZER
    )


def mediating_studios(_subject, user):
    """Venues in whose name the user may open a dispute."""
    return rules.receiving_studios(_subject, user) if Scope.of(user).has(*OPENERS) else _no_studios()


OPENERS = (Role.ORGANIZER, Role.KEEPER, Role.CLIENT)


def _no_studios():
    from studios.models import Studio

    return Studio.objects.none()


def linkable_clues(dispute, user):
    """Clues and requests of the same county that the user organizes or keeps, and that hang on no dispute yet."""
    rows = rules.organized_or_kept(user).filter(kind__in=LINKED_KINDS, dispute=None).order_by("-received_at")
    return rows.filter(organization__path__startswith=dispute.organization.county_path) if dispute else rows


def linked_clues(dispute, user):
    return Petition.objects.visible_to(user).filter(dispute=dispute).order_by("received_at", "pk")


def live_recoveries(dispute, _user):
    return Recovery.objects.filter(dispute=dispute, cancelled_at=None)


CLAIMED = Given(
    "claimed", _("涉及金额（元）"), "decimal", required=False, help=_("如 18400 或 18400.50；说不清可以不填")
)
OPEN = (
    Given("studio", _("调解工作室"), "model", options=mediating_studios),
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


@transaction.atomic
def open_dispute(*, by, at, **data):
    """Take a dispute on; the keys of `OPEN` in `data`. Returns the Dispute."""
    if not Scope.of(by.user).has(*OPENERS):
        raise NotAllowed("您的岗位不登记纠纷，请联系工作室（站）的联络员。")
    given = clean_given(OPEN, _plain(data, "claimant_phone"), None, by.user, step="登记纠纷")
    _check_phone(given["claimant_phone"], "claimant_phone")
    _check_some(given["claimed"])
    home = given["studio"].organization
    petition = given["petition"]
    if petition and petition.organization.county_path != home.county_path:
        raise InvalidInput({"petition": ["这件线索不在调解工作室所在的县市区，请另选。"]})
    dispute = Dispute.objects.create(
        number=next_dispute_number(home, at=at),
        title=" ".join(given["title"].split()),
        kind=given["kind"],
        organization=home,
        studio=given["studio"],
        claimed=given["claimed"],
        opened_at=at,
        created_by=by.user,
    )
    DisputeParty.objects.create(
        dispute=dispute,
        side=PartySide.CLAIMANT,
        name=given["claimant"],
        phone=given["claimant_phone"],
        headcount=given["headcount"] or 1,
    )
    DisputeParty.objects.create(
        dispute=dispute,
        side=PartySide.RESPONDENT,
        name=given["respondent"],
        is_firm=given["respondent_is_firm"],
    )
    after = {"state": dispute.state, "kind": dispute.kind, "claimed": _yuan(dispute.claimed)}
    record_event(dispute, "open", by=by, at=at, organization=home, after=after)
    if petition:
        _link(dispute, by=by, at=at, petition=petition)
    return dispute


def _plain(data, name):
    return {**data, name: plain_phone(data.get(name))}


def _check_phone(phone, name):
    try:
        check_phone(phone)
    except InvalidInput as fault:
        raise InvalidInput({name: fault.errors["petitioner_phone"]}) from fault


def _check_some(amount):
    if amount is not None and amount <= 0:
        raise InvalidInput({"claimed": ["涉及金额须大于 0；说不清就不要填。"]})


def _yuan(amount):
    """As an event keeps it: a decimal string, never a float."""
    return None if amount is None else str(amount)


@transaction.atomic
def perform_dispute(verb, dispute, *, by, at, data=None):
    """Do one verb on a dispute. Returns the Dispute as it now is."""
    deed = DEEDS[verb]
    if not may_mediate(by.user, dispute):
        raise NotAllowed(
            f"您的岗位不能对这起纠纷做「{deed.label}」，请联系调解工作室的联络员或主管单位的组工干部。"
        )
    dispute = Dispute.objects.select_for_update(of=("self",)).select_related("organization", "studio").get(
        pk=dispute.pk
    )  # fmt: skip
    if dispute.state not in deed.states:
        raise Conflict(
            f"这起纠纷现在是「{dispute.get_state_display()}」，不能做「{deed.label}」。请刷新页面，看最新情况。",
            code="wrong-state",
        )
    given = clean_given(deed.needs, data or {}, dispute, by.user, step=deed.label)
    before = {"state": dispute.state, "recovered": _yuan(dispute.recovered)}
    after, note = deed.do(dispute, by=by, at=at, **given)
    after = {"state": dispute.state, "recovered": _yuan(dispute.recovered)} | after
    changed = {name: value for name, value in before.items() if after[name] != value}
    record_event(
        dispute,
        verb,
        by=by,
        at=at,
        organization=dispute.organization,
        before=changed,
        after={name: value for name, value in after.items() if name not in before or name in changed},
        note=note,
    )
    return dispute


def allowed_deeds(dispute, user):
    """The verbs this user may do on this dispute now."""
    if not may_mediate(user, dispute):
        return []
    return [deed for deed in DEEDS.values() if dispute.state in deed.states]


def _add_party(dispute, *, by, at, side, name, phone, is_firm, headcount):
    _check_phone(plain_phone(phone), "phone")
    DisputeParty.objects.create(
        dispute=dispute, side=side, name=name, phone=plain_phone(phone), is_firm=is_firm, headcount=headcount or 1
    )
    return {"side": str(side), "headcount": headcount or 1}, ""


def _add_session(dispute, *, by, at, held_at, place, mediator, content):
    if held_at > at:
        raise InvalidInput({"held_at": ["调解时间不能晚于现在，请在调解之后再记。"]})
    MediationSession.objects.create(
        dispute=dispute, held_at=held_at, place=place, mediator=mediator, content=content
    )
    return {"held_at": timezone.localtime(held_at).isoformat(), "mediator": mediator}, ""


def _add_recovery(dispute, *, by, at, paid_on, amount, payer, note, excess_reason):
    if amount <= 0:
        raise InvalidInput({"amount": ["金额须大于 0。记错的款项请用「冲销」。"]})
    _check_not_ahead(paid_on, at, "paid_on", "到账日期")
    total = dispute.recovered + amount
    if total > LARGEST:
        raise InvalidInput({"amount": ["金额太大，请核对是否多写了几位。"]})
    if dispute.claimed is not None and total > dispute.claimed and not (excess_reason or dispute.excess_reason):
        raise InvalidInput(
            {
                "excess_reason": [
                    f"加上这一笔共追回 {total:,} 元，多于涉及金额 {dispute.claimed:,} 元。"
                    "请写明多出的是什么（如利息、赔偿金），或先更正涉及金额。"
                ]
            }
        )
    recovery = Recovery.objects.create(
        dispute=dispute,
        paid_on=paid_on,
        amount=amount,
        payer=payer,
        note=note,
        recorded_at=at,
        recorded_by=by.user,
    )
    _keep_total(dispute, total, excess_reason or dispute.excess_reason)
    dispute.new_recovery = recovery
    return {"amount": _yuan(amount), "paid_on": paid_on.isoformat()}, excess_reason


def _keep_total(dispute, total, excess_reason):
    dispute.recovered, dispute.excess_reason = total, excess_reason
    dispute.save(update_fields=["recovered", "excess_reason"])


def _cancel_recovery(dispute, *, by, at, recovery, reason):
    done = Recovery.objects.filter(pk=recovery.pk, cancelled_at=None).update(cancelled_at=at, cancel_reason=reason)
    if done != 1:
        raise Conflict("刚才已有人冲销了这一笔，没有重复冲销。请刷新页面，看最新情况。")
    total = dispute.recovered - recovery.amount
    within = dispute.claimed is None or total <= dispute.claimed
    _keep_total(dispute, total, "" if within else dispute.excess_reason)
    return {"amount": _yuan(recovery.amount), "paid_on": recovery.paid_on.isoformat()}, reason


def _amend_claim(dispute, *, by, at, claimed, reason):
    _check_some(claimed)
    if claimed is not None and dispute.recovered > claimed and not dispute.excess_reason:
        raise InvalidInput({"claimed": [f"已追回 {dispute.recovered:,} 元，涉及金额不能比它少，请核对。"]})
    old, dispute.claimed = dispute.claimed, claimed
    if claimed is None or dispute.recovered <= claimed:
        dispute.excess_reason = ""
    dispute.save(update_fields=["claimed", "excess_reason"])
    return {"claimed_before": _yuan(old), "claimed": _yuan(claimed)}, reason


def _mediated(dispute, *, by, at, closed_on, agreement_number, agreement):
    _close(dispute, DisputeState.MEDIATED, closed_on, at)
    dispute.agreement_number, dispute.agreement = agreement_number, agreement
    dispute.save(update_fields=["state", "closed_on", "agreement_number", "agreement"])
    return {"closed_on": closed_on.isoformat(), "agreement_number": agreement_number}, ""


def _failed(dispute, *, by, at, closed_on, reason):
    _close(dispute, DisputeState.FAILED, closed_on, at)
    dispute.save(update_fields=["state", "closed_on"])
    return {"closed_on": closed_on.isoformat()}, reason


def _close(dispute, state, closed_on, at):
    _check_not_ahead(closed_on, at, "closed_on", "结束日期")
    if closed_on < timezone.localdate(dispute.opened_at):
        raise InvalidInput({"closed_on": ["结束日期不能早于立案日期，请核对。"]})
    dispute.state, dispute.closed_on = state, closed_on


def _check_not_ahead(day, at, name, label):
    if day > timezone.localdate(at):
        raise InvalidInput({name: [f"{label}不能晚于今天，请核对。"]})


def _resume(dispute, *, by, at, reason):
    dispute.state, dispute.closed_on = DisputeState.OPEN, None
    dispute.save(update_fields=["state", "closed_on"])
    return {}, reason


def _link_clue(dispute, *, by, at, petition):
    _link(dispute, by=by, at=at, petition=petition)
    return {"petition": petition.number}, ""


def _link(dispute, *, by, at, petition):
    if Petition.objects.filter(pk=petition.pk, dispute=None).update(dispute=dispute) != 1:
        raise Conflict("刚才已有人把这件线索归入了一起纠纷。请刷新页面后核对。")
    home = petition.organization
    record_event(petition, "dispute_linked", by=by, at=at, organization=home, after={"dispute": dispute.number})


def _unlink_clue(dispute, *, by, at, petition, reason):
    if Petition.objects.filter(pk=petition.pk, dispute=dispute).update(dispute=None) != 1:
        raise Conflict("刚才已有人把这件线索移出了。请刷新页面后核对。")
    after = {"dispute": dispute.number}
    home = petition.organization
    record_event(petition, "dispute_unlinked", by=by, at=at, organization=home, after=after, note=reason)
    return {"petition": petition.number}, reason


_ANY = tuple(DisputeState)
_REASON = Given("reason", _("原因"), "long_text", max_length=500)
_CLOSED_ON = Given("closed_on", _("结束日期"), "date")

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
            _add_session,
            tone="primary",
            hint="谁到场、各说了什么、谈到哪一步。",
        ),
        Deed(
            "add_recovery",
            "记一笔到账",
            _ANY,
            (
                Given("paid_on", _("到账日期"), "date"),
                Given("amount", _("金额（元）"), "decimal"),
                Given("payer", _("付款方"), max_length=60),
                Given("note", _("说明"), required=False, max_length=200),
                Given(
                    "excess_reason",
                    _("多于涉及金额的说明"),
                    required=False,
                    max_length=500,
                    help=_("追回的合计多于涉及金额时才要填，如含利息、赔偿金"),
                ),
            ),
            _add_recovery,
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
            _mediated,
            tone="primary",
            hint="双方签了协议就记在这里，协议书可作为附件上传。",
        ),
        Deed(
            "fail",
            "调解不成",
            (DisputeState.OPEN,),
            (_CLOSED_ON, _REASON),
            _failed,
            tone="danger",
            hint="谈不拢的，写明为什么，并告知可以仲裁或起诉。",
        ),
        Deed("link", "归入线索", _ANY, (Given("petition", _("线索或诉求"), "model", options=linkable_clues),), _link_clue),
        Deed(
            "unlink",
            "移出线索",
            _ANY,
            (Given("petition", _("线索或诉求"), "model", options=linked_clues), _REASON),
            _unlink_clue,
        ),
        Deed(
            "add_party",
            "添加当事人",
            _ANY,
            (
                Given("side", _("一方"), "choice", options=PartySide),
                Given("name", _("姓名或单位"), max_length=60),
                Given("phone", _("联系电话"), required=False, max_length=20),
                Given("is_firm", _("是单位"), "boolean", required=False),
                Given("headcount", _("人数"), "integer", required=False, minimum=1, maximum=30000),
            ),
            _add_party,
        ),
        Deed("amend_claim", "更正涉及金额", _ANY, (CLAIMED, _REASON), _amend_claim),
        Deed(
            "cancel_recovery",
            "冲销一笔",
            _ANY,
            (Given("recovery", _("哪一笔"), "model", options=live_recoveries), _REASON),
            _cancel_recovery,
            tone="danger",
            hint="记错的款项不删除，写明原因后冲销，两笔都留着。",
        ),
        Deed("resume", "重新调解", (DisputeState.MEDIATED, DisputeState.FAILED), (_REASON,), _resume),
    )
}  # fmt: skip

register_verbs("petitions.dispute", {"open": "登记纠纷"} | {deed.verb: deed.label for deed in DEEDS.values()})
register_verbs("petitions.petition", {"dispute_linked": "归入纠纷", "dispute_unlinked": "移出纠纷"})
