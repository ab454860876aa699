from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.enums import Role
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from records.jobs import kind_label
from records.models import Document, Event, Job
from records.models.files import DocumentKind
from records.models.jobs import JobState
from records.rest import EventSerializer, RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin


class TrailSerializer(EventSerializer):
    class Meta(EventSerializer.Meta):
        fields = [*EventSerializer.Meta.fields, "address", "subject_type", "subject_id", "organization"]


class EventFilters(NounFilterSet):
    search_fields = ("actor_label", "note")

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    subject_type = filters.CharFilter(label=_("对象类别，如 petitions.petition"))
    subject_id = IdFilter(label=_("对象编号"))
    verb = filters.CharFilter(label=_("动作"))
    actor = IdFilter(label=_("操作人"))
    door = filters.CharFilter(label=_("入口：admin、portal、api、public、system"))
    at_after = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label=_("不早于"))
    at_before = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", label=_("早于"))


@describes("events", "留痕：谁在何时何处做了什么；组工干部和审计人员可看")
@extend_schema_view(list=extend_schema(summary="留痕列表"), retrieve=extend_schema(summary="一条留痕"))
class EventViewSet(NounViewSet):
    model = Event
    readers = (Role.ORGANIZER, Role.AUDITOR)
    serializer_class = TrailSerializer
    filterset_class = EventFilters
    orderings = {"at": "at", "id": "id"}
    ordering = "-at"


class DocumentSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    superseded_by = ScopedField(Document, allow_null=True, required=False)
    kind_display = serializers.CharField(source="get_kind_display", read_only=True)
    level = serializers.CharField(read_only=True, help_text="发文组织的层级")

    class Meta:
        model = Document
        fields = [
            "id",
            "kind",
            "kind_display",
            "title",
            "document_number",
            "organization",
            "level",
            "in_force_from",
            "in_force_to",
            "superseded_by",
            "summary",
        ]

    def validate(self, values):
        begin = values.get("in_force_from", getattr(self.instance, "in_force_from", None))
        end = values.get("in_force_to", getattr(self.instance, "in_force_to", None))
        if begin and end and end < begin:
            raise serializers.ValidationError({"in_force_to": ["失效日期不能早于施行日期，请核对。"]})
        return values


class DocumentFilters(NounFilterSet):
    search_fields = ("title", "document_number", "summary")

    organization = SubtreeFilter(field_name="organization__path", label=_("发文组织代码或编号，含下级"))
    kind = filters.MultipleChoiceFilter(choices=DocumentKind.choices, label=_("类别，可多选"))
    document_number = filters.CharFilter(label=_("文号"))
    in_force_on = filters.DateFilter(method="filter_in_force", label=_("在此日有效"))
    is_superseded = YesNoFilter(method="filter_superseded", label=_("已被取代"))

    def filter_in_force(self, queryset, _name, value):
        return queryset.in_force(on=value)

    def filter_superseded(self, queryset, _name, value):
        return queryset.filter(superseded_by__isnull=not value)


@describes("documents", "文件库：制度办法、通知、表格样式")
@extend_schema_view(
    list=extend_schema(summary="文件列表"),
    retrieve=extend_schema(summary="一份文件"),
    create=extend_schema(summary="新建文件条目"),
    partial_update=extend_schema(summary="修改文件条目"),
)
class DocumentViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = Document
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilters
    orderings = {"id": "id", "in_force_from": "in_force_from", "title": "title"}
    ordering = "-in_force_from"

    def all_rows(self, user):
        return Document.objects.visible_to(user).select_related("organization")


class JobSerializer(serializers.ModelSerializer):
    kind_display = serializers.SerializerMethodField()
    state_display = serializers.CharField(source="get_state_display")
    percent = serializers.IntegerField(allow_null=True, help_text="0–100；总数未知时为 null")

    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "kind_display",
            "state",
            "state_display",
            "done",
            "total",
            "percent",
            "message",
            "result",
            "organization",
            "created_at",
            "finished_at",
        ]

    def get_kind_display(self, job) -> str:
        return str(kind_label(job.kind))


class JobFilters(NounFilterSet):
    search = None

    state = filters.MultipleChoiceFilter(choices=JobState.choices, label=_("状态，可多选"))
    kind = filters.CharFilter(label=_("任务"))


@describes("jobs", "任务：导入等长时间工作的进度和结果")
@extend_schema_view(list=extend_schema(summary="任务列表"), retrieve=extend_schema(summary="一个任务"))
class JobViewSet(NounViewSet):
    model = Job
    serializer_class = JobSerializer
    filterset_class = JobFilters
    orderings = {"created_at": "created_at", "id": "id"}
    ordering = "-created_at"


router.register("documents", DocumentViewSet, basename="api-document")
router.register("jobs", JobViewSet, basename="api-job")
router.register("events", EventViewSet, basename="api-event")


from records import api_personal, api_retention  # noqa: E402,F401  (registering)
