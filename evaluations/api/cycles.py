"""Cycles at the REST door: the verbs of a year's appraisal, and who assesses in it (R84, R85)."""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from accounts.scope import Scope
from evaluations.actions.assessors import EXCUSE, appoint_assessors, excuse_assessor, possible_assessors
from evaluations.actions.cycles import perform_cycle
from evaluations.actions.drafting import check_cycle, hold_for_change
from evaluations.actions.evaluations import decide_as_suggested
from evaluations.allowed import cycle_verbs
from evaluations.disclosure import DECIDERS
from evaluations.enums import CycleStatus, EvaluationStatus, SubjectKind
from evaluations.models import Assessor, Cycle
from evaluations.models.schemes import OFFICE
from evaluations.moves import CYCLES
from evaluations.year import default_dates
from records.moves import Given
from records.rest import (
    OPEN,
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
    takes_moves,
)
from representatives.enums import Level

DATES = (
    "period_start",
    "period_end",
    "cut_off_date",
    "open_date",
    "report_due_date",
    "assess_due_date",
    "decide_due_date",
)
SEATS = (Given("users", _("测评人"), "models", options=lambda cycle, user: possible_assessors(cycle, user)),)
FREED = (Given("assessor", _("测评人"), "integer", minimum=1), *EXCUSE)


class CycleSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    organization_name = serializers.CharField(source="organization.display_name", read_only=True)
    kind = serializers.ChoiceField(choices=SubjectKind.choices)
    kind_display = serializers.CharField(source="get_kind_display", read_only=True)
    status_display = serializers.CharField(source="get_status_display", read_only=True)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    levels = serializers.ListField(
        child=serializers.ChoiceField(choices=Level.choices), required=False, max_length=5
    )

    class Meta:
        model = Cycle
        fields = [
            "id",
            "kind",
            "kind_display",
            "organization",
            "organization_name",
            "year",
            "title",
            "levels",
            "frontline_only",
            *DATES,
            "publicity_days",
            "appeal_days",
            "publicity_end_date",
            "appeal_end_date",
            "status",
            "status_display",
            "reason",
            "opened_at",
            "closed_at",
        ]
        read_only_fields = [
            "publicity_end_date",
            "appeal_end_date",
            "status",
            "reason",
            "opened_at",
            "closed_at",
        ]
        extra_kwargs = {name: {"required": False, "help_text": _("不填即常用的日子")} for name in DATES}
        validators = []

    def validate(self, attrs):
        if self.instance is None:
            attrs = default_dates(attrs["year"]) | attrs
        known = {
            field.name: getattr(self.instance, field.name, None) for field in Cycle._meta.concrete_fields
        }
        known = {name: value for name, value in known.items() if value is not None}
        if faults := check_cycle(Cycle(**known | attrs)):
            raise InvalidInput(faults)
        return attrs


class CycleChangeSerializer(CycleSerializer):
    """What it appraises, whose it is and of which year stays."""

    organization = serializers.PrimaryKeyRelatedField(read_only=True)
    kind = serializers.CharField(read_only=True)
    year = serializers.IntegerField(read_only=True)


class ProgressSerializer(serializers.Serializer):
    appraised = serializers.IntegerField(help_text="参加的人（或工作室、站）数")
    reported = serializers.IntegerField(help_text="已上报述职")
    decided = serializers.IntegerField(help_text="已评定")
    assessors = serializers.IntegerField(help_text="测评人数，免除的不算")
    sealed = serializers.IntegerField(help_text="已封存测评表的人数")


class CycleDetailSerializer(CycleSerializer):
    progress = serializers.SerializerMethodField(help_text="办到哪里；只给评定机关看，别人为空")
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(CycleSerializer.Meta):
        fields = [*CycleSerializer.Meta.fields, "progress", "allowed_verbs"]

    @extend_schema(responses=ProgressSerializer)
    def get_progress(self, cycle) -> dict | None:
        if not Scope.of(self.context["request"].user).covers(cycle.organization, *DECIDERS):
            return None
        rows = cycle.evaluations.appraised().order_by()
        told = rows.aggregate(
            appraised=Count("pk"),
            reported=Count("pk", filter=Q(reported_at__isnull=False)),
            decided=Count("pk", filter=Q(status__in=[EvaluationStatus.DECIDED, EvaluationStatus.FINAL])),
        )
        seats = cycle.assessors.counting().order_by()
        return told | seats.aggregate(
            assessors=Count("pk"), sealed=Count("pk", filter=Q(sealed_at__isnull=False))
        )

    def get_allowed_verbs(self, cycle) -> list[str]:
        return cycle_verbs(cycle, self.context["request"].user)


class AssessorSerializer(serializers.ModelSerializer):
    """Who is asked, and whether her sheet is sealed; what stands in it is hers."""

    name = serializers.CharField(source="user.label")

    class Meta:
        model = Assessor
        fields = ["id", "user", "name", "sealed_at", "excused_at", "excuse_reason"]


class DoneSerializer(serializers.Serializer):
    done = serializers.IntegerField(help_text="办成几个")


class CycleFilters(NounFilterSet):
    search_fields = ("title",)

    organization = SubtreeFilter(
        field_name="organization__path", label=_("评定机关所在组织代码或编号，含下级")
    )
    kind = filters.ChoiceFilter(choices=SubjectKind.choices, label=_("考什么"))
    year = IdFilter(label=_("年度"))
    status = filters.MultipleChoiceFilter(choices=CycleStatus.choices, label=_("状态，可多选"))


@describes("evaluation-cycles", "年度考评：一地一年一次，从述职到定档；请人测评")
@extend_schema_view(
    list=extend_schema(summary="年度考评列表", responses=CycleSerializer(many=True)),
    retrieve=extend_schema(summary="一次年度考评", responses=CycleDetailSerializer),
    create=extend_schema(summary="新建年度考评", responses={201: CycleDetailSerializer}),
    partial_update=extend_schema(
        summary="修改年度考评",
        description="筹备中都可以改；开始后只能改名称和还没到的各步：截止日、公示和申诉的天数。",
        request=CycleChangeSerializer,
        responses=CycleDetailSerializer,
    ),
)
@takes_moves(CYCLES, perform_cycle, noun="EvaluationCycle", answer=CycleDetailSerializer)
class CycleViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = Cycle
    filterset_class = CycleFilters
    readers = OFFICE
    orderings = {"id": "id", "year": "year"}
    ordering = "-year"

    def get_serializer_class(self):
        return {
            "list": CycleSerializer,
            "create": CycleSerializer,
            "partial_update": CycleChangeSerializer,
        }.get(self.action, CycleDetailSerializer)

    def all_rows(self, user):
        return Cycle.objects.visible_to(user).select_related("organization")

    def present(self, cycle):
        return CycleDetailSerializer(cycle, context=self.get_serializer_context()).data

    def may_read_events(self, user, cycle):
        return Scope.of(user).covers(cycle.organization, *DECIDERS)

    def save_changes(self, row, values):
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if changed:
            hold_for_change(row, changed)
        super().save_changes(row, values)

    @extend_schema(summary="测评人", description="只给评定机关看。", responses=AssessorSerializer(many=True))
    @action(**OPEN, orderings={"id": "id"}, ordering="id")
    def assessors(self, request, *args, **kwargs):
        cycle = self.get_object()
        if not Scope.of(request.user).covers(cycle.organization, *DECIDERS):
            raise NotAllowed("测评人名单只给评定机关看。")
        rows = self.paginate_queryset(cycle.assessors.select_related("user"))
        return self.get_paginated_response(AssessorSerializer(rows, many=True).data)

    @extend_schema(
        summary="请人测评",
        description="已经请了的不动；免除过的重新请。",
        request=request_schema("EvaluationCycleAppoint", SEATS),
        responses={200: DoneSerializer},
    )
    @action(detail=True, methods=["post"])
    def appoint(self, request, *args, **kwargs):
        cycle, data = self.get_object(), check_names(self.given(), SEATS, "请人测评")
        self.may_write(cycle.organization)
        users = SEATS[0].clean(data.get("users"), cycle, request.user)
        return Response({"done": appoint_assessors(cycle, users, by=self.by, at=self.at)})

    @extend_schema(
        summary="免除测评人",
        request=request_schema("EvaluationCycleExcuse", FREED),
        responses={200: AssessorSerializer},
    )
    @action(detail=True, methods=["post"])
    def excuse(self, request, *args, **kwargs):
        cycle, data = self.get_object(), check_names(self.given(), FREED, "免除测评人")
        self.may_write(cycle.organization)
        pk = FREED[0].clean(data.pop("assessor", None), cycle, request.user)
        seat = cycle.assessors.select_related("cycle__organization", "user").filter(pk=pk).first()
        if seat is None:
            raise InvalidInput({"assessor": ["这次考评没有这位测评人，请从测评人列表里选。"]})
        return Response(AssessorSerializer(excuse_assessor(seat, by=self.by, at=self.at, data=data)).data)

    @extend_schema(
        summary="按建议等次评定",
        description="把还没有评定、又有建议等次的，都按建议评定；与建议不同的请逐一评定并写明理由。",
        request=None,
        responses={200: DoneSerializer},
    )
    @action(detail=True, methods=["post"], url_path="decide-as-suggested", url_name="decide-as-suggested")
    def decide_as_suggested(self, request, *args, **kwargs):
        check_names(self.given(), (), "按建议等次评定")
        return Response({"done": decide_as_suggested(self.get_object(), by=self.by, at=self.at)})


router.register("evaluation-cycles", CycleViewSet, basename="api-evaluation-cycle")
