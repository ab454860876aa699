"""The verbs of a dispute (R75–R77): who quarrels, the sessions, what was agreed, and what came back.

Every verb locks the dispute first: the sum that was recovered is kept in its row, and two recoveries at once must not
both find room below the claim. A recovery is never deleted; one entered by mistake is written off (冲销) with a reason.
"""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.scope import Scope
from petitions import dispute_notices, rules
from petitions.actions.receiving import check_phone, plain_phone
from petitions.enums import DisputeState, PartySide
from petitions.models import Dispute, DisputeParty, MediationSession, Petition, Recovery
from petitions.moves.disputes import DEEDS, OPEN, OPENERS, UNMASK_REASON
from petitions.numbers import next_dispute_number
from records.actions import record_event
from records.moves import clean_given

LARGEST = Decimal("999999999999.99")


def may_mediate(user, dispute):
    """The venue that mediates, and the organizers above it."""
    return dispute.studio_id in rules.kept_studio_ids(user) or Scope.of(user).covers(
        dispute.organization, Role.ORGANIZER
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
    after, note = _DO[verb](dispute, by=by, at=at, **given)
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
    dispute_notices.tell_receivers(dispute, verb, at=at, unless=by.user)
    return dispute


@transaction.atomic
def unmask_parties(dispute, *, by, at, **data):
    """The parties with their names and phones, for a reason that stays in the time line. Returns [DisputeParty]."""
    if not may_mediate(by.user, dispute):
        raise NotAllowed("您的岗位不能查看当事人的姓名和电话，请联系调解工作室的联络员。")
    given = clean_given([UNMASK_REASON], data, dispute, by.user, step="查看姓名和电话")
    organization = dispute.organization
    record_event(dispute, "unmasked", by=by, at=at, organization=organization, note=given["reason"])
    return list(dispute.parties.all())


def allowed_deeds(dispute, user):
    """The verbs this user may do on this dispute now."""
    if not may_mediate(user, dispute):
        return []
    return [deed for deed in DEEDS.values() if dispute.state in deed.states]


def _add_party(dispute, *, by, at, side, name, phone, is_firm, headcount):
    _check_phone(plain_phone(phone), "phone")
    DisputeParty.objects.create(
        dispute=dispute,
        side=side,
        name=name,
        phone=plain_phone(phone),
        is_firm=is_firm,
        headcount=headcount or 1,
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
    why = _explained_excess(
        dispute,
        claimed=dispute.claimed,
        recovered=total,
        given=excess_reason,
        refusal=f"加上这一笔共追回 {total:,} 元，多于涉及金额 {_in_words(dispute.claimed)}。"
        "请写明这次多出的是什么（如利息、赔偿金），或先更正涉及金额。",
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
    _keep_total(dispute, total, why)
    dispute.new_recovery = recovery
    return {"amount": _yuan(amount), "paid_on": paid_on.isoformat()}, excess_reason


def _in_words(claimed):
    return "（没有填）" if claimed is None else f"{claimed:,} 元"


def _excess(claimed, recovered):
    """How much more came back than was claimed; of a sum that nobody could name, nothing is too much."""
    return max(recovered - claimed, Decimal("0")) if claimed is not None else Decimal("0")


def _explained_excess(dispute, *, claimed, recovered, given, refusal):
    """The explanation that stands after this step. Whenever the excess grows it must be given anew: that of one yuan of
    interest does not explain half a million."""
    before, after = _excess(dispute.claimed, dispute.recovered), _excess(claimed, recovered)
    if after > before and not given:
        raise InvalidInput({"excess_reason": [refusal]})
    return (given or dispute.excess_reason) if after else ""


def _keep_total(dispute, total, excess_reason):
    dispute.recovered, dispute.excess_reason = total, excess_reason
    dispute.save(update_fields=["recovered", "excess_reason"])


def _cancel_recovery(dispute, *, by, at, recovery, reason):
    done = Recovery.objects.filter(pk=recovery.pk, cancelled_at=None).update(
        cancelled_at=at, cancel_reason=reason
    )
    if done != 1:
        raise Conflict("刚才已有人冲销了这一笔，没有重复冲销。请刷新页面，看最新情况。")
    total = dispute.recovered - recovery.amount
    within = dispute.claimed is None or total <= dispute.claimed
    _keep_total(dispute, total, "" if within else dispute.excess_reason)
    return {"amount": _yuan(recovery.amount), "paid_on": recovery.paid_on.isoformat()}, reason


def _amend_claim(dispute, *, by, at, claimed, reason, excess_reason):
    _check_some(claimed)
    why = _explained_excess(
        dispute,
        claimed=claimed,
        recovered=dispute.recovered,
        given=excess_reason,
        refusal=f"已追回 {dispute.recovered:,} 元，多于更正后的涉及金额 {_in_words(claimed)}。"
        "请核对涉及金额；没有写错的，请写明多出的是什么（如利息、赔偿金）。",
    )
    old, dispute.claimed, dispute.excess_reason = dispute.claimed, claimed, why
    dispute.save(update_fields=["claimed", "excess_reason"])
    note = f"{reason}　多出的是：{excess_reason}" if excess_reason and why else reason
    return {"claimed_before": _yuan(old), "claimed": _yuan(claimed)}, note


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
    record_event(
        petition, "dispute_linked", by=by, at=at, organization=home, after={"dispute": dispute.number}
    )


def _unlink_clue(dispute, *, by, at, petition, reason):
    if Petition.objects.filter(pk=petition.pk, dispute=dispute).update(dispute=None) != 1:
        raise Conflict("刚才已有人把这件线索移出了。请刷新页面后核对。")
    after = {"dispute": dispute.number}
    home = petition.organization
    record_event(petition, "dispute_unlinked", by=by, at=at, organization=home, after=after, note=reason)
    return {"petition": petition.number}, reason


_DO = {
    "add_session": _add_session,
    "add_recovery": _add_recovery,
    "mediate": _mediated,
    "fail": _failed,
    "link": _link_clue,
    "unlink": _unlink_clue,
    "add_party": _add_party,
    "amend_claim": _amend_claim,
    "cancel_recovery": _cancel_recovery,
    "resume": _resume,
}
