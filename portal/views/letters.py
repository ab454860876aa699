"""The letter of reply on a representative's phone: she hands it over, or sends it on. Name and phone stay out of it."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.errors import DomainError
from petitions.papers.making import is_made, make_paper
from portal.access import representatives_only
from portal.views.matters import find_matter, show_matter


@representatives_only
@require_safe
def matter_letter(request, pk, ending):
    petition = find_matter(request.user, pk)
    if not is_made("letter", ending):
        raise Http404
    by = Actor.from_request(request, "portal")
    try:
        made = make_paper(petition, "letter", ending, by=by, at=timezone.now())
    except DomainError as fault:
        return show_matter(request, petition, refusal=fault.message, status=fault.http_status)
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = content_disposition_header(True, made.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response
