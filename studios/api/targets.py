from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from accounts.enums import Role
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from records.actions import record_event
from records.rest import RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin
from studios.enums import TargetKind
from studios.models import Studio, StudioTarget


class StudioTargetSerializer(StrictModelSerializer):
    studio = ScopedField(Studio)
    studio_name = serializers.CharField(source="studio.name", read_only=True)
    kind_display = serializers.CharField(source="get_kind_display", read_only=True)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    target = serializers.IntegerField(min_value=0, max_value=1_000_000)

    class Meta:
        model = StudioTarget
        fields = ["id", "studio", "studio_name", "year", "kind", "kind_display", "target"]


class TargetChangeSerializer(StudioTargetSerializer):
    """The number alone changes; another year or measure is another target."""

    studio = serializers.PrimaryKeyRelatedField(read_only=True)
    year = serializers.IntegerField(read_only=True)

    class Meta(StudioTargetSerializer.Meta):
        read_only_fields = ["kind"]
        validators = []


class StudioTargetFilters(NounFilterSet):
    search_fields = ("studio__name",)

    studio = IdFilter(label=_("工作室（站）"))
    organization = SubtreeFilter(field_name="studio__organization__path", label=_("组织代码或编号，含下级"))
    year = IdFilter(label=_("年度"))
    kind = filters.MultipleChoiceFilter(choices=TargetKind.choices, label=_("指标，可多选"))


@describes("studio-targets", "年度目标：年初给工作室定的数，年底对照")
@extend_schema_view(
    list=extend_schema(summary="年度目标列表"),
    retrieve=extend_schema(summary="一个年度目标"),
    create=extend_schema(summary="定年度目标"),
    partial_update=extend_schema(summary="修改目标数", request=TargetChangeSerializer),
)
class StudioTargetViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = StudioTarget
    filterset_class = StudioTargetFilters
    readers = (Role.ORGANIZER, Role.KEEPER, Role.LEADER, Role.ASSESSOR, Role.CLIENT)
    orderings = {"id": "id", "year": "year"}
    ordering = "-year"

    def get_serializer_class(self):
        return TargetChangeSerializer if self.action == "partial_update" else StudioTargetSerializer

    def all_rows(self, user):
        return StudioTarget.objects.visible_to(user).select_related("studio__organization")

    def home_of(self, values, row=None):
        return (values.get("studio") or row.studio).organization

    @extend_schema(summary="取消年度目标")
    def destroy(self, request, *args, **kwargs):
        row = self.get_object()
        home = self.home_of({}, row)
        self.may_write(home)
        with transaction.atomic():
            before = {"year": row.year, "kind": row.kind, "target": row.target}
            record_event(row, "deleted", by=self.by, at=self.at, organization=home, before=before)
            row.delete()
        return Response(status=204)


router.register("studio-targets", StudioTargetViewSet, basename="api-studio-target")
