"""The proposal of groups at the REST door: looked at, and done as a job."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import InvalidInput
from accounts.rest.filters import find_organization
from accounts.rest.views import BesideNounViewSet, router
from records.api import JobSerializer
from records.moves import Given, clean_given
from records.rest import request_schema
from representatives.actions.groups import check_organizes
from representatives.models import Group
from studios.actions import plan_groups
from studios.grouping_job import start_forming

FORM = (
    Given("organization", "组织代码", max_length=40, help="含下级，如 370783"),
    Given("plan", "建议的指纹", max_length=16, help="见 proposal/ 的 plan；名册变了就不再相符"),
)


class ProposedSeatSerializer(serializers.Serializer):
    mandate = serializers.IntegerField(source="member.id")
    from_group = serializers.IntegerField(source="member.group", allow_null=True)
    reason = serializers.CharField()


class ProposedGroupSerializer(serializers.Serializer):
    group = serializers.IntegerField(source="group.pk", default=None, allow_null=True)
    name = serializers.CharField()
    organization = serializers.IntegerField(source="organization.pk")
    is_new = serializers.BooleanField()
    people = serializers.SerializerMethodField(help_text="编好后的人数")
    leader = serializers.IntegerField(allow_null=True)
    secretary = serializers.IntegerField(allow_null=True)
    studio = serializers.IntegerField(source="studio.pk", default=None, allow_null=True)
    arrivals = ProposedSeatSerializer(many=True, help_text="编入的人和原因")
    reason = serializers.CharField()
    warning = serializers.CharField()

    def get_people(self, one) -> int:
        return len(one.seats)


class GroupingProposalSerializer(serializers.Serializer):
    plan = serializers.CharField(source="digest", help_text="确认时原样带回")
    groups = serializers.SerializerMethodField(help_text="编好后的小组数")
    newcomers = serializers.IntegerField(help_text="还没有小组、将编入的人数")
    moved = serializers.IntegerField(help_text="从一组调到另一组的人数")
    changed = ProposedGroupSerializer(many=True, help_text="有变化的小组，其余不动")
    dissolved = serializers.SerializerMethodField(help_text="将撤并的小组")

    def get_groups(self, plan) -> int:
        return len(plan.groups)

    def get_dissolved(self, plan) -> list[int]:
        return [group.pk for group in plan.dissolved]


class GroupingViewSet(BesideNounViewSet):
    model = Group
    readers = (Role.ORGANIZER,)

    def _place(self, code):
        place = find_organization(code, self.request.user) if code else None
        if place is None:
            raise InvalidInput({"organization": ["请写明组织代码，并在您的管理范围内。"]})
        check_organizes(self.by, place)
        return place

    @extend_schema(
        summary="编组建议",
        description="按地方、行业领域和层级；已有的小组尽量不动。不改动任何内容。",
        parameters=[OpenApiParameter("organization", str, required=True, description="组织代码，含下级")],
        responses=GroupingProposalSerializer,
        filters=False,
    )
    @action(detail=False, pagination_class=None, filter_backends=[])
    def proposal(self, request, *args, **kwargs):
        place = self._place(request.query_params.get("organization", ""))
        return Response(GroupingProposalSerializer(plan_groups(place)).data)

    @extend_schema(
        summary="按建议编组",
        description="答复是一个任务，进度和结果见 `jobs/{id}/`；建议已经变了的，任务失败并说明。",
        request=request_schema("GroupForm", FORM),
        responses={202: JobSerializer},
    )
    @action(detail=False, methods=["post"], filter_backends=[], pagination_class=None)
    def form(self, request, *args, **kwargs):
        given = clean_given(FORM, self.given(), None, request.user, step="编组")
        place = self._place(given["organization"])
        job = start_forming(place, by=self.by, at=self.at, expected=given["plan"])
        return Response(JobSerializer(job).data, status=202)


router.register("groups", GroupingViewSet, basename="api-grouping")
