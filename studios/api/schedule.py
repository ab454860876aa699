"""When a venue receives, and by which settings a place plans."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from records.moves import Given, clean_given
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
)
from studios import rules
from studios.actions.schedule import RULE, read_rule, set_reception_rule
from studios.api.days import READERS
from studios.enums import HolidayPolicy
from studios.models import ReceptionPolicy, ReceptionRule, Studio
from studios.recurrence import describe_rule, reception_dates
from workdays.queries import load_calendar

STUDIO = (Given("studio", "工作室（站）", "model", options=rules.staffed_studios),)
PREVIEW = (
    Given("text", "哪些天接待", max_length=200),
    Given("year", "年份", "integer", minimum=2000, maximum=2100),
    Given("holiday_policy", "遇放假", "choice", required=False, options=HolidayPolicy),
)


class ReceptionRuleSerializer(serializers.ModelSerializer):
    studio_name = serializers.CharField(source="studio.name")
    described = serializers.SerializerMethodField(help_text="规则的中文说法")
    holiday_policy_display = serializers.CharField(source="get_holiday_policy_display")

    class Meta:
        model = ReceptionRule
        fields = [
            "id",
            "studio",
            "studio_name",
            "rrule",
            "described",
            "start_time",
            "end_time",
            "seats",
            "holiday_policy",
            "holiday_policy_display",
            "wants_mixed_levels",
            "start_date",
            "end_date",
        ]

    def get_described(self, rule) -> str:
        return describe_rule(rule.rrule)


class RuleDateSerializer(serializers.Serializer):
    date = serializers.DateField()
    rule_date = serializers.DateField(help_text="按规则应在哪天")
    told = serializers.CharField(help_text="为什么不在那天；没有变动的为空")
    is_provisional = serializers.BooleanField(help_text="当年放假安排尚未公布，日期可能调整")


class RulePreviewSerializer(serializers.Serializer):
    rrule = serializers.CharField()
    described = serializers.CharField()
    year = serializers.IntegerField()
    is_provisional = serializers.BooleanField(help_text="有日期可能调整")
    dates = RuleDateSerializer(many=True)


def preview_of(rrule, year, policy):
    found = reception_dates(
        rrule, date(year, 1, 1), date(year, 12, 31), calendar=load_calendar(), policy=policy
    )
    return {
        "rrule": rrule,
        "described": describe_rule(rrule),
        "year": year,
        "is_provisional": any(one.is_provisional for one in found),
        "dates": [
            {
                "date": one.date,
                "rule_date": one.rule_date,
                "told": one.told,
                "is_provisional": one.is_provisional,
            }
            for one in found
        ],
    }


class ReceptionRuleFilters(NounFilterSet):
    search_fields = ("studio__name",)

    studio = IdFilter(label=_("工作室（站）"))
    organization = SubtreeFilter(field_name="studio__organization__path", label=_("组织代码或编号，含下级"))
    in_force_on = filters.DateFilter(method="filter_in_force", label=_("在此日现行"))
    is_open = YesNoFilter(method="filter_open", label=_("没有停用"))

    def filter_in_force(self, queryset, _name, value):
        ended = queryset.filter(end_date__lt=value).values("pk")
        return queryset.filter(start_date__lte=value).exclude(pk__in=ended)

    def filter_open(self, queryset, _name, value):
        return queryset.filter(end_date__isnull=value)


@describes("reception-rules", "接待日规则：工作室哪些天接待，遇放假怎么办")
@extend_schema_view(
    list=extend_schema(summary="接待日规则列表"), retrieve=extend_schema(summary="一条接待日规则")
)
class ReceptionRuleViewSet(TimelineMixin, NounViewSet):
    model = ReceptionRule
    serializer_class = ReceptionRuleSerializer
    filterset_class = ReceptionRuleFilters
    readers = READERS
    orderings = {"start_date": "start_date", "id": "id"}
    ordering = "-start_date"

    def all_rows(self, user):
        seen = Studio.objects.visible_to(user).values("pk")
        return ReceptionRule.objects.filter(studio__in=seen).select_related("studio")

    @extend_schema(
        summary="设定接待日规则",
        description="`text` 写成「每月1日、15日」或 iCalendar RRULE。原来的规则到前一天为止；已公布的接待日不变，没有公布的重排。",
        request=request_schema("ReceptionRuleSet", (*STUDIO, *RULE)),
        responses={201: ReceptionRuleSerializer},
    )
    def create(self, request, *args, **kwargs):
        if not rules.staffs_anything(request.user):
            raise NotAllowed("只有联络员和组工干部可以设定接待日，请联系他们。")
        data = check_names(self.given(), (*STUDIO, *RULE), "设定接待日规则")
        chosen = {"studio": data.pop("studio", None)}
        studio = clean_given(STUDIO, chosen, None, request.user, step="设定接待日规则")["studio"]
        rule = set_reception_rule(studio, by=self.by, at=self.at, **data)
        return self.created(self.present(rule))

    @extend_schema(
        operation_id="reception_rules_preview_text",
        summary="看一条规则在某一年的日期",
        description="只算不存。",
        parameters=[
            OpenApiParameter("text", str, required=True, description="如：每月1日、15日；或 iCalendar RRULE"),
            OpenApiParameter("year", int, required=True, description="年份"),
            OpenApiParameter(
                "holiday_policy", str, enum=HolidayPolicy.values, description="遇放假；默认 next"
            ),
        ],
        responses=RulePreviewSerializer,
    )
    @action(detail=False, url_path="preview", filter_backends=[], pagination_class=None)
    def preview_text(self, request, *args, **kwargs):
        asked = clean_given(PREVIEW, request.query_params.dict(), None, request.user, step="看规则的日期")
        policy = asked["holiday_policy"] or HolidayPolicy.NEXT
        return Response(preview_of(read_rule(asked["text"]), asked["year"], policy))

    @extend_schema(
        summary="这条规则在某一年的日期",
        parameters=[OpenApiParameter("year", int, required=True, description="年份")],
        responses=RulePreviewSerializer,
    )
    @action(detail=True, filter_backends=[], pagination_class=None)
    def preview(self, request, *args, **kwargs):
        rule = self.get_object()
        asked = clean_given(
            [given for given in PREVIEW if given.name == "year"],
            request.query_params.dict(),
            rule,
            request.user,
            step="看规则的日期",
        )
        return Response(preview_of(rule.rrule, asked["year"], rule.holiday_policy))


class ReceptionPolicySerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    organization_name = serializers.CharField(source="organization.name", read_only=True)

    class Meta:
        model = ReceptionPolicy
        fields = [
            "id",
            "organization",
            "organization_name",
            "plan_on_day",
            "publish_days_ahead",
            "first_reminder_days",
            "second_reminder_days",
            "approves_swaps_itself",
            "yearly_minimum",
        ]

    def validate_organization(self, organization):
        others = ReceptionPolicy.objects.exclude(pk=self.instance and self.instance.pk)
        if others.filter(organization=organization).exists():
            raise serializers.ValidationError("这个组织已经有接待日设置，请修改原来的那条。")
        return organization


class ReceptionPolicyFilters(NounFilterSet):
    search = None

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))


@describes("reception-policies", "接待日设置：几日排班、提前几天公布和提醒；离工作室最近的上级的设置有效")
@extend_schema_view(
    list=extend_schema(summary="接待日设置列表"),
    retrieve=extend_schema(summary="一个组织的接待日设置"),
    create=extend_schema(summary="新建接待日设置"),
    partial_update=extend_schema(summary="修改接待日设置"),
)
class ReceptionPolicyViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = ReceptionPolicy
    serializer_class = ReceptionPolicySerializer
    filterset_class = ReceptionPolicyFilters
    readers = READERS
    orderings = {"id": "id"}

    def all_rows(self, user):
        """Those of one's place and of the places above it: these count for one's venues as well."""
        seen = Organization.objects.visible_to(user).values("pk")
        return ReceptionPolicy.objects.filter(organization__in=seen).select_related("organization")


router.register("reception-rules", ReceptionRuleViewSet, basename="api-reception-rule")
router.register("reception-policies", ReceptionPolicyViewSet, basename="api-reception-policy")
