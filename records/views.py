import logging

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.actor import Actor
from records.attachments import owner_for, record_download
from records.models import Attachment

log = logging.getLogger(__name__)


@require_GET
@login_required
def attachment(request, pk):
    """A file, to whoever may see its owner; to everybody else it does not exist."""
    found = get_object_or_404(Attachment, pk=pk)
    owner = owner_for(found, request.user)
    if owner is None:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        log.error("the file of attachment %s is gone from the storage", found.pk)
        raise Http404 from None
    record_download(found, owner, by=Actor.from_request(request, "portal"), at=timezone.now())
    response = FileResponse(
        content,
        as_attachment=True,
        filename=found.original_name,
        content_type=found.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
