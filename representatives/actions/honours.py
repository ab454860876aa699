"""Honours are entered, and taken back (R73)."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.enums import NoticeKind
from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import record_event
from records.moves import clean_given
from representatives import rules
from representatives.actions.ledger import reverse_duty_records, write_duty_record
from representatives.enums import DutyKind
from representatives.models import Honour, Mandate
from representatives.moves.duty_file import HONOUR, WITHDRAW_HONOUR

NOT_ORGANIZER = "只有当地组织部门的组工干部可以登记、撤销荣誉，请联系他们。"


def file_address(mandate, *, year=None):
    """On the phone; this room does not know the portal."""
    return f"/me/file/?mandate={mandate.pk}" + (f"&year={year}" if year else "")


@transaction.atomic
def record_honour(*, by, at, **data):
    """One honour, and its line in the duty ledger. Returns the Honour."""
    if by.user is not None and not rules.organizes_anything(by.user):
        raise NotAllowed(NOT_ORGANIZER)
    given = clean_given(HONOUR, data, None, by.user, step="登记荣誉")
    mandate = given["mandate"]
    _check_day(mandate, given["granted_date"], at=at)
    # Two presses of one button: the second waits here, and then finds the first.
    list(Mandate.objects.filter(pk=mandate.pk).select_for_update(no_key=True).values_list("pk"))
    same = {name: given[name] for name in ("mandate", "title", "granted_date")}
    if Honour.objects.standing().filter(**same).exists():
        raise InvalidInput({"title": [f"{mandate.person.name}代表这一天的这项荣誉已经登记过了。"]})
    honour = Honour.objects.create(**given, recorded_at=at, recorded_by=by.user)
    write_duty_record(mandate, DutyKind.HONOUR, on=honour.granted_date, source=honour)
    record_event(honour, "honour", by=by, at=at, organization=mandate.organization, after=_told(honour))
    notify(
        [mandate.person.user],
        title=f"「{honour.title}」已记入您的履职档案",
        link=file_address(mandate, year=honour.granted_date.year),
        at=at,
        kind=NoticeKind.OTHER,
    )
    return honour


def _check_day(mandate, day, *, at):
    fault = ""
    if day > timezone.localdate(at):
        fault = "授予日期不能晚于今天，请核对。"
    elif mandate.start_date and day < mandate.start_date:
        fault = f"这一届自{mandate.start_date}当选，以前的荣誉不记入本届档案，请核对日期或换一个代表资格。"
    elif mandate.end_date and day > mandate.end_date:
        fault = f"这一届已于{mandate.end_date}终止，以后的荣誉不记入本届档案，请核对日期或换一个代表资格。"
    if fault:
        raise InvalidInput({"granted_date": [fault]})


def _told(honour):
    return {
        "title": honour.title,
        "granted_by": honour.granted_by,
        "level": honour.level,
        "granted_date": honour.granted_date.isoformat(),
        "document_number": honour.document_number,
    }


@transaction.atomic
def withdraw_honour(honour, *, by, at, **data):
    """Entered by mistake, or taken back by who had given it: it stays with the reason, and its line no longer counts."""
    mandate = honour.mandate
    if by.user is not None and not rules.organizes(by.user, mandate):
        raise NotAllowed(NOT_ORGANIZER)
    given = clean_given(WITHDRAW_HONOUR, data, honour, by.user, step="撤销荣誉")
    changes = {"withdrawn_at": at, "withdraw_reason": given["reason"]}
    if Honour.objects.filter(pk=honour.pk, withdrawn_at=None).update(**changes) != 1:
        raise Conflict("这项荣誉已经撤销了。请刷新页面。", code="wrong-state")
    honour.withdrawn_at, honour.withdraw_reason = at, given["reason"]
    reverse_duty_records([honour], at=at)
    record_event(
        honour,
        "withdraw_honour",
        by=by,
        at=at,
        organization=mandate.organization,
        before=_told(honour),
        note=given["reason"],
    )
    notify(
        [mandate.person.user],
        title=f"「{honour.title}」已从您的履职档案撤下",
        body=given["reason"],
        link=file_address(mandate, year=honour.granted_date.year),
        at=at,
        kind=NoticeKind.OTHER,
    )
    return honour
