"""Inspecting a venue against the checklist (R17), and the papers and photos that are kept with it."""

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import record_event
from records.attachments import attach_file
from records.moves import clean_given
from studios import rules
from studios.enums import DayStatus, Verdict
from studios.models import ChecklistResult
from studios.moves.people import INSPECTION


@transaction.atomic
def inspect_item(studio, item, *, by, at, **data):
    """The newest inspection of an item stands. Returns the ChecklistResult."""
    if by.user is not None and not rules.may_organize(by.user, studio):
        raise NotAllowed("达标检查由主管单位的组工干部登记，请联系他们。")
    given = clean_given(INSPECTION, data, studio, by.user, step="登记检查")
    if given["inspected_date"] > timezone.localdate(at):
        raise InvalidInput({"inspected_date": ["检查日期不能晚于今天，请核对。"]})
    if given["expires_date"] and given["expires_date"] < given["inspected_date"]:
        raise InvalidInput({"expires_date": ["有效期不能早于检查日期，请核对。"]})
    is_met = given.pop("verdict") == Verdict.MET
    result, _new = ChecklistResult.objects.update_or_create(
        studio=studio, item=item, defaults={**given, "is_met": is_met}
    )
    record_event(
        studio,
        "inspect",
        by=by,
        at=at,
        organization=studio.organization,
        after={"item": item.name, "is_met": is_met, "inspected_date": result.inspected_date.isoformat()},
        note=result.note,
    )
    return result


def keep_file(owner, studio, upload, *, by, at):
    """Evidence of an inspection, or a document of the venue. Returns the Attachment."""
    if by.user is not None and not rules.may_staff(by.user, studio):
        raise NotAllowed("只有本室的联络员和主管单位的组工干部可以上传，请联系他们。")
    return attach_file(owner, upload, by=by, at=at)


def keep_photo(day, upload, *, by, at):
    """A photo of a reception day: on the day or after it, also when it is closed."""
    if day.status not in (DayStatus.PUBLISHED, DayStatus.HELD) or day.date > timezone.localdate(at):
        raise Conflict("接待当天起才能传照片；改期和没有开的不用传。", code="wrong-state")
    return keep_file(day, day.studio, upload, by=by, at=at)
