"""Which lines of the duty ledger matters make, and how they are told: what she took down, and what she told people."""

from django.utils import timezone

from petitions.models import Feedback, Petition
from records.models import Event
from representatives.enums import DutyKind
from representatives.ledger import LedgerSource, Told
from representatives.models import Mandate

SUBJECT = Petition._meta.label_lower
HANDED_ON = ("handed_over", "left_to_venue")


def _events(*verbs):
    return Event.objects.filter(subject_type=SUBJECT, verb__in=verbs).order_by()


def _subjects(*verbs):
    return set(_events(*verbs).values_list("subject_id", flat=True))


def _day(moment):
    return timezone.localtime(moment).date()


def _received():
    """Taken down here; what came by a ledger of former years is nobody's duty. A matter that was handed on no longer
    tells who took it down: the line stays with her who did."""
    imported, handed_on = _subjects("imported"), _subjects(*HANDED_ON)
    rows = Petition.objects.order_by().values_list("pk", "mandate_id", "received_at")
    for pk, mandate, at in rows.iterator(5000):
        if pk in imported:
            continue
        if pk in handed_on:
            yield None, pk, _day(at), 1
        elif mandate is not None:
            yield mandate, pk, _day(at), 1


def _fed_back():
    """Told by the representative who had taken it down, as the time line says."""
    handed_on = _subjects(*HANDED_ON)
    representatives = set(
        Mandate.objects.exclude(person__user=None).order_by().values_list("person__user_id", flat=True)
    )
    told = _events("feedback").values_list("subject_id", "at", "actor_id")
    tellers = {(pk, at): actor for pk, at, actor in told.iterator(5000)}
    rows = Feedback.objects.filter(by_person=False).order_by()
    for pk, petition, at, mandate, holder in rows.values_list(
        "pk", "petition_id", "told_at", "petition__mandate_id", "petition__mandate__person__user_id"
    ).iterator(5000):
        teller = tellers.get((petition, at))
        if teller is None:
            continue
        if teller == holder:
            yield mandate, pk, _day(at), 1
        elif petition in handed_on and teller in representatives:
            yield None, pk, _day(at), 1


def _address(petition):
    return {
        "what": petition.shown_title,
        "desk": f"/admin/petitions/petition/{petition.pk}/change/",
        "phone": f"/matters/{petition.pk}/",
    }


def _tell_received(ids, user):
    rows = Petition.objects.visible_to(user).filter(pk__in=ids)
    return {petition.pk: Told(**_address(petition)) for petition in rows}


def _tell_fed_back(ids, user):
    seen = Petition.objects.visible_to(user).filter(feedbacks__in=ids).values("pk")
    rows = Feedback.objects.filter(pk__in=ids, petition__in=seen).select_related("petition")
    return {feedback.pk: Told(**_address(feedback.petition)) for feedback in rows}


RECEIVED = LedgerSource(DutyKind.PETITION_RECEIVED, Petition, "件", _received, _tell_received)
FED_BACK = LedgerSource(DutyKind.PETITION_FED_BACK, Feedback, "件", _fed_back, _tell_fed_back)
