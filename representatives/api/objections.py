"""Objections to duty files at the REST door."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.errors import NotAllowed
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from records.moves import Given, clean_given
from records.rest import TimelineMixin, check_names, request_schema, takes_moves
from representatives.actions.objections import NOT_HERS, perform_objection, raise_objection
from representatives.enums import ObjectionKind, ObjectionStatus
from representatives.models import DutyObjection
from representatives.moves.duty_file import OBJECTION, OBJECTIONS, own_mandates

RAISE = (Given("mandate", _("代表资格"), "model", options=own_mandates), *OBJECTION)


class DutyObjectionSerializer(serializers.ModelSerializer):
    kind_display = serializers.CharField(source="get_kind_display")
    status_display = serializers.CharField(source="get_status_display")
    person_name = serializers.CharField(source="mandate.person.name")
    about = serializers.CharField(help_text="哪一条，用文字说")
    answered_by = serializers.CharField(source="answered_by.label", default=None, allow_null=True)
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta:
        model = DutyObjection
        fields = [
            "id",
            "mandate",
            "person_name",
            "kind",
            "kind_display",
            "record",
            "duty_kind",
            "on",
            "about",
            "text",
            "status",
            "status_display",
            "made_at",
            "answered_at",
            "answered_by",
            "answer",
            "allowed_verbs",
        ]

    def get_allowed_verbs(self, row) -> list[str]:
        return [move.verb for move in OBJECTIONS.allowed(row, self.context["request"].user)]


class DutyObjectionFilters(NounFilterSet):
    search_fields = ("text", "mandate__person__name")

    organization = SubtreeFilter(
        field_name="mandate__organization__path", label=_("代表所在地代码或编号，含下级")
    )
    mandate = IdFilter(label=_("代表资格"))
    kind = filters.ChoiceFilter(choices=ObjectionKind.choices, label=_("类别"))
    status = filters.MultipleChoiceFilter(choices=ObjectionStatus.choices, label=_("状态，可多选"))


@describes("duty-objections", "履职记录异议：本人提出，组织部门答复")
@extend_schema_view(list=extend_schema(summary="异议列表"), retrieve=extend_schema(summary="一件异议"))
@takes_moves(OBJECTIONS, perform_objection, noun="DutyObjection", answer=DutyObjectionSerializer)
class DutyObjectionViewSet(TimelineMixin, NounViewSet):
    model = DutyObjection
    serializer_class = DutyObjectionSerializer
    filterset_class = DutyObjectionFilters
    orderings = {"id": "id", "made_at": "made_at"}

    def all_rows(self, user):
        return DutyObjection.objects.visible_to(user).with_names()

    @extend_schema(
        summary="提出异议",
        description="只能对自己的档案：`wrong` 指明 `record`（哪条履职记录不对），`missing` 写明 `duty_kind` 和 `on`。",
        request=request_schema("DutyObjectionRaise", RAISE),
        responses={201: DutyObjectionSerializer},
    )
    def create(self, request, *args, **kwargs):
        data = check_names(self.given(), RAISE, "提出异议")
        if not own_mandates(None, request.user).exists():
            raise NotAllowed(NOT_HERS)
        first = {"mandate": data.pop("mandate", None)}
        mandate = clean_given(RAISE[:1], first, None, request.user, step="提出异议")["mandate"]
        objection = raise_objection(mandate, by=self.by, at=self.at, **data)
        return self.created(self.present(self.all_rows(request.user).get(pk=objection.pk)))


router.register("duty-objections", DutyObjectionViewSet, basename="api-duty-objection")
