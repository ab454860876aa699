"""Who belongs to a venue beside its groups: helpers, and representatives attached in person."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import NotAllowed
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from records.moves import clean_given
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
)
from representatives.actions import REASON
from representatives.models import Mandate
from studios import rules
from studios.actions.helping import join_helper, leave_off_helper, reveal_helper_phone
from studios.api.days import READERS
from studios.enums import HelperKind
from studios.models import Helper, MandatePlacement, Studio
from studios.moves import JOIN, LEAVE_OFF


class HelperSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="person.name")
    phone = serializers.CharField(source="person.masked_phone", help_text="打码")
    studio_name = serializers.CharField(source="studio.name")
    kind_display = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Helper
        fields = [
            "id",
            "person",
            "name",
            "phone",
            "studio",
            "studio_name",
            "kind",
            "kind_display",
            "joined_date",
            "left_date",
            "left_reason",
        ]


class HelperFilters(NounFilterSet):
    search_fields = ("person__name", "person__pinyin")

    studio = IdFilter(label=_("工作室（站）"))
    organization = SubtreeFilter(field_name="studio__organization__path", label=_("组织代码或编号，含下级"))
    kind = filters.MultipleChoiceFilter(choices=HelperKind.choices, label=_("类别，可多选"))
    current_on = filters.DateFilter(method="filter_current", label=_("在此日在册"))

    def filter_current(self, queryset, _name, value):
        return queryset.current(on=value)


@describes("helpers", "协助人员：入党积极分子、社区工作者、志愿者，一人只在一处")
@extend_schema_view(
    list=extend_schema(summary="协助人员列表"), retrieve=extend_schema(summary="一名协助人员")
)
class HelperViewSet(TimelineMixin, NounViewSet):
    model = Helper
    serializer_class = HelperSerializer
    filterset_class = HelperFilters
    forgets_replies = frozenset({"unmask"})
    readers = (Role.ORGANIZER, Role.KEEPER, Role.LEADER, Role.ASSESSOR, Role.CLIENT)
    orderings = {"id": "id", "joined_date": "joined_date", "name": "person__name"}

    def all_rows(self, user):
        return Helper.objects.visible_to(user).select_related("person", "studio__organization")

    @extend_schema(
        summary="登记协助人员",
        description="已在系统里的人填 `person`，不在的填 `name` 和 `phone`。",
        request=request_schema("HelperJoin", JOIN),
        responses={201: HelperSerializer},
    )
    def create(self, request, *args, **kwargs):
        if not rules.staffs_anything(request.user):
            raise NotAllowed("只有联络员和组工干部可以登记协助人员，请联系他们。")
        data = check_names(self.given(), JOIN, "登记协助人员")
        return self.created(self.present(join_helper(by=self.by, at=self.at, **data)))

    @extend_schema(
        summary="查看联系电话",
        description="写明原因后返回未打码的电话；每次都会留痕。",
        request=request_schema("HelperUnmask", [REASON]),
        responses=HelperSerializer,
    )
    @action(detail=True, methods=["post"])
    def unmask(self, request, *args, **kwargs):
        helper = self.get_object()
        if not rules.may_staff(request.user, helper.studio):
            raise NotAllowed("只有本室的联络员和主管单位的组工干部可以查看，请联系他们。")
        given = clean_given([REASON], self.given(), helper, request.user, step="查看联系电话")
        phone = reveal_helper_phone(helper, by=self.by, at=self.at, **given)
        return Response(self.present(helper) | {"phone": phone})

    @extend_schema(
        summary="登记退出",
        request=request_schema("HelperLeaveOff", LEAVE_OFF),
        responses={200: HelperSerializer},
    )
    @action(detail=True, methods=["post"], url_path="leave-off", url_name="leave-off")
    def leave_off(self, request, *args, **kwargs):
        helper, data = self.get_object(), check_names(self.given(), LEAVE_OFF, "登记退出")
        return Response(self.present(leave_off_helper(helper, by=self.by, at=self.at, **data)))


class MandatePlacementSerializer(StrictModelSerializer):
    mandate = ScopedField(Mandate)
    studio = ScopedField(Studio)
    person_name = serializers.CharField(source="mandate.person.name", read_only=True)
    level = serializers.CharField(source="mandate.level", read_only=True)
    studio_name = serializers.CharField(source="studio.name", read_only=True)

    class Meta:
        model = MandatePlacement
        fields = [
            "id",
            "mandate",
            "person_name",
            "level",
            "studio",
            "studio_name",
            "start_date",
            "end_date",
        ]

    def validate(self, values):
        begin = values.get("start_date", getattr(self.instance, "start_date", None))
        end = values.get("end_date", getattr(self.instance, "end_date", None))
        if begin and end and end < begin:
            raise serializers.ValidationError({"end_date": ["结束日期不能早于开始日期，请核对。"]})
        return values


class PlacementChangeSerializer(MandatePlacementSerializer):
    """Who is attached where stays; only its days change."""

    mandate = serializers.PrimaryKeyRelatedField(read_only=True)
    studio = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta(MandatePlacementSerializer.Meta):
        validators = []


class MandatePlacementFilters(NounFilterSet):
    search_fields = ("mandate__person__name", "studio__name")

    studio = IdFilter(label=_("工作室（站）"))
    mandate = IdFilter(label=_("代表资格"))
    organization = SubtreeFilter(field_name="studio__organization__path", label=_("组织代码或编号，含下级"))
    is_open = YesNoFilter(method="filter_open", label=_("没有结束"))

    def filter_open(self, queryset, _name, value):
        return queryset.filter(end_date__isnull=value)


@describes("mandate-placements", "联系代表：上级代表个人联系工作室，参加轮值")
@extend_schema_view(
    list=extend_schema(summary="联系代表列表"),
    retrieve=extend_schema(summary="一条联系代表"),
    create=extend_schema(summary="新建联系代表"),
    partial_update=extend_schema(summary="修改起止日期", request=PlacementChangeSerializer),
)
class MandatePlacementViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = MandatePlacement
    filterset_class = MandatePlacementFilters
    readers = READERS
    orderings = {"id": "id", "start_date": "start_date"}

    def get_serializer_class(self):
        changing = self.action == "partial_update"
        return PlacementChangeSerializer if changing else MandatePlacementSerializer

    def all_rows(self, user):
        seen = Studio.objects.visible_to(user).values("pk")
        rows = MandatePlacement.objects.filter(studio__in=seen)
        return rows.select_related("mandate__person", "studio__organization")

    def home_of(self, values, row=None):
        return (values.get("studio") or row.studio).organization


router.register("helpers", HelperViewSet, basename="api-helper")
router.register("mandate-placements", MandatePlacementViewSet, basename="api-mandate-placement")
