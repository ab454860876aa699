"""The yearly list is ticked with evidence, unticked with a reason, and copied to the next year (R7)."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.enums import NoticeKind, Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from records.actions import record_event
from records.attachments import attach_file
from records.bulk import EventRow, record_events
from records.moves import clean_given
from representatives import file_rules
from representatives.actions.honours import file_address
from representatives.duty_lists import DutyLists
from representatives.models import DutyItem, DutyTick, Mandate
from representatives.moves.duty_file import CANCEL_TICK, COPY_LIST, TICK

NOT_HERS = "只有本人和当地组织部门的组工干部可以登记，请联系他们。"
NOT_ORGANIZER = "只有当地组织部门的组工干部可以改清单，请联系他们。"


def check_may_tick(item, mandate, *, by):
    """Refusals that hold whatever is typed."""
    if by.user is not None and not file_rules.may_tick(by.user, mandate):
        raise NotAllowed(NOT_HERS)
    if not item.is_by_hand:
        raise Conflict("这一项由系统按履职记录自动计，不用登记。", code="ticks-itself")
    if item not in DutyLists([item.year]).of(mandate, item.year):
        raise Conflict("这一项不在这个代表资格的清单里，请刷新页面。", code="not-listed")


@transaction.atomic
def tick_item(item, mandate, *, by, at, upload=None, **data):
    """Something of the list was done, with what tells it (and a photo). Returns the DutyTick."""
    check_may_tick(item, mandate, by=by)
    given = clean_given(TICK, data, item, by.user, step="登记完成")
    given["quantity"] = given["quantity"] or 1
    _check_day(item, mandate, given["on"], at=at)
    # Two taps on one button: the second waits here, and then finds the first.
    list(Mandate.objects.filter(pk=mandate.pk).select_for_update(no_key=True).values_list("pk"))
    if DutyTick.objects.standing().filter(item=item, mandate=mandate, on=given["on"]).exists():
        raise InvalidInput({"on": ["这一天已经登记过这一项，一天登记一次；写少了可以取消后重写。"]})
    tick = DutyTick.objects.create(item=item, mandate=mandate, recorded_at=at, recorded_by=by.user, **given)
    record_event(tick, "tick", by=by, at=at, organization=mandate.organization, after=_told(tick))
    if upload:
        attach_file(tick, upload, by=by, at=at)
    return tick


def _check_day(item, mandate, day, *, at):
    fault = ""
    if day > timezone.localdate(at):
        fault = "日期不能晚于今天，请核对。"
    elif day.year != item.year:
        fault = f"这是{item.year}年的清单，请填{item.year}年的日期。"
    elif (mandate.start_date and day < mandate.start_date) or (mandate.end_date and day > mandate.end_date):
        fault = "这一天不在这个代表资格的任期内，请核对。"
    if fault:
        raise InvalidInput({"on": [fault]})


def _told(tick):
    return {"item": tick.item.text, "on": tick.on.isoformat(), "quantity": tick.quantity}


@transaction.atomic
def cancel_tick(tick, *, by, at, **data):
    """It does not stand: by herself, who wrote it down, or by the office, which tells her why."""
    mandate = tick.mandate
    if by.user is not None and not file_rules.may_tick(by.user, mandate):
        raise NotAllowed(NOT_HERS)
    given = clean_given(CANCEL_TICK, data, tick, by.user, step="取消登记")
    changes = {"cancelled_at": at, "cancel_reason": given["reason"]}
    if DutyTick.objects.filter(pk=tick.pk, cancelled_at=None).update(**changes) != 1:
        raise Conflict("这一条已经取消了。请刷新页面。", code="wrong-state")
    tick.cancelled_at, tick.cancel_reason = at, given["reason"]
    record_event(
        tick,
        "cancel_tick",
        by=by,
        at=at,
        organization=mandate.organization,
        before=_told(tick),
        note=given["reason"],
    )
    if by.user is None or not file_rules.is_hers(by.user, mandate):
        notify(
            [mandate.person.user],
            title=f"清单里「{tick.item.text}」的一条登记已取消",
            body=given["reason"],
            link=file_address(mandate, year=tick.item.year),
            at=at,
            kind=NoticeKind.OTHER,
        )
    return tick


@transaction.atomic
def copy_list(*, by, at, **data):
    """A place's list of one year becomes that of the next, in one step. Returns the new DutyItems."""
    if by.user is not None and not Scope.of(by.user).has(Role.ORGANIZER):
        raise NotAllowed(NOT_ORGANIZER)
    given = clean_given(COPY_LIST, data, None, by.user, step="复制清单")
    place, year = given["organization"], given["year"]
    list(Organization.objects.filter(pk=place.pk).select_for_update(no_key=True).values_list("pk"))
    if number := DutyItem.objects.filter(organization=place, year=year + 1).count():
        raise Conflict(
            f"{place.display_name}{year + 1}年的清单已有 {number} 项，没有再复制；要改请逐项改。",
            code="list-exists",
        )
    items = list(DutyItem.objects.active().filter(organization=place, year=year).order_by("pk"))
    if not items:
        raise InvalidInput({"year": [f"{place.display_name}{year}年没有清单，请另选一年。"]})
    for item in items:
        item.pk, item._state.adding, item.year = None, True, year + 1
    # One by one: the second engine alone would tell the ids of many.
    for item in items:
        item.save(force_insert=True)
    rows = [
        EventRow(item.pk, "copied", place.pk, after={"year": year + 1, "text": item.text}) for item in items
    ]
    record_events(DutyItem, rows, by=by, at=at)
    return items
