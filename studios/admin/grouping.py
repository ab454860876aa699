"""编组建议: how groups should be, with a reason for everybody who would move; confirmed as a whole, done as a job."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from accounts.enums import OrganizationKind, Role
from accounts.errors import Conflict
from accounts.models import Organization
from accounts.scope import Scope, under
from records.models import Job
from representatives.models import Group, Mandate
from studios.actions import plan_groups
from studios.grouping_job import FORM_GROUPS, start_forming

SHOWN = 60
"""A page lists so many groups with their people; the count tells of the rest."""


class GroupingPages:
    """Pages of StudioAdmin: groups get their venue here, too."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("grouping/", wrap(self.grouping_view), name="studios_grouping"),
            path("grouping/forming/<int:pk>/", wrap(self.forming_view), name="studios_grouping_work"),
            path(
                "grouping/forming/<int:pk>/progress/",
                wrap(self.forming_progress_view),
                name="studios_grouping_progress",
            ),
            *super().get_urls(),
        ]

    def grouping_view(self, request):
        scope = Scope.of(request.user)
        if not scope.has(Role.ORGANIZER):
            raise PermissionDenied
        places = Organization.objects.filter(under("path", scope.prefixes(Role.ORGANIZER)))
        places = places.exclude(kind__in=[OrganizationKind.UNIT, OrganizationKind.BRANCH])
        choices = list(places.exclude(kind=OrganizationKind.TOWN).order_by("path")) or list(places[:1])
        chosen = request.POST.get("place") or request.GET.get("place") or ""
        if chosen.isdecimal():
            place = get_object_or_404(places, pk=chosen)
        else:
            # A city takes its time to look through; most come for one county.
            place = next((p for p in choices if p.kind != OrganizationKind.CITY), None)
            place = place or (choices[0] if choices else None)
        if place is None:
            raise PermissionDenied
        if place not in choices:
            choices.append(place)
        if request.method == "POST":
            return self.take_press(
                request,
                lambda by, at: start_forming(place, by=by, at=at, expected=_seen(request, place)),
                told="",
                back=lambda job: reverse("admin:studios_grouping_work", args=[job.pk]),
                refused=lambda sentence, status: self._grouping_page(
                    request, place, choices, refusal=sentence, status=status
                ),
            )
        return self._grouping_page(request, place, choices)

    def _grouping_page(self, request, place, choices, *, refusal="", status=200):
        plan = plan_groups(place)
        shown = plan.changed[:SHOWN]
        people = Mandate.objects.select_related("person").in_bulk(
            [seat.member.id for one in shown for seat in one.arrivals]
        )
        homes = dict(
            Group.objects.filter(
                pk__in={seat.member.group for one in shown for seat in one.arrivals} - {None}
            ).values_list("pk", "name")
        )
        context = {
            "title": "编组建议",
            "place": place,
            "choices": choices,
            "plan": plan,
            "shown": [
                (
                    one,
                    [
                        (people[seat.member.id], seat.reason, homes.get(seat.member.group, ""))
                        for seat in one.arrivals
                    ],
                )
                for one in shown
            ],
            "more": len(plan.changed) - len(shown),
            "refusal": refusal,
        }
        return self.show(request, "admin/studios/grouping.html", context, status=status)

    def _forming(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Job.objects.visible_to(request.user).filter(kind=FORM_GROUPS), pk=pk)

    def forming_view(self, request, pk):
        job = self._forming(request, pk)
        return self.show(request, "admin/studios/forming.html", {"title": "正在编组", "job": job})

    def forming_progress_view(self, request, pk):
        job = self._forming(request, pk)
        response = TemplateResponse(request, "admin/studios/_forming_progress.html", {"job": job})
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response


def _seen(request, place):
    """The digest of the plan on the page, checked now, so that who looked at an old one learns of it at once."""
    seen = request.POST.get("plan", "")
    if seen != plan_groups(place).digest:
        raise Conflict("名册或小组刚有变化，编组建议已更新。请看过新的建议再确认。")
    return seen
