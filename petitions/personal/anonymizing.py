"""Letting go of a person: name and phone go, free text loses numbers and her name, the matter itself stays.

Files that came from the public without an account (photos sent by QR code) are deleted; what staff attached is the
office's own file and stays, as the matter's text does.
"""

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.masking import mask_name, scrub_person
from petitions.enums import Status
from petitions.models import PastedChat, Petition, TrackingCode
from records.actions import record_event
from records.models import Attachment

OWN_TEXTS = ("title", "content", "place")
TEXTS = {
    "replies": ("content",),
    "feedbacks": ("content",),
    "supplements": ("content",),
    "assignments": ("note", "countersign_content"),
    "extensions": ("reason", "decision_note"),
    "pauses": ("note", "end_note"),
    "supervisions": ("demand", "result"),
    "routings": ("reason", "return_reason"),
    "call_backs": ("remark",),
}
"""Everything that is written about a matter: related name → fields."""


@transaction.atomic
def anonymize_petition(petition, *, by, at, note):
    """Once and for all; False if it was done before or the matter was opened again meanwhile."""
    name, phone = petition.petitioner_name, petition.petitioner_phone
    texts = {field: scrub_person(getattr(petition, field), name=name, phone=phone) for field in OWN_TEXTS}
    rows = Petition.objects.filter(pk=petition.pk, anonymized_at=None, status__in=Status.closed_states())
    if rows.update(petitioner_name="", petitioner_phone="", anonymized_at=at, **texts) != 1:
        return False
    _scrub_around(petition, name, phone)
    files = _delete_public_files(petition)
    TrackingCode.objects.filter(petition=petition).delete()
    petition.refresh_from_db(fields=[*OWN_TEXTS, "petitioner_name", "petitioner_phone", "anonymized_at"])
    after = {"files": files} if files else {}
    record_event(
        petition, "anonymized", by=by, at=at, organization=petition.organization, after=after, note=note
    )
    return True


def _scrub_around(petition, name, phone):
    for related, fields in TEXTS.items():
        for row in getattr(petition, related).all():
            _scrub_row(row, fields, name, phone)
    if petition.chat_id:
        for chat in PastedChat.objects.filter(pk=petition.chat_id):
            _scrub_row(chat, ("text",), name, phone)


def _scrub_row(row, fields, name, phone):
    clean = {field: scrub_person(getattr(row, field), name=name, phone=phone) for field in fields}
    changed = {field: text for field, text in clean.items() if text != getattr(row, field)}
    if changed:
        type(row)._base_manager.filter(pk=row.pk).update(**changed)


def _delete_public_files(petition):
    """Returns how many; the bytes go once the transaction has committed."""
    files = list(Attachment.objects.about(petition).filter(uploaded_by=None))
    for attachment in files:
        stored = attachment.file.name
        attachment.delete()
        transaction.on_commit(lambda stored=stored: default_storage.delete(stored), robust=True)
    return len(files)


@transaction.atomic
def forget_parties(dispute, *, by, at, note):
    """The parties of a closed dispute keep their side and headcount; firms keep their name."""
    changed = 0
    parties = list(dispute.parties.all())
    for party in parties:
        name = party.name if party.is_firm else mask_name(party.name)
        if (name, "") != (party.name, party.phone):
            changed += type(party).objects.filter(pk=party.pk).update(name=name, phone="")
    if not changed:
        return False
    people = [(party.name, party.phone) for party in parties if not party.is_firm]
    for session in dispute.sessions.all():
        _scrub_people(session, ("content",), people)
    _scrub_people(dispute, ("title", "agreement", "excess_reason"), people)
    record_event(
        dispute,
        "anonymized",
        by=by,
        at=at,
        organization=dispute.organization,
        after={"parties": changed},
        note=note,
    )
    return True


def _scrub_people(row, fields, people):
    for name, phone in people:
        _scrub_row(row, fields, name, phone)
        row.refresh_from_db(fields=fields)
