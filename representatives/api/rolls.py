from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from records.moves import clean_given
from records.rest import (
    RecordedCreateMixin,
    TimelineMixin,
    request_schema,
    takes_moves,
)
from representatives.actions import REASON, check_may_reveal, perform, reveal_phone
from representatives.api.duty_files import ArchiveMixin, DutyFileMixin
from representatives.enums import DutyKind, Level, MandateStatus
from representatives.models import Congress, DutyRecord, Mandate, Person
from representatives.moves import TABLE
from representatives.open_work import open_work_shown


class CongressSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    level_display = serializers.CharField(source="get_level_display", read_only=True)

    class Meta:
        model = Congress
        fields = [
            "id",
            "level",
            "level_display",
            "organization",
            "ordinal",
            "name",
            "start_date",
            "planned_end_date",
            "end_date",
        ]
        read_only_fields = ["end_date"]


class CongressFilters(NounFilterSet):
    search_fields = ("name",)

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))
    level = filters.MultipleChoiceFilter(choices=Level.choices, label=_("层级，可多选"))


@describes("congresses", "届次：各级党代会的届次与任期")
@extend_schema_view(
    list=extend_schema(summary="届次列表"),
    retrieve=extend_schema(summary="一个届次"),
    create=extend_schema(summary="新建届次"),
)
class CongressViewSet(RecordedCreateMixin, NounViewSet):
    model = Congress
    serializer_class = CongressSerializer
    filterset_class = CongressFilters
    orderings = {"id": "id", "start_date": "start_date"}


class PersonSerializer(serializers.ModelSerializer):
    phone = serializers.CharField(source="masked_phone", help_text="打码")
    gender_display = serializers.CharField(source="get_gender_display")
    mandates = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Person
        fields = [
            "id",
            "name",
            "pinyin",
            "gender",
            "gender_display",
            "ethnicity",
            "education",
            "employer",
            "phone",
            "mandates",
        ]


class PersonFilters(NounFilterSet):
    search_fields = ("name", "pinyin")

    search = filters.CharFilter(method="filter_search", label=_("姓名或拼音首字母"))
    organization = SubtreeFilter(
        field_name="mandates__organization__path", distinct=True, label=_("组织代码或编号，含下级")
    )
    level = filters.ChoiceFilter(
        field_name="mandates__level", choices=Level.choices, distinct=True, label=_("代表层级")
    )
    group = IdFilter(field_name="mandates__group", distinct=True, label=_("代表小组"))


@describes("representatives", "党代表：一人一条；资格另见 mandates")
@extend_schema_view(list=extend_schema(summary="党代表列表"), retrieve=extend_schema(summary="一位党代表"))
class RepresentativeViewSet(TimelineMixin, NounViewSet):
    model = Person
    serializer_class = PersonSerializer
    filterset_class = PersonFilters
    forgets_replies = frozenset({"unmask"})
    orderings = {"id": "id", "pinyin": "pinyin", "name": "name"}

    def all_rows(self, user):
        mandates = Prefetch("mandates", Mandate.objects.visible_to(user))
        return Person.objects.visible_to(user).prefetch_related(mandates)

    @extend_schema(
        summary="查看联系电话",
        description="写明原因后返回未打码的电话；每次都会留痕。",
        request=request_schema("RepresentativeUnmask", [REASON]),
        responses=PersonSerializer,
    )
    @action(detail=True, methods=["post"])
    def unmask(self, request, *args, **kwargs):
        person = self.get_object()
        visible = Mandate.objects.visible_to(request.user).filter(person=person)
        mandate = visible.select_related("organization").order_by("pk").first()
        if mandate is None:
            raise NotAllowed("这位没有您管理范围内的代表资格，不能查看联系电话。")
        check_may_reveal(by=self.by, organization=mandate.organization)
        given = clean_given([REASON], self.given(), person, request.user, step="查看联系电话")
        phone = reveal_phone(person, by=self.by, at=self.at, organization=mandate.organization, **given)
        return Response(self.present(person) | {"phone": phone})


class MandateSerializer(serializers.ModelSerializer):
    person_name = serializers.CharField(source="person.name")
    congress_name = serializers.CharField(source="congress.name")
    organization_name = serializers.CharField(source="organization.name")
    level_display = serializers.CharField(source="get_level_display")
    status_display = serializers.CharField(source="get_status_display")

    class Meta:
        model = Mandate
        fields = [
            "id",
            "person",
            "person_name",
            "congress",
            "congress_name",
            "level",
            "level_display",
            "organization",
            "organization_name",
            "certificate_number",
            "electing_unit",
            "field",
            "is_frontline",
            "group",
            "status",
            "status_display",
            "start_date",
            "end_date",
            "note",
        ]


class MandateDetailSerializer(MandateSerializer):
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(MandateSerializer.Meta):
        fields = [*MandateSerializer.Meta.fields, "allowed_verbs"]

    def get_allowed_verbs(self, mandate) -> list[str]:
        return [move.verb for move in TABLE.allowed(mandate, self.context["request"].user)]


class MandateFilters(NounFilterSet):
    search_fields = ("person__name", "person__pinyin", "certificate_number")

    organization = SubtreeFilter(field_name="organization__path", label=_("所在地代码或编号，含下级"))
    level = filters.MultipleChoiceFilter(choices=Level.choices, label=_("代表层级，可多选"))
    status = filters.MultipleChoiceFilter(choices=MandateStatus.choices, label=_("资格状态，可多选"))
    is_frontline = YesNoFilter(field_name="is_frontline", label=_("生产和工作一线"))
    field = filters.CharFilter(label=_("行业领域"))
    person = IdFilter(label=_("人员"))
    congress = IdFilter(label=_("届次"))
    group = IdFilter(label=_("代表小组"))
    certificate_number = filters.CharFilter(label=_("代表证号"))


class OpenWorkItemSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    label = serializers.CharField()


class OpenWorkSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="哪一类，如「意见建议」")
    count = serializers.IntegerField()
    items = OpenWorkItemSerializer(many=True)


@describes("mandates", "代表资格：一人一届一条，及暂停、恢复、停止、终止")
@extend_schema_view(
    list=extend_schema(summary="代表资格列表"), retrieve=extend_schema(summary="一个代表资格")
)
@takes_moves(TABLE, perform, noun="Mandate", answer=MandateDetailSerializer)
class MandateViewSet(DutyFileMixin, TimelineMixin, NounViewSet):
    model = Mandate
    filterset_class = MandateFilters
    orderings = {
        "id": "id",
        "certificate_number": "certificate_number",
        "start_date": "start_date",
        "name": "person__name",
    }

    def get_serializer_class(self):
        return MandateSerializer if self.action == "list" else MandateDetailSerializer

    def all_rows(self, user):
        rows = Mandate.objects.visible_to(user)
        return rows.select_related("person", "congress__organization", "organization")

    @extend_schema(
        summary="名下未办结的事项",
        description="终止或停止资格前要交代的工作。",
        responses=OpenWorkSerializer(many=True),
        filters=False,
    )
    @action(detail=True, url_path="open-work", pagination_class=None, filter_backends=[])
    def open_work(self, request, *args, **kwargs):
        told = []
        for source, items in open_work_shown(self.get_object(), request.user):
            rows = [{"id": item.pk, "label": str(item)} for item in items]
            told.append({"kind": str(source.label), "count": len(rows), "items": rows})
        return Response(told)


class DutyRecordSerializer(serializers.ModelSerializer):
    kind_display = serializers.CharField(source="get_kind_display")

    class Meta:
        model = DutyRecord
        fields = [
            "id",
            "mandate",
            "kind",
            "kind_display",
            "on",
            "quantity",
            "source_type",
            "source_id",
            "reversed_at",
        ]


class DutyRecordFilters(NounFilterSet):
    search = None

    organization = SubtreeFilter(
        field_name="mandate__organization__path", label=_("所在地代码或编号，含下级")
    )
    mandate = IdFilter(label=_("代表资格"))
    person = IdFilter(field_name="mandate__person", label=_("人员"))
    kind = filters.MultipleChoiceFilter(choices=DutyKind.choices, label=_("类别，可多选"))
    year = filters.NumberFilter(field_name="on__year", label=_("年份"))
    on_after = filters.DateFilter(field_name="on", lookup_expr="gte", label=_("此日及以后"))
    on_before = filters.DateFilter(field_name="on", lookup_expr="lte", label=_("此日及以前"))
    standing = YesNoFilter(method="filter_standing", label=_("有效（未冲销）"))

    def filter_standing(self, queryset, _name, value):
        return queryset.filter(reversed_at__isnull=value)


@describes("duty-records", "履职记录：由办事动作自动记下，不能手写")
@extend_schema_view(
    list=extend_schema(summary="履职记录列表"), retrieve=extend_schema(summary="一条履职记录")
)
class DutyRecordViewSet(ArchiveMixin, NounViewSet):
    model = DutyRecord
    serializer_class = DutyRecordSerializer
    filterset_class = DutyRecordFilters
    orderings = {"on": "on", "id": "id"}
    ordering = "-on"


router.register("congresses", CongressViewSet, basename="api-congress")
router.register("representatives", RepresentativeViewSet, basename="api-representative")
router.register("mandates", MandateViewSet, basename="api-mandate")
router.register("duty-records", DutyRecordViewSet, basename="api-duty-record")
