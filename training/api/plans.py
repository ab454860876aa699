"""Yearly plans, courses and the table of who trains whom, at the REST door (R29, R30)."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.enums import Role
from accounts.errors import Conflict, NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from accounts.scope import Scope
from records.rest import RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, takes_moves
from training.actions.plans import perform_plan
from training.enums import PlanStatus
from training.models import Course, TrainingPlan
from training.moves import PLANS

OFFICE = (Role.ORGANIZER, Role.KEEPER, Role.LEADER, Role.ASSESSOR, Role.CLIENT)
"""Who reads how training is planned."""


class TrainingPlanSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    organization_name = serializers.CharField(source="organization.display_name", read_only=True)
    status_display = serializers.CharField(source="get_status_display", read_only=True)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    people_target = serializers.IntegerField(min_value=0, max_value=10**6, required=False)

    class Meta:
        model = TrainingPlan
        fields = [
            "id",
            "organization",
            "organization_name",
            "year",
            "title",
            "aim",
            "is_in_cadre_plan",
            "people_target",
            "status",
            "status_display",
            "document_number",
            "approved_at",
        ]
        read_only_fields = ["status", "document_number", "approved_at"]


class PlanChangeSerializer(TrainingPlanSerializer):
    """Whose plan it is, and of which year, stays."""

    organization = serializers.PrimaryKeyRelatedField(read_only=True)
    year = serializers.IntegerField(read_only=True)

    class Meta(TrainingPlanSerializer.Meta):
        validators = []


class TrainingPlanFilters(NounFilterSet):
    search_fields = ("title", "document_number")

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    year = IdFilter(label=_("年度"))
    status = filters.MultipleChoiceFilter(choices=PlanStatus.choices, label=_("状态，可多选"))


@describes("training-plans", "培训计划：一地一年一份，批准后计划内的班才能发通知")
@extend_schema_view(
    list=extend_schema(summary="培训计划列表"),
    retrieve=extend_schema(summary="一份培训计划"),
    create=extend_schema(summary="新建培训计划"),
    partial_update=extend_schema(summary="修改培训计划", request=PlanChangeSerializer),
)
@takes_moves(PLANS, perform_plan, noun="TrainingPlan", answer=TrainingPlanSerializer)
class TrainingPlanViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = TrainingPlan
    filterset_class = TrainingPlanFilters
    readers = OFFICE
    orderings = {"id": "id", "year": "year"}
    ordering = "-year"

    def get_serializer_class(self):
        return PlanChangeSerializer if self.action == "partial_update" else TrainingPlanSerializer

    def all_rows(self, user):
        return TrainingPlan.objects.visible_to(user).select_related("organization")

    def may_read_events(self, user, plan):
        return Scope.of(user).covers(plan.organization, *OFFICE)

    def save_changes(self, row, values):
        if row.status != PlanStatus.DRAFT:
            raise Conflict("计划已批准，不能直接改。要改请先「退回修改」。", code="wrong-state")
        super().save_changes(row, values)


router.register("training-plans", TrainingPlanViewSet, basename="api-training-plan")


class CourseSerializer(StrictModelSerializer):
    keywords = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=30
    )

    class Meta:
        model = Course
        fields = ["id", "code", "name", "description", "keywords", "hours", "position", "is_active"]


class CourseChangeSerializer(CourseSerializer):
    class Meta(CourseSerializer.Meta):
        read_only_fields = ["code"]


class CourseFilters(NounFilterSet):
    search_fields = ("name", "code", "description")

    is_active = YesNoFilter(label=_("在用"))


@describes("courses", "课程：需求调查里选什么、开什么班")
@extend_schema_view(
    list=extend_schema(summary="课程列表"),
    retrieve=extend_schema(summary="一门课程"),
    create=extend_schema(summary="新增课程"),
    partial_update=extend_schema(summary="修改课程", request=CourseChangeSerializer),
)
class CourseViewSet(RecordedCreateMixin, RecordedUpdateMixin, NounViewSet):
    model = Course
    filterset_class = CourseFilters
    readers = (*OFFICE, Role.REPRESENTATIVE)
    orderings = {"id": "id", "position": "position"}
    ordering = "position"

    def get_serializer_class(self):
        return CourseChangeSerializer if self.action == "partial_update" else CourseSerializer

    def all_rows(self, user):
        return Course.objects.all()

    def home_of(self, values, row=None):
        """One list for the whole city."""
        return Organization.objects.filter(parent=None).order_by("path").first()

    def may_write(self, organization):
        if not Scope.of(self.request.user).covers(organization, Role.ORGANIZER):
            raise NotAllowed("课程由市级组工干部维护，请联系他们。")


router.register("courses", CourseViewSet, basename="api-course")
