"""Pages about the duty files of a whole place: who is below the yearly list, and all files as one archive."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.enums import OrganizationKind, Role
from accounts.errors import Conflict
from accounts.models import Organization
from accounts.scope import Scope, under
from representatives.pages.duty_overview import ANY, overview_of, overview_places
from representatives.papers.archive import archives_of, give_archive, start_archive

NAME = "representatives_dutyitem"
ARCHIVED = (*OrganizationKind.county_level(), OrganizationKind.TOWN)
FIRST_YEAR = 2021
RECENT = 20


class FilePages:
    """Pages of DutyItemAdmin."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("overview/", wrap(self.overview_view), name=f"{NAME}_overview"),
            path("archives/", wrap(self.archives_view), name=f"{NAME}_archives"),
            path("archives/<int:pk>/", wrap(self.archive_view), name=f"{NAME}_archive"),
            path("archives/<int:pk>/progress/", wrap(self.progress_view), name=f"{NAME}_archive_progress"),
            path("archives/<int:pk>/file/", wrap(self.archive_file_view), name=f"{NAME}_archive_file"),
            *super().get_urls(),
        ]

    def overview_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        places = overview_places(request.user)
        place = self._chosen(places, request.GET.get("place", ""))
        today = timezone.localdate()
        year = self._year(request.GET.get("year", ""), today)
        item = request.GET.get("item", ANY)
        context = {
            "title": f"{place.display_name}{year}年清单完成情况",
            "overview": overview_of(place, year, on=today, item=item, page=request.GET.get("page", 1)),
            "places": places.exclude(kind=OrganizationKind.TOWN),
            "towns": places.filter(kind=OrganizationKind.TOWN, path__startswith=place.county_path),
            "years": self._years(today),
        }
        return self.show(request, "admin/representatives/dutyitem/overview.html", context)

    @staticmethod
    def _chosen(places, asked):
        place = get_object_or_404(places, pk=asked) if asked.isdecimal() else places.first()
        if place is None:
            raise Http404
        return place

    @staticmethod
    def _years(today):
        return list(range(today.year, FIRST_YEAR - 1, -1))

    def _year(self, asked, today):
        return int(asked) if asked.isdecimal() and int(asked) in self._years(today) else today.year

    def archives_view(self, request):
        """Start one, and those that were made; organizers only."""
        if not Scope.of(request.user).has(Role.ORGANIZER):
            raise PermissionDenied
        prefixes = Scope.of(request.user).prefixes(Role.ORGANIZER)
        places = Organization.objects.filter(under("path", prefixes), kind__in=ARCHIVED).order_by("path")
        today = timezone.localdate()
        if request.method == "POST":
            place = self._chosen(places, request.POST.get("place", ""))
            year = self._year(request.POST.get("year", ""), today)
            return self.take_press(
                request,
                lambda by, at: start_archive(place, year, by=by, at=at),
                told="",
                back=lambda job: reverse(f"admin:{NAME}_archive", args=[job.pk]),
                refused=lambda sentence, status: self._archives_page(
                    request, places, today, refusal=sentence, status=status
                ),
            )
        return self._archives_page(request, places, today)

    def _archives_page(self, request, places, today, *, refusal="", status=200):
        jobs = archives_of(request.user).select_related("organization", "created_by")
        context = {
            "title": "履职档案打包",
            "places": places,
            "years": self._years(today),
            "jobs": list(jobs.order_by("-created_at", "-pk")[:RECENT]),
            "refusal": refusal,
        }
        return self.show(request, "admin/representatives/dutyitem/archives.html", context, status=status)

    @staticmethod
    def _archive(request, pk):
        return get_object_or_404(archives_of(request.user).select_related("organization"), pk=pk)

    def archive_view(self, request, pk):
        return self._archive_page(request, self._archive(request, pk))

    def _archive_page(self, request, job, *, refusal="", status=200):
        context = {"title": job.payload["name"], "job": job, "refusal": refusal}
        return self.show(request, "admin/representatives/dutyitem/archive.html", context, status=status)

    def progress_view(self, request, pk):
        job = self._archive(request, pk)
        template = "admin/representatives/dutyitem/_archive_progress.html"
        response = TemplateResponse(request, template, {"job": job})
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response

    def archive_file_view(self, request, pk):
        job = self._archive(request, pk)
        try:
            return give_archive(job, by=Actor.from_request(request, "admin"), at=timezone.now())
        except Conflict as fault:
            return self._archive_page(request, job, refusal=fault.message, status=fault.http_status)
