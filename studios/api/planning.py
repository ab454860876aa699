"""Planning a month, at the REST door: a job, because a city takes its time."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import InvalidInput, NotAllowed
from accounts.rest.filters import find_organization
from accounts.scope import under
from records.api import JobSerializer
from records.moves import Given, clean_given
from records.rest import request_schema
from studios import rules
from studios.actions.planning import read_month, studios_with_rules
from studios.planning_job import start_plan
from studios.publishing_job import start_publishing

PLAN = (
    Given("month", "月份", max_length=7, help="如 2026-12"),
    Given("organization", "组织代码", required=False, max_length=40, help="含下级；不填为您管的全部"),
    Given(
        "studio", "工作室（站）", "model", required=False, options=rules.staffed_studios, help="只排这一个"
    ),
)


class PlanSerializer(request_schema("ReceptionDayPlan", PLAN)):
    month = serializers.RegexField(r"^\d{4}-\d{2}$", help_text="月份。如 2026-12")


class PlanningMixin:
    @extend_schema(
        summary="排一个月的班",
        description="答复是一个任务，进度和结果见 `jobs/{id}/`；再排一次不会改动已排好的，已公布的尽量不动。",
        request=PlanSerializer,
        responses={202: JobSerializer},
    )
    @action(detail=False, methods=["post"], filter_backends=[], pagination_class=None)
    def plan(self, request, *args, **kwargs):
        return self._start(start_plan, "排班")

    @extend_schema(
        summary="公布一个月的班",
        description="答复是一个任务；不能公布的接待日和原因在任务的结果里。一天一天公布用 `{id}/publish/`。",
        request=PlanSerializer,
        responses={202: JobSerializer},
    )
    @action(
        detail=False,
        methods=["post"],
        filter_backends=[],
        pagination_class=None,
        url_path="publish-month",
        url_name="publish-month",
    )
    def publish_month(self, request, *args, **kwargs):
        return self._start(start_publishing, "公布")

    def _start(self, start, step):
        user = self.request.user
        if not rules.staffs_anything(user):
            raise NotAllowed(f"只有联络员和组工干部可以{step}，请联系他们。")
        given = clean_given(PLAN, self.given(), None, user, step=step)
        month = read_month(given["month"], at=self.at)
        studios, home = rules.staffed_studios(None, user), None
        if given["organization"]:
            home = find_organization(given["organization"], user)
            if home is None:
                raise InvalidInput({"organization": ["没有这个组织，或它不在您的管理范围内，请核对。"]})
            studios = studios.filter(under("organization__path", [home.path]))
        if given["studio"]:
            studios, home = studios.filter(pk=given["studio"].pk), given["studio"].organization
        job = start(month, studios_with_rules(studios), by=self.by, at=self.at, organization=home)
        return Response(JobSerializer(job).data, status=202)
