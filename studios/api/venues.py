from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from records.rest import RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin
from representatives.models import Mandate
from studios.enums import StudioKind
from studios.models import ChecklistResult, Studio


class ChecklistResultSerializer(serializers.ModelSerializer):
    item = serializers.CharField(source="item.code")
    item_name = serializers.CharField(source="item.name")
    is_met = serializers.SerializerMethodField(help_text="达标；检查过期的算未达标")

    class Meta:
        model = ChecklistResult
        fields = ["item", "item_name", "is_met", "inspected_date", "expires_date"]

    def get_is_met(self, result) -> bool:
        return result.stands(on=timezone.localdate())


class StudioSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    organization_name = serializers.CharField(source="organization.name", read_only=True)
    parent = ScopedField(Studio, allow_null=True, required=False)
    lead = ScopedField(Mandate, allow_null=True, required=False)
    kind_display = serializers.CharField(source="get_kind_display", read_only=True)
    checklist = ChecklistResultSerializer(source="checklist_results", many=True, read_only=True)

    class Meta:
        model = Studio
        fields = [
            "id",
            "code",
            "name",
            "kind",
            "kind_display",
            "organization",
            "organization_name",
            "parent",
            "address",
            "lead_name",
            "lead",
            "reception_text",
            "is_pilot",
            "specialty",
            "is_active",
            "checklist",
        ]
        read_only_fields = ["code"]

    def validate_parent(self, parent):
        """A station may hang on a workroom; a venue never on itself or on a station."""
        if parent and (parent.kind != StudioKind.WORKROOM or parent == self.instance):
            raise serializers.ValidationError("上级须为另一个工作室（不能是工作站）。")
        return parent


class StudioFilters(NounFilterSet):
    search_fields = ("name", "address", "lead_name")

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    kind = filters.ChoiceFilter(choices=StudioKind.choices, label=_("类别"))
    code = filters.CharFilter(label=_("公开码"))
    parent = IdFilter(label=_("上级工作室"))
    is_pilot = YesNoFilter(field_name="is_pilot", label=_("试点"))
    is_active = YesNoFilter(field_name="is_active", label=_("启用"))


@describes("studios", "党代表工作室、工作站")
@extend_schema_view(
    list=extend_schema(summary="工作室（站）列表"),
    retrieve=extend_schema(summary="一个工作室（站）"),
    create=extend_schema(summary="新建工作室（站）"),
    partial_update=extend_schema(summary="修改工作室（站）"),
)
class StudioViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = Studio
    serializer_class = StudioSerializer
    filterset_class = StudioFilters
    orderings = {"id": "id", "name": "name"}

    def all_rows(self, user):
        rows = Studio.objects.visible_to(user).select_related("organization")
        return rows.prefetch_related("checklist_results__item")


router.register("studios", StudioViewSet, basename="api-studio")
