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
from records.moves import Given, clean_given
from records.rest import TimelineMixin, check_names, request_schema
from studios import rules
from studios.actions.offers import offers_to, takers
from studios.actions.swaps import REFUSE, approve_swap, give_back_swap, refuse_swap, take_swap, withdraw_swap
from studios.allowed import swap_verbs
from studios.api.days import READERS
from studios.api.rows import LEVELS, of_office
from studios.enums import SwapState
from studios.models import Duty, SwapRequest

WITH = (
    "duty__day__studio__organization",
    "duty__person",
    "duty__mandate__person",
    "taken_by__person",
    "in_return",
    "decided_by",
)

TAKE = (
    Given(
        "in_return",
        "拿来换的班",
        "model",
        required=False,
        options=lambda _swap, user: Duty.objects.of_user(user).select_related("day"),
        help="对调时填自己的 duty；不填为直接接下",
    ),
)


class SwapSerializer(serializers.ModelSerializer):
    date = serializers.DateField(source="duty.date")
    day = serializers.IntegerField(source="duty.day_id")
    studio = serializers.IntegerField(source="duty.day.studio_id")
    studio_name = serializers.CharField(source="duty.day.studio.name")
    person_name = serializers.CharField(source="duty.person.name", help_text="谁的班")
    state_display = serializers.CharField(source="get_state_display")
    taken_by_name = serializers.CharField(source="taken_by.person.name", default=None, allow_null=True)
    in_return_date = serializers.DateField(source="in_return.date", default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.label", default=None, allow_null=True)

    class Meta:
        model = SwapRequest
        fields = [
            "id",
            "duty",
            "day",
            "date",
            "studio",
            "studio_name",
            "person_name",
            "note",
            "state",
            "state_display",
            "offered_at",
            "taken_by",
            "taken_by_name",
            "in_return",
            "in_return_date",
            "taken_at",
            "decided_at",
            "decided_by",
            "decision_note",
        ]


class SwapDetailSerializer(SwapSerializer):
    allowed_verbs = serializers.ListField(child=serializers.CharField(), help_text="您现在可以做的动作")

    class Meta(SwapSerializer.Meta):
        fields = [*SwapSerializer.Meta.fields, "allowed_verbs"]


class TakerSerializer(serializers.Serializer):
    mandate = serializers.IntegerField()
    person = serializers.IntegerField()
    person_name = serializers.CharField()
    level = serializers.CharField()
    level_display = serializers.CharField()
    is_me = serializers.BooleanField()


class TakersSerializer(serializers.Serializer):
    results = TakerSerializer(many=True)


class ReturnSerializer(serializers.Serializer):
    duty = serializers.IntegerField()
    day = serializers.IntegerField()
    date = serializers.DateField()


class MyOfferSerializer(serializers.Serializer):
    mandate = serializers.IntegerField(allow_null=True, help_text="用哪个代表资格接；不在本室轮值的为空")
    is_plain = serializers.BooleanField(help_text="可以直接接下")
    refusal = serializers.CharField(help_text="不能直接接的原因")
    returns = ReturnSerializer(many=True, help_text="可以拿来对调的班")


def swap_rows(swaps, user):
    """Why staff did not agree is for those two, and for the office."""
    swaps = list(swaps)
    known = of_office(user, (swap.duty.day.studio_id for swap in swaps))
    told = SwapSerializer(swaps, many=True).data
    for swap, row in zip(swaps, told, strict=True):
        if swap.duty.day.studio_id not in known and not _is_party(user, swap):
            row["decision_note"] = ""
    return told


def _is_party(user, swap):
    return user.pk in (swap.duty.person.user_id, swap.taken_by and swap.taken_by.person.user_id)


def swap_detail(swap, user, *, on):
    swap = SwapRequest.objects.select_related(*WITH).get(pk=swap.pk)
    (told,) = swap_rows([swap], user)
    return told | {"allowed_verbs": swap_verbs(swap, user, on=on)}


class SwapFilters(NounFilterSet):
    search_fields = ("duty__person__name", "taken_by__person__name")

    state = filters.MultipleChoiceFilter(choices=SwapState.choices, label=_("状态，可多选"))
    mine = YesNoFilter(method="filter_mine", label=_("我提出的"))
    duty = IdFilter(label=_("驻室"))
    studio = IdFilter(field_name="duty__day__studio", label=_("工作室（站）"))
    organization = SubtreeFilter(
        field_name="duty__day__studio__organization__path", label=_("组织代码或编号，含下级")
    )

    def filter_mine(self, queryset, _name, value):
        user = self.request.user
        return (
            queryset.filter(duty__person__user=user) if value else queryset.exclude(duty__person__user=user)
        )


@describes("swap-requests", "换班：请同事接班，接下，同意")
@extend_schema_view(
    list=extend_schema(summary="换班列表", responses=SwapSerializer(many=True)),
    retrieve=extend_schema(summary="一次换班", responses=SwapDetailSerializer),
)
class SwapRequestViewSet(TimelineMixin, NounViewSet):
    model = SwapRequest
    serializer_class = SwapSerializer
    filterset_class = SwapFilters
    readers = READERS
    orderings = {"offered_at": "offered_at", "date": "duty__date", "id": "id"}
    ordering = "-offered_at"

    def all_rows(self, user):
        return SwapRequest.objects.visible_to(user).select_related(*WITH)

    def may_read_events(self, user, swap):
        return _is_party(user, swap) or rules.of_office(user, swap.duty.day.studio_id)

    def present_page(self, swaps):
        return swap_rows(swaps, self.request.user)

    def present(self, swap):
        return swap_detail(swap, self.request.user, on=self.today)

    @extend_schema(
        summary="谁能接",
        description="不违反任何硬性规则的代表，最合适的在前；提出人和本室工作人员可看，其他人只看到自己能不能接。",
        responses=TakersSerializer,
    )
    @action(detail=True, filter_backends=[], pagination_class=None)
    def takers(self, request, *args, **kwargs):
        swap, user = self.get_object(), request.user
        sees_all = rules.hers_or_staff(user, swap.duty)
        found = [_taker(mandate, user) for mandate in (takers(swap) if swap.state == SwapState.OPEN else ())]
        return Response({"results": [one for one in found if sees_all or one["is_me"]]})

    @extend_schema(
        summary="我能不能接",
        description="能不能直接接下，不能是为什么；以及您在本室的班里，可以拿来对调的。",
        responses=MyOfferSerializer,
    )
    @action(detail=True, filter_backends=[], pagination_class=None, url_path="my-offer", url_name="my-offer")
    def my_offer(self, request, *args, **kwargs):
        offer = self._offer(self.get_object())
        return Response(
            {
                "mandate": offer.mandate.pk if offer.mandate else None,
                "is_plain": offer.is_plain,
                "refusal": offer.refusal,
                "returns": [
                    {"duty": duty.pk, "day": duty.day_id, "date": duty.date} for duty in offer.returns
                ],
            }
        )

    @extend_schema(
        summary="接班",
        description="两个人同时接，先到的算；后到的答复 409 `swap-gone`。`in_return` 是拿来对调的班，见 `my-offer`。",
        request=request_schema("SwapTake", TAKE),
        responses={200: SwapDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def take(self, request, *args, **kwargs):
        swap = self.get_object()
        offer = self._offer(swap)
        if offer.mandate is None:
            raise NotAllowed(offer.refusal)
        given = clean_given(TAKE, self.given(), swap, request.user, step="接班")
        swap = take_swap(swap, offer.mandate, by=self.by, at=self.at, **given)
        return Response(self.present(swap))

    def _offer(self, swap):
        """The offer as the caller sees it, or a refusal where it was never one to her."""
        user = self.request.user
        if not rules.is_representative(user):
            raise NotAllowed("只有党代表可以接班。")
        if rules.is_hers(user, swap.duty):
            raise NotAllowed("这是您自己的班，不能自己接。要来就请撤回换班。")
        (offer,) = offers_to(user, on=self.today, swap=swap)
        return offer

    @extend_schema(summary="同意换班", request=None, responses={200: SwapDetailSerializer})
    @action(detail=True, methods=["post"])
    def approve(self, request, *args, **kwargs):
        check_names(self.given(), (), "同意换班")
        return Response(self.present(approve_swap(self.get_object(), by=self.by, at=self.at)))

    @extend_schema(
        summary="不同意换班",
        request=request_schema("SwapRefuse", REFUSE),
        responses={200: SwapDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request, *args, **kwargs):
        swap, data = self.get_object(), check_names(self.given(), REFUSE, "不同意换班")
        return Response(self.present(refuse_swap(swap, by=self.by, at=self.at, **data)))

    @extend_schema(
        summary="收回接班",
        description="接下的代表来不了，而且还没有同意：换班重新等人接。",
        request=None,
        responses={200: SwapDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="give-back")
    def give_back(self, request, *args, **kwargs):
        check_names(self.given(), (), "收回接班")
        return Response(self.present(give_back_swap(self.get_object(), by=self.by, at=self.at)))

    @extend_schema(summary="撤回换班", request=None, responses={200: SwapDetailSerializer})
    @action(detail=True, methods=["post"])
    def withdraw(self, request, *args, **kwargs):
        check_names(self.given(), (), "撤回换班")
        return Response(self.present(withdraw_swap(self.get_object(), by=self.by, at=self.at)))


def _taker(mandate, user):
    return {
        "mandate": mandate.pk,
        "person": mandate.person_id,
        "person_name": mandate.person.name,
        "level": mandate.level,
        "level_display": LEVELS[mandate.level],
        "is_me": mandate.person.user_id == user.pk,
    }


router.register("swap-requests", SwapRequestViewSet, basename="api-swap-request")
