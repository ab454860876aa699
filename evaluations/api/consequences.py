"""What follows from an appraisal at the REST door: candidates (R87), reminder talks (R88), items to improve (R91)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.enums import Role
from accounts.errors import NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from accounts.scope import Scope
from evaluations.actions.candidates import perform_candidate
from evaluations.actions.improvements import (
    NO_ORGANIZER,
    add_improvement,
    evaluations_to_improve,
    perform_improvement,
)
from evaluations.actions.talks import perform_talk
from evaluations.enums import (
    CandidatePurpose,
    CandidateStatus,
    ImprovementStatus,
    SubjectKind,
    TalkOutcome,
    TalkStatus,
)
from evaluations.models import OFFICE, Candidate, FollowUpPolicy, Improvement, ReminderTalk
from evaluations.moves.candidates import CANDIDATES
from evaluations.moves.improvements import IMPROVEMENT, IMPROVEMENTS
from evaluations.moves.talks import TALKS
from records.moves import Given
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
    takes_moves,
)

OF_EVALUATION = Given(
    "evaluation",
    _("考评结果"),
    "model",
    options=lambda _subject, user: evaluations_to_improve(user),
    help=_("等次已公示的"),
)


class AllowedVerbsMixin:
    """`allowed_verbs` of a detail, from the table."""

    table = None

    def get_allowed_verbs(self, row) -> list[str]:
        return [move.verb for move in self.table.allowed(row, self.context["request"].user)]


class OfEvaluationSerializer(serializers.ModelSerializer):
    """Whose appraisal it is, and of which year."""

    name = serializers.CharField(source="evaluation.name", help_text="党代表姓名，或工作室（站）名称")
    year = serializers.IntegerField(source="evaluation.cycle.year")
    organization = serializers.IntegerField(source="evaluation.organization_id")
    organization_name = serializers.CharField(source="evaluation.organization.name")
    status_display = serializers.CharField(source="get_status_display")


COMMON = ["id", "evaluation", "name", "year", "organization", "organization_name", "status", "status_display"]


class FirstChoiceSerializer(OfEvaluationSerializer):
    why = serializers.CharField(help_text="为什么列入：两年的得分和等次")

    class Meta:
        model = Candidate
        fields = [
            *COMMON,
            "previous",
            "why",
            "purpose",
            "reason",
            "document_number",
            "listed_at",
            "settled_at",
        ]


class FirstChoiceDetailSerializer(AllowedVerbsMixin, FirstChoiceSerializer):
    table = CANDIDATES
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(FirstChoiceSerializer.Meta):
        fields = [*FirstChoiceSerializer.Meta.fields, "allowed_verbs"]


class CandidateFilters(NounFilterSet):
    search_fields = ("evaluation__mandate__person__name", "document_number")

    organization = SubtreeFilter(
        field_name="evaluation__organization__path", label=_("代表所在地代码或编号，含下级")
    )
    year = filters.NumberFilter(field_name="evaluation__cycle__year", label=_("第二年的年度"))
    status = filters.MultipleChoiceFilter(choices=CandidateStatus.choices, label=_("状态，可多选"))
    purpose = filters.ChoiceFilter(choices=CandidatePurpose.choices, label=_("用于"))


@describes("candidates", "优先人选：同一届任期内连续两年优秀的党代表，由组织研究使用")
@extend_schema_view(
    list=extend_schema(summary="优先人选列表"), retrieve=extend_schema(summary="一名优先人选")
)
@takes_moves(CANDIDATES, perform_candidate, noun="FirstChoice", answer=FirstChoiceDetailSerializer)
class CandidateViewSet(TimelineMixin, NounViewSet):
    model = Candidate
    filterset_class = CandidateFilters
    readers = OFFICE
    orderings = {"id": "id", "listed_at": "listed_at"}

    def get_serializer_class(self):
        return FirstChoiceSerializer if self.action == "list" else FirstChoiceDetailSerializer

    def all_rows(self, user):
        return Candidate.objects.visible_to(user).with_names()


class TalkSerializer(OfEvaluationSerializer):
    class Meta:
        model = ReminderTalk
        fields = [
            *COMMON,
            "due_date",
            "talk_date",
            "talker",
            "follow_up_date",
            "followed_up_on",
            "outcome",
        ]


class TalkDetailSerializer(AllowedVerbsMixin, TalkSerializer):
    table = TALKS
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(TalkSerializer.Meta):
        fields = [*TalkSerializer.Meta.fields, "content", "plan", "follow_up", "reason", "allowed_verbs"]


class TalkFilters(NounFilterSet):
    search_fields = ("evaluation__mandate__person__name", "talker")

    organization = SubtreeFilter(
        field_name="evaluation__organization__path", label=_("代表所在地代码或编号，含下级")
    )
    year = filters.NumberFilter(field_name="evaluation__cycle__year", label=_("年度"))
    status = filters.MultipleChoiceFilter(choices=TalkStatus.choices, label=_("状态，可多选"))
    outcome = filters.ChoiceFilter(choices=TalkOutcome.choices, label=_("改进结果"))
    late = YesNoFilter(method="filter_late", label=_("谈话或回访已过日期"))

    def filter_late(self, queryset, _name, value):
        late = ReminderTalk.objects.late(on=timezone.localdate()).values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)


@describes("reminder-talks", "提醒谈话：年度考评不称职的，谈话、改进打算、回访")
@extend_schema_view(
    list=extend_schema(summary="提醒谈话列表"), retrieve=extend_schema(summary="一次提醒谈话")
)
@takes_moves(TALKS, perform_talk, noun="ReminderTalk", answer=TalkDetailSerializer)
class ReminderTalkViewSet(TimelineMixin, NounViewSet):
    """She herself reads hers once it has been held."""

    model = ReminderTalk
    filterset_class = TalkFilters
    readers = (*OFFICE, Role.REPRESENTATIVE)
    orderings = {"id": "id", "due_date": "due_date"}

    def get_serializer_class(self):
        return TalkSerializer if self.action == "list" else TalkDetailSerializer

    def all_rows(self, user):
        return ReminderTalk.objects.visible_to(user).with_names()

    def may_read_events(self, user, talk):
        return Scope.of(user).covers(talk.evaluation.organization, *OFFICE)


class ImprovementSerializer(OfEvaluationSerializer):
    kind = serializers.ChoiceField(source="evaluation.cycle.kind", choices=SubjectKind.choices)
    owner_label = serializers.CharField(help_text="责任人")

    class Meta:
        model = Improvement
        fields = [*COMMON, "kind", "content", "owner", "owner_label", "due_date", "created_at", "done_at"]


class ImprovementDetailSerializer(AllowedVerbsMixin, ImprovementSerializer):
    table = IMPROVEMENTS
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(ImprovementSerializer.Meta):
        fields = [*ImprovementSerializer.Meta.fields, "result", "reason", "settled_at", "allowed_verbs"]


class ImprovementFilters(NounFilterSet):
    search_fields = ("content", "owner__display_name", "owner_name")

    organization = SubtreeFilter(
        field_name="evaluation__organization__path", label=_("所在地代码或编号，含下级")
    )
    year = filters.NumberFilter(field_name="evaluation__cycle__year", label=_("年度"))
    kind = filters.ChoiceFilter(
        field_name="evaluation__cycle__kind", choices=SubjectKind.choices, label=_("党代表或工作室（站）")
    )
    status = filters.MultipleChoiceFilter(choices=ImprovementStatus.choices, label=_("状态，可多选"))
    evaluation = IdFilter(label=_("考评结果"))
    mine = YesNoFilter(method="filter_mine", label=_("责任人是自己的"))
    overdue = YesNoFilter(method="filter_overdue", label=_("已过期限"))

    def filter_mine(self, queryset, _name, value):
        mine = Improvement.objects.mine(self.request.user).values("pk")
        return queryset.filter(pk__in=mine) if value else queryset.exclude(pk__in=mine)

    def filter_overdue(self, queryset, _name, value):
        late = Improvement.objects.overdue(on=timezone.localdate()).values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)


@describes("improvements", "改进事项：考评以后要改的事，有责任人、有期限、有验收")
@extend_schema_view(
    list=extend_schema(summary="改进事项列表"), retrieve=extend_schema(summary="一项改进事项")
)
@takes_moves(IMPROVEMENTS, perform_improvement, noun="Improvement", answer=ImprovementDetailSerializer)
class ImprovementViewSet(TimelineMixin, NounViewSet):
    model = Improvement
    filterset_class = ImprovementFilters
    orderings = {"id": "id", "due_date": "due_date"}

    def get_serializer_class(self):
        return ImprovementSerializer if self.action == "list" else ImprovementDetailSerializer

    def all_rows(self, user):
        return Improvement.objects.visible_to(user).with_names()

    @extend_schema(
        summary="列出改进事项",
        description="责任人填 `owner`（账号编号），没有账号的填 `owner_name`；两样只填一样。",
        request=request_schema("ImprovementAdd", (OF_EVALUATION, *IMPROVEMENT)),
        responses={201: ImprovementDetailSerializer},
    )
    def create(self, request, *args, **kwargs):
        if not Scope.of(request.user).has(Role.ORGANIZER):
            raise NotAllowed(NO_ORGANIZER)
        data = check_names(self.given(), (OF_EVALUATION, *IMPROVEMENT), "列出改进事项")
        evaluation = OF_EVALUATION.clean(data.pop("evaluation", None), None, request.user)
        improvement = add_improvement(evaluation, by=self.by, at=self.at, data=data)
        return self.created(self.present(self.all_rows(request.user).get(pk=improvement.pk)))


class FollowUpPolicySerializer(StrictModelSerializer):
    organization = ScopedField(Organization)

    class Meta:
        model = FollowUpPolicy
        fields = ["id", "organization", "talk_days", "talk_reminder_days", "improvement_reminder_days"]


class FollowUpPolicyChangeSerializer(FollowUpPolicySerializer):
    """Whose policy it is stays."""

    organization = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta(FollowUpPolicySerializer.Meta):
        validators = []


class FollowUpPolicyFilters(NounFilterSet):
    search = None

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))


@describes("follow-up-policies", "考评后续设置：几个工作日内谈话、提前几天提醒")
@extend_schema_view(
    list=extend_schema(summary="考评后续设置列表"),
    retrieve=extend_schema(summary="一项考评后续设置"),
    create=extend_schema(summary="新建考评后续设置"),
    partial_update=extend_schema(summary="修改考评后续设置", request=FollowUpPolicyChangeSerializer),
)
class FollowUpPolicyViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = FollowUpPolicy
    filterset_class = FollowUpPolicyFilters
    readers = OFFICE

    def get_serializer_class(self):
        return FollowUpPolicyChangeSerializer if self.action == "partial_update" else FollowUpPolicySerializer

    def all_rows(self, user):
        return FollowUpPolicy.objects.visible_to(user).select_related("organization")


router.register("candidates", CandidateViewSet, basename="api-candidate")
router.register("reminder-talks", ReminderTalkViewSet, basename="api-reminder-talk")
router.register("improvements", ImprovementViewSet, basename="api-improvement")
router.register("follow-up-policies", FollowUpPolicyViewSet, basename="api-follow-up-policy")
