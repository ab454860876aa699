"""The desk's page for forming groups: see the proposal, then confirm it as a whole."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.enums import Role
from accounts.errors import DomainError
from accounts.models import Organization
from accounts.scope import Scope, under
from studios.actions import form_groups, plan_groups

SHOWN = 200
"""A page lists so many groups; the count tells of the rest."""


def grouping_view(request, *, admin_site, opts):
    scope = Scope.of(request.user)
    if not scope.has(Role.ORGANIZER):
        raise PermissionDenied
    places = Organization.objects.filter(under("path", scope.prefixes(Role.ORGANIZER)))
    chosen = request.POST.get("place") or request.GET.get("place")
    choices = list(places.exclude(kind__in=["unit", "branch", "town"]).order_by("path")) or list(places[:1])
    place = get_object_or_404(places, pk=chosen) if (chosen or "").isdecimal() else choices[0]
    refusal, status = "", 200
    if request.method == "POST":
        try:
            formed = form_groups(
                place,
                by=Actor.from_request(request, "admin"),
                at=timezone.now(),
                expected=int(request.POST["count"]) if request.POST.get("count", "").isdecimal() else None,
            )
        except DomainError as fault:
            refusal, status = fault.message, fault.http_status
        else:
            people = sum(len(plan.mandates) for plan in formed)
            messages.success(
                request, f"已编 {len(formed)} 个小组，{people} 名代表。成员可在代表名册里逐个调整。"
            )
            return HttpResponseRedirect(reverse("admin:representatives_group_changelist"))
    planned = plan_groups(place)
    context = {
        **admin_site.each_context(request),
        "title": "代表编组",
        "opts": opts,
        "place": place,
        "choices": choices,
        "planned": planned[:SHOWN],
        "count": len(planned),
        "people": sum(len(plan.mandates) for plan in planned),
        "refusal": refusal,
    }
    return render(request, "admin/studios/grouping.html", context, status=status)
