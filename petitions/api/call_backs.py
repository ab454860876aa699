from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from petitions.actions.call_backs import RECORD, SETTLE, record_call_back, settle_call_back
from petitions.call_backs import awaits_answer, with_settled
from petitions.enums import CallBackState
from petitions.models import CallBack
from records.rest import TimelineMixin, check_names, request_schema


class CallBackSerializer(serializers.ModelSerializer):
    number = serializers.CharField(source="petition.number")
    title = serializers.CharField(source="petition.shown_title")
    petitioner_phone = serializers.CharField(
        source="petition.masked_phone", help_text="打码；查看用 petitions 的 unmask"
    )
    state_display = serializers.CharField(source="get_state_display")
    called_by = serializers.CharField(source="called_by.label", default=None, help_text="最近一次谁打的")

    class Meta:
        model = CallBack
        fields = [
            "id",
            "petition",
            "number",
            "title",
            "petitioner_phone",
            "sampled_on",
            "state",
            "state_display",
            "tries",
            "called_at",
            "called_by",
            "was_told",
            "handling_rating",
            "result_rating",
            "remark",
            "finds_fault",
            "awaits_answer",
        ]

    finds_fault = serializers.BooleanField(help_text="没有告知本人，或本人不满意")
    awaits_answer = serializers.SerializerMethodField(help_text="须 reopen，或用 settle 写明为什么不重新办理")

    def get_awaits_answer(self, call_back) -> bool:
        return awaits_answer(call_back)


class CallBackFilters(NounFilterSet):
    state = filters.MultipleChoiceFilter(choices=CallBackState.choices, label=_("状态，可多选"))
    petition = IdFilter(label=_("事项编号（整数）"))
    organization = SubtreeFilter(
        field_name="petition__organization__path", label=_("所属组织代码或编号，含下级")
    )
    sampled_on = filters.DateFilter(label=_("抽中日期"))


@describes("call-backs", "回访：每周从已告知的事项里抽查")
@extend_schema_view(
    list=extend_schema(summary="回访列表"),
    retrieve=extend_schema(summary="一件回访"),
)
class CallBackViewSet(TimelineMixin, NounViewSet):
    model = CallBack
    serializer_class = CallBackSerializer
    filterset_class = CallBackFilters
    readers = (Role.ORGANIZER, Role.LEADER)
    orderings = {"id": "id", "sampled_on": "sampled_on"}
    ordering = "-sampled_on"

    def all_rows(self, user):
        return with_settled(CallBack.objects.visible_to(user).with_names())

    @extend_schema(
        summary="记录回访",
        description="由没有经手这件事的组工干部记录；打不通满几次即为联系不上。",
        request=request_schema("CallBackRecord", RECORD),
        responses={200: CallBackSerializer},
    )
    @action(detail=True, methods=["post"])
    def record(self, request, *args, **kwargs):
        data = check_names(self.given(), RECORD, "记录回访")
        call_back = record_call_back(self.get_object(), by=self.by, at=self.at, **data)
        return Response(self.present(call_back))

    @extend_schema(
        summary="说明不重新办理",
        description="本人不满意或没有被告知、又不再办的，写明理由；要再办的，用 petitions 的 reopen。",
        request=request_schema("CallBackSettle", SETTLE),
        responses={200: CallBackSerializer},
    )
    @action(detail=True, methods=["post"])
    def settle(self, request, *args, **kwargs):
        data = check_names(self.given(), SETTLE, "说明不重新办理")
        call_back = settle_call_back(self.get_object(), by=self.by, at=self.at, **data)
        return Response(self.present(call_back))


router.register("call-backs", CallBackViewSet, basename="api-call-back")
