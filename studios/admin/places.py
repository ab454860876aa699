"""Reports by county: which place is looked at, and what the counties are called."""

from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from accounts.models import Organization


def chosen_place(request):
    """(Organization or None for all, the counties on offer: none where she sees only one). 404 for one she does not
    see."""
    counties = list(Organization.objects.visible_to(request.user).county_level())
    asked = request.GET.get("county", "")
    place = None
    if asked.isdecimal():
        place = next((county for county in counties if county.pk == int(asked)), None)
        place = place or get_object_or_404(Organization.objects.visible_to(request.user), pk=asked)
    return place, counties if len(counties) > 1 else []


def county_names(paths):
    """{path: name} of counties, and of the city for what hangs on it directly; one query."""
    rows = Organization.objects.filter(path__in=list(paths))
    return {place.path: place.display_name for place in rows}


def show_report(model_admin, request, template, context, *, status=200):
    context = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, **context}
    return TemplateResponse(request, template, context, status=status)
