"""The lists that the whole city shares: channels and categories."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, StrictModelSerializer, router
from petitions.models import Category, Channel
from petitions.setup import check_channel, create_category, free_code, rename_category
from records.rest import RecordedCreateMixin, RecordedUpdateMixin


class CityWrites:
    """Lists that the whole city shares are written by the city's organizers."""

    def home_of(self, values, row=None):
        return Organization.objects.order_by("path").first()


CODE_HELP = "代码；不填时按名称的拼音生成，建好后不再改"


class ChannelSerializer(StrictModelSerializer):
    class Meta:
        model = Channel
        fields = ["id", "code", "name", "aliases", "position", "is_active"]
        extra_kwargs = {"code": {"required": False, "help_text": CODE_HELP}}

    aliases = serializers.ListField(
        child=serializers.CharField(max_length=30), required=False, max_length=20, help_text="别名"
    )


class ChannelChangeSerializer(ChannelSerializer):
    """What other systems call it by stays."""

    class Meta(ChannelSerializer.Meta):
        read_only_fields = ["code"]


class ChannelFilters(NounFilterSet):
    search_fields = ("name", "code")

    is_active = YesNoFilter(field_name="is_active", label=_("启用"))


@describes("channels", "来源渠道")
@extend_schema_view(
    list=extend_schema(summary="来源渠道列表"),
    retrieve=extend_schema(summary="一个来源渠道"),
    create=extend_schema(summary="新建来源渠道（市级组工干部）"),
    partial_update=extend_schema(summary="修改来源渠道（市级组工干部）", request=ChannelChangeSerializer),
)
class ChannelViewSet(CityWrites, RecordedCreateMixin, RecordedUpdateMixin, NounViewSet):
    model = Channel
    serializer_class = ChannelSerializer
    filterset_class = ChannelFilters
    orderings = {"position": "position", "id": "id"}
    ordering = "position"

    def get_serializer_class(self):
        return ChannelChangeSerializer if self.action == "partial_update" else ChannelSerializer

    def save_new(self, serializer):
        values = serializer.validated_data
        check_channel(name=values["name"], aliases=values.get("aliases", ()))
        return serializer.save(code=values.get("code") or free_code(Channel, values["name"]))

    def save_changes(self, row, values):
        check_channel(name=values.get("name"), aliases=values.get("aliases", ()), channel=row)
        super().save_changes(row, values)

    def all_rows(self, user):
        return Channel.objects.all()


class CategorySerializer(StrictModelSerializer):
    parent = serializers.PrimaryKeyRelatedField(
        queryset=Category.objects.all(), allow_null=True, required=False
    )
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=30), required=False, max_length=20, help_text="别名"
    )

    class Meta:
        model = Category
        fields = ["id", "code", "name", "full_name", "path", "parent", "aliases", "is_active"]
        read_only_fields = ["full_name", "path"]
        extra_kwargs = {"code": {"required": False, "help_text": CODE_HELP}}

    def validate_parent(self, parent):
        if parent and len(parent.path) >= 12:
            raise serializers.ValidationError("分类最多三级，请另选上级。")
        return parent


class CategoryChangeSerializer(CategorySerializer):
    """What may change once matters hang on it: its place in the tree stays."""

    class Meta(CategorySerializer.Meta):
        read_only_fields = ["code", "full_name", "path", "parent"]

    parent = serializers.PrimaryKeyRelatedField(read_only=True)


class CategoryFilters(NounFilterSet):
    search_fields = ("full_name", "code")

    parent = IdFilter(label=_("上级分类"))
    is_active = YesNoFilter(field_name="is_active", label=_("启用"))


@describes("categories", "问题分类：三级树")
@extend_schema_view(
    list=extend_schema(summary="问题分类列表"),
    retrieve=extend_schema(summary="一个问题分类"),
    create=extend_schema(summary="新建问题分类（市级组工干部）"),
    partial_update=extend_schema(
        summary="修改问题分类的名称、别名、启用（市级组工干部）", request=CategoryChangeSerializer
    ),
)
class CategoryViewSet(CityWrites, RecordedCreateMixin, RecordedUpdateMixin, NounViewSet):
    model = Category
    filterset_class = CategoryFilters
    orderings = {"path": "path", "id": "id"}
    ordering = "path"

    def get_serializer_class(self):
        return CategoryChangeSerializer if self.action == "partial_update" else CategorySerializer

    def all_rows(self, user):
        return Category.objects.all()

    def save_changes(self, row, values):
        if "name" in values:
            rename_category(row, values["name"])
        super().save_changes(row, values)

    def save_new(self, serializer):
        values = serializer.validated_data
        is_active = values.pop("is_active", True)
        category = create_category(**values)
        if not is_active:
            category.is_active = False
            category.save(update_fields=["is_active"])
        return category


router.register("channels", ChannelViewSet, basename="api-channel")
router.register("categories", CategoryViewSet, basename="api-category")
