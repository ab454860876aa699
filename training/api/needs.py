"""Surveys of needs at the REST door: ask, answer, and what to offer (R32)."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.errors import Conflict, NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from accounts.scope import Scope
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
    takes_moves,
)
from training.actions.from_needs import OFFER, offer_course
from training.actions.needs import ANSWER, answer_survey, perform_survey, suggested_courses
from training.api.plans import OFFICE
from training.api.sessions import READERS, TrainingDetailSerializer
from training.enums import SurveyStatus
from training.models import NeedAnswer, NeedSurvey
from training.moves import SURVEYS


class NeedSurveySerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    organization_name = serializers.CharField(source="organization.display_name", read_only=True)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    status_display = serializers.CharField(source="get_status_display", read_only=True)

    class Meta:
        model = NeedSurvey
        fields = [
            "id",
            "organization",
            "organization_name",
            "year",
            "title",
            "words",
            "due_date",
            "status",
            "status_display",
            "opened_at",
            "closed_at",
        ]
        read_only_fields = ["status", "opened_at", "closed_at"]


class SurveyChangeSerializer(NeedSurveySerializer):
    organization = serializers.PrimaryKeyRelatedField(read_only=True)


class NeedAnswerSerializer(serializers.ModelSerializer):
    person_name = serializers.CharField(source="person.name")
    organization_name = serializers.CharField(source="organization.display_name")
    courses = serializers.SlugRelatedField("code", many=True, read_only=True, help_text="课程代码")

    class Meta:
        model = NeedAnswer
        fields = [
            "id",
            "survey",
            "person",
            "person_name",
            "mandate",
            "organization",
            "organization_name",
            "courses",
            "doing",
            "lacking",
            "answered_at",
        ]


class SuggestionSerializer(serializers.Serializer):
    course = serializers.CharField(source="code", help_text="课程代码")
    name = serializers.CharField()
    score = serializers.IntegerField(help_text="选了的计 2 分，写到的计 1 分")
    people = serializers.SerializerMethodField(help_text="还需要这门课的人数")
    classes = serializers.IntegerField(help_text="建议开几个班")
    why = serializers.CharField()

    def get_people(self, one) -> int:
        return len(one.people)


class SurveyFilters(NounFilterSet):
    search_fields = ("title",)

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    year = IdFilter(label=_("年度"))
    status = filters.MultipleChoiceFilter(choices=SurveyStatus.choices, label=_("状态，可多选"))


@describes("need-surveys", "培训需求调查：问代表想学什么，按答案建议课程")
@extend_schema_view(
    list=extend_schema(summary="需求调查列表"),
    retrieve=extend_schema(summary="一次需求调查"),
    create=extend_schema(summary="新建需求调查"),
    partial_update=extend_schema(summary="修改需求调查", request=SurveyChangeSerializer),
)
@takes_moves(SURVEYS, perform_survey, noun="NeedSurvey", answer=NeedSurveySerializer)
class NeedSurveyViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = NeedSurvey
    filterset_class = SurveyFilters
    readers = READERS
    orderings = {"id": "id", "due_date": "due_date"}
    ordering = "-due_date"

    def get_serializer_class(self):
        return SurveyChangeSerializer if self.action == "partial_update" else NeedSurveySerializer

    def all_rows(self, user):
        return NeedSurvey.objects.visible_to(user).select_related("organization")

    def may_read_events(self, user, survey):
        return Scope.of(user).covers(survey.organization, *OFFICE)

    def save_changes(self, row, values):
        if row.status == SurveyStatus.CLOSED:
            raise Conflict("征集已经结束，不能再改。", code="wrong-state")
        super().save_changes(row, values)

    @extend_schema(
        summary="填写需求（本人）",
        description="征集期间可以再填，以最后一次为准。",
        request=request_schema("NeedSurveyAnswer", ANSWER),
        responses={200: NeedAnswerSerializer},
    )
    @action(detail=True, methods=["post"])
    def answer(self, request, *args, **kwargs):
        survey, data = self.get_object(), check_names(self.given(), ANSWER, "填写需求")
        answer = answer_survey(survey, by=self.by, at=self.at, data=data)
        return Response(NeedAnswerSerializer(answer).data)

    @extend_schema(summary="填写情况", responses=NeedAnswerSerializer(many=True))
    @action(detail=True, filter_backends=[], filterset_class=None, orderings={"id": "id"}, ordering="-id")
    def answers(self, request, *args, **kwargs):
        rows = NeedAnswer.objects.visible_to(request.user).filter(survey=self.get_object())
        rows = rows.select_related("person", "organization").prefetch_related("courses")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(NeedAnswerSerializer(page, many=True).data)

    @extend_schema(summary="建议开的课", responses=SuggestionSerializer(many=True))
    @action(detail=True, filter_backends=[], filterset_class=None, pagination_class=None)
    def suggestions(self, request, *args, **kwargs):
        survey = self.get_object()
        if not Scope.of(request.user).has(*OFFICE):
            raise NotAllowed("建议开的课给组织部门看，您的岗位不能查看。")
        answers = NeedAnswer.objects.visible_to(request.user).filter(survey=survey)
        return Response(SuggestionSerializer(suggested_courses(survey, answers), many=True).data)

    @extend_schema(
        summary="按需求开班",
        description="建一期筹备中的班，提出想学的人先列进名单，最多 50 人。",
        request=request_schema("NeedSurveyOffer", OFFER),
        responses={201: TrainingDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def offer(self, request, *args, **kwargs):
        survey, data = self.get_object(), check_names(self.given(), OFFER, "按需求开班")
        training, listed = offer_course(survey, by=self.by, at=self.at, data=data)
        training.placed, training.came = listed.added, 0
        where = reverse("api-training-detail", kwargs={"pk": training.pk}, request=request)
        told = TrainingDetailSerializer(training, context=self.get_serializer_context()).data
        return Response(told, status=201, headers={"Location": where})


router.register("need-surveys", NeedSurveyViewSet, basename="api-need-survey")
