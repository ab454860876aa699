"""Groups at the REST door (R14): the noun, who moves where, who leads, when one is no more, and their settings."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import Conflict
from accounts.models import Organization
from accounts.rest.filters import NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
)
from representatives.actions.groups import appoint_officers, dissolve_group, move_people
from representatives.group_policies import GroupPolicies
from representatives.models import Group, GroupPolicy
from representatives.moves.groups import MOVE, OFFICERS
from representatives.pages.group import page_of


class GroupSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    people = serializers.IntegerField(read_only=True, default=0, help_text="在任成员人数")
    warning = serializers.SerializerMethodField(help_text="人数偏离编组设置时的提醒，否则为空")
    studio = serializers.IntegerField(
        source="placement.studio_id", read_only=True, default=None, help_text="挂靠的工作室（站）"
    )

    class Meta:
        model = Group
        fields = [
            "id",
            "name",
            "organization",
            "field",
            "leader",
            "secretary",
            "studio",
            "people",
            "warning",
            "dissolved_date",
        ]
        read_only_fields = ["leader", "secretary", "dissolved_date"]

    def get_warning(self, group) -> str:
        if not group.is_standing:
            return ""
        if "group_policies" not in self.context:
            self.context["group_policies"] = GroupPolicies()
        return (
            self.context["group_policies"].limits_at(group.organization).warning(getattr(group, "people", 0))
        )


class GroupChangeSerializer(GroupSerializer):
    """Whose it is stays, because its members are of the place; who leads it is a verb of its own."""

    organization = serializers.PrimaryKeyRelatedField(read_only=True)


class GroupFilters(NounFilterSet):
    search_fields = ("name",)

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    field = filters.CharFilter(label=_("行业领域"))
    standing = YesNoFilter(method="filter_standing", label=_("没有撤并"))

    def filter_standing(self, queryset, _name, value):
        return queryset.filter(dissolved_date__isnull=value)


class GroupMemberSerializer(serializers.Serializer):
    mandate = serializers.IntegerField(source="mandate.pk")
    person = serializers.IntegerField(source="mandate.person_id")
    person_name = serializers.CharField(source="mandate.person.name")
    level = serializers.CharField(source="mandate.level")
    field = serializers.CharField(source="mandate.field")
    is_frontline = serializers.BooleanField(source="mandate.is_frontline")
    office = serializers.CharField(help_text="组长、联络员或空")
    is_fixed = serializers.BooleanField(source="mandate.is_group_fixed", help_text="由人工固定在本组")
    reason = serializers.CharField(help_text="为什么在本组")
    is_behind = serializers.BooleanField(help_text="今年还没有做到每年的最低次数")


class GroupMoveAnswer(serializers.Serializer):
    moved = serializers.ListField(child=serializers.IntegerField(), help_text="实际调动的代表资格")
    group = serializers.IntegerField(allow_null=True)


@describes("groups", "代表小组：每组20名左右，及编组建议、调人、组长和联络员、撤并")
@extend_schema_view(
    list=extend_schema(summary="代表小组列表"),
    retrieve=extend_schema(summary="一个代表小组"),
    create=extend_schema(summary="新建代表小组"),
    partial_update=extend_schema(summary="修改代表小组", request=GroupChangeSerializer),
)
class GroupViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = Group
    filterset_class = GroupFilters
    orderings = {"id": "id", "name": "name"}

    def get_serializer_class(self):
        return GroupChangeSerializer if self.action == "partial_update" else GroupSerializer

    def all_rows(self, user):
        rows = Group.objects.visible_to(user).select_related(
            "organization", "placement", "leader", "secretary"
        )
        return rows.with_size()

    @extend_schema(
        summary="小组成员",
        description="在任成员，组长在前；每人写明为什么在本组。",
        responses=GroupMemberSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def members(self, request, *args, **kwargs):
        page = page_of(self.get_object(), on=self.today)
        return Response(GroupMemberSerializer(page.members, many=True).data)

    @extend_schema(
        summary="调人",
        description="把一名或几名代表调到一个小组，或移出小组；要么全部调，要么都不动。",
        request=request_schema("GroupMove", MOVE),
        responses=GroupMoveAnswer,
    )
    @action(detail=False, methods=["post"], filter_backends=[], pagination_class=None)
    def move(self, request, *args, **kwargs):
        given = check_names(self.given(), MOVE, "调整小组")
        moved = move_people(by=self.by, at=self.at, **given)
        home = moved[0].group_id if moved else None
        return Response({"moved": [mandate.pk for mandate in moved], "group": home})

    @extend_schema(
        summary="确定组长、联络员",
        request=request_schema("GroupOfficers", OFFICERS),
        responses=GroupSerializer,
    )
    @action(detail=True, methods=["post"])
    def officers(self, request, *args, **kwargs):
        given = check_names(self.given(), OFFICERS, "确定组长、联络员")
        group = appoint_officers(self.get_object(), by=self.by, at=self.at, **given)
        return Response(self.present(group))

    @extend_schema(
        summary="撤并小组",
        description="没有在任成员的小组才能撤并；时间线保留。",
        request=None,
        responses=GroupSerializer,
    )
    @action(detail=True, methods=["post"])
    def dissolve(self, request, *args, **kwargs):
        if self.given():
            raise Conflict("撤并不用填任何内容，请去掉。")
        return Response(self.present(dissolve_group(self.get_object(), by=self.by, at=self.at)))


class GroupPolicySerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    organization_name = serializers.CharField(source="organization.name", read_only=True)

    class Meta:
        model = GroupPolicy
        fields = ["id", "organization", "organization_name", "size", "tolerance"]


class GroupPolicyChangeSerializer(GroupPolicySerializer):
    organization = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta(GroupPolicySerializer.Meta):
        validators = []


class GroupPolicyFilters(NounFilterSet):
    search = None

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))


@describes("group-policies", "编组设置：每组宜有几名代表，上下可差几名")
@extend_schema_view(
    list=extend_schema(summary="编组设置列表"),
    retrieve=extend_schema(summary="一项编组设置"),
    create=extend_schema(summary="新建编组设置"),
    partial_update=extend_schema(summary="修改编组设置", request=GroupPolicyChangeSerializer),
)
class GroupPolicyViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = GroupPolicy
    filterset_class = GroupPolicyFilters
    readers = (Role.ORGANIZER, Role.CLIENT)

    def get_serializer_class(self):
        return GroupPolicyChangeSerializer if self.action == "partial_update" else GroupPolicySerializer

    def all_rows(self, user):
        return GroupPolicy.objects.visible_to(user).select_related("organization")


router.register("groups", GroupViewSet, basename="api-group")
router.register("group-policies", GroupPolicyViewSet, basename="api-group-policy")
