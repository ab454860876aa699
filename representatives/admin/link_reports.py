"""Pages about all links of a place: how far they have come, and spreading them evenly as a job."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.enums import OrganizationKind, Role
from accounts.models import Organization
from accounts.scope import Scope, under
from records.models import Job
from representatives.actions.spreading import foresee_spread
from representatives.enums import LinkKind
from representatives.link_jobs import SPREAD_LINKS, start_spread
from representatives.link_policies import LinkPolicies
from representatives.link_report import cadre_rows, place_rows
from representatives.models import ContactLink, Mandate
from representatives.quarters import Quarter

NAME = "representatives_contactlink"
PLACES = (
    OrganizationKind.CITY,
    OrganizationKind.COUNTY,
    OrganizationKind.DEVELOPMENT_ZONE,
    OrganizationKind.TOWN,
)


class LinkReportPages:
    """Pages of ContactLinkAdmin."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("overview/", wrap(self.overview_view), name=f"{NAME}_overview"),
            path("spread/<slug:kind>/", wrap(self.spread_view), name=f"{NAME}_spread"),
            path("spreading/<int:pk>/", wrap(self.work_view), name=f"{NAME}_work"),
            path("spreading/<int:pk>/progress/", wrap(self.work_progress_view), name=f"{NAME}_work_progress"),
            *super().get_urls(),
        ]

    def overview_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind = request.GET.get("kind") if request.GET.get("kind") in LinkKind.values else LinkKind.CADRE
        place, counties = self._chosen_place(request)
        mandates = Mandate.objects.visible_to(request.user)
        links = ContactLink.objects.visible_to(request.user)
        if place:
            mandates = mandates.filter(under("organization__path", [place.path]))
            links = links.filter(under("mandate__organization__path", [place.path]))
        today = timezone.localdate()
        quarter = Quarter.of(today)
        by_town = place is not None or not counties
        rows, whole = place_rows(kind, mandates, links, quarter, on=today, by_town=by_town)
        context = {
            "title": f"结对联系：{quarter.label}",
            "kind": kind,
            "kinds": LinkKind.choices,
            "counties": counties,
            "place": place,
            "rows": rows,
            "whole": whole,
            "days_left": quarter.days_left(on=today),
            "cadres": cadre_rows(links, quarter, LinkPolicies(), on=today) if kind == LinkKind.CADRE else [],
            "may_spread": Scope.of(request.user).has(Role.ORGANIZER),
            "is_cadre": kind == LinkKind.CADRE,
        }
        return self.show(request, "admin/representatives/contactlink/overview.html", context)

    @staticmethod
    def _chosen_place(request):
        """(Organization or None for all, the counties on offer: none where she sees only one)"""
        visible = Organization.objects.visible_to(request.user)
        counties = list(visible.county_level())
        asked = request.GET.get("county", "")
        place = None
        if asked.isdecimal():
            place = get_object_or_404(visible, pk=asked)
        return place, counties if len(counties) > 1 else []

    def spread_view(self, request, kind):
        """What it would do, for one place; and the button that does it."""
        if kind not in LinkKind.values:
            raise Http404
        if not Scope.of(request.user).has(Role.ORGANIZER):
            raise PermissionDenied
        places = self._places(request)
        asked = (request.POST if request.method == "POST" else request.GET).get("place", "")
        place = places.filter(pk=asked).first() if asked.isdecimal() else places.first()
        if place is None:
            raise Http404
        if request.method == "POST":
            return self.take_press(
                request,
                lambda by, at: start_spread(kind, place, by=by, at=at),
                told="",
                back=lambda job: reverse(f"admin:{NAME}_work", args=[job.pk]),
                refused=lambda sentence, status: self._spread_page(
                    request, kind, place, places, refusal=sentence, status=status
                ),
            )
        return self._spread_page(request, kind, place, places)

    @staticmethod
    def _places(request):
        prefixes = Scope.of(request.user).prefixes(Role.ORGANIZER)
        return Organization.objects.filter(under("path", prefixes), kind__in=PLACES).order_by("path")

    def _spread_page(self, request, kind, place, places, *, refusal="", status=200):
        context = {
            "title": f"平均分配：{LinkKind(kind).label}",
            "kind": kind,
            "is_cadre": kind == LinkKind.CADRE,
            "place": place,
            "places": places.exclude(kind=OrganizationKind.TOWN) if places.count() > 20 else places,
            "outlook": foresee_spread(kind, place, on=timezone.localdate()),
            "most": LinkPolicies().at(place).cadre_load,
            "refusal": refusal,
        }
        return self.show(request, "admin/representatives/contactlink/spread.html", context, status=status)

    def _work(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Job.objects.visible_to(request.user).filter(kind=SPREAD_LINKS), pk=pk)

    def work_view(self, request, pk):
        job = self._work(request, pk)
        label = LinkKind(job.payload["kind"]).label
        context = {"title": f"平均分配：{label}", "job": job, "kind": job.payload["kind"]}
        return self.show(request, "admin/representatives/contactlink/work.html", context)

    def work_progress_view(self, request, pk):
        job = self._work(request, pk)
        response = TemplateResponse(
            request, "admin/representatives/contactlink/_work_progress.html", {"job": job}
        )
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response
