"""The document library (R20): what replaces what, and from when on."""

from datetime import timedelta

from django.db import transaction

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.scope import Scope
from records.actions import record_event
from records.models import Document


def check_supersede(document, *, user, in_force_from):
    """Raises NotAllowed, Conflict or InvalidInput if a document in force from that day may not replace this one."""
    if not Scope.of(user).covers(document.organization, Role.ORGANIZER):
        raise NotAllowed("只有发文组织的组工干部能宣布它的文件失效。")
    if document.superseded_by_id:
        raise Conflict(f"《{document.title}》已被别的文件取代，请先核对。")
    if in_force_from is None:
        raise InvalidInput({"in_force_from": ["请填写新文件的施行日期，旧文件到前一天为止。"]})
    if document.in_force_from and in_force_from <= document.in_force_from:
        raise InvalidInput({"in_force_from": [f"新文件的施行日期须晚于旧文件的{document.in_force_from}。"]})


def supersede_document(document, *, successor, by, at):
    """`successor` replaces `document`, which stays in force until the day before, or its own end if that is earlier."""
    if successor.pk == document.pk or successor.superseded_by_id == document.pk:
        raise InvalidInput({"replaces": ["文件不能取代自己，也不能取代已取代它的文件。"]})
    check_supersede(document, user=by.user, in_force_from=successor.in_force_from)
    end = successor.in_force_from - timedelta(days=1)
    end = min(end, document.in_force_to or end)
    with transaction.atomic():
        free = Document.objects.filter(pk=document.pk, superseded_by=None)
        if free.update(superseded_by=successor, in_force_to=end) != 1:
            raise Conflict(f"《{document.title}》刚刚被别的文件取代，请刷新后核对。")
        record_event(
            document,
            "superseded",
            by=by,
            at=at,
            organization=document.organization,
            after={"in_force_to": str(end)},
            note=str(successor)[:200],
        )
    document.refresh_from_db()
    return document
