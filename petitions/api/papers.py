"""Paper at the REST door: files of one matter, masked, and the ledger of a filtered list as a job."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from petitions.moves import UNMASK_REASON
from petitions.papers.ledger import MOST, exports_of, give_export, start_export
from petitions.papers.making import check_may_print_unmasked, make_paper, make_unmasked_paper
from records.api import JobSerializer
from records.moves import Given, clean_given
from records.rest import request_schema

EXPORT = (
    Given("unmask", "带上反映人的姓名和电话", "boolean", required=False),
    Given("reason", "用途", "text", required=False, help="带姓名和电话时必填"),
)
FILE = {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)}


class PapersMixin:
    @extend_schema(
        operation_id="petitions_paper_retrieve",
        summary="打印：办理表、答复函、卷宗",
        description="`form.docx` `form.pdf` 办理表；`letter.docx` `letter.pdf` 答复函（有答复以后）；`folder.pdf` 卷宗。"
        "姓名、电话打码；每次都会留痕。本机不能生成 PDF 时答复 503，请改取 Word。",
        parameters=[
            OpenApiParameter(
                "paper", str, "path", enum=["form", "letter", "folder"], description="哪一种；卷宗只有 PDF"
            ),
            OpenApiParameter("ending", str, "path", enum=["docx", "pdf"]),
        ],
        responses=FILE,
    )
    @action(
        detail=True,
        filter_backends=[],
        filterset_class=None,
        url_path=r"papers/(?P<paper>form|letter|folder(?=\.pdf))\.(?P<ending>docx|pdf)",
        url_name="paper",
    )
    def paper(self, request, *args, paper, ending, **kwargs):
        return _file_of(make_paper(self.get_object(), paper, ending, by=self.by, at=self.at))

    @extend_schema(
        operation_id="petitions_paper_unmasked",
        summary="打印：带上反映人的姓名和电话",
        description="须写明原因，每次都会留痕；谁能打印同 `unmask`，反映机关单位的只有组工干部能打印。不支持 Idempotency-Key。",
        request=request_schema("PetitionPaper", [UNMASK_REASON]),
        responses=FILE,
    )
    @paper.mapping.post
    def unmasked_paper(self, request, *args, paper, ending, **kwargs):
        petition = self.get_object()
        check_may_print_unmasked(petition, by=self.by)
        given = clean_given([UNMASK_REASON], self.given(), petition, request.user, step="打印")
        made = make_unmasked_paper(petition, paper, ending, by=self.by, at=self.at, reason=given["reason"])
        return _file_of(made)

    @extend_schema(
        summary="导出登记台账",
        description="筛选条件同列表，写在地址里；答复是一个任务，办完后从 `petitions/export/{id}.xlsx/` 下载。导出会留痕。",
        request=request_schema("PetitionExport", EXPORT),
        responses={202: JobSerializer},
    )
    @action(detail=False, methods=["post"])
    def export(self, request, *args, **kwargs):
        given = clean_given(EXPORT, self.given(), None, request.user, step="导出台账")
        rows = self.filter_queryset(self.get_queryset())
        ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
        job = start_export(ids, by=self.by, at=self.at, **given)
        return Response(JobSerializer(job).data, status=202)

    @extend_schema(
        operation_id="petitions_exported_retrieve",
        summary="下载导出的台账",
        description="只有发起人能下载；每次都会留痕。",
        responses=FILE,
    )
    @action(
        detail=False,
        filter_backends=[],
        filterset_class=None,
        url_path=r"export/(?P<job>[0-9]{1,18})\.xlsx",
        url_name="exported",
    )
    def exported(self, request, *args, job, **kwargs):
        return give_export(get_object_or_404(exports_of(request.user), pk=job), by=self.by, at=self.at)


def _file_of(made):
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = content_disposition_header(True, made.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response
