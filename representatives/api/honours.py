"""Honours at the REST door (R73)."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import NotAllowed
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from records.rest import TimelineMixin, check_names, request_schema
from records.rest_files import AttachmentsMixin
from representatives import file_rules, rules
from representatives.actions.honours import NOT_ORGANIZER, record_honour, withdraw_honour
from representatives.enums import HonourLevel
from representatives.models import Honour
from representatives.moves.duty_file import HONOUR, WITHDRAW_HONOUR


class HonourSerializer(serializers.ModelSerializer):
    person_name = serializers.CharField(source="mandate.person.name")
    organization = serializers.IntegerField(source="mandate.organization_id")
    level_display = serializers.CharField(source="get_level_display")

    class Meta:
        model = Honour
        fields = [
            "id",
            "mandate",
            "person_name",
            "organization",
            "title",
            "granted_by",
            "level",
            "level_display",
            "granted_date",
            "document_number",
            "note",
            "recorded_at",
            "withdrawn_at",
            "withdraw_reason",
        ]


class HonourFilters(NounFilterSet):
    search_fields = ("title", "granted_by", "document_number", "mandate__person__name")

    organization = SubtreeFilter(
        field_name="mandate__organization__path", label=_("代表所在地代码或编号，含下级")
    )
    mandate = IdFilter(label=_("代表资格"))
    person = IdFilter(field_name="mandate__person", label=_("人员"))
    level = filters.MultipleChoiceFilter(choices=HonourLevel.choices, label=_("级别，可多选"))
    year = filters.NumberFilter(field_name="granted_date__year", label=_("授予年份"))
    standing = YesNoFilter(method="filter_standing", label=_("有效（未撤销）"))

    def filter_standing(self, queryset, _name, value):
        return queryset.filter(withdrawn_at__isnull=value)


@describes("honours", "荣誉表彰：记入履职档案，可撤销")
@extend_schema_view(list=extend_schema(summary="荣誉列表"), retrieve=extend_schema(summary="一项荣誉"))
class HonourViewSet(AttachmentsMixin, TimelineMixin, NounViewSet):
    model = Honour
    serializer_class = HonourSerializer
    filterset_class = HonourFilters
    orderings = {"id": "id", "granted_date": "granted_date"}

    def all_rows(self, user):
        return Honour.objects.visible_to(user).with_names()

    def may_attach(self, user, owner):
        return file_rules.may_keep_file(user, owner.mandate)

    def _fresh(self, honour):
        return self.present(self.all_rows(self.request.user).get(pk=honour.pk))

    @extend_schema(
        summary="登记荣誉",
        description="记入这一届的履职档案，本人会收到通知。证书用 `attachments/` 添加。",
        request=request_schema("HonourRecord", HONOUR),
        responses={201: HonourSerializer},
    )
    def create(self, request, *args, **kwargs):
        if not rules.organizes_anything(request.user):
            raise NotAllowed(NOT_ORGANIZER)
        data = check_names(self.given(), HONOUR, "登记荣誉")
        return self.created(self._fresh(record_honour(by=self.by, at=self.at, **data)))

    @extend_schema(
        summary="撤销荣誉",
        description="登记错了，或授予单位收回了：不再计入履职档案，原来的登记保留。",
        request=request_schema("HonourWithdraw", WITHDRAW_HONOUR),
        responses={200: HonourSerializer},
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request, *args, **kwargs):
        honour, data = self.get_object(), check_names(self.given(), WITHDRAW_HONOUR, "撤销荣誉")
        return Response(self._fresh(withdraw_honour(honour, by=self.by, at=self.at, **data)))


router.register("honours", HonourViewSet, basename="api-honour")
