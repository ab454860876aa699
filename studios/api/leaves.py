from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.rest.filters import IdFilter, NounFilterSet, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from records.moves import Given, clean_given
from records.rest import TimelineMixin, check_names, request_schema
from representatives.models import Person
from studios import rules
from studios.actions.duties import LEAVE, home_of, record_leave, withdraw_leave
from studios.api.rows import DUTY_COLUMNS, DutySerializer, duty_rows
from studios.models import Duty, Leave

PERSON = (
    Given(
        "person",
        "人员",
        "model",
        required=False,
        options=lambda _subject, user: Person.objects.visible_to(user),
        help="不填为本人",
    ),
)


class LeaveSerializer(serializers.ModelSerializer):
    person_name = serializers.CharField(source="person.name")
    recorded_by = serializers.CharField(source="recorded_by.label", default=None, allow_null=True)

    class Meta:
        model = Leave
        fields = [
            "id",
            "person",
            "person_name",
            "start_date",
            "end_date",
            "reason",
            "recorded_at",
            "recorded_by",
            "withdrawn_at",
        ]


class LeaveMadeSerializer(LeaveSerializer):
    duties = DutySerializer(many=True, help_text="这段日子里已公布的班，仍是她的，须逐个请假或换班")

    class Meta(LeaveSerializer.Meta):
        fields = [*LeaveSerializer.Meta.fields, "duties"]


class LeaveFilters(NounFilterSet):
    search_fields = ("person__name", "person__pinyin")

    person = IdFilter(label=_("人员"))
    mine = YesNoFilter(method="filter_mine", label=_("我自己的"))
    standing = YesNoFilter(method="filter_standing", label=_("有效（没有撤销）"))
    covers = filters.DateFilter(method="filter_covers", label=_("包含此日"))

    def filter_mine(self, queryset, _name, value):
        user = self.request.user
        return queryset.filter(person__user=user) if value else queryset.exclude(person__user=user)

    def filter_standing(self, queryset, _name, value):
        return queryset.filter(withdrawn_at__isnull=value)

    def filter_covers(self, queryset, _name, value):
        return queryset.filter(start_date__lte=value, end_date__gte=value)


@describes("leaves", "请假：事先知道不能来的日子，排班时让开")
@extend_schema_view(list=extend_schema(summary="请假列表"), retrieve=extend_schema(summary="一次请假"))
class LeaveViewSet(TimelineMixin, NounViewSet):
    model = Leave
    serializer_class = LeaveSerializer
    filterset_class = LeaveFilters
    readers = (Role.ORGANIZER, Role.KEEPER, Role.REPRESENTATIVE, Role.LEADER, Role.CLIENT)
    orderings = {"start_date": "start_date", "id": "id"}
    ordering = "-start_date"

    def all_rows(self, user):
        return Leave.objects.visible_to(user).select_related("person", "recorded_by")

    @extend_schema(
        summary="登记请假",
        description="代表给自己登记，或联络员、组工干部代为登记。已公布的班不会因此取消，见答复里的 `duties`。",
        request=request_schema("LeaveRecord", (*PERSON, *LEAVE)),
        responses={201: LeaveMadeSerializer},
    )
    def create(self, request, *args, **kwargs):
        user = request.user
        if not (rules.is_representative(user) or rules.staffs_anything(user)):
            raise NotAllowed("只能给自己登记请假，或由联络员、组工干部代为登记。")
        data = check_names(self.given(), (*PERSON, *LEAVE), "登记请假")
        chosen = {"person": data.pop("person", None)}
        person = clean_given(PERSON, chosen, None, user, step="登记请假")["person"]
        person = person or Person.objects.filter(user=user).first()
        if person is None:
            raise InvalidInput({"person": ["请填写给谁登记。"]})
        leave, duties = record_leave(person, by=self.by, at=self.at, organization=home_of(person), **data)
        rows = Duty.objects.filter(pk__in=[duty.pk for duty in duties]).order_by("date", "pk")
        told = duty_rows(rows.values(*DUTY_COLUMNS), user)
        return self.created(self.present(leave) | {"duties": told})

    @extend_schema(summary="撤销请假", request=None, responses={200: LeaveSerializer})
    @action(detail=True, methods=["post"])
    def withdraw(self, request, *args, **kwargs):
        leave = self.get_object()
        check_names(self.given(), (), "撤销请假")
        withdraw_leave(leave, by=self.by, at=self.at, organization=home_of(leave.person))
        return Response(self.present(leave))


router.register("leaves", LeaveViewSet, basename="api-leave")
