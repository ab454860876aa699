"""The rules of the clock: time limits in versions, and reminders. Written by the city's organizers."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import OrganizationKind
from accounts.rest.filters import IdFilter, NounFilterSet, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, StrictModelSerializer, StrictSerializer, router
from petitions.actions.limits import add_limit, cancel_limit, change_limit, check_not_in_force, revise_limit
from petitions.api.lists import CityWrites
from petitions.enums import Audience, Kind, ReminderDate, Step
from petitions.models import Category, ReminderRule, TimeLimit
from records.rest import RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin


class TimeLimitSerializer(StrictModelSerializer):
    category = serializers.PrimaryKeyRelatedField(
        queryset=Category.objects.all(), allow_null=True, required=False, help_text="含下级分类"
    )
    category_name = serializers.CharField(source="category.full_name", read_only=True, default=None)
    step_display = serializers.CharField(source="get_step_display", read_only=True)
    in_force_from = serializers.DateField()

    class Meta:
        model = TimeLimit
        fields = [
            "id",
            "step",
            "step_display",
            "kind",
            "level",
            "category",
            "category_name",
            "work_days",
            "source",
            "in_force_from",
            "is_repealed",
        ]
        read_only_fields = ["is_repealed"]
        validators = []
        """Whether there is such a rule already is told by the action, with what to do instead."""


class ReviseSerializer(StrictSerializer):
    work_days = serializers.IntegerField(min_value=1, max_value=250)
    source = serializers.CharField(max_length=120, help_text="文件名称和条款")
    in_force_from = serializers.DateField(help_text="从明天或更晚起")
    is_repealed = serializers.BooleanField(required=False, default=False, help_text="自施行日起不再适用")


class ChangeSerializer(StrictSerializer):
    work_days = serializers.IntegerField(min_value=1, max_value=250, required=False)
    source = serializers.CharField(max_length=120, required=False)


class TimeLimitFilters(NounFilterSet):
    search_fields = ("source",)

    step = filters.MultipleChoiceFilter(choices=Step.choices, label=_("环节，可多选"))
    kind = filters.MultipleChoiceFilter(choices=Kind.choices, label=_("类别，可多选"))
    level = filters.MultipleChoiceFilter(choices=OrganizationKind.choices, label=_("层级，可多选"))
    category = IdFilter(label=_("问题分类"))
    in_force_on = filters.DateFilter(method="filter_in_force", label=_("在此日现行"))

    def filter_in_force(self, queryset, _name, value):
        return queryset.in_force(on=value)


@describes("time-limits", "办理时限：按环节、类别、层级、分类，分版本，各有依据")
@extend_schema_view(
    list=extend_schema(summary="办理时限列表"), retrieve=extend_schema(summary="一条办理时限的一个版本")
)
class TimeLimitViewSet(CityWrites, TimelineMixin, RecordedCreateMixin, NounViewSet):
    model = TimeLimit
    serializer_class = TimeLimitSerializer
    filterset_class = TimeLimitFilters
    orderings = {"id": "id", "in_force_from": "in_force_from"}
    ordering = "id"

    def all_rows(self, user):
        return TimeLimit.objects.select_related("category")

    @property
    def told(self):
        return {"by": self.by, "at": self.at, "on": self.today}

    def given_by(self, serializer_class):
        self.may_write(self.home_of({}))
        serializer = serializer_class(data=self.given(), context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    @extend_schema(summary="新建办理时限（市级组工干部）")
    def create(self, request, *args, **kwargs):
        limit = add_limit(**self.told, **self.given_by(TimeLimitSerializer))
        return self.created(self.present(limit))

    @extend_schema(summary="改动还没施行的版本（市级组工干部）", request=ChangeSerializer)
    def partial_update(self, request, *args, **kwargs):
        limit = self.get_object()
        given = self.given_by(ChangeSerializer)
        wanted = {"work_days": limit.work_days, "source": limit.source} | given
        return Response(self.present(change_limit(limit, **self.told, **wanted)))

    @extend_schema(
        summary="修订：从以后的日子起施行一个新版本（市级组工干部）",
        request=ReviseSerializer,
        responses={201: TimeLimitSerializer},
    )
    @action(detail=True, methods=["post"])
    def revise(self, request, *args, **kwargs):
        limit = self.get_object()
        version = revise_limit(limit, **self.told, **self.given_by(ReviseSerializer))
        return Response(self.present(version), status=201)

    @extend_schema(summary="取消还没施行的版本（市级组工干部）", request=None, responses=TimeLimitSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, *args, **kwargs):
        limit = self.get_object()
        self.may_write(self.home_of({}))
        check_not_in_force(limit, on=self.today)
        told = self.present(limit)
        cancel_limit(limit, **self.told)
        return Response(told)


class ReminderRuleSerializer(StrictModelSerializer):
    about_display = serializers.CharField(source="get_about_display", read_only=True)
    audience_display = serializers.CharField(source="get_audience_display", read_only=True)
    offset = serializers.IntegerField(min_value=-60, max_value=250, help_text="负数为之前，0 为当天")

    class Meta:
        model = ReminderRule
        fields = [
            "id",
            "name",
            "about",
            "about_display",
            "offset",
            "audience",
            "audience_display",
            "source",
            "is_active",
        ]


class ReminderRuleChangeSerializer(ReminderRuleSerializer):
    """What a rule speaks of stays: reminders have been sent by it."""

    class Meta(ReminderRuleSerializer.Meta):
        read_only_fields = ["about", "offset", "audience"]

    offset = serializers.IntegerField(read_only=True)


class ReminderRuleFilters(NounFilterSet):
    search_fields = ("name", "source")

    about = filters.MultipleChoiceFilter(choices=ReminderDate.choices, label=_("提醒什么日期，可多选"))
    audience = filters.MultipleChoiceFilter(choices=Audience.choices, label=_("提醒谁，可多选"))
    is_active = YesNoFilter(field_name="is_active", label=_("启用"))


@describes("reminder-rules", "催办规则：期限前后几个工作日提醒谁")
@extend_schema_view(
    list=extend_schema(summary="催办规则列表"),
    retrieve=extend_schema(summary="一条催办规则"),
    create=extend_schema(summary="新建催办规则（市级组工干部）"),
    partial_update=extend_schema(
        summary="修改催办规则的名称、依据、启用（市级组工干部）", request=ReminderRuleChangeSerializer
    ),
)
class ReminderRuleViewSet(CityWrites, TimelineMixin, RecordedCreateMixin, RecordedUpdateMixin, NounViewSet):
    model = ReminderRule
    filterset_class = ReminderRuleFilters
    orderings = {"id": "id", "offset": "offset"}
    ordering = "offset"

    def get_serializer_class(self):
        changing = self.action == "partial_update"
        return ReminderRuleChangeSerializer if changing else ReminderRuleSerializer

    def all_rows(self, user):
        return ReminderRule.objects.all()


router.register("time-limits", TimeLimitViewSet, basename="api-time-limit")
router.register("reminder-rules", ReminderRuleViewSet, basename="api-reminder-rule")
