"""Two reports on venues: was there a reception day each month (R22), and who has no venue (R19)."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from representatives.models import Mandate
from studios.admin import months  # noqa: F401  (the month in an address)
from studios.admin.places import chosen_place, county_names, show_report
from studios.models import Studio
from studios.reports.compliance import Compliance, month_compliance
from studios.reports.coverage import coverage_by_county, without_venue

PER_PAGE = 50


class ReportPages:
    """Pages of StudioAdmin."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("compliance/", wrap(self.this_compliance_view), name="studios_compliance_now"),
            path("compliance/<month:month>/", wrap(self.compliance_view), name="studios_compliance"),
            path("coverage/", wrap(self.coverage_view), name="studios_coverage"),
            *super().get_urls(),
        ]

    def this_compliance_view(self, request):
        month = timezone.localdate().replace(day=1)
        return HttpResponseRedirect(reverse("admin:studios_compliance", args=[month]))

    def compliance_view(self, request, month):
        if not self.has_view_permission(request):
            raise PermissionDenied
        place, counties = chosen_place(request)
        studios = Studio.objects.of_office(request.user).filter(is_active=True)
        if place:
            studios = studios.filter(organization__path__startswith=place.path)
        totals, venues = month_compliance(studios, month, on=timezone.localdate())
        names = county_names(totals)
        whole = Compliance(name="合计", venues=0)
        for home, row in totals.items():
            row.name = names.get(home, "")
            whole.add(row)
        context = {
            "title": f"{month.year}年{month.month}月接待日执行情况",
            "month": month,
            "previous": _before(month),
            "following": _after(month),
            "counties": counties,
            "place": place,
            "totals": [totals[home] for home in sorted(totals)],
            "whole": whole,
            "venues": venues,
        }
        return show_report(self, request, "admin/studios/compliance.html", context)

    def coverage_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        place, counties = chosen_place(request)
        mandates = Mandate.objects.visible_to(request.user)
        if place:
            mandates = mandates.filter(organization__path__startswith=place.path)
        today = timezone.localdate()
        totals, whole = coverage_by_county(mandates, on=today)
        names = county_names(totals)
        for home, row in totals.items():
            row.name = names.get(home, "")
        missing = without_venue(mandates, on=today).select_related("person", "organization", "group")
        context = {
            "title": "一线代表覆盖情况",
            "counties": counties,
            "place": place,
            "totals": [totals[home] for home in sorted(totals)],
            "whole": whole,
            "page": Paginator(missing.order_by("organization__path", "pk"), PER_PAGE).get_page(
                request.GET.get("page")
            ),
        }
        return show_report(self, request, "admin/studios/coverage.html", context)


def _before(month):
    return (
        month.replace(month=month.month - 1)
        if month.month > 1
        else month.replace(year=month.year - 1, month=12)
    )


def _after(month):
    return (
        month.replace(month=month.month + 1)
        if month.month < 12
        else month.replace(year=month.year + 1, month=1)
    )
