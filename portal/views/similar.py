"""While a representative types: a quiet word that somebody she may know of has told the same."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from petitions.alike import find_similar
from petitions.rules import receiving_studios
from portal.access import representatives_only

MOST = 3


@representatives_only
@require_POST
def matter_similar(request):
    """By POST: what she types has no business in an address. Nothing is kept."""
    content, place, phone = (
        request.POST.get(name, "").replace("\x00", "").strip()[:most]
        for name, most in (("content", 10_000), ("place", 100), ("petitioner_phone", 20))
    )
    found = find_similar(
        request.user,
        content=content,
        place=place,
        phone="" if request.POST.get("anonymous") else phone,
        organization=_home(request),
        most=MOST,
    )
    return render(request, "portal/_similar.html", {"similar": found, "today": timezone.localdate()})


def _home(request):
    key = request.POST.get("studio", "")
    if not key.isdecimal() or len(key) > 18:
        return None
    studios = receiving_studios(None, request.user).select_related("organization")
    studio = studios.filter(pk=key).first()
    return studio.organization if studio else None
