from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action

from accounts.enums import Role
from accounts.errors import InvalidInput
from accounts.rest.filters import NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from records.data_requests import (
    OPENING,
    REQUEST_TABLE,
    export_request,
    perform_request,
    take_data_request,
)
from records.models import DataRequest, DataRequestItem, RequestKind, RequestStatus
from records.models.personal import may_decide
from records.request_files import FORMATS
from records.rest import TimelineMixin, request_schema, takes_moves


class DataRequestItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = DataRequestItem
        fields = ["subject_type", "subject_id", "label", "outcome", "done_at"]


class DataRequestSerializer(serializers.ModelSerializer):
    kind_display = serializers.CharField(source="get_kind_display")
    status_display = serializers.CharField(source="get_status_display")
    subject_name = serializers.CharField(source="masked_name", help_text="打码")
    subject_phone = serializers.CharField(source="masked_phone", help_text="打码")
    organization_name = serializers.CharField(source="organization.name")
    items = DataRequestItemSerializer(many=True)

    class Meta:
        model = DataRequest
        fields = [
            "id",
            "kind",
            "kind_display",
            "status",
            "status_display",
            "organization",
            "organization_name",
            "subject_name",
            "subject_phone",
            "by_person",
            "received_at",
            "due_date",
            "decided_at",
            "answer",
            "items",
        ]


class DataRequestFilters(NounFilterSet):
    search = None

    kind = filters.MultipleChoiceFilter(choices=RequestKind.choices, label=_("要求，可多选"))
    status = filters.MultipleChoiceFilter(choices=RequestStatus.choices, label=_("状态，可多选"))
    organization = SubtreeFilter(field_name="organization__path", label=_("受理组织代码或编号，含下级"))


@describes("data-requests", "个人信息请求：本人要求查阅、更正、删除、停止处理；县市区以上组工干部办理")
@extend_schema_view(
    list=extend_schema(summary="个人信息请求列表"), retrieve=extend_schema(summary="一个个人信息请求")
)
@takes_moves(REQUEST_TABLE, perform_request, noun="DataRequest", answer=DataRequestSerializer)
class DataRequestViewSet(TimelineMixin, NounViewSet):
    model = DataRequest
    readers = (Role.ORGANIZER,)
    serializer_class = DataRequestSerializer
    filterset_class = DataRequestFilters
    # Names and phones come in by `create`; its answer is masked, but is not kept either.
    forgets_replies = frozenset({"create", "file"})
    orderings = {"received_at": "received_at", "due_date": "due_date", "id": "id"}
    ordering = "-received_at"

    @classmethod
    def may_read(cls, user):
        return may_decide(user)

    def all_rows(self, user):
        rows = DataRequest.objects.visible_to(user)
        return rows.select_related("organization").prefetch_related("items")

    @extend_schema(
        summary="受理一个个人信息请求",
        description="按姓名加电话（或事项编号）找出本人的事项；答复期限为 15 个工作日。",
        request=request_schema("DataRequestOpening", OPENING),
        responses={201: DataRequestSerializer},
    )
    def create(self, request, *args, **kwargs):
        data = self.given()
        unknown = sorted(str(name) for name in data.keys() - {given.name for given in OPENING})
        if unknown:
            raise InvalidInput({name: [f"「受理」没有 {name} 这一项，请去掉。"] for name in unknown})
        row = take_data_request(by=self.by, at=self.at, **data)
        return self.created(self.present(row))

    @extend_schema(
        summary="导出本人信息",
        description="已办理的「查阅、复制」请求：本人的全部信息，不打码，交给本人。每次都会留痕。不支持 Idempotency-Key。",
        request=None,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(
        detail=True,
        methods=["post"],
        filter_backends=[],
        url_path=r"file\.(?P<form>xlsx|json)",
        url_name="file",
    )
    def file(self, request, *args, form, **kwargs):
        row = self.get_object()
        build, content_type = FORMATS[form]
        told = export_request(row, by=self.by, at=self.at)
        response = HttpResponse(build(row, told), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="personal-data-{row.pk}.{form}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


router.register("data-requests", DataRequestViewSet, basename="api-data-request")
