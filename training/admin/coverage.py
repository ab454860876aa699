"""Who is trained and who is missing, by county, with one button to invite them; and the quota of main classes."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.models import Organization
from records.models import Job
from representatives.models import Mandate
from studios.admin.places import chosen_place, county_names, show_report
from training.actions.missing import MISSING, chosen_training
from training.admin.filters import years
from training.admin.forms import InnerForm
from training.audiences import one_seat_each, placed_ahead
from training.missing_job import INVITE_MISSING, start_invitations
from training.models import Enrolment
from training.policies import TrainingPolicies
from training.reports.coverage import MEASURES, coverage_table, missing_seats
from training.reports.quota import quota_table
from training.rules import organizes_anything

PER_PAGE = 50


class CoveragePages:
    """Pages of TrainingAdmin."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "training_training_"
        return [
            path("coverage/", wrap(self.coverage_view), name=f"{name}coverage"),
            path("coverage/invite/", wrap(self.invite_view), name=f"{name}invite_missing"),
            path("coverage/invitations/<int:pk>/", wrap(self.work_view), name=f"{name}work"),
            path(
                "coverage/invitations/<int:pk>/progress/",
                wrap(self.work_progress_view),
                name=f"{name}progress",
            ),
            path("quota/", wrap(self.quota_view), name=f"{name}quota"),
            *super().get_urls(),
        ]

    @staticmethod
    def _asked(data):
        today = timezone.localdate()
        year = data.get("year", "")
        year = int(year) if year.isdecimal() and int(year) in years() else today.year
        measure = data.get("measure", "")
        return today, year, measure if measure in MEASURES else "frontline"

    def coverage_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._coverage(request)

    def _coverage(self, request, *, form=None, refusal="", status=200):
        today, year, measure = self._asked(request.GET)
        place, counties = chosen_place(request)
        mandates = Mandate.objects.visible_to(request.user)
        enrolments = Enrolment.objects.visible_to(request.user)
        if place:
            mandates = mandates.filter(organization__path__startswith=place.path)
            enrolments = enrolments.filter(organization__path__startswith=place.path)
        totals, whole = coverage_table(mandates, enrolments, year, on=today)
        names = county_names(totals)
        for home, row in totals.items():
            row.name = names.get(home, "")
        missing = missing_seats(measure, year, on=today)
        missing = mandates.filter(pk__in=missing.values("pk")).select_related("person", "organization")
        page = Paginator(missing.order_by("organization__path", "pk"), PER_PAGE)
        context = {
            "title": "参训覆盖情况",
            "year": year,
            "years": [one for one in years() if one <= today.year],
            "measure": measure,
            "measures": MEASURES.items(),
            "counties": counties,
            "place": place,
            "totals": [totals[home] for home in sorted(totals)],
            "whole": whole,
            "page": page.get_page(request.GET.get("page")),
            "query": f"year={year}&measure={measure}&county={place.pk if place else ''}",
            "refusal": refusal,
            "form": None,
        }
        if organizes_anything(request.user) and context["page"].paginator.count:
            waiting = missing.in_office().exclude(placed_ahead(today))
            context["form"] = form or InnerForm(MISSING, user=request.user)
            context["to_invite"] = len(one_seat_each(waiting))
        return show_report(self, request, "admin/training/training/coverage.html", context, status=status)

    def invite_view(self, request):
        if not self.has_view_permission(request) or not organizes_anything(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        _today, year, measure = self._asked(request.GET)
        county = request.GET.get("county", "")
        path = ""
        if county.isdecimal():
            path = get_object_or_404(Organization.objects.visible_to(request.user), pk=county).path
        form = InnerForm(MISSING, request.POST, user=request.user)
        form.is_valid()

        def do(by, at):
            training = chosen_training(form.given(), request.user)
            return start_invitations(training, measure=measure, year=year, path=path, by=by, at=at)

        return self.take_press(
            request,
            do,
            told="",
            back=lambda job: reverse("admin:training_training_work", args=[job.pk]),
            refused=lambda sentence, status: self._coverage(request, refusal=sentence, status=status),
        )

    def _work(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Job.objects.visible_to(request.user).filter(kind=INVITE_MISSING), pk=pk)

    def work_view(self, request, pk):
        job = self._work(request, pk)
        back = reverse("admin:training_training_change", args=[job.payload["training"]])
        context = {"title": "通知未参训的代表", "job": job, "back": back}
        return self.show(request, "admin/training/training/work.html", context)

    def work_progress_view(self, request, pk):
        job = self._work(request, pk)
        response = TemplateResponse(request, "admin/training/training/_work_progress.html", {"job": job})
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response

    def quota_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        today, year, _measure = self._asked(request.GET)
        place, counties = chosen_place(request)
        mandates = Mandate.objects.visible_to(request.user)
        if place:
            mandates = mandates.filter(organization__path__startswith=place.path)
        homes = Organization.objects.visible_to(request.user)
        home = place or homes.order_by("path").first()
        policy = TrainingPolicies().at(home)
        totals, whole = quota_table(mandates, year, policy, on=today)
        names = county_names(totals)
        for path_, row in totals.items():
            row.name = names.get(path_, "")
        context = {
            "title": "党校主体班安排比例",
            "year": year,
            "years": [one for one in years() if one <= today.year],
            "counties": counties,
            "place": place,
            "policy": policy,
            "totals": [totals[path_] for path_ in sorted(totals)],
            "whole": whole,
        }
        return show_report(self, request, "admin/training/training/quota.html", context)
