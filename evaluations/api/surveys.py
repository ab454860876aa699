"""The masses' survey at the REST door (R90): everything the desk does. Codes leave by it once, in the answer to `issue`."""

from django.conf import settings
from django.urls import reverse as address_of
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, StrictModelSerializer, router
from accounts.scope import Scope
from evaluations.actions.lots import draw_lots
from evaluations.actions.surveys import (
    COMMON,
    MAKE,
    MAKE_FOR_PLACE,
    change_survey,
    issue_codes,
    make_for_place,
    make_surveys,
    perform_survey,
)
from evaluations.enums import MassSurveyStatus, SurveySubject
from evaluations.models import Survey, SurveyQuestion
from evaluations.moves import DRAW, ISSUE, SURVEYS
from evaluations.survey_codes import in_groups
from evaluations.survey_results import results_of
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
    takes_moves,
)

READERS = (Role.ORGANIZER, Role.KEEPER, Role.LEADER, Role.ASSESSOR, Role.CLIENT)


class AskedSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()


class SurveySerializer(serializers.ModelSerializer):
    organization_name = serializers.CharField(source="organization.display_name", read_only=True)
    kind = serializers.ChoiceField(choices=SurveySubject.choices, read_only=True)
    about = serializers.CharField(read_only=True, help_text="评的是哪个工作室（站）或哪位代表")
    questions = AskedSerializer(many=True, read_only=True, help_text="开始评议时定下")
    status_display = serializers.CharField(source="get_status_display", read_only=True)

    class Meta:
        model = Survey
        fields = [
            "id",
            "organization",
            "organization_name",
            "kind",
            "studio",
            "mandate",
            "about",
            "year",
            "title",
            "questions",
            "minimum_answers",
            "due_date",
            "status",
            "status_display",
            "tokens_issued",
            "answers_count",
            "opened_at",
            "closed_at",
        ]
        read_only_fields = fields


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="评议码，印在纸条上")
    address = serializers.CharField(help_text="二维码里的地址")


class ReceivedSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="打码的姓名")
    reason = serializers.CharField(help_text="为什么有她：哪天来访，或哪件意见已反馈")
    on = serializers.DateField()
    petition = serializers.IntegerField(source="petition_id", allow_null=True)
    reception_day = serializers.IntegerField(source="visited_day_id", allow_null=True)


class BarSerializer(serializers.Serializer):
    label = serializers.CharField()
    count = serializers.IntegerField()
    percent = serializers.IntegerField()


class QuestionResultSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()
    mark = serializers.CharField(source="mark_words", help_text="百分制均分")
    bars = BarSerializer(many=True)


class SurveyResultSerializer(serializers.Serializer):
    is_shown = serializers.BooleanField()
    count = serializers.IntegerField(help_text="收到几份")
    minimum = serializers.IntegerField(help_text="满几份才显示")
    mark = serializers.CharField(source="mark_words", help_text="百分制均分；不显示时为空")
    questions = QuestionResultSerializer(many=True)
    words = serializers.CharField(help_text="不显示的原因")


class SurveyFilters(NounFilterSet):
    search_fields = ("title", "studio__name", "mandate__person__name")

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    year = IdFilter(label=_("年度"))
    status = filters.MultipleChoiceFilter(choices=MassSurveyStatus.choices, label=_("状态，可多选"))
    studio = IdFilter(label=_("工作室（站）"))
    mandate = IdFilter(label=_("代表资格"))


@describes("surveys", "群众评议：不记名，一码一次，结束且满最少份数后才有结果")
@extend_schema_view(
    list=extend_schema(summary="群众评议列表"),
    retrieve=extend_schema(summary="一次群众评议"),
)
@takes_moves(SURVEYS, perform_survey, noun="MassSurvey", answer=SurveySerializer)
class SurveyViewSet(TimelineMixin, NounViewSet):
    model = Survey
    serializer_class = SurveySerializer
    filterset_class = SurveyFilters
    readers = READERS
    orderings = {"id": "id", "due_date": "due_date"}
    ordering = "-id"
    forgets_replies = frozenset({"issue", "draw"})

    def all_rows(self, user):
        return Survey.objects.visible_to(user).with_names()

    def may_read_events(self, user, survey):
        return Scope.of(user).covers(survey.organization, *READERS)

    @extend_schema(
        summary="新建群众评议",
        description="给选定的工作室（站）、党代表各建一份，答复建好的各份。",
        request=request_schema("MassSurveyMake", MAKE),
        responses={201: SurveySerializer(many=True)},
    )
    def create(self, request, *args, **kwargs):
        return self._made(make_surveys, MAKE)

    @extend_schema(
        summary="给一个地方的工作室（站）都建评议",
        description="在用的工作室（站）各建一份，这一年已有的不动，答复新建的各份。",
        request=request_schema("MassSurveyMakeForPlace", MAKE_FOR_PLACE),
        responses={201: SurveySerializer(many=True)},
    )
    @action(detail=False, methods=["post"], url_path="for-place", filter_backends=[], filterset_class=None)
    def for_place(self, request, *args, **kwargs):
        return self._made(make_for_place, MAKE_FOR_PLACE)

    def _made(self, make, needs):
        if not Scope.of(self.request.user).has(Role.ORGANIZER):
            raise NotAllowed("只有组工干部可以新建，请联系主管单位的组工干部。")
        data = check_names(self.given(), needs, "新建评议")
        made = make(by=self.by, at=self.at, data=data)
        return Response(self.get_serializer(made, many=True).data, status=201)

    @extend_schema(
        summary="修改起草中的评议",
        request=request_schema("MassSurveyChange", COMMON[1:]),
        responses={200: SurveySerializer},
    )
    def partial_update(self, request, *args, **kwargs):
        survey = self.get_object()
        data = check_names(self.given(), COMMON[1:], "修改评议")
        kept = {"due_date": survey.due_date, "minimum_answers": survey.minimum_answers}
        return Response(self.present(change_survey(survey, by=self.by, at=self.at, data=kept | data)))

    @extend_schema(
        summary="发评议码",
        description=f"{ISSUE.hint}\n\n评议码只在这个答复里，不随 Idempotency-Key 重放。",
        request=request_schema("MassSurveyIssue", ISSUE.needs),
        responses={
            201: inline_serializer(
                "MassSurveyCodes",
                {"tokens_issued": serializers.IntegerField(), "codes": CodeSerializer(many=True)},
            )
        },
    )
    @action(detail=True, methods=["post"])
    def issue(self, request, *args, **kwargs):
        survey = self.get_object()
        data = check_names(self.given(), ISSUE.needs, "发评议码")
        codes = issue_codes(survey, by=self.by, at=self.at, data=data)
        door = f"{settings.PUBLIC_URL or request.build_absolute_uri('/').rstrip('/')}{address_of('portal:survey')}"
        told = [{"code": in_groups(code), "address": f"{door}{code}/"} for code in codes]
        return Response({"tokens_issued": survey.tokens_issued, "codes": told}, status=201)

    @extend_schema(
        summary="从接待过的人里抽签",
        description=f"{DRAW.hint}\n\n名单只在这个答复里，不随 Idempotency-Key 重放。",
        request=request_schema("MassSurveyDraw", DRAW.needs),
        responses={200: ReceivedSerializer(many=True)},
    )
    @action(detail=True, methods=["post"])
    def draw(self, request, *args, **kwargs):
        survey = self.get_object()
        data = check_names(self.given(), DRAW.needs, "抽签")
        people = draw_lots(survey, by=self.by, at=self.at, data=data)
        return Response(ReceivedSerializer(people, many=True).data)

    @extend_schema(
        summary="评议结果",
        description="结束且满最少份数后才有；此前只答复收到几份。",
        responses=SurveyResultSerializer,
    )
    @action(detail=True, filter_backends=[], filterset_class=None, pagination_class=None)
    def results(self, request, *args, **kwargs):
        return Response(SurveyResultSerializer(results_of(self.get_object())).data)


router.register("surveys", SurveyViewSet, basename="api-survey")


class SurveyQuestionSerializer(StrictModelSerializer):
    class Meta:
        model = SurveyQuestion
        fields = ["id", "code", "kind", "text", "position", "is_active"]


class QuestionChangeSerializer(SurveyQuestionSerializer):
    class Meta(SurveyQuestionSerializer.Meta):
        read_only_fields = ["code", "kind"]


class QuestionFilters(NounFilterSet):
    search_fields = ("text", "code")

    kind = filters.ChoiceFilter(choices=SurveySubject.choices, label=_("问什么"))
    is_active = YesNoFilter(label=_("在用"))


@describes("survey-questions", "群众评议问什么：全市一份，开始评议时定下")
@extend_schema_view(
    list=extend_schema(summary="评议问题列表"),
    retrieve=extend_schema(summary="一个评议问题"),
    create=extend_schema(summary="新增评议问题"),
    partial_update=extend_schema(summary="修改评议问题", request=QuestionChangeSerializer),
)
class SurveyQuestionViewSet(RecordedCreateMixin, RecordedUpdateMixin, NounViewSet):
    model = SurveyQuestion
    filterset_class = QuestionFilters
    readers = READERS
    orderings = {"id": "id", "position": "position"}
    ordering = "position"

    def get_serializer_class(self):
        return QuestionChangeSerializer if self.action == "partial_update" else SurveyQuestionSerializer

    def all_rows(self, user):
        return SurveyQuestion.objects.all()

    def home_of(self, values, row=None):
        """One list for the whole city."""
        return Organization.objects.filter(parent=None).order_by("path").first()

    def may_write(self, organization):
        if not Scope.of(self.request.user).covers(organization, Role.ORGANIZER):
            raise NotAllowed("评议问题由市级组工干部维护，请联系他们。")


router.register("survey-questions", SurveyQuestionViewSet, basename="api-survey-question")
