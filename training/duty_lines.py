"""Which lines of the duty ledger training makes, and how they are told."""

from representatives.enums import DutyKind
from representatives.ledger import LedgerSource, Told
from training.models import Enrolment
from training.notices import desk_link, training_link


def _lines():
    came = Enrolment.objects.attended().exclude(mandate=None).order_by()
    rows = came.values_list("mandate_id", "pk", "training__start_date", "hours")
    yield from rows.iterator(5000)


def _tell(ids, user):
    rows = Enrolment.objects.visible_to(user).filter(pk__in=ids).select_related("training", "person")
    return {
        row.pk: Told(
            what=row.training.title,
            desk=desk_link(row.training),
            phone=training_link(row.training) if row.person.user_id == user.pk else "",
        )
        for row in rows
    }


ATTENDANCES = LedgerSource(DutyKind.TRAINING, Enrolment, "学时", _lines, _tell)
