"""Which lines of the duty ledger reception days make, and how they are told."""

from representatives.enums import DutyKind
from representatives.ledger import LedgerSource, Told
from studios.enums import DayStatus, DutyStatus
from studios.models import Duty
from studios.notices import day_link, duty_link


def _lines():
    served = Duty.objects.filter(status=DutyStatus.SERVED, day__status=DayStatus.HELD).order_by()
    for mandate, pk, date in served.values_list("mandate_id", "pk", "date").iterator(5000):
        yield mandate, pk, date, 1


def _tell(ids, user):
    duties = Duty.objects.visible_to(user).filter(pk__in=ids).select_related("day__studio", "person")
    return {
        duty.pk: Told(
            what=duty.day.studio.name,
            desk=day_link(duty.day),
            phone=duty_link(duty) if duty.person.user_id == user.pk else "",
        )
        for duty in duties
    }


RECEPTIONS = LedgerSource(DutyKind.RECEPTION, Duty, "次", _lines, _tell)
