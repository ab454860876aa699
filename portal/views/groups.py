"""A representative's group (代表小组): who is in it and why, where it meets, what it does, how far the year has come."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.access import representatives_only
from representatives.models import Group, Mandate
from representatives.pages.group import page_of


@representatives_only
@require_safe
def group_page(request, pk):
    """Only of a group she sits in; any other is not there. What each has done is shown to the officers alone."""
    rows = Group.objects.filter(pk__in=Mandate.objects.groups_of(request.user))
    related = ("organization", "leader__person", "secretary__person", "placement__studio")
    group = get_object_or_404(rows.select_related(*related), pk=pk)
    page = page_of(group, on=timezone.localdate())
    mine = [line for line in page.members if line.mandate.person.user_id == request.user.pk]
    context = {
        "active": "me",
        "group": group,
        "page": page,
        "mine": mine[0] if mine else None,
        "sees_counts": any(line.office for line in mine),
    }
    return render(request, "portal/group.html", context)
