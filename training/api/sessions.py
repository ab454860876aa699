"""Sessions of training at the REST door, with coverage and quota (R28–R33)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from accounts.scope import Scope
from records.rest import (
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
    takes_moves,
)
from records.rest_files import AttachmentsMixin
from representatives.enums import Level
from representatives.models import Group
from training import rules
from training.actions.drafting import check_editable, check_session, tell_change
from training.actions.enrolling import BY_RULE, PEOPLE, enrol_by_rule, enrol_people
from training.actions.sessions import give_code, perform_training
from training.allowed import training_verbs
from training.api.coverage import CoverageMixin
from training.api.plans import OFFICE
from training.counting import count_places
from training.enums import TrainingKind, TrainingStatus
from training.models import Course, Training, TrainingPlan
from training.moves import TRAININGS

READERS = (*OFFICE, Role.REPRESENTATIVE)


class TrainingSerializer(StrictModelSerializer):
    organization = ScopedField(Organization)
    plan = ScopedField(TrainingPlan, required=False, allow_null=True)
    group = ScopedField(Group, required=False, allow_null=True)
    course = serializers.PrimaryKeyRelatedField(
        queryset=Course.objects.filter(is_active=True), required=False, allow_null=True
    )
    levels = serializers.ListField(
        child=serializers.ChoiceField(choices=Level.choices), required=False, max_length=5
    )
    seats = serializers.IntegerField(min_value=1, max_value=5000)
    organization_name = serializers.CharField(source="organization.display_name", read_only=True)
    kind_display = serializers.CharField(source="get_kind_display", read_only=True)
    status_display = serializers.CharField(source="get_status_display", read_only=True)
    placed = serializers.IntegerField(read_only=True, help_text="占着名额的人数")
    came = serializers.IntegerField(read_only=True, help_text="已签到的人数")

    class Meta:
        model = Training
        fields = [
            "id",
            "code",
            "organization",
            "organization_name",
            "plan",
            "kind",
            "kind_display",
            "title",
            "course",
            "start_date",
            "end_date",
            "start_time",
            "place",
            "teacher",
            "hours",
            "seats",
            "is_main_class",
            "material",
            "audience",
            "levels",
            "frontline_only",
            "field",
            "group",
            "status",
            "status_display",
            "published_at",
            "summary",
            "reason",
            "closed_at",
            "placed",
            "came",
        ]
        read_only_fields = ["code", "status", "published_at", "summary", "reason", "closed_at"]

    def validate(self, attrs):
        """Told with the table's own sentences, at their fields; the error is one of ours, as every door gives it."""
        values = {
            name: getattr(self.instance, name) for name in self.fields if self.instance and name in CHECKED
        }
        check_session(Training(**{**values, **{name: attrs[name] for name in attrs if name in CHECKED}}))
        return attrs


CHECKED = {
    "organization",
    "plan",
    "group",
    "start_date",
    "end_date",
    "audience",
    "levels",
    "frontline_only",
    "field",
}


class TrainingChangeSerializer(TrainingSerializer):
    organization = serializers.PrimaryKeyRelatedField(read_only=True)


class TrainingDetailSerializer(TrainingSerializer):
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(TrainingSerializer.Meta):
        fields = [*TrainingSerializer.Meta.fields, "allowed_verbs"]

    def get_allowed_verbs(self, training) -> list[str]:
        return training_verbs(training, self.context["request"].user)


class ListedSerializer(serializers.Serializer):
    added = serializers.IntegerField(help_text="列入的人数")
    on_leave = serializers.IntegerField(help_text="那几天请了假，没有列")
    elsewhere = serializers.IntegerField(help_text="同一时间在别的班，没有列")
    no_seat = serializers.IntegerField(help_text="名额已满，没有列上")
    words = serializers.CharField()


class TrainingFilters(NounFilterSet):
    search_fields = ("title", "code", "teacher", "place")

    organization = SubtreeFilter(field_name="organization__path", label=_("主办单位代码或编号，含下级"))
    plan = IdFilter(label=_("培训计划"))
    kind = filters.MultipleChoiceFilter(choices=TrainingKind.choices, label=_("类别，可多选"))
    status = filters.MultipleChoiceFilter(choices=TrainingStatus.choices, label=_("状态，可多选"))
    is_main_class = YesNoFilter(label=_("县乡党校主体班"))
    date_after = filters.DateFilter(field_name="start_date", lookup_expr="gte", label=_("此日及以后开班"))
    date_before = filters.DateFilter(field_name="start_date", lookup_expr="lte", label=_("此日及以前开班"))


@describes("trainings", "培训班：列名单、发通知、签到、结束、参训覆盖")
@extend_schema_view(
    list=extend_schema(summary="培训班列表", responses=TrainingSerializer(many=True)),
    retrieve=extend_schema(summary="一个培训班", responses=TrainingDetailSerializer),
    create=extend_schema(summary="新建培训班", responses={201: TrainingDetailSerializer}),
    partial_update=extend_schema(
        summary="修改培训班",
        description="时间或地点有变，已通知的人会收到通知。",
        request=TrainingChangeSerializer,
        responses=TrainingDetailSerializer,
    ),
)
@takes_moves(TRAININGS, perform_training, noun="Training", answer=TrainingDetailSerializer)
class TrainingViewSet(
    CoverageMixin, RecordedCreateMixin, RecordedUpdateMixin, AttachmentsMixin, TimelineMixin, NounViewSet
):
    model = Training
    filterset_class = TrainingFilters
    readers = READERS
    orderings = {"start_date": "start_date", "id": "id"}
    ordering = "-start_date"

    def get_serializer_class(self):
        return {"list": TrainingSerializer, "partial_update": TrainingChangeSerializer}.get(
            self.action, TrainingDetailSerializer
        )

    def all_rows(self, user):
        return Training.objects.visible_to(user).select_related("organization", "plan", "group")

    def may_attach(self, user, owner):
        return rules.may_organize(user, owner)

    def may_read_events(self, user, training):
        return Scope.of(user).covers(training.organization, *OFFICE)

    def present(self, training):
        """As it is now: a verb has changed its roster."""
        (training,) = count_places([training])
        return TrainingDetailSerializer(training, context=self.get_serializer_context()).data

    def present_page(self, rows):
        return super().present_page(count_places(rows))

    def save_new(self, serializer):
        return give_code(serializer.save())

    def save_changes(self, row, values):
        check_editable(row)
        with transaction.atomic():
            super().save_changes(row, values)
            tell_change(row, list(values), by=self.by, at=self.at)

    @extend_schema(
        summary="按规则列名单",
        request=request_schema("TrainingEnrolByRule", BY_RULE),
        responses={200: ListedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="enrol-by-rule", url_name="enrol-by-rule")
    def enrol_by_rule(self, request, *args, **kwargs):
        training, data = self.get_object(), check_names(self.given(), BY_RULE, "按规则列名单")
        listed = enrol_by_rule(training, by=self.by, at=self.at, data=data)
        return Response(
            {
                "added": listed.added,
                "on_leave": listed.on_leave,
                "elsewhere": listed.elsewhere,
                "no_seat": listed.no_seat,
                "words": listed.words,
            }
        )

    @extend_schema(
        summary="加人",
        description="代表，或陪同参训的结对青年干部；全部加上或一个不加。",
        request=request_schema("TrainingEnrol", PEOPLE),
        responses={200: TrainingDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def enrol(self, request, *args, **kwargs):
        training, data = self.get_object(), check_names(self.given(), PEOPLE, "加人")
        enrol_people(training, by=self.by, at=self.at, data=data)
        return Response(self.present(training))


router.register("trainings", TrainingViewSet, basename="api-training")
