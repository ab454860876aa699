"""Find, correct, stop and resume: what a person may ask of a matter beside having it deleted or copied."""

from django.db import transaction
from django.db.models import Q

from accounts.errors import Conflict, InvalidInput
from accounts.masking import mask_name, mask_phone
from accounts.models import Organization
from petitions.actions.moving import iso, move_on, move_unit_dates, next_due, stop_clock
from petitions.enums import Status, Step
from petitions.models import Petition
from petitions.rules import organizer
from records.actions import record_event
from records.data_requests import open_request
from records.models import DataRequest, RequestKind
from records.moves import Move, check_move

SHOWN_REQUESTS = 5
STEPS = {
    Status.RECEIVED: Step.REGISTER,
    Status.REGISTERED: Step.ASSIGN,
    Status.HANDLING: Step.HANDLE,
    Status.FEEDBACK: Step.FEEDBACK,
}
STOP = Move(
    verb="stop_processing",
    label="停止处理个人信息",
    sources=tuple(Status),
    target=None,
    may=organizer,
    empty=("stop_processing_at",),
    otherwise="已经停止处理",
)
RESUME = Move(
    verb="resume_processing",
    label="恢复处理个人信息",
    sources=tuple(Status),
    target=None,
    may=organizer,
    filled=("stop_processing_at",),
    otherwise="没有停止处理，不用恢复",
)


def find(*, name, phone, numbers, user):
    """Matters of this person that the user may see: name and phone as she left them, or name and number."""
    same = Q(petitioner_name=name)
    known = (same & Q(petitioner_phone=phone) if phone else Q(pk__in=[])) | (same & Q(number__in=numbers))
    rows = Petition.objects.visible_to(user).filter(known, anonymized_at=None)
    return rows.select_related("organization").order_by("pk")


def open_data_request(*, petition, kind, reason, by, at, new_name="", new_phone=""):
    """What she asks on the public page with her tracking code; asked twice, it is one request. Returns it."""
    if kind not in RequestKind.values:
        raise InvalidInput({"kind": ["请选择要求：查阅、更正、删除、停止处理或恢复处理。"]})
    if not (reason := " ".join(reason.split())):
        raise InvalidInput({"reason": ["请写一句理由，例如：事情已经办完，不想再留电话。"]})
    return open_request(
        [petition],
        kind=kind,
        reason=reason[:1000],
        # A county decides, or the city; the town only hears of it.
        organization=Organization.objects.get(path=petition.organization.county_path),
        by=by,
        at=at,
        subject_name=petition.petitioner_name,
        subject_phone=petition.petitioner_phone,
        new_name=new_name[:40],
        new_phone=new_phone[:20],
        by_person=True,
    )


@transaction.atomic
def correct_petition(petition, *, name, phone, by, at, note):
    """Put name or phone right; the trail tells both masked."""
    if petition.anonymized_at:
        raise Conflict("个人信息已经删除，没有可更正的内容")
    before = (petition.petitioner_name, petition.petitioner_phone)
    new = (name or before[0], phone or before[1])
    rows = Petition.objects.filter(
        pk=petition.pk, petitioner_name=before[0], petitioner_phone=before[1], anonymized_at=None
    )
    if rows.update(petitioner_name=new[0], petitioner_phone=new[1], anonymous=False) != 1:
        raise Conflict("刚才已有人改过，请刷新后再试")
    petition.petitioner_name, petition.petitioner_phone, petition.anonymous = *new, False
    record_event(
        petition,
        "corrected",
        by=by,
        at=at,
        organization=petition.organization,
        before=_masked(before),
        after=_masked(new),
        note=note,
    )


def _masked(person):
    return {"name": mask_name(person[0]), "phone": mask_phone(person[1])}


@transaction.atomic
def stop(petition, *, by, at, note):
    """Freeze the matter: its clock stands, nothing more is done with it but to close it (PIPL Art. 44)."""
    check_move(petition, STOP, by=by, status=Status)
    changes = {"stop_processing_at": at}
    if petition.is_open:
        changes |= stop_clock(petition)
    move_on(petition, STOP, by=by, at=at, changes=changes, note=note)


@transaction.atomic
def resume(petition, *, by, at, note):
    """Go on with it, with the whole time of the step it stands in."""
    check_move(petition, RESUME, by=by, status=Status)
    changes = {"stop_processing_at": None}
    step = STEPS.get(Status(petition.status))
    if step and petition.fed_back_at is None:
        changes |= next_due(step, petition, at)
    after = {"due_date": iso(changes.get("due_date"))}
    move_on(petition, RESUME, by=by, at=at, changes=changes, after=after, note=note)
    if step == Step.HANDLE:
        move_unit_dates(petition, petition.due_date)


def asked_online(petition):
    """What the person asked of us with her tracking code, newest first: she is told there what came of it."""
    return DataRequest.objects.filter(
        by_person=True,
        forgotten_at=None,
        items__subject_type="petitions.petition",
        items__subject_id=petition.pk,
    ).select_related("organization")[:SHOWN_REQUESTS]
