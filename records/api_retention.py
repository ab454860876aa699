"""How long personal data is kept, and what was let go of when the time was up, at the REST door."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.models import Organization
from accounts.rest.filters import NounFilterSet, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, StrictModelSerializer, router
from records.api import JobSerializer
from records.models import RetentionReport, RetentionRule
from records.models.personal import may_read_retention
from records.rest import RecordedUpdateMixin
from records.retention import name_of, preview, seen_by
from records.retention_job import may_run_retention, start_retention


class RetentionRuleSerializer(StrictModelSerializer):
    label = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = RetentionRule
        fields = ["id", "what", "label", "days", "source", "is_active"]
        read_only_fields = ["what"]


class RetentionRuleFilters(NounFilterSet):
    search = None

    is_active = YesNoFilter(field_name="is_active", label=_("启用"))


@describes("retention-rules", "个人信息保留期限：每类内容保留多少天、依据是什么")
@extend_schema_view(
    list=extend_schema(summary="保留期限列表"),
    retrieve=extend_schema(summary="一条保留期限"),
    partial_update=extend_schema(summary="修改保留期限（市级组工干部）"),
)
class RetentionRuleViewSet(RecordedUpdateMixin, NounViewSet):
    model = RetentionRule
    readers = (Role.ORGANIZER, Role.AUDITOR)
    serializer_class = RetentionRuleSerializer
    filterset_class = RetentionRuleFilters
    orderings = {"id": "id"}

    def all_rows(self, user):
        return RetentionRule.objects.all()

    def home_of(self, values, row=None):
        """One set of terms for the whole city."""
        return Organization.objects.order_by("path").first()


class RetentionLineSerializer(serializers.Serializer):
    what = serializers.CharField()
    label = serializers.CharField()
    days = serializers.IntegerField()
    source = serializers.CharField()
    done = serializers.IntegerField(help_text="已处理")
    held = serializers.DictField(child=serializers.IntegerField(), help_text="暂缓的原因 → 数量")


class RetentionReportSerializer(serializers.ModelSerializer):
    started_by = serializers.SerializerMethodField(help_text="发起人；每晚自动的为空")
    lines = RetentionLineSerializer(many=True)

    class Meta:
        model = RetentionReport
        fields = ["id", "ran_at", "started_by", "done", "held", "lines"]

    def get_started_by(self, report) -> str:
        return report.started_by.label if report.started_by else ""


class RetentionRowSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="编号，不含姓名")
    held = serializers.CharField(help_text="暂缓的原因；空为会处理")


class RetentionPreviewSerializer(serializers.Serializer):
    what = serializers.CharField()
    label = serializers.CharField()
    days = serializers.IntegerField()
    source = serializers.CharField()
    count = serializers.IntegerField(
        help_text="已到期的数量，含暂缓的：市级组工干部看到全市的，其他人只看到自己能查看的"
    )
    rows = RetentionRowSerializer(many=True, help_text="您看得到的前 50 项")


class NoFilters(NounFilterSet):
    search = None


@describes("retention-reports", "个人信息到期处理的结果：每晚一次，也可由市级组工干部发起")
@extend_schema_view(
    list=extend_schema(summary="到期处理结果列表"), retrieve=extend_schema(summary="一次到期处理的结果")
)
class RetentionReportViewSet(NounViewSet):
    model = RetentionReport
    serializer_class = RetentionReportSerializer
    filterset_class = NoFilters
    orderings = {"ran_at": "ran_at", "id": "id"}
    ordering = "-ran_at"

    @classmethod
    def may_read(cls, user):
        return may_read_retention(user)

    def all_rows(self, user):
        return RetentionReport.objects.visible_to(user).select_related("started_by")

    @extend_schema(
        summary="先看会处理哪些",
        description="什么也不改。",
        responses=RetentionPreviewSerializer(many=True),
        filters=False,
    )
    @action(detail=False, filter_backends=[], filterset_class=None, pagination_class=None)
    def preview(self, request, *args, **kwargs):
        told = preview(at=self.at, visible=seen_by(request.user, runs=may_run_retention(request.user)))
        return Response([_preview_line(line) for line in told])

    @extend_schema(
        summary="现在就处理（市级组工干部）",
        description="答复是一个任务，办完后结果在本列表里。正在处理时再发起，答复 409。",
        request=None,
        responses={202: JobSerializer},
    )
    @action(detail=False, methods=["post"], filter_backends=[], filterset_class=None)
    def run(self, request, *args, **kwargs):
        job = start_retention(by=self.by, at=self.at)
        return Response(JobSerializer(job).data, status=202)


def _preview_line(line):
    rule = line["rule"]
    return {
        "what": rule.what,
        "label": str(line["retained"].label),
        "days": rule.days,
        "source": rule.source,
        "count": line["count"],
        "rows": [{"name": name_of(row), "held": why} for row, why in line["rows"]],
    }


router.register("retention-rules", RetentionRuleViewSet, basename="api-retention-rule")
router.register("retention-reports", RetentionReportViewSet, basename="api-retention-report")
