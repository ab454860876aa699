"""Who is called to a session, at the REST door: confirm, leave, check-in (R28)."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from records.rest import TimelineMixin, check_names, request_schema, takes_moves
from training import rules
from training.actions.attending import CODE, check_in_by_code, perform_enrolment
from training.allowed import enrolment_verbs
from training.api.sessions import READERS
from training.enums import EnrolmentStatus
from training.models import Enrolment
from training.moves import ENROLMENTS


class EnrolmentSerializer(serializers.ModelSerializer):
    training_code = serializers.CharField(source="training.code")
    training_title = serializers.CharField(source="training.title")
    start_date = serializers.DateField(source="training.start_date")
    person_name = serializers.CharField(source="person.name")
    organization_name = serializers.CharField(source="organization.display_name")
    status_display = serializers.CharField(source="get_status_display")
    checked_in_by = serializers.CharField(
        help_text="code 现场口令、staff 工作人员、imported 表格；没有签到为空"
    )
    leave_reason = serializers.SerializerMethodField(help_text="只有本人和主办单位看得到")
    is_mine = serializers.SerializerMethodField()

    class Meta:
        model = Enrolment
        fields = [
            "id",
            "training",
            "training_code",
            "training_title",
            "start_date",
            "person",
            "person_name",
            "mandate",
            "organization",
            "organization_name",
            "status",
            "status_display",
            "source",
            "reason",
            "leave_reason",
            "invited_at",
            "checked_in_at",
            "checked_in_by",
            "hours",
            "certificate_number",
            "is_mine",
        ]

    def get_leave_reason(self, row) -> str:
        return row.leave_reason if rules.knows_why(self.context["request"].user, row) else ""

    def get_is_mine(self, row) -> bool:
        return rules.is_hers(self.context["request"].user, row)


class EnrolmentDetailSerializer(EnrolmentSerializer):
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(EnrolmentSerializer.Meta):
        fields = [*EnrolmentSerializer.Meta.fields, "allowed_verbs"]

    def get_allowed_verbs(self, row) -> list[str]:
        return enrolment_verbs(row, self.context["request"].user, on=self.context["view"].today)


class EnrolmentFilters(NounFilterSet):
    search_fields = ("person__name", "person__pinyin", "training__title")

    mine = YesNoFilter(method="filter_mine", label=_("我自己的"))
    training = IdFilter(label=_("培训班"))
    organization = SubtreeFilter(field_name="organization__path", label=_("代表所在组织代码或编号，含下级"))
    status = filters.MultipleChoiceFilter(choices=EnrolmentStatus.choices, label=_("状态，可多选"))
    person = IdFilter(label=_("人员"))
    mandate = IdFilter(label=_("代表资格"))
    date_after = filters.DateFilter(
        field_name="training__start_date", lookup_expr="gte", label=_("此日及以后开班")
    )
    date_before = filters.DateFilter(
        field_name="training__start_date", lookup_expr="lte", label=_("此日及以前开班")
    )

    def filter_mine(self, queryset, _name, value):
        user = self.request.user
        return queryset.filter(person__user=user) if value else queryset.exclude(person__user=user)


@describes("enrolments", "参训：谁参加哪一期；确认、请假、签到")
@extend_schema_view(
    list=extend_schema(summary="参训名单", responses=EnrolmentSerializer(many=True)),
    retrieve=extend_schema(summary="一人一期", responses=EnrolmentDetailSerializer),
)
@takes_moves(ENROLMENTS, perform_enrolment, noun="Enrolment", answer=EnrolmentDetailSerializer)
class EnrolmentViewSet(TimelineMixin, NounViewSet):
    model = Enrolment
    filterset_class = EnrolmentFilters
    readers = READERS
    orderings = {"id": "id"}
    ordering = "-id"

    def get_serializer_class(self):
        return EnrolmentSerializer if self.action == "list" else EnrolmentDetailSerializer

    def all_rows(self, user):
        rows = Enrolment.objects.visible_to(user)
        return rows.select_related("training__organization", "person__user", "mandate", "organization")

    def may_read_events(self, user, row):
        return rules.knows_why(user, row)

    @extend_schema(
        summary="签到（本人，凭现场口令）",
        description="口令是教室屏幕上的 6 位数字，每分钟换一次；不记录位置。",
        request=request_schema("EnrolmentCheckInByCode", [CODE]),
        responses={200: EnrolmentDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="check-in-by-code", url_name="check-in-by-code")
    def check_in_by_code(self, request, *args, **kwargs):
        row, data = self.get_object(), check_names(self.given(), [CODE], "签到")
        check_in_by_code(row, by=self.by, at=self.at, code=data.get("code"))
        return Response(self.present(row))


router.register("enrolments", EnrolmentViewSet, basename="api-enrolment")
