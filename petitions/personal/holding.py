"""What is past its term, and what must be kept all the same; each reason is a sentence the person can be told."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.scope import Scope
from petitions.enums import DisputeState, Status
from petitions.models import Dispute, DisputeParty, Petition, Problem, Routing
from records.models import DataRequestItem, RequestStatus, RetentionRule

PETITION = "petitions.petition"
DISPUTE_RULE = "dispute"


def closed_before(days, at):
    """Matters closed so many days ago whose person is still named; a routed one counts from its going."""
    limit = at - timedelta(days=days)
    closed = (
        Q(status=Status.ARCHIVED, archived_at__lt=limit)
        | Q(status=Status.WITHDRAWN, withdrawn_at__lt=limit)
        | Q(status=Status.ROUTED_OUT, routed_out_at__lt=limit)
    )
    return Petition.objects.filter(closed, anonymized_at=None)


def disputes_before(days, at):
    """Disputes closed so many days ago that still name a party."""
    limit = timezone.localdate(at) - timedelta(days=days)
    named = DisputeParty.objects.filter(dispute=OuterRef("pk")).filter(
        ~Q(phone="") | Q(is_firm=False) & ~Q(name__endswith="*")
    )
    closed = Dispute.objects.exclude(state=DisputeState.OPEN)
    return closed.filter(Exists(named), closed_on__lt=limit)


def why_held(petitions, at):
    """{pk: why} for closed matters whose data must wait."""
    ids = [petition.pk for petition in petitions]
    asked = set(
        DataRequestItem.objects.filter(
            subject_type=PETITION, subject_id__in=ids, request__status=RequestStatus.OPEN
        ).values_list("subject_id", flat=True)
    )
    no_receipt = set(
        Routing.objects.filter(petition__in=ids, returned_at=None, receipt_on=None).values_list(
            "petition", flat=True
        )
    )
    disputes = _kept_disputes({petition.dispute_id for petition in petitions} - {None}, at)
    problems = set(
        Problem.objects.filter(
            pk__in={petition.problem_id for petition in petitions} - {None},
            main__status__in=Status.open_states(),
        ).values_list("pk", flat=True)
    )
    reasons = {}
    for petition in petitions:
        if petition.pk in asked:
            reasons[petition.pk] = "个人信息请求还没有答复"
        elif petition.dispute_id in disputes:
            reasons[petition.pk] = disputes[petition.dispute_id]
        elif petition.status == Status.ROUTED_OUT and petition.pk in no_receipt:
            reasons[petition.pk] = "转出后还没有收到回执"
        elif petition.problem_id in problems:
            reasons[petition.pk] = "并案的主件还没有办结"
    return reasons


def _kept_disputes(ids, at):
    """{pk: why}"""
    if not ids:
        return {}
    rule = RetentionRule.objects.filter(what=DISPUTE_RULE, is_active=True).first()
    limit = timezone.localdate(at) - timedelta(days=rule.days) if rule else None
    kept = {}
    for dispute in Dispute.objects.filter(pk__in=ids):
        if dispute.state == DisputeState.OPEN:
            kept[dispute.pk] = "纠纷还在调解"
        elif limit and dispute.closed_on >= limit:
            kept[dispute.pk] = f"纠纷结案后还须留存（{rule.source}）"
    return kept


def why_kept(petition, *, at, besides=None):
    """Why the person cannot be forgotten today although she asks for it, or ""."""
    if petition.is_open:
        return "事情还没有办结，办理和告知结果要用到这些信息；可以先申请撤回，或等办结后再删除"
    if petition.anonymized_at:
        return "个人信息此前已经删除"
    others = DataRequestItem.objects.filter(
        subject_type=PETITION, subject_id=petition.pk, request__status=RequestStatus.OPEN
    )
    if besides is not None:
        others = others.exclude(request=besides)
    if others.exists():
        return "另有一个请求还没有答复，请先答复那一个"
    return _kept_disputes({petition.dispute_id} - {None}, at).get(petition.dispute_id, "")


def hidden_from(user):
    """Complaints about an office the user belongs to: she must not even learn that they exist."""
    if not Scope.of(user).offices:
        return None
    shown = Petition.objects.filter(is_accusation=True).not_about_office_of(user)
    return Petition.objects.filter(is_accusation=True).exclude(pk__in=shown.values("pk")).values("pk")
