"""Texts to begin an answer with."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.enums import Role
from accounts.errors import InvalidInput
from accounts.models import Organization
from accounts.rest.filters import NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, StrictModelSerializer, router
from petitions.models import Category, ReplyTemplate
from petitions.reply_templates import PLACEHOLDERS, check_placeholders
from records.rest import RecordedCreateMixin, RecordedUpdateMixin


class ReplyTemplateSerializer(StrictModelSerializer):
    organization = serializers.PrimaryKeyRelatedField(
        queryset=Organization.objects.all(), allow_null=True, required=False, help_text="不填为全市通用"
    )
    category = serializers.PrimaryKeyRelatedField(
        queryset=Category.objects.all(), allow_null=True, required=False
    )

    class Meta:
        model = ReplyTemplate
        fields = ["id", "name", "organization", "kind", "category", "outcome", "content", "is_active"]

    def validate_content(self, content):
        try:
            check_placeholders(content)
        except InvalidInput as fault:
            raise serializers.ValidationError(fault.errors["content"]) from fault
        return content


class ReplyTemplateFilters(NounFilterSet):
    search_fields = ("name", "content")

    is_active = YesNoFilter(field_name="is_active", label="启用")
    organization = SubtreeFilter(field_name="organization__path", label="适用组织代码或编号，含下级")


@describes("reply-templates", "答复模板：" + "、".join(f"{{{word}}}" for word in PLACEHOLDERS) + "会自动填上")
@extend_schema_view(
    list=extend_schema(summary="答复模板列表"),
    retrieve=extend_schema(summary="一个答复模板"),
    create=extend_schema(summary="新建答复模板"),
    partial_update=extend_schema(summary="修改答复模板"),
)
class ReplyTemplateViewSet(RecordedCreateMixin, RecordedUpdateMixin, NounViewSet):
    model = ReplyTemplate
    serializer_class = ReplyTemplateSerializer
    filterset_class = ReplyTemplateFilters
    writers = (Role.ORGANIZER, Role.HANDLER)
    orderings = {"name": "name", "id": "id"}
    ordering = "name"

    def home_of(self, values, row=None):
        """One for everybody belongs to the city."""
        home = values.get("organization", row and row.organization)
        return home or Organization.objects.order_by("path").first()

    def all_rows(self, user):
        return ReplyTemplate.objects.visible_to(user)


router.register("reply-templates", ReplyTemplateViewSet, basename="api-reply-template")
