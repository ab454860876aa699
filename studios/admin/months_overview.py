"""The month of all venues that somebody staffs: plan them all, publish them all, as jobs that show how far they are."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organization
from accounts.scope import Scope
from records.models import Job
from studios.actions.planning import month_span, studios_with_rules
from studios.admin import months  # noqa: F401  (the month in an address)
from studios.admin.filters import read_month
from studios.models import Studio
from studios.pages.month import month_of
from studios.planning_job import PLAN_MONTH, start_plan
from studios.publishing_job import PUBLISH_MONTH, start_publishing
from studios.rules import staffed_studios


class MonthPages:
    """Pages of ReceptionDayAdmin."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "studios_receptionday_"
        return [
            path("month/", wrap(self.this_month_view), name=f"{name}this_month"),
            path("month/<month:month>/", wrap(self.month_view), name=f"{name}month"),
            path("month/<month:month>/plan/", wrap(self.plan_all_view), name=f"{name}plan_all"),
            path("month/<month:month>/publish/", wrap(self.publish_all_view), name=f"{name}publish_all"),
            path("work/<int:pk>/", wrap(self.work_view), name=f"{name}work"),
            path("work/<int:pk>/progress/", wrap(self.work_progress_view), name=f"{name}work_progress"),
            *super().get_urls(),
        ]

    def this_month_view(self, request):
        month = timezone.localdate().replace(day=1)
        return HttpResponseRedirect(reverse("admin:studios_receptionday_month", args=[month]))

    def month_view(self, request, month):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._month_page(request, month)

    def _month_page(self, request, month, *, refusal="", status=200):
        studios = studios_with_rules(Studio.objects.of_office(request.user))
        asked = request.GET.get("county", "")
        county = asked if asked.isdecimal() else ""
        counties = list(Organization.objects.visible_to(request.user).county_level())
        if county:
            place = get_object_or_404(Organization.objects.visible_to(request.user), pk=county)
            studios = studios.filter(organization__in=Organization.objects.within(place))
        for place in counties:
            place.key = str(place.pk)
        context = {
            "title": f"{month.year}年{month.month}月接待安排",
            "overview": month_of(studios, month, on=timezone.localdate()),
            "counties": counties if len(counties) > 1 else [],
            "county": county,
            "may_staff": self._may_staff(request),
            "refusal": refusal,
            "can_plan": month_span(month)[1] > timezone.localdate(),
            "query": f"?county={county}" if county else "",
        }
        return self.show(request, "admin/studios/receptionday/month.html", context, status=status)

    @staticmethod
    def _may_staff(request):
        return Scope.of(request.user).has(Role.ORGANIZER, Role.KEEPER)

    def _start(self, request, month, start):
        """`start(month, studios, …)` for every venue she staffs; to the page that shows how far it is."""
        if not self.has_view_permission(request) or not self._may_staff(request):
            raise PermissionDenied
        studios = list(studios_with_rules(staffed_studios(None, request.user)))
        place = self._place(request)
        return self.take_press(
            request,
            lambda by, at: start(month, studios, by=by, at=at, organization=place),
            told="",
            back=lambda job: reverse("admin:studios_receptionday_work", args=[job.pk]),
            refused=lambda sentence, status: self._month_page(
                request, month, refusal=sentence, status=status
            ),
        )

    @staticmethod
    def _place(request):
        """Whose work it is: the organisation she organizes, or keeps a venue for."""
        paths = Scope.of(request.user).posts(Role.ORGANIZER, Role.KEEPER)
        return Organization.objects.filter(path__in=paths).order_by("path").first()

    def plan_all_view(self, request, month):
        return self._start(request, month, start_plan)

    def publish_all_view(self, request, month):
        return self._start(request, month, start_publishing)

    def _work(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Job.objects.visible_to(request.user).filter(kind__in=[PLAN_MONTH, PUBLISH_MONTH])
        return get_object_or_404(rows, pk=pk)

    def work_view(self, request, pk):
        job = self._work(request, pk)
        month = read_month(job.payload["month"])
        publishes = job.kind == PUBLISH_MONTH
        verb = "公布" if publishes else "排"
        context = {
            "title": f"{verb}{month.year}年{month.month}月的班",
            "job": job,
            "month": month,
            "publishes": publishes,
            "venues": len(job.payload["studios"]),
        }
        return self.show(request, "admin/studios/receptionday/work.html", context)

    def work_progress_view(self, request, pk):
        job = self._work(request, pk)
        response = TemplateResponse(request, "admin/studios/receptionday/_work_progress.html", {"job": job})
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response
