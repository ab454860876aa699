"""Appraisals of people and of venues at the REST door. What a reader may not know yet is null (see disclosure.py)."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import InvalidInput
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from evaluations.actions.evaluations import DRAFT, perform_evaluation, save_report
from evaluations.allowed import evaluation_verbs
from evaluations.disclosure import Reader, with_known_grade
from evaluations.enums import EvaluationStatus, Grade
from evaluations.explaining import explain, records_of
from evaluations.models import Evaluation
from evaluations.models.schemes import OFFICE
from evaluations.moves import EVALUATIONS
from records.rest import OPEN, TimelineMixin, check_names, request_schema, takes_moves
from representatives.ledger import tell_lines


def points_text(value):
    """8750 → "87.50", as decimals are written at this door."""
    return None if value is None else f"{value // 100}.{value % 100:02d}"


class EvaluationSerializer(serializers.ModelSerializer):
    year = serializers.IntegerField(source="cycle.year")
    cycle_status = serializers.CharField(source="cycle.status")
    kind = serializers.CharField()
    person = serializers.IntegerField(source="mandate.person_id", allow_null=True, default=None)
    name = serializers.CharField(help_text="代表姓名或工作室（站）名称")
    organization_name = serializers.CharField(source="organization.display_name")
    status_display = serializers.CharField(source="get_status_display")
    score = serializers.SerializerMethodField(help_text="总分；还不该知道的为空")
    committee_mark = serializers.SerializerMethodField(help_text="测评均分；拆封以前为空")
    committee_count = serializers.SerializerMethodField(help_text="测评人数；拆封以前为空")
    survey_mark = serializers.SerializerMethodField(help_text="评议均分；份数不足或还不该知道的为空")
    survey_count = serializers.SerializerMethodField(help_text="评议份数；份数不足或还不该知道的为空")
    suggested_grade = serializers.SerializerMethodField(help_text="建议等次；系统只提建议")
    decided_grade = serializers.SerializerMethodField(help_text="党委评定的等次；公示以前只给评定机关看")
    is_mine = serializers.SerializerMethodField()

    class Meta:
        model = Evaluation
        fields = [
            "id",
            "cycle",
            "cycle_status",
            "year",
            "kind",
            "scheme",
            "mandate",
            "person",
            "studio",
            "name",
            "organization",
            "organization_name",
            "status",
            "status_display",
            "reported_at",
            "committee_mark",
            "committee_count",
            "survey_mark",
            "survey_count",
            "score",
            "suggested_grade",
            "decided_grade",
            "is_mine",
        ]

    def knows(self, row):
        return self.context["view"].reader.knows(row)

    def _survey(self, row):
        return self.knows(row).survey and row.survey_mark is not None

    def get_score(self, row) -> str | None:
        return points_text(row.score) if self.knows(row).score else None

    def get_committee_mark(self, row) -> str | None:
        return points_text(row.committee_mark) if self.knows(row).committee else None

    def get_committee_count(self, row) -> int | None:
        return row.committee_count if self.knows(row).committee else None

    def get_survey_mark(self, row) -> str | None:
        return points_text(row.survey_mark) if self._survey(row) else None

    def get_survey_count(self, row) -> int | None:
        return row.survey_count if self._survey(row) else None

    def get_suggested_grade(self, row) -> str | None:
        return row.suggested_grade or None if self.knows(row).score else None

    def get_decided_grade(self, row) -> str | None:
        return row.decided_grade or None if self.knows(row).decision else None

    def get_is_mine(self, row) -> bool:
        return self.knows(row).is_hers


class EvaluationDetailSerializer(EvaluationSerializer):
    report = serializers.SerializerMethodField(help_text="述职；上报以前只有本人看得到")
    self_mark = serializers.SerializerMethodField(help_text="自评分；上报以前只有本人看得到")
    report_saved_at = serializers.SerializerMethodField(help_text="草稿保存时间；只有本人看得到")
    is_over_quota = serializers.SerializerMethodField(help_text="分数够优秀，因名额已满降下来")
    decision_reason = serializers.SerializerMethodField()
    decided_at = serializers.SerializerMethodField()
    excuse_reason = serializers.SerializerMethodField(help_text="不参加的原因；只有本人和评定机关看得到")
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(EvaluationSerializer.Meta):
        fields = [
            *EvaluationSerializer.Meta.fields,
            "report",
            "self_mark",
            "report_saved_at",
            "is_over_quota",
            "decision_reason",
            "decided_at",
            "excuse_reason",
            "allowed_verbs",
        ]

    def get_report(self, row) -> str | None:
        return row.report if self.knows(row).report else None

    def get_self_mark(self, row) -> int | None:
        return row.self_mark if self.knows(row).report else None

    @extend_schema(responses=serializers.DateTimeField)
    def get_report_saved_at(self, row) -> str | None:
        return _moment(row.report_saved_at) if self.knows(row).is_hers else None

    def get_is_over_quota(self, row) -> bool | None:
        return row.is_over_quota if self.knows(row).score else None

    def get_decision_reason(self, row) -> str | None:
        return row.decision_reason or None if self.knows(row).decision else None

    def get_decided_at(self, row) -> str | None:
        return _moment(row.decided_at) if self.knows(row).decision else None

    def get_excuse_reason(self, row) -> str | None:
        knows = self.knows(row)
        return row.excuse_reason if knows.is_hers or knows.sees_all else None

    def get_allowed_verbs(self, row) -> list[str]:
        view = self.context["view"]
        return evaluation_verbs(row, self.context["request"].user, on=view.today)


def _moment(value):
    return None if value is None else serializers.DateTimeField().to_representation(value)


class PointLineSerializer(serializers.Serializer):
    indicator = serializers.IntegerField(source="indicator.pk")
    code = serializers.CharField(source="indicator.code")
    name = serializers.CharField(source="indicator.name")
    source = serializers.CharField(source="indicator.source")
    how = serializers.CharField(help_text="怎么算的")
    quantity = serializers.SerializerMethodField(help_text="数到多少；没有数据或还不该知道的为空")
    unit = serializers.CharField()
    points = serializers.SerializerMethodField(help_text="得几分；不计入或还不该知道的为空")
    most = serializers.SerializerMethodField(help_text="最多几分")
    is_told = serializers.BooleanField(help_text="您现在是否可以知道")
    is_counted = serializers.BooleanField(help_text="已经计算；否则是按现有记录先算的")
    is_left_out = serializers.BooleanField(help_text="没有数据，不计入，其余按比例折算")
    records = serializers.IntegerField(source="lines", allow_null=True, help_text="后面有几条履职记录")
    one_more = serializers.CharField(source="more", help_text="再多一件会怎样")
    note = serializers.CharField()

    def get_quantity(self, line) -> str | None:
        return points_text(line.quantity)

    def get_points(self, line) -> str | None:
        return points_text(line.points)

    def get_most(self, line) -> str:
        return f"{line.indicator.most:.2f}"


class ExplanationSerializer(serializers.Serializer):
    evaluation = serializers.IntegerField(source="evaluation.pk")
    lines = PointLineSerializer(many=True)
    score = serializers.SerializerMethodField(help_text="总分；还不该知道的为空")
    sums = serializers.ListField(child=serializers.CharField(), help_text="总分怎么合计的")
    grade_lines = serializers.CharField(help_text="分数线")
    distance = serializers.CharField(help_text="离上一等次还差多少")
    changed = serializers.CharField(help_text="算分以后履职记录有没有变化")

    def get_score(self, told) -> str | None:
        return points_text(told.score)


class CountedRecordSerializer(serializers.Serializer):
    """A line of the ledger behind an indicator, with what the reader may see of its source."""

    id = serializers.IntegerField(source="record.pk")
    mandate = serializers.IntegerField(source="record.mandate_id")
    kind = serializers.CharField(source="record.kind")
    kind_display = serializers.CharField(source="record.get_kind_display")
    on = serializers.DateField(source="record.on")
    quantity = serializers.DecimalField(source="record.quantity", max_digits=8, decimal_places=2)
    source_type = serializers.CharField(source="record.source_type")
    source_id = serializers.IntegerField(source="record.source_id")
    what = serializers.CharField(source="told.what", help_text="来自哪件事；不在您的范围内的为空")


class EvaluationFilters(NounFilterSet):
    search_fields = ("mandate__person__name", "mandate__person__pinyin", "studio__name")

    mine = YesNoFilter(method="filter_mine", label=_("我自己的"))
    cycle = IdFilter(label=_("年度考评"))
    year = IdFilter(field_name="cycle__year", label=_("年度"))
    organization = SubtreeFilter(field_name="organization__path", label=_("所在地代码或编号，含下级"))
    status = filters.MultipleChoiceFilter(choices=EvaluationStatus.choices, label=_("状态，可多选"))
    grade = filters.MultipleChoiceFilter(
        choices=Grade.choices, method="filter_grade", label=_("评定等次，可多选；只在您可以知道的里面找")
    )
    mandate = IdFilter(label=_("代表资格"))
    person = IdFilter(field_name="mandate__person", label=_("人员"))
    studio = IdFilter(label=_("工作室（站）"))

    def filter_mine(self, queryset, _name, value):
        own = Evaluation.objects.own(self.request.user).values("pk")
        return queryset.filter(pk__in=own) if value else queryset.exclude(pk__in=own)

    def filter_grade(self, queryset, _name, value):
        if not value:
            return queryset
        return with_known_grade(queryset, self.request.user).filter(decided_grade__in=value)


class EvaluationViewSetBase(TimelineMixin, NounViewSet):
    model = Evaluation
    filterset_class = EvaluationFilters
    orderings = {"id": "id", "year": "cycle__year"}
    ordering = "-id"

    def get_serializer_class(self):
        return EvaluationSerializer if self.action == "list" else EvaluationDetailSerializer

    @property
    def reader(self):
        """One for the request: what she keeps and where she sits is read once."""
        if not hasattr(self, "_reader"):
            self._reader = Reader(self.request.user)
        return self._reader

    def may_read_events(self, user, row):
        """Grades stand in it before they are told."""
        return self.reader.knows(row).sees_all

    @extend_schema(
        summary="每一分怎么来的",
        description="各项指标数到多少、得几分、再多一件会怎样；还不该知道的为空。",
        responses=ExplanationSerializer,
    )
    @action(detail=True, methods=["get"], filter_backends=[], filterset_class=None, pagination_class=None)
    def explanation(self, request, *args, **kwargs):
        return Response(ExplanationSerializer(explain(self.get_object(), reader=request.user)).data)

    @extend_schema(
        summary="算分的履职记录",
        description="考评期间的履职记录；给出指标的，只列那个指标数进去的。",
        parameters=[OpenApiParameter("indicator", int, description="指标编号")],
        responses=CountedRecordSerializer(many=True),
    )
    @action(**OPEN, orderings={"on": "on", "id": "id"}, ordering="-on")
    def records(self, request, *args, **kwargs):
        row = self.get_object()
        rows = self.paginate_queryset(records_of(row, self._kinds(row)))
        told = [{"record": record, "told": told} for record, told in tell_lines(rows, request.user)]
        return self.get_paginated_response(CountedRecordSerializer(told, many=True).data)

    def _kinds(self, row):
        asked = self.request.query_params.get("indicator")
        if asked is None:
            return None
        found = None
        if asked.isascii() and asked.isdecimal() and len(asked) < 18:
            found = row.scheme.indicators.filter(pk=int(asked)).first()
        if found is None:
            raise InvalidInput({"indicator": ["这份考评办法没有这个指标，请核对编号。"]})
        return found.kinds

    @extend_schema(
        summary="保存述职草稿（本人）",
        description="没有给出的项不变；上报用 submit-report。",
        request=request_schema("EvaluationReport", DRAFT),
        responses=EvaluationDetailSerializer,
    )
    @action(detail=True, methods=["patch"])
    def report(self, request, *args, **kwargs):
        row, data = self.get_object(), check_names(self.given(), DRAFT, "保存草稿")
        kept = {"report": row.report, "self_mark": row.self_mark}
        return Response(self.present(save_report(row, by=self.by, at=self.at, data=kept | data)))


@describes("evaluations", "党代表考评结果：述职、得分和来历、评定")
@extend_schema_view(
    list=extend_schema(summary="党代表考评结果列表", responses=EvaluationSerializer(many=True)),
    retrieve=extend_schema(summary="一人一年的考评", responses=EvaluationDetailSerializer),
)
@takes_moves(EVALUATIONS, perform_evaluation, noun="Evaluation", answer=EvaluationDetailSerializer)
class EvaluationViewSet(EvaluationViewSetBase):
    readers = (*OFFICE, Role.REPRESENTATIVE)

    def all_rows(self, user):
        return Evaluation.objects.visible_to(user).of_people().with_names()


@describes("studio-assessments", "工作室（站）考核结果：小结、得分和来历、评定")
@extend_schema_view(
    list=extend_schema(summary="工作室（站）考核结果列表", responses=EvaluationSerializer(many=True)),
    retrieve=extend_schema(summary="一个工作室（站）一年的考核", responses=EvaluationDetailSerializer),
)
@takes_moves(EVALUATIONS, perform_evaluation, noun="StudioAssessment", answer=EvaluationDetailSerializer)
class StudioAssessmentViewSet(EvaluationViewSetBase):
    readers = (*OFFICE, Role.KEEPER)

    def all_rows(self, user):
        return Evaluation.objects.visible_to(user).of_studios().with_names()


router.register("evaluations", EvaluationViewSet, basename="api-evaluation")
router.register("studio-assessments", StudioAssessmentViewSet, basename="api-studio-assessment")
