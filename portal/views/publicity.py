"""公示: inside the system, for those who are appraised in the cycle and for its office; nobody else, and nothing but name,
place and grade."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organization
from evaluations.enums import CycleStatus, EvaluationStatus
from evaluations.models import Cycle, Evaluation
from portal.access import is_representative, signed_in

PER_PAGE = 50


@signed_in
@require_safe
def publicity(request, cycle):
    """Nobody who has no part in it is told that there is such a list."""
    found = get_object_or_404(
        Cycle.objects.filter(status=CycleStatus.PUBLICITY).select_related("organization"), pk=cycle
    )
    own = Evaluation.objects.own(request.user).filter(cycle=found).first()
    if own is None and not Cycle.objects.of_office(request.user).filter(pk=found.pk).exists():
        raise Http404
    rows = Evaluation.objects.filter(cycle=found, status=EvaluationStatus.DECIDED)
    places = list(Organization.objects.filter(pk__in=rows.order_by().values("organization")).order_by("path"))
    asked = request.GET.get("place", "")
    place = next((each for each in places if str(each.pk) == asked), None)
    if place:
        rows = rows.filter(organization=place)
    rows = rows.select_related("organization", "mandate__person", "studio").order_by(
        "organization__path", "pk"
    )
    phone = is_representative(request.user)
    context = {
        "active": "me",
        "layout": "portal/page.html" if phone else "allauth/layouts/manage.html",
        "cycle": found,
        "own": own if own is not None and own.mandate_id else None,
        "places": places if len(places) > 1 else [],
        "place": place,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page", 1)),
        "days_left": (found.publicity_end_date - timezone.localdate()).days
        if found.publicity_end_date
        else None,
    }
    return render(request, "portal/publicity.html", context)
