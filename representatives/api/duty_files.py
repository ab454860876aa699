"""A duty file at the REST door (R73): as data, as a PDF, and those of a place as one archive."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from records.api import JobSerializer
from records.moves import Given, clean_given
from records.rest import request_schema
from representatives import file_rules
from representatives.duty_file import WHOLE, open_duty_file
from representatives.models import Mandate
from representatives.papers.archive import NOT_ORGANIZER, archives_of, give_archive, start_archive
from representatives.papers.dossier import NOT_HIS, print_dossier

ARCHIVE = (
    Given(
        "organization",
        _("范围"),
        "model",
        options=lambda _subject, user: Organization.objects.visible_to(user),
    ),
    Given("year", _("年度"), "integer", minimum=2000, maximum=2100),
)
FILE = {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)}
YEAR = OpenApiParameter(
    "year", str, description="四位年份，或 term 表示全届；不写为任期内最近一年。档案里没有的年份不接受。"
)
RELATED = ("person", "congress", "organization__parent", "group__placement__studio")


class TotalSerializer(serializers.Serializer):
    kind = serializers.CharField()
    kind_display = serializers.CharField(source="label")
    lines = serializers.IntegerField(help_text="条数")
    quantity = serializers.DecimalField(max_digits=12, decimal_places=2)
    unit = serializers.CharField()


class ListLineSerializer(serializers.Serializer):
    item = serializers.IntegerField(source="item.pk", help_text="清单事项，见 duty-items")
    sheet = serializers.CharField(source="item.sheet")
    text = serializers.CharField(source="item.text")
    wanted = serializers.IntegerField(source="item.wanted", help_text="每年至少")
    done = serializers.IntegerField(help_text="已完成")
    missing = serializers.IntegerField(help_text="还差")
    unit = serializers.CharField(source="item.unit")
    ticks = serializers.SerializerMethodField(help_text="本人写明的，见 duty-ticks")
    days = serializers.ListField(child=serializers.DateField(), help_text="计入的履职记录的日期")

    def get_ticks(self, line) -> list[int]:
        return [tick.pk for tick in line.ticks]


class YearSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    reached = serializers.IntegerField()
    items = serializers.IntegerField()


class DutyFileSerializer(serializers.Serializer):
    mandate = serializers.IntegerField(source="mandate.pk")
    person_name = serializers.CharField(source="mandate.person.name")
    congress_name = serializers.CharField(source="mandate.congress.name")
    group_name = serializers.CharField(source="mandate.group.name", default="")
    venue = serializers.CharField()
    year = serializers.IntegerField(allow_null=True, help_text="全届时为空")
    years = serializers.ListField(child=serializers.IntegerField(), help_text="任期内各年")
    duty_list = ListLineSerializer(source="lines", many=True)
    by_year = serializers.SerializerMethodField(help_text="全届时，各年清单达到几项")
    next_step = serializers.SerializerMethodField(help_text="先做什么；都达到了为空")
    totals = TotalSerializer(many=True)
    lines = serializers.IntegerField(source="page.paginator.count", help_text="履职记录条数，见 duty-records")
    honours = serializers.SerializerMethodField(help_text="荣誉，见 honours")
    objections = serializers.SerializerMethodField(help_text="异议，见 duty-objections")

    def get_by_year(self, file) -> list[dict]:
        return [
            {"year": year, "reached": reached, "items": items}
            for year, reached, items in file.reached_by_year
        ]

    def get_next_step(self, file) -> str:
        return file.next_line.still if file.next_line else ""

    def get_honours(self, file) -> list[int]:
        return [honour.pk for honour in file.honours]

    def get_objections(self, file) -> list[int]:
        return [row.pk for row in file.objections]


class DutyFileMixin:
    """`GET mandates/{id}/duty-file/` and `GET mandates/{id}/duty-file.pdf/`."""

    def _file_of(self, request):
        mandate = self.get_object()
        if not file_rules.may_read_file(request.user, mandate):
            raise NotAllowed(NOT_HIS)
        return Mandate.objects.select_related(*RELATED).get(pk=mandate.pk)

    @staticmethod
    def _asked(request):
        asked = request.query_params.get("year", "")
        if asked and asked != WHOLE and not (asked.isdecimal() and len(asked) == 4):
            raise InvalidInput({"year": ["年份须写成 2022 这样的四位数，或 term（全届）。"]})
        return asked

    @extend_schema(
        summary="履职档案",
        description="一人一届一份：清单完成情况、合计、荣誉、异议。",
        parameters=[YEAR],
        responses=DutyFileSerializer,
        filters=False,
    )
    @action(detail=True, url_path="duty-file", pagination_class=None, filter_backends=[])
    def duty_file(self, request, *args, **kwargs):
        asked = self._asked(request)
        file = open_duty_file(self._file_of(request), reader=request.user, on=self.today, asked=asked)
        return Response(DutyFileSerializer(file).data)

    @extend_schema(
        operation_id="mandates_duty_file_paper",
        summary="打印履职档案",
        description="PDF；本人和当地组织部门可以打印，每次都会留痕。本机不能生成 PDF 时答复 503。",
        parameters=[YEAR],
        responses=FILE,
        filters=False,
    )
    @action(
        detail=True,
        url_path=r"duty-file\.pdf",
        url_name="duty-file-paper",
        pagination_class=None,
        filter_backends=[],
    )
    def duty_file_paper(self, request, *args, **kwargs):
        asked = self._asked(request)
        mandate = self._file_of(request)
        name, content = print_dossier(mandate, by=self.by, at=self.at, on=self.today, asked=asked)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["X-Content-Type-Options"] = "nosniff"
        return response


class ArchiveMixin:
    """`POST duty-records/archive/` and `GET duty-records/archive/{job}.zip/`."""

    @extend_schema(
        summary="打包一个地方一年的履职档案",
        description="答复是一个任务，办完后从 `duty-records/archive/{id}.zip/` 下载。只有当地组工干部可以打包；会留痕。",
        request=request_schema("DutyArchive", ARCHIVE),
        responses={202: JobSerializer},
        filters=False,
    )
    @action(detail=False, methods=["post"], filter_backends=[], pagination_class=None)
    def archive(self, request, *args, **kwargs):
        if not Scope.of(request.user).has("organizer"):
            raise NotAllowed(NOT_ORGANIZER)
        given = clean_given(ARCHIVE, self.given(), None, request.user, step="打包履职档案")
        job = start_archive(given["organization"], given["year"], by=self.by, at=self.at)
        return Response(JobSerializer(job).data, status=202)

    @extend_schema(
        operation_id="duty_records_archived_retrieve",
        summary="下载打包的履职档案",
        description="当地组工干部可以下载；每次都会留痕。",
        responses=FILE,
    )
    @action(
        detail=False,
        filter_backends=[],
        filterset_class=None,
        url_path=r"archive/(?P<archive>[0-9]{1,18})\.zip",
        url_name="archived",
    )
    def archived(self, request, *args, archive, **kwargs):
        return give_archive(get_object_or_404(archives_of(request.user), pk=archive), by=self.by, at=self.at)
