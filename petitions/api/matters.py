from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.errors import InvalidInput
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from accounts.scope import under
from petitions import rules
from petitions.actions import allowed_verbs, check_may_unmask, perform, receive_petition, unmask_petition
from petitions.api.answers import AnswersMixin
from petitions.api.bulk import BulkMixin
from petitions.api.handling import HandlingMixin
from petitions.api.papers import PapersMixin
from petitions.api.searches import RecentMixin
from petitions.api.texts import TextMixin
from petitions.enums import Kind, Outcome, Status
from petitions.finding import first_saying, is_tried, search, split_words
from petitions.models import Assignment, Category, Channel, Petition
from petitions.models.petitions import handles_only
from petitions.moves import RECEIVE, TABLE, UNMASK_REASON
from petitions.representation import (
    COLUMNS,
    PetitionDetailSerializer,
    PetitionSerializer,
    petition_row,
)
from records.moves import clean_given
from records.rest import (
    TimelineMixin,
    request_schema,
    takes_moves,
)
from records.rest_files import AttachmentsMixin


class PetitionFilters(NounFilterSet):
    search = filters.CharFilter(
        method="filter_search",
        label=_("检索编号、标题、地点、内容、答复和补充里的字；多个词用空格隔开，须同时出现"),
    )
    status = filters.MultipleChoiceFilter(choices=Status.choices, label=_("环节，可多选"))
    open = YesNoFilter(method="filter_open", label=_("未办结"))
    kind = filters.MultipleChoiceFilter(choices=Kind.choices, label=_("类别，可多选"))
    channel = filters.CharFilter(method="filter_channel", label=_("来源渠道代码或编号"))
    category = filters.CharFilter(method="filter_category", label=_("问题分类代码或编号，含下级"))
    studio = IdFilter(label=_("工作室（站）"))
    organization = SubtreeFilter(field_name="organization__path", label=_("所属组织代码或编号，含下级"))
    mandate = IdFilter(label=_("接待代表的资格"))
    lead_unit = SubtreeFilter(field_name="lead_unit__path", label=_("承办单位代码或编号"))
    overdue = YesNoFilter(method="filter_overdue", label=_("已超期"))
    supervised = YesNoFilter(method="filter_supervised", label=_("正在督办"))
    paused = YesNoFilter(method="filter_paused", label=_("已停表"))
    extension_requested = YesNoFilter(method="filter_extension", label=_("有待批的延期申请"))
    due_before = filters.DateFilter(field_name="due_date", lookup_expr="lte", label=_("期限在此日及以前"))
    received_after = filters.IsoDateTimeFilter(
        field_name="received_at", lookup_expr="gte", label=_("接待时间不早于（日期，或带时区的时间）")
    )
    received_before = filters.IsoDateTimeFilter(
        field_name="received_at", lookup_expr="lt", label=_("接待时间早于")
    )
    outcome = filters.MultipleChoiceFilter(choices=Outcome.choices, label=_("答复类别，可多选"))
    rating = filters.MultipleChoiceFilter(
        choices=[(str(n), str(n)) for n in range(1, 6)], label=_("结果满意度，可多选")
    )
    co_unit = IdFilter(method="filter_co_unit", label=_("现在协办的单位"))
    problem = IdFilter(label=_("并案"))
    dispute = IdFilter(label=_("纠纷"))
    number = filters.CharFilter(label=_("编号"))
    anonymous = YesNoFilter(field_name="anonymous", label=_("匿名"))
    accusation = YesNoFilter(field_name="is_accusation", label=_("反映机关单位的问题"))
    resolved = YesNoFilter(method="filter_filled", field_name="resolved_at", label=_("已解决"))
    merged = YesNoFilter(method="filter_filled", field_name="problem", label=_("已并案"))
    routed_out = YesNoFilter(method="filter_filled", field_name="routed_out_at", label=_("转出过"))
    extended = YesNoFilter(method="filter_counted", field_name="extended_days", label=_("延过期"))
    reopened = YesNoFilter(method="filter_counted", field_name="reopen_count", label=_("重新办理过"))

    def filter_search(self, queryset, _name, value):
        view = self.request.parser_context["view"]
        return search(queryset, value, reader=self.request.user, tries=view.lists_in_hand())

    def filter_co_unit(self, queryset, _name, value):
        helping = Assignment.objects.helping().filter(petition=OuterRef("pk"), organization=value)
        return queryset.filter(Exists(helping))

    def filter_open(self, queryset, _name, value):
        return queryset.open() if value else queryset.exclude(status__in=Status.open_states())

    def filter_overdue(self, queryset, _name, value):
        overdue = Petition.objects.overdue(on=self.on).values("pk")
        return queryset.overdue(on=self.on) if value else queryset.exclude(pk__in=overdue)

    def filter_supervised(self, queryset, _name, value):
        return queryset.filter(supervised_at__isnull=not value)

    def filter_paused(self, queryset, _name, value):
        return queryset.filter(paused_at__isnull=not value)

    def filter_extension(self, queryset, _name, value):
        return queryset.filter(extension_requested_at__isnull=not value)

    def filter_filled(self, queryset, name, value):
        return queryset.filter(**{f"{name}__isnull": not value})

    def filter_counted(self, queryset, name, value):
        return queryset.filter(**{f"{name}__gt": 0} if value else {name: 0})

    def filter_channel(self, queryset, name, value):
        return queryset.filter(channel=_one(Channel, value, name))

    def filter_category(self, queryset, name, value):
        return queryset.filter(under("category__path", [_one(Category, value, name).path]))

    @property
    def on(self):
        return self.request.parser_context["view"].today


BY_DATE = ("received_at", "-received_at")
SPARE = 20
"""Assignments read beyond a page, for matters that two units of the user have, and complaints that are not hers to see."""


def _one(model, value, name):
    """The row with this code, else with this id."""
    wanted = Q(code=value)
    if value.isdecimal() and int(value) < 2**63:
        wanted |= Q(pk=int(value))
    found = sorted(model.objects.filter(wanted), key=lambda row: row.code != value)
    if not found:
        raise ValidationError({name: [f"没有代码为「{value[:40]}」的{model._meta.verbose_name}。"]})
    return found[0]


@describes("petitions", "意见建议：一事一条，接待—登记—处理—反馈—归档")
@extend_schema_view(
    list=extend_schema(summary="意见建议列表", responses=PetitionSerializer(many=True)),
    retrieve=extend_schema(summary="一件意见建议", responses=PetitionDetailSerializer),
)
@takes_moves(TABLE, perform, noun="Petition", answer=PetitionDetailSerializer)
class PetitionViewSet(
    BulkMixin,
    AnswersMixin,
    HandlingMixin,
    PapersMixin,
    RecentMixin,
    TextMixin,
    AttachmentsMixin,
    TimelineMixin,
    NounViewSet,
):
    model = Petition
    serializer_class = PetitionSerializer
    filterset_class = PetitionFilters
    forgets_replies = frozenset({"unmask", "unmasked_paper"})
    orderings = {
        "received_at": "received_at",
        "due_date": "due_date",
        "number": "number",
        "id": "id",
    }
    ordering = "-received_at"

    def all_rows(self, user):
        rows = Petition.objects.visible_to(user)
        return rows if self.action == "list" else rows.with_names()

    def may_attach(self, user, owner):
        return rules.may_attach(user, owner)

    def shape_page(self, queryset):
        return queryset.values(*COLUMNS) if self.action == "list" else queryset

    def lists_in_hand(self):
        """Is it a unit's list by date, of all matters or of those that say some words?"""
        asked = self.request.query_params
        plain = not asked.keys() - {"cursor", "page_size", "ordering", "search"}
        by_date = asked.get("ordering", self.ordering) in BY_DATE
        return self.action == "list" and plain and by_date and handles_only(self.request.user)

    def near_ids(self, queryset, cursor, *, descending, number):
        """For a unit: the next matters it has in hand, in order by one index."""
        words = self.request.query_params.get("search", "")
        if not self.lists_in_hand() or (split_words(words) and not is_tried(queryset)):
            return None
        rows = Assignment.objects.in_hand_of(self.request.user)
        if cursor:
            side = "lt" if descending else "gt"
            past = Q(**{f"received_at__{side}": cursor.value})
            tie = Q(received_at=cursor.value, **{f"petition_id__{side}": cursor.id})
            rows = rows.filter(past | tie, **{f"received_at__{side}e": cursor.value})
        sign = "-" if descending else ""
        order = (f"{sign}received_at", f"{sign}petition_id")
        most = number + SPARE
        rows = rows.order_by(*order).values_list("petition_id", "received_at")
        found = first_saying(rows, words, most) if is_tried(queryset) else [pk for pk, _at in rows[:most]]
        return found, len(found) < most

    def page_rows(self, queryset, ids):
        # Who may see them, and what was asked for, has been answered with the ids: asked again, a search or a handling
        # unit's scope would cost as much again.
        return super().page_rows(Petition.objects.all() if self.action == "list" else queryset, ids)

    def present_page(self, rows):
        on = self.today
        return [petition_row(row, on=on) for row in rows]

    def present(self, petition):
        values = Petition.objects.values(*COLUMNS).get(pk=petition.pk)
        verbs = allowed_verbs(petition, self.request.user)
        return petition_row(values, on=self.today) | {"allowed_verbs": verbs}

    @extend_schema(
        summary="接待：记下一件",
        description="`studio`、`channel` 等见各列表；姓名、电话只存不显，查看用 `unmask`。",
        request=request_schema("PetitionReceive", RECEIVE),
        responses={201: PetitionDetailSerializer},
    )
    def create(self, request, *args, **kwargs):
        data = self.given()
        unknown = sorted(str(name) for name in data.keys() - {given.name for given in RECEIVE})
        if unknown:
            raise InvalidInput({name: [f"「接待」没有 {name} 这一项，请去掉。"] for name in unknown})
        petition = receive_petition(by=self.by, at=self.at, **data)
        return self.created(self.present(petition))

    @extend_schema(
        summary="查看联系方式",
        description="写明原因后，姓名、电话不打码返回这一次；每次都会留痕。不支持 Idempotency-Key。",
        request=request_schema("PetitionUnmask", [UNMASK_REASON]),
        responses=PetitionDetailSerializer,
    )
    @action(detail=True, methods=["post"])
    def unmask(self, request, *args, **kwargs):
        petition = self.get_object()
        check_may_unmask(petition, by=self.by)
        given = clean_given([UNMASK_REASON], self.given(), petition, request.user, step="查看联系方式")
        name, phone = unmask_petition(petition, by=self.by, at=self.at, **given)
        told = {"petitioner_name": name, "petitioner_phone": phone}
        return Response(
            self.present(petition) | told | {"title": petition.title, "content": petition.content}
        )


router.register("petitions", PetitionViewSet, basename="api-petition")
