"""Which lines of the duty ledger mentoring makes, and how they are told."""

from representatives.enums import DutyKind
from representatives.ledger import LedgerSource, Told
from training.actions.pairs import pair_address
from training.models import PairRecord


def _lines():
    rows = PairRecord.objects.standing().order_by()
    for mentor, pk, on in rows.values_list("pair__mentor_id", "pk", "on").iterator(5000):
        yield mentor, pk, on, 1


def _tell(ids, user):
    rows = PairRecord.objects.visible_to(user).filter(pk__in=ids).select_related("pair__mentee")
    return {
        record.pk: Told(
            what=f"{record.pair.mentee.name}　{record.get_kind_display()}",
            desk=f"/admin/training/mentorpair/{record.pair_id}/change/",
            phone=pair_address(record.pair),
        )
        for record in rows
    }


MENTORING = LedgerSource(DutyKind.MENTORING, PairRecord, "次", _lines, _tell)
