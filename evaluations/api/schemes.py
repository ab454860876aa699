"""Schemes with their indicators at the REST door: drawn up, copied, approved, tried on a past year (R83, R84)."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.enums import Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from accounts.scope import Scope
from evaluations.actions.schemes import (
    COPY,
    COUNTED,
    change_scheme,
    copy_scheme,
    draw_up_scheme,
    perform_scheme,
    weight_of,
)
from evaluations.enums import Grade, IndicatorSource, Measure, SchemeStatus, SubjectKind, WhenMissing
from evaluations.models import OFFICE, Indicator, Scheme
from evaluations.moves import SCHEMES
from evaluations.rules import may_organize
from evaluations.what_if import try_scheme, years_to_try
from records.moves import clean_given
from records.rest import TimelineMixin, check_names, request_schema, takes_moves
from representatives.enums import DutyKind
from studios.admin.places import county_names

MOST_INDICATORS = 40


class IndicatorSerializer(StrictModelSerializer):
    code = serializers.SlugField(
        max_length=40, required=False, help_text="同一件事每年用同一个代码；不填自动编"
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=DutyKind.choices), required=False, max_length=20
    )
    source = serializers.ChoiceField(choices=IndicatorSource.choices)
    measure = serializers.ChoiceField(choices=Measure.choices, required=False)
    when_missing = serializers.ChoiceField(choices=WhenMissing.choices, required=False)
    position = serializers.IntegerField(min_value=0, max_value=1000, required=False)

    class Meta:
        model = Indicator
        fields = ["id", *COUNTED]


class SchemeSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    organization_name = serializers.CharField(source="organization.display_name", read_only=True)
    kind = serializers.ChoiceField(choices=SubjectKind.choices)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    status_display = serializers.CharField(source="get_status_display", read_only=True)
    excellent_quota_percent = serializers.IntegerField(
        min_value=1, max_value=100, allow_null=True, required=False, help_text="优秀比例上限，空为不限"
    )
    minimum_answers = serializers.IntegerField(min_value=3, max_value=500, required=False)
    weight = serializers.SerializerMethodField(help_text="各项分值合计（加分项除外），启用时须为 100")
    indicators = IndicatorSerializer(many=True, required=False, max_length=MOST_INDICATORS)

    class Meta:
        model = Scheme
        fields = [
            "id",
            "kind",
            "organization",
            "organization_name",
            "year",
            "level",
            "version",
            "title",
            "note",
            "excellent_from",
            "competent_from",
            "basic_from",
            "excellent_quota_percent",
            "bonus_cap",
            "minimum_answers",
            "status",
            "status_display",
            "document_number",
            "copied_from",
            "approved_at",
            "frozen_at",
            "weight",
            "indicators",
        ]
        read_only_fields = ["version", "status", "document_number", "copied_from", "approved_at", "frozen_at"]
        validators = []

    def get_weight(self, scheme) -> str:
        return f"{weight_of(scheme.indicators.all()):.2f}"

    def validate(self, attrs):
        kind = attrs.get("kind") or getattr(self.instance, "kind", "")
        if kind == SubjectKind.STUDIO and attrs.get("level"):
            raise serializers.ValidationError({"level": ["工作室（站）考核不分代表层级，请留空。"]})
        return attrs


class SchemeChangeSerializer(SchemeSerializer):
    """What is appraised, where and in which year stays: for another year or place it is copied."""

    organization = serializers.PrimaryKeyRelatedField(read_only=True)
    kind = serializers.ChoiceField(choices=SubjectKind.choices, read_only=True)
    year = serializers.IntegerField(read_only=True)

    class Meta(SchemeSerializer.Meta):
        read_only_fields = [*SchemeSerializer.Meta.read_only_fields, "level"]


class GradeCountSerializer(serializers.Serializer):
    grade = serializers.ChoiceField(choices=Grade.choices)
    now = serializers.IntegerField(help_text="当年系统建议的数")
    then = serializers.IntegerField(help_text="用这个办法会是多少")


class TallySerializer(serializers.Serializer):
    path = serializers.CharField(help_text="县市区在组织树里的位置")
    name = serializers.CharField()
    appraised = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="建议等次会变的数")
    grades = GradeCountSerializer(many=True)


class TrialSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    whole = TallySerializer()
    counties = TallySerializer(many=True)


class SchemeFilters(NounFilterSet):
    search_fields = ("title", "document_number")

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    year = IdFilter(label=_("年度"))
    kind = filters.MultipleChoiceFilter(choices=SubjectKind.choices, label=_("考什么"))
    status = filters.MultipleChoiceFilter(choices=SchemeStatus.choices, label=_("状态，可多选"))


@describes("schemes", "考评办法：哪些指标算多少分，按年度、层级分版")
@extend_schema_view(
    list=extend_schema(summary="考评办法列表"),
    retrieve=extend_schema(summary="一个考评办法和它的指标"),
)
@takes_moves(SCHEMES, perform_scheme, noun="Scheme", answer=SchemeSerializer)
class SchemeViewSet(TimelineMixin, NounViewSet):
    model = Scheme
    filterset_class = SchemeFilters
    readers = OFFICE
    orderings = {"id": "id", "year": "year"}
    ordering = "-year"

    def get_serializer_class(self):
        return SchemeChangeSerializer if self.action == "partial_update" else SchemeSerializer

    def all_rows(self, user):
        rows = Scheme.objects.visible_to(user).select_related("organization")
        return rows.prefetch_related("indicators")

    def may_read_events(self, user, scheme):
        return Scope.of(user).covers(scheme.organization, *OFFICE)

    def present(self, row):
        """Read anew: a verb may have changed the indicators that were fetched before."""
        fresh = self.all_rows(self.request.user).get(pk=row.pk)
        return SchemeSerializer(fresh, context=self.get_serializer_context()).data

    @extend_schema(summary="起草考评办法", responses={201: SchemeSerializer})
    def create(self, request, *args, **kwargs):
        if not Scope.of(request.user).has(Role.ORGANIZER):
            raise NotAllowed("只有组工干部可以起草考评办法，请联系主管单位的组工干部。")
        values, indicators = self._taken(self.get_serializer(data=self.given()))
        return self.created(self.present(draw_up_scheme(values, indicators or [], by=self.by, at=self.at)))

    @extend_schema(
        summary="修改草稿",
        description="只有起草中的能改。给了 `indicators` 就整个换掉。",
        request=SchemeChangeSerializer,
        responses={200: SchemeSerializer},
    )
    def partial_update(self, request, *args, **kwargs):
        scheme = self.get_object()
        serializer = self.get_serializer(scheme, data=self.given(), partial=True)
        values, indicators = self._taken(serializer)
        return Response(self.present(change_scheme(scheme, values, indicators, by=self.by, at=self.at)))

    @staticmethod
    def _taken(serializer):
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        indicators = values.pop("indicators", None)
        return values, None if indicators is None else [dict(one) for one in indicators]

    @extend_schema(
        summary="复制",
        description="成为一份草稿：同一年的成为新版，别的年度或组织另起。",
        request=request_schema("SchemeCopy", COPY),
        responses={201: SchemeSerializer},
    )
    @action(detail=True, methods=["post"])
    def copy(self, request, *args, **kwargs):
        scheme, data = self.get_object(), check_names(self.given(), COPY, "复制")
        given = clean_given(COPY, data, scheme, request.user, step="复制")
        draft = copy_scheme(scheme, by=self.by, at=self.at, **given)
        where = reverse("api-scheme-detail", kwargs={"pk": draft.pk}, request=request)
        return Response(self.present(draft), status=201, headers={"Location": where})

    @extend_schema(
        summary="在往年试算",
        description="用这个办法重算往年，看各等次的人数怎么变。什么都不写。",
        parameters=[OpenApiParameter("year", int, description="哪一年，不填为最近可以试算的一年")],
        responses=TrialSerializer,
    )
    @action(detail=True, url_path="what-if", filter_backends=[], filterset_class=None, pagination_class=None)
    def what_if(self, request, *args, **kwargs):
        scheme = self.get_object()
        if not may_organize(request.user, scheme):
            raise NotAllowed("试算由起草办法的组工干部做，请联系他们。")
        years = years_to_try(scheme, request.user)
        asked = request.query_params.get("year")
        year = years[0] if years and asked is None else asked
        if str(year) not in map(str, years):
            words = "、".join(map(str, years)) or "还没有"
            raise InvalidInput({"year": [f"可以试算的年度：{words}。"]})
        trial = try_scheme(scheme, int(year), request.user)
        names = county_names(county.path for county in trial.counties)
        return Response(
            {
                "year": trial.year,
                "whole": _tally(trial.whole, ""),
                "counties": [_tally(one, names.get(one.path, "")) for one in trial.counties],
            }
        )


def _tally(tally, name):
    return {
        "path": tally.path,
        "name": name,
        "appraised": tally.people,
        "changed": tally.changed,
        "grades": [
            {"grade": grade, "now": now, "then": then}
            for grade, (now, then) in zip(Grade.values, tally.grades, strict=True)
        ],
    }


router.register("schemes", SchemeViewSet, basename="api-scheme")
