"""Pairs at the REST door (R34–R36)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter, find_organization
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from accounts.scope import Scope
from records.moves import Given, clean_given
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
    takes_moves,
)
from representatives.models import READERS
from representatives.quarters import Quarter
from training import pair_rules
from training.actions.pairs import (
    NOT_HERS,
    add_goal,
    cancel_mentoring,
    make_pair,
    perform_pair,
    reach_goal,
    record_mentoring,
)
from training.enums import PairKind, PairStatus
from training.models import MentorPair, PairGoal, PairPolicy, PairRecord
from training.moves.pairs import GOAL, PAIR, PAIRS, REACH, RECORD
from training.pair_suggesting import suggest_pairs
from training.together import count_by_kind, shared_sessions

CANCEL = (Given("record", _("帮带记录"), "model", options=lambda pair, _user: pair.records.all()),)


class PairSerializer(serializers.ModelSerializer):
    kind_display = serializers.CharField(source="get_kind_display")
    mentor_name = serializers.CharField(source="mentor.person.name")
    mentee_name = serializers.CharField(source="mentee.name")
    organization_name = serializers.CharField(source="organization.name")
    status_display = serializers.CharField(source="get_status_display")
    last_record = serializers.DateField(
        source="last_on", default=None, allow_null=True, help_text="上次帮带的日期"
    )

    class Meta:
        model = MentorPair
        fields = [
            "id",
            "kind",
            "kind_display",
            "mentor",
            "mentor_name",
            "mentee",
            "mentee_name",
            "organization",
            "organization_name",
            "field",
            "status",
            "status_display",
            "start_date",
            "planned_end_date",
            "ended_date",
            "outcome",
            "summary",
            "reason",
            "last_record",
        ]


class PairGoalSerializer(serializers.ModelSerializer):
    class Meta:
        model = PairGoal
        fields = ["id", "content", "due_date", "reached_date", "evidence"]


class PairRecordSerializer(serializers.ModelSerializer):
    kind_display = serializers.CharField(source="get_kind_display")

    class Meta:
        model = PairRecord
        fields = ["id", "on", "kind", "kind_display", "content", "recorded_at", "cancelled_at"]


class TogetherSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="同驻室、同调研、同活动")
    count = serializers.IntegerField()


class PairDetailSerializer(PairSerializer):
    goals = PairGoalSerializer(many=True)
    records = PairRecordSerializer(many=True, help_text="含已更正的")
    together = serializers.SerializerMethodField(help_text="三同：从两人共同到场的驻室、调研、活动统计")
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(PairSerializer.Meta):
        fields = [*PairSerializer.Meta.fields, "goals", "records", "together", "allowed_verbs"]

    def get_together(self, pair) -> list[dict]:
        shared = shared_sessions([pair])[pair.pk]
        return [{"kind": str(label), "count": number} for label, number in count_by_kind(shared)]

    def get_allowed_verbs(self, pair) -> list[str]:
        user = self.context["request"].user
        verbs = [move.verb for move in PAIRS.allowed(pair, user)]
        if pair.status == PairStatus.ACTIVE and pair_rules.may_record(user, pair):
            verbs += ["record", "cancel_record", "add_goal", "reach_goal"]
        return verbs


class PairSuggestionSerializer(serializers.Serializer):
    mentor = serializers.IntegerField(source="mentor.pk", help_text="代表资格编号")
    mentor_name = serializers.CharField(source="mentor.person.name")
    mentee = serializers.IntegerField(source="young.person_id", help_text="人员编号")
    mentee_name = serializers.CharField(source="young.person.name")
    organization = serializers.IntegerField(source="young.organization_id")
    points = serializers.IntegerField()
    reason = serializers.CharField()


class PairFilters(NounFilterSet):
    search_fields = ("mentor__person__name", "mentee__name")

    organization = SubtreeFilter(field_name="organization__path", label=_("青年所在地代码或编号，含下级"))
    kind = filters.ChoiceFilter(choices=PairKind.choices, label=_("类别"))
    status = filters.MultipleChoiceFilter(choices=PairStatus.choices, label=_("状态，可多选"))
    mentor = IdFilter(label=_("帮带代表（代表资格）"))
    mentee = IdFilter(label=_("青年（人员）"))
    silent = YesNoFilter(method="filter_silent", label=_("本季度还没有帮带记录"))

    def filter_silent(self, queryset, _name, value):
        quarter = Quarter.of(timezone.localdate())
        silent = MentorPair.objects.silent_between(quarter.first, quarter.last).values("pk")
        return queryset.filter(pk__in=silent) if value else queryset.exclude(pk__in=silent)


@describes("pairs", "双带双帮：市级以上代表带青年党代表、青年干部")
@extend_schema_view(
    list=extend_schema(summary="结对帮带列表"), retrieve=extend_schema(summary="一对结对帮带")
)
@takes_moves(PAIRS, perform_pair, noun="Pair", answer=PairDetailSerializer)
class PairViewSet(TimelineMixin, NounViewSet):
    model = MentorPair
    filterset_class = PairFilters
    orderings = {"id": "id", "start_date": "start_date"}

    def get_serializer_class(self):
        return PairSerializer if self.action == "list" else PairDetailSerializer

    def all_rows(self, user):
        rows = MentorPair.objects.visible_to(user).with_last_record().with_names()
        if self.action == "list":
            return rows
        return rows.select_related("mentor__person__user", "mentee__user").prefetch_related(
            "goals", "records"
        )

    def _fresh(self, pair):
        return self.present(self.all_rows(self.request.user).get(pk=pair.pk))

    @extend_schema(
        summary="安排结对帮带",
        description="青年已在系统里的填 `mentee`；新的青年干部填 `name`、`phone`、`birth_month`、`employer`。",
        request=request_schema("PairMake", PAIR),
        responses={201: PairDetailSerializer},
    )
    def create(self, request, *args, **kwargs):
        if not Scope.of(request.user).has(Role.ORGANIZER):
            raise NotAllowed("只有当地组织部门的组工干部可以安排结对，请联系他们。")
        data = check_names(self.given(), PAIR, "结对")
        return self.created(self._fresh(make_pair(by=self.by, at=self.at, **data)))

    def _do(self, needs, step, action):
        pair, data = self.get_object(), check_names(self.given(), needs, step)
        action(pair, by=self.by, at=self.at, **data)
        return Response(self._fresh(pair))

    @extend_schema(
        summary="记帮带",
        description="记入帮带代表的履职记录。",
        request=request_schema("PairRecording", RECORD),
        responses={200: PairDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def record(self, request, *args, **kwargs):
        return self._do(RECORD, "记帮带", record_mentoring)

    @extend_schema(
        summary="更正帮带记录",
        request=request_schema("PairCancelRecord", CANCEL),
        responses={200: PairDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="cancel-record", url_name="cancel-record")
    def cancel_record(self, request, *args, **kwargs):
        pair = self.get_object()
        if not pair_rules.may_record(request.user, pair):
            raise NotAllowed(NOT_HERS)
        given = clean_given(CANCEL, self.given(), pair, request.user, step="更正帮带记录")
        given["record"].pair = pair
        cancel_mentoring(given["record"], by=self.by, at=self.at)
        return Response(self._fresh(pair))

    @extend_schema(
        summary="定目标",
        request=request_schema("PairAddGoal", GOAL),
        responses={200: PairDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="add-goal", url_name="add-goal")
    def add_goal(self, request, *args, **kwargs):
        return self._do(GOAL, "定目标", add_goal)

    @extend_schema(
        summary="达到目标",
        request=request_schema("PairReachGoal", REACH),
        responses={200: PairDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="reach-goal", url_name="reach-goal")
    def reach_goal(self, request, *args, **kwargs):
        return self._do(REACH, "达到目标", reach_goal)

    @extend_schema(
        summary="结对建议",
        description="范围内还没有人带的青年党代表，各配一位最合适的市级以上代表，附理由；最多 50 对。",
        parameters=[OpenApiParameter("organization", str, required=True, description="组织代码或编号")],
        responses=PairSuggestionSerializer(many=True),
        filters=False,
    )
    @action(detail=False, pagination_class=None, filter_backends=[])
    def suggestions(self, request, *args, **kwargs):
        if not Scope.of(request.user).has(Role.ORGANIZER):
            raise NotAllowed("只有当地组织部门的组工干部可以看结对建议，请联系他们。")
        place = find_organization(request.query_params.get("organization", ""), request.user)
        if place is None:
            raise InvalidInput({"organization": ["请填组织代码或编号，范围限您主管的地方。"]})
        if not Scope.of(request.user).covers(place, Role.ORGANIZER):
            raise NotAllowed("只有当地组织部门的组工干部可以看结对建议，请联系他们。")
        rows = suggest_pairs(place, on=self.today)
        return Response(PairSuggestionSerializer(rows, many=True).data)


class PairPolicySerializer(StrictModelSerializer):
    organization = ScopedField(Organization)

    class Meta:
        model = PairPolicy
        fields = [
            "id",
            "organization",
            "representative_age",
            "cadre_age",
            "most_mentees",
            "reminder_days",
        ]


class PairPolicyChangeSerializer(PairPolicySerializer):
    """Whose policy it is stays."""

    organization = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta(PairPolicySerializer.Meta):
        validators = []


class PairPolicyFilters(NounFilterSet):
    search = None

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))


@describes("pair-policies", "结对帮带设置：青年的年龄、一名代表最多带几人、季末前几天提醒")
@extend_schema_view(
    list=extend_schema(summary="结对帮带设置列表"),
    retrieve=extend_schema(summary="一项结对帮带设置"),
    create=extend_schema(summary="新建结对帮带设置"),
    partial_update=extend_schema(summary="修改结对帮带设置", request=PairPolicyChangeSerializer),
)
class PairPolicyViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = PairPolicy
    filterset_class = PairPolicyFilters
    readers = READERS

    def get_serializer_class(self):
        return PairPolicyChangeSerializer if self.action == "partial_update" else PairPolicySerializer

    def all_rows(self, user):
        return PairPolicy.objects.visible_to(user).select_related("organization")


router.register("pairs", PairViewSet, basename="api-pair")
router.register("pair-policies", PairPolicyViewSet, basename="api-pair-policy")
