"""The yearly list and what is ticked on it, at the REST door (R7)."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from accounts.scope import Scope
from records.moves import Given, clean_given
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
)
from records.rest_files import AttachmentsMixin
from representatives import file_rules
from representatives.actions.duty_items import NOT_ORGANIZER, cancel_tick, copy_list, tick_item
from representatives.enums import DutyKind, DutyList, Level
from representatives.models import DutyItem, DutyTick, Mandate
from representatives.moves.duty_file import CANCEL_TICK, COPY_LIST, TICK


def tickable_mandates(_subject, user):
    """Her own, and those of the places she organizes; whether it may be is for the verb to say."""
    rows = Mandate.objects.visible_to(user)
    return rows.select_related("person", "congress", "organization")


MAKE_TICK = (
    Given(
        "item",
        _("清单事项"),
        "model",
        options=lambda _subject, user: DutyItem.objects.visible_to(user).active(),
    ),
    Given("mandate", _("党代表"), "model", options=tickable_mandates),
    *TICK,
)


class DutyItemSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=DutyKind.choices),
        required=False,
        help_text="由哪些履职记录完成；空为本人写明",
    )
    sheet_display = serializers.CharField(source="get_sheet_display", read_only=True)

    class Meta:
        model = DutyItem
        fields = [
            "id",
            "organization",
            "year",
            "sheet",
            "sheet_display",
            "level",
            "position",
            "text",
            "detail",
            "kinds",
            "measure",
            "wanted",
            "unit",
            "source",
            "is_active",
        ]


class DutyItemChangeSerializer(DutyItemSerializer):
    """Whose list and of what year it is stays."""

    organization = serializers.PrimaryKeyRelatedField(read_only=True)
    year = serializers.IntegerField(read_only=True)

    class Meta(DutyItemSerializer.Meta):
        validators = []


class DutyItemFilters(NounFilterSet):
    search_fields = ("text", "detail")

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    year = filters.NumberFilter(label=_("年度"))
    sheet = filters.ChoiceFilter(choices=DutyList.choices, label=_("哪张清单"))
    level = filters.ChoiceFilter(choices=Level.choices, label=_("代表层级"))
    is_active = YesNoFilter(field_name="is_active", label=_("启用"))


@describes("duty-items", "履职清单、责任清单：各地各年对党代表的要求")
@extend_schema_view(
    list=extend_schema(summary="清单事项列表"),
    retrieve=extend_schema(summary="一项清单事项"),
    create=extend_schema(summary="新建清单事项"),
    partial_update=extend_schema(summary="修改清单事项", request=DutyItemChangeSerializer),
)
class DutyItemViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = DutyItem
    filterset_class = DutyItemFilters
    orderings = {"id": "id", "year": "year", "position": "position"}

    def get_serializer_class(self):
        return DutyItemChangeSerializer if self.action == "partial_update" else DutyItemSerializer

    def all_rows(self, user):
        return DutyItem.objects.visible_to(user).select_related("organization")

    @extend_schema(
        summary="复制到下一年",
        description="一个地方一年的清单，一步复制到下一年；下一年已有清单的不动，答复 409。",
        request=request_schema("DutyItemCopy", COPY_LIST),
        responses={201: DutyItemSerializer(many=True)},
        filters=False,
    )
    @action(detail=False, methods=["post"], filter_backends=[], pagination_class=None)
    def copy(self, request, *args, **kwargs):
        if not Scope.of(request.user).has(Role.ORGANIZER):
            raise NotAllowed(NOT_ORGANIZER)
        data = check_names(self.given(), COPY_LIST, "复制清单")
        items = copy_list(by=self.by, at=self.at, **data)
        return Response(DutyItemSerializer(items, many=True).data, status=201)


class DutyTickSerializer(serializers.ModelSerializer):
    item_text = serializers.CharField(source="item.text")
    person_name = serializers.CharField(source="mandate.person.name")
    recorded_by = serializers.CharField(source="recorded_by.label", default=None, allow_null=True)

    class Meta:
        model = DutyTick
        fields = [
            "id",
            "item",
            "item_text",
            "mandate",
            "person_name",
            "on",
            "quantity",
            "evidence",
            "recorded_at",
            "recorded_by",
            "cancelled_at",
            "cancel_reason",
        ]


class DutyTickFilters(NounFilterSet):
    search_fields = ("evidence", "item__text", "mandate__person__name")

    organization = SubtreeFilter(
        field_name="mandate__organization__path", label=_("代表所在地代码或编号，含下级")
    )
    mandate = IdFilter(label=_("代表资格"))
    item = IdFilter(label=_("清单事项"))
    year = filters.NumberFilter(field_name="item__year", label=_("年度"))
    standing = YesNoFilter(method="filter_standing", label=_("有效（未取消）"))

    def filter_standing(self, queryset, _name, value):
        return queryset.filter(cancelled_at__isnull=value)


@describes("duty-ticks", "清单完成登记：系统计不到的，由本人写明做了什么")
@extend_schema_view(
    list=extend_schema(summary="清单完成登记列表"), retrieve=extend_schema(summary="一条清单完成登记")
)
class DutyTickViewSet(AttachmentsMixin, TimelineMixin, NounViewSet):
    model = DutyTick
    serializer_class = DutyTickSerializer
    filterset_class = DutyTickFilters
    orderings = {"id": "id", "on": "on"}

    def all_rows(self, user):
        return DutyTick.objects.visible_to(user).with_names()

    def may_attach(self, user, owner):
        return owner.is_standing and file_rules.may_tick(user, owner.mandate)

    def _fresh(self, tick):
        return self.present(self.all_rows(self.request.user).get(pk=tick.pk))

    @extend_schema(
        summary="登记完成",
        description="只用于系统计不到的事项；由履职记录完成的自动计，不用登记。照片用 `attachments/` 添加。",
        request=request_schema("DutyTickMake", MAKE_TICK),
        responses={201: DutyTickSerializer},
    )
    def create(self, request, *args, **kwargs):
        data = check_names(self.given(), MAKE_TICK, "登记完成")
        first = {name: data.pop(name, None) for name in ("item", "mandate")}
        given = clean_given(MAKE_TICK[:2], first, None, request.user, step="登记完成")
        tick = tick_item(given["item"], given["mandate"], by=self.by, at=self.at, **data)
        return self.created(self._fresh(tick))

    @extend_schema(
        summary="取消登记",
        request=request_schema("DutyTickCancel", CANCEL_TICK),
        responses={200: DutyTickSerializer},
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request, *args, **kwargs):
        tick, data = self.get_object(), check_names(self.given(), CANCEL_TICK, "取消登记")
        return Response(self._fresh(cancel_tick(tick, by=self.by, at=self.at, **data)))


router.register("duty-items", DutyItemViewSet, basename="api-duty-item")
router.register("duty-ticks", DutyTickViewSet, basename="api-duty-tick")
