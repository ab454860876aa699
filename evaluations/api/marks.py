"""An assessor's own sheets at the REST door: nobody reads another's, whatever her post."""

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import InvalidInput
from accounts.rest.filters import IdFilter, NounFilterSet
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from evaluations.actions.marks import declare_conflict, give_marks, rows_of, seal_sheet, unmarked
from evaluations.disclosure import is_handed_in
from evaluations.enums import CycleStatus
from evaluations.models import Assessor, Mark
from evaluations.models.schemes import OFFICE
from records.moves import Given
from records.rest import OPEN, check_names, request_schema

MOST_MARKS = 1000
CONFLICT = (Given("evaluation", _("考评结果"), "integer", minimum=1),)


class SheetSerializer(serializers.ModelSerializer):
    cycle_title = serializers.CharField(source="cycle.title")
    cycle_status = serializers.CharField(source="cycle.status")
    kind = serializers.CharField(source="cycle.kind")
    year = serializers.IntegerField(source="cycle.year")
    due_date = serializers.DateField(source="cycle.assess_due_date")

    class Meta:
        model = Assessor
        fields = [
            "id",
            "cycle",
            "cycle_title",
            "cycle_status",
            "kind",
            "year",
            "due_date",
            "sealed_at",
            "excused_at",
            "excuse_reason",
        ]


class SheetDetailSerializer(SheetSerializer):
    total = serializers.SerializerMethodField(help_text="名单上共几个")
    left = serializers.SerializerMethodField(help_text="还有几个没有打分")

    class Meta(SheetSerializer.Meta):
        fields = [*SheetSerializer.Meta.fields, "total", "left"]

    def get_total(self, seat) -> int:
        return rows_of(seat).count()

    def get_left(self, seat) -> int:
        return unmarked(seat).count()


class MarkRowSerializer(serializers.Serializer):
    """One of those on the sheet, with one's own mark."""

    evaluation = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    organization = serializers.IntegerField(source="organization_id")
    organization_name = serializers.CharField(source="organization.display_name")
    report = serializers.SerializerMethodField(help_text="已上报的述职")
    value = serializers.SerializerMethodField(help_text="您打的分；没有打为空")
    conflict = serializers.SerializerMethodField(help_text="回避的原因；不用回避为空")

    def get_report(self, row) -> str | None:
        return row.report if is_handed_in(row) else None

    def get_value(self, row) -> int | None:
        return row.own_marks[0].value if row.own_marks else None

    def get_conflict(self, row) -> str:
        return row.own_marks[0].conflict if row.own_marks else ""


class MarksGivenSerializer(serializers.Serializer):
    marks = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=100, allow_null=True),
        help_text="考评结果编号 → 0到100的整数；空为收回",
    )


class MarksDoneSerializer(serializers.Serializer):
    given = serializers.IntegerField(help_text="记下几个")
    left = serializers.IntegerField(help_text="还有几个没有打分")


class SheetFilters(NounFilterSet):
    search_fields = ("cycle__title",)

    cycle = IdFilter(label=_("年度考评"))
    year = IdFilter(field_name="cycle__year", label=_("年度"))
    status = filters.MultipleChoiceFilter(
        field_name="cycle__status", choices=CycleStatus.choices, label=_("考评的状态，可多选")
    )


@describes("assessor-sheets", "测评表：测评人自己打分、申请回避、封存；别人看不到")
@extend_schema_view(
    list=extend_schema(summary="我的测评表", responses=SheetSerializer(many=True)),
    retrieve=extend_schema(summary="一份测评表", responses=SheetDetailSerializer),
)
class SheetViewSet(NounViewSet):
    model = Assessor
    filterset_class = SheetFilters
    readers = OFFICE
    orderings = {"id": "id"}
    ordering = "-id"

    def get_serializer_class(self):
        return SheetSerializer if self.action == "list" else SheetDetailSerializer

    def all_rows(self, user):
        return Assessor.objects.seats_of(user).select_related("cycle__organization", "user")

    @extend_schema(summary="名单和我打的分", responses=MarkRowSerializer(many=True))
    @action(**OPEN, orderings={"id": "id"}, ordering="id")
    def marks(self, request, *args, **kwargs):
        seat = self.get_object()
        own = Prefetch("marks", queryset=Mark.objects.filter(assessor=seat), to_attr="own_marks")
        rows = rows_of(seat).select_related("organization", "mandate__person", "studio").prefetch_related(own)
        return self.get_paginated_response(MarkRowSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(
        summary="打分",
        description="一次可以打多个：全部记下或一个不记。封存以前可以改，给空为收回。",
        request=MarksGivenSerializer,
        responses={200: MarksDoneSerializer},
    )
    @marks.mapping.put
    def give_marks(self, request, *args, **kwargs):
        seat = self.get_object()
        given = give_marks(seat, _read_marks(self.given()), by=self.by, at=self.at)
        return Response({"given": given, "left": unmarked(seat).count()})

    @extend_schema(
        summary="申请回避",
        description="与某一位有利害关系、系统又不知道的；已打的分随之收回。",
        request=request_schema("SheetDeclareConflict", CONFLICT),
        responses={200: SheetDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="declare-conflict", url_name="declare-conflict")
    def declare_conflict(self, request, *args, **kwargs):
        seat, data = self.get_object(), check_names(self.given(), CONFLICT, "申请回避")
        pk = CONFLICT[0].clean(data.get("evaluation"), seat, request.user)
        row = rows_of(seat).filter(pk=pk).first()
        if row is None:
            raise InvalidInput({"evaluation": ["不在这次测评的名单上，请核对编号。"]})
        declare_conflict(seat, row, by=self.by, at=self.at)
        return Response(self.present(seat))

    @extend_schema(
        summary="封存",
        description="每个都打了分（或回避）才能封存；封存后不能再改，全部封存才拆封。",
        request=None,
        responses={200: SheetDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def seal(self, request, *args, **kwargs):
        check_names(self.given(), (), "封存")
        return Response(self.present(seal_sheet(self.get_object(), by=self.by, at=self.at)))


def _read_marks(body):
    """{evaluation id: value} out of the body; faults at the row, in the door's words."""
    unknown = sorted(set(body) - {"marks"})
    if unknown:
        raise InvalidInput({name: [f"「打分」没有 {name} 这一项，请去掉。"] for name in unknown})
    marks = body.get("marks")
    if not isinstance(marks, dict) or not marks:
        raise InvalidInput({"marks": ['请写成 {"marks": {"考评结果编号": 分数}}，至少一个。']})
    if len(marks) > MOST_MARKS:
        raise InvalidInput({"marks": [f"一次最多 {MOST_MARKS} 个，请分几次。"]})
    wrong = [key for key in marks if not (key.isascii() and key.isdecimal() and len(key) < 18)]
    if wrong:
        raise InvalidInput({key[:40]: ["须是考评结果的编号。"] for key in wrong[:20]})
    return {int(key): value for key, value in marks.items()}


router.register("assessor-sheets", SheetViewSet, basename="api-assessor-sheet")
