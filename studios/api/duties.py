from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from records.rest import TimelineMixin, check_names, request_schema, takes_moves
from studios import rules
from studios.actions.duties import ask_leave, confirm_duty
from studios.actions.swaps import OFFER, offer_swap
from studios.actions.the_day import CODE, check_in, check_in_by_code, undo_check_in
from studios.allowed import duty_verbs
from studios.api.days import READERS
from studios.api.rows import DUTY_COLUMNS, DutyDetailSerializer, DutySerializer, duty_rows
from studios.api.swaps import SwapDetailSerializer, swap_detail
from studios.enums import DutyStatus
from studios.models import Duty, SwapRequest
from studios.moves import DUTIES

DO = {
    "confirm": confirm_duty,
    "ask_leave": ask_leave,
    "check_in": check_in,
    "undo_check_in": undo_check_in,
}


def perform_duty(verb, duty, *, by, at, data):
    move = DUTIES[verb]
    return DO[verb](duty, by=by, at=at, **check_names(data, move.needs, move.label))


class DutyFilters(NounFilterSet):
    search_fields = ("person__name", "person__pinyin", "day__studio__name")

    mine = YesNoFilter(method="filter_mine", label=_("我自己的班"))
    day = IdFilter(label=_("接待日"))
    studio = IdFilter(field_name="day__studio", label=_("工作室（站）"))
    organization = SubtreeFilter(
        field_name="day__studio__organization__path", label=_("组织代码或编号，含下级")
    )
    status = filters.MultipleChoiceFilter(choices=DutyStatus.choices, label=_("状态，可多选"))
    holding = YesNoFilter(method="filter_holding", label=_("占着席位的（没有请假、换出、调整）"))
    mandate = IdFilter(label=_("代表资格"))
    person = IdFilter(label=_("人员"))
    date_after = filters.DateFilter(field_name="date", lookup_expr="gte", label=_("此日及以后"))
    date_before = filters.DateFilter(field_name="date", lookup_expr="lte", label=_("此日及以前"))

    def filter_mine(self, queryset, _name, value):
        user = self.request.user
        return queryset.filter(person__user=user) if value else queryset.exclude(person__user=user)

    def filter_holding(self, queryset, _name, value):
        states = DutyStatus.holding()
        return queryset.filter(status__in=states) if value else queryset.exclude(status__in=states)


@describes("duties", "驻室：谁在哪个接待日接待；确认、请假、签到、换班")
@extend_schema_view(
    list=extend_schema(summary="驻室列表", responses=DutySerializer(many=True)),
    retrieve=extend_schema(summary="一次驻室", responses=DutyDetailSerializer),
)
@takes_moves(DUTIES, perform_duty, noun="Duty", answer=DutyDetailSerializer)
class DutyViewSet(TimelineMixin, NounViewSet):
    model = Duty
    serializer_class = DutySerializer
    filterset_class = DutyFilters
    readers = READERS
    orderings = {"date": "date", "id": "id"}
    ordering = "-date"

    def all_rows(self, user):
        rows = Duty.objects.visible_to(user)
        if self.action == "list":
            return rows
        return rows.select_related("day__studio__organization", "person__user", "mandate__person")

    def may_read_events(self, user, duty):
        return rules.knows_why(user, duty)

    def shape_page(self, queryset):
        return queryset.values(*DUTY_COLUMNS) if self.action == "list" else queryset

    def present_page(self, rows):
        return duty_rows(rows, self.request.user)

    def present(self, duty):
        user = self.request.user
        (told,) = duty_rows(Duty.objects.filter(pk=duty.pk).values(*DUTY_COLUMNS), user)
        swap = SwapRequest.objects.open().filter(duty=duty).values_list("pk", flat=True).first()
        verbs = duty_verbs(duty, user, on=self.today, is_offered=swap is not None)
        return told | {"open_swap": swap, "allowed_verbs": verbs}

    @extend_schema(
        summary="签到（本人，凭现场口令）",
        description="口令是工作室屏幕上的 6 位数字，每分钟换一次；不记录位置。",
        request=request_schema("DutyCheckInByCode", [CODE]),
        responses={200: DutyDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="check-in-by-code", url_name="check-in-by-code")
    def check_in_by_code(self, request, *args, **kwargs):
        duty, data = self.get_object(), check_names(self.given(), [CODE], "签到")
        check_in_by_code(duty, by=self.by, at=self.at, code=data.get("code"))
        return Response(self.present(duty))

    @extend_schema(
        summary="请人换班",
        description="能接的同事会收到通知；谁能接见 `swap-requests/{id}/takers/`。",
        request=request_schema("DutyOfferSwap", OFFER),
        responses={201: SwapDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="offer-swap", url_name="offer-swap")
    def offer_swap(self, request, *args, **kwargs):
        duty, data = self.get_object(), check_names(self.given(), OFFER, "请人换班")
        swap = offer_swap(duty, by=self.by, at=self.at, **data)
        where = reverse("api-swap-request-detail", kwargs={"pk": swap.pk}, request=request)
        told = swap_detail(swap, request.user, on=self.today)
        return Response(told, status=201, headers={"Location": where})


router.register("duties", DutyViewSet, basename="api-duty")
