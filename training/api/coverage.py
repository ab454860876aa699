"""Who is trained and who is missing, the quota, and inviting the missing, at the REST door (R30, R31, R33)."""

from datetime import date

from django.db import models
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.rest.filters import find_organization
from accounts.scope import Scope
from records.api import JobSerializer
from records.moves import Given, clean_given
from records.rest import request_schema
from representatives.models import Mandate
from training import rules
from training.actions.missing import MISSING
from training.api.plans import OFFICE
from training.missing_job import start_invitations
from training.models import Enrolment
from training.policies import TrainingPolicies
from training.reports.coverage import coverage_table, missing_seats
from training.reports.quota import quota_table


class Measure(models.TextChoices):
    FRONTLINE = "frontline", "一线代表当年参训"
    FIRST_YEAR = "first_year", "任期第一年参训"


INVITE = (
    *MISSING,
    Given("measure", "看谁没参训", "choice", options=Measure),
    Given("year", "年度", "integer", required=False, minimum=2000, maximum=2100, help="不填为今年"),
    Given("organization", "组织代码", required=False, max_length=40, help="只通知这里的代表，含下级"),
)
ASKED = [
    OpenApiParameter("year", int, description="年度，不填为今年"),
    OpenApiParameter("organization", str, description="组织代码或编号，含下级；不填为您能看的全部"),
]


class CoverageRowSerializer(serializers.Serializer):
    organization_code = serializers.CharField(help_text="县市区；合计为空")
    organization_name = serializers.CharField()
    frontline = serializers.IntegerField(help_text="一线代表资格，名")
    trained = serializers.IntegerField(help_text="其中当年参训的，名")
    missing = serializers.IntegerField(help_text="其中没有参训的，名")
    percent = serializers.FloatField(allow_null=True, help_text="覆盖率，%")
    attendances = serializers.IntegerField(help_text="参训人次")
    people = serializers.IntegerField(help_text="参训人数，去掉重复")
    first_year_due = serializers.IntegerField(help_text="任期第一年应培训，名")
    first_year_done = serializers.IntegerField(help_text="任期第一年已培训，名")


class CoverageSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    as_of = serializers.DateField()
    whole = CoverageRowSerializer()
    places = CoverageRowSerializer(many=True)


class QuotaRowSerializer(serializers.Serializer):
    organization_code = serializers.CharField(help_text="县市区；合计为空")
    organization_name = serializers.CharField()
    placed = serializers.IntegerField(help_text="分子：安排到主体班的代表，名")
    base = serializers.IntegerField(help_text="分母，名")
    came = serializers.IntegerField(help_text="其中已参训，名")
    percent = serializers.FloatField(allow_null=True)
    is_met = serializers.BooleanField()
    gap = serializers.IntegerField(help_text="还差几名")


class QuotaSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    required_percent = serializers.IntegerField()
    base_is = serializers.CharField(help_text="分母是谁")
    whole = QuotaRowSerializer()
    places = QuotaRowSerializer(many=True)


class MissingSerializer(serializers.ModelSerializer):
    mandate = serializers.IntegerField(source="id")
    person_name = serializers.CharField(source="person.name")
    organization_name = serializers.CharField(source="organization.display_name")

    class Meta:
        model = Mandate
        fields = [
            "mandate",
            "person",
            "person_name",
            "level",
            "is_frontline",
            "organization",
            "organization_name",
        ]


BESIDE = {"detail": False, "filter_backends": [], "filterset_class": None}


class CoverageMixin:
    def _asked(self, *more):
        """(year, place or None) of the address; a name that is none is refused."""
        params = self.request.query_params
        strange = sorted(set(params) - {"year", "organization", "format", *more})
        if strange:
            raise InvalidInput(
                {name: ["没有这个筛选条件。可用的有：year、organization。"] for name in strange}
            )
        if not Scope.of(self.request.user).has(*OFFICE):
            raise NotAllowed("您的岗位不能查看这类内容，请联系组工干部。")
        text = params.get("year", "")
        if text and not (text.isdecimal() and len(text) == 4 and 2000 <= int(text) <= 2100):
            raise InvalidInput({"year": ["年度须写成 2026 这样的四位数字。"]})
        place = None
        if code := params.get("organization"):
            place = find_organization(code, self.request.user)
            if place is None:
                raise InvalidInput({"organization": ["没有这个组织，或它不在您的管理范围内，请核对。"]})
        return int(text) if text else self.today.year, place

    def _seats(self, place):
        rows = Mandate.objects.visible_to(self.request.user)
        return rows.filter(organization__path__startswith=place.path) if place else rows

    @staticmethod
    def _named(totals):
        rows = Organization.objects.filter(path__in=list(totals))
        return {row.path: (row.code, row.display_name) for row in rows}

    @extend_schema(summary="参训覆盖", parameters=ASKED, responses=CoverageSerializer)
    @action(**BESIDE, pagination_class=None)
    def coverage(self, request, *args, **kwargs):
        year, place = self._asked()
        enrolments = Enrolment.objects.visible_to(request.user)
        if place:
            enrolments = enrolments.filter(organization__path__startswith=place.path)
        totals, whole = coverage_table(self._seats(place), enrolments, year, on=self.today)
        names = self._named(totals)
        return Response(
            {
                "year": year,
                "as_of": min(self.today, date(year, 12, 31)),
                "whole": _coverage_row(whole, "", "合计"),
                "places": [_coverage_row(totals[path], *names[path]) for path in sorted(totals)],
            }
        )

    @extend_schema(summary="党校主体班安排比例", parameters=ASKED, responses=QuotaSerializer)
    @action(**BESIDE, pagination_class=None)
    def quota(self, request, *args, **kwargs):
        year, place = self._asked()
        home = place or Organization.objects.visible_to(request.user).order_by("path").first()
        policy = TrainingPolicies().at(home)
        totals, whole = quota_table(self._seats(place), year, policy, on=self.today)
        names = self._named(totals)
        return Response(
            {
                "year": year,
                "required_percent": policy.quota_percent,
                "base_is": policy.get_quota_base_display(),
                "whole": _quota_row(whole, "", "合计"),
                "places": [_quota_row(totals[path], *names[path]) for path in sorted(totals)],
            }
        )

    @extend_schema(
        summary="没有参训的代表",
        parameters=[
            *ASKED,
            OpenApiParameter("measure", str, enum=Measure.values, description="不填为 frontline"),
        ],
        responses=MissingSerializer(many=True),
    )
    @action(**BESIDE, orderings={"id": "id"}, ordering="id")
    def missing(self, request, *args, **kwargs):
        year, place = self._asked("measure", "cursor", "page_size", "ordering")
        measure = request.query_params.get("measure", Measure.FRONTLINE)
        if measure not in Measure.values:
            raise InvalidInput({"measure": ["只能填 frontline 或 first_year。"]})
        rows = missing_seats(measure, year, on=self.today)
        rows = self._seats(place).filter(pk__in=rows.values("pk")).select_related("person", "organization")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(MissingSerializer(page, many=True).data)

    @extend_schema(
        summary="通知没有参训的代表",
        description="按名额列入这个班并通知；答复是一个任务，进度和结果见 `jobs/{id}/`。",
        request=request_schema("TrainingInviteMissing", INVITE),
        responses={202: JobSerializer},
    )
    @action(
        **BESIDE,
        methods=["post"],
        pagination_class=None,
        url_path="invite-missing",
        url_name="invite-missing",
    )
    def invite_missing(self, request, *args, **kwargs):
        if not rules.organizes_anything(request.user):
            raise NotAllowed("只有组工干部可以通知，请联系他们。")
        given = clean_given(INVITE, self.given(), None, request.user, step="通知未参训的代表")
        path = ""
        if given["organization"]:
            place = find_organization(given["organization"], request.user)
            if place is None:
                raise InvalidInput({"organization": ["没有这个组织，或它不在您的管理范围内，请核对。"]})
            path = place.path
        job = start_invitations(
            given["training"],
            measure=given["measure"],
            year=given["year"] or self.today.year,
            path=path,
            by=self.by,
            at=self.at,
        )
        return Response(JobSerializer(job).data, status=202)


def _coverage_row(row, code, name):
    return {
        "organization_code": code,
        "organization_name": name,
        "frontline": row.frontline,
        "trained": row.trained,
        "missing": row.missing,
        "percent": row.percent,
        "attendances": row.attendances,
        "people": row.people,
        "first_year_due": row.first_due,
        "first_year_done": row.first_done,
    }


def _quota_row(row, code, name):
    return {
        "organization_code": code,
        "organization_name": name,
        "placed": row.placed,
        "base": row.whole,
        "came": row.came,
        "percent": row.rate,
        "is_met": row.is_met,
        "gap": row.gap,
    }
