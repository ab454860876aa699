"""Fragments of the desk's pages: matters that may be the same, and the category a text seems to belong to. What is
typed comes by POST: a telephone number has no business in an address.
"""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from petitions.alike import find_similar, similar_to
from petitions.models import Petition
from petitions.rules import may_receive, organizer_or_keeper, receiving_studios
from petitions.suggesting import Suggestion, suggest_categories

LONGEST = 10_000


def typed(data):
    """What has been typed so far, bounded; never with a NUL."""
    limits = {"title": 100, "content": LONGEST, "place": 100, "petitioner_phone": 20}
    return {name: data.get(name, "").replace("\x00", "").strip()[:most] for name, most in limits.items()}


def venue_of(data, user):
    """The organisation of the venue that was chosen, if the user may take down matters there."""
    key = data.get("studio", "")
    if not key.isdecimal() or len(key) > 18:
        return None
    studio = receiving_studios(None, user).select_related("organization").filter(pk=key).first()
    return studio.organization if studio else None


@require_POST
def hint_view(request):
    """While a matter is typed: both hints in one answer."""
    if not may_receive(request.user):
        raise PermissionDenied
    told = typed(request.POST)
    found = find_similar(
        request.user,
        title=told["title"],
        content=told["content"],
        place=told["place"],
        phone="" if request.POST.get("anonymous") else told["petitioner_phone"],
        organization=venue_of(request.POST, request.user),
    )
    suggestion = suggest_categories(told["title"], told["content"]) if told["content"] else Suggestion()
    context = {
        "similar": _with_rights(found, request.user),
        "chosen": request.POST.get("merge_with", ""),
        "suggestion": suggestion,
        "today": timezone.localdate(),
        "is_typing": True,
    }
    return render(request, "admin/petitions/problem/_hints.html", context)


@require_GET
def similar_view(request, pk):
    """On the page of a matter, asked for once the page stands."""
    petition = get_object_or_404(Petition.objects.visible_to(request.user).with_names(), pk=pk)
    found = similar_to(petition, request.user)
    context = {
        "similar": _with_rights(found, request.user),
        "petition": petition,
        "may_merge": petition.problem_id is None and organizer_or_keeper(request.user, petition),
        "today": timezone.localdate(),
    }
    return render(request, "admin/petitions/problem/_similar_card.html", context)


@require_GET
def suggest_view(request, pk):
    """Beside the form that registers a matter."""
    petition = get_object_or_404(Petition.objects.visible_to(request.user), pk=pk)
    suggestion = suggest_categories(petition.title, petition.content)
    return render(request, "admin/petitions/problem/_suggestion.html", {"suggestion": suggestion})


def _with_rights(found, user):
    for similar in found:
        petition = similar.petition
        similar.may_merge = not petition.waits_for_archive and organizer_or_keeper(user, petition)
    return found
