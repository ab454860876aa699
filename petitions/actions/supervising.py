"""An office above keeps an eye on a matter (督办, R60): what it demands, by when, and what came of it."""

from django.utils import timezone

from accounts.errors import InvalidInput
from accounts.models import Organization
from petitions import clock_notices, rules
from petitions.actions.moving import iso, move_on
from petitions.models import Supervision


def _supervise(petition, move, *, by, at, demand, reply_due):
    if reply_due and reply_due < timezone.localdate(at):
        raise InvalidInput({"reply_due": ["要求回报日期不能早于今天，请改后再督办。"]})
    office = _office_of(by.user, petition)
    changes = {"supervised_at": at}
    after = {"office": office.display_name, "reply_due": iso(reply_due)}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=demand)
    supervision = Supervision.objects.create(
        petition=petition,
        organization=office,
        demand=demand,
        reply_due=reply_due,
        opened_at=at,
        opened_by=by.user,
    )
    petition.open_supervision = supervision
    clock_notices.tell_supervised(petition, supervision, at=at, unless=by.user)


def _office_of(user, petition):
    """In whose name she supervises: her nearest office above the matter."""
    path = max(rules.supervising_paths(user, petition), key=len)
    return Organization.objects.get(path=path or petition.organization.path[: rules.STEP])


def _end_supervision(petition, move, *, by, at, result):
    move_on(petition, move, by=by, at=at, changes={"supervised_at": None}, note=result)
    petition.supervisions.filter(closed_at=None).update(closed_at=at, closed_by=by.user, result=result)
    petition.open_supervision = None
    clock_notices.tell_supervision_ended(petition, result, at=at, unless=by.user)


SUPERVISING = {"supervise": _supervise, "end_supervision": _end_supervision}
