"""Looking at what is masked: for a reason, and on record."""

from django.db import transaction

from accounts.errors import NotAllowed
from petitions import rules
from petitions.moves import UNMASK_REASON
from records.actions import record_event
from records.moves import clean_given


def check_may_unmask(petition, *, by):
    if not rules.may_unmask(by.user, petition):
        raise NotAllowed("您的岗位不能查看反映人的联系方式，请联系该工作室（站）的联络员。")


@transaction.atomic
def unmask_petition(petition, *, by, at, reason):
    """Name and phone of the petitioner, for a reason that stays in the time line. Returns (name, phone)."""
    check_may_unmask(petition, by=by)
    given = clean_given([UNMASK_REASON], {"reason": reason}, petition, by.user, step="查看联系方式")
    record_event(petition, "unmasked", by=by, at=at, organization=petition.organization, note=given["reason"])
    return petition.petitioner_name, petition.petitioner_phone
