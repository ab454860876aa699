"""Appeals against a grade at the REST door: for whoever lodged them and for those who decide, nobody else."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.enums import Role
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from accounts.scope import Scope, under
from evaluations.actions.appeals import lodge_appeal, perform_appeal
from evaluations.disclosure import DECIDERS
from evaluations.enums import AppealStatus
from evaluations.models import Appeal, Evaluation
from evaluations.moves import APPEALS
from evaluations.moves.evaluations import APPEAL
from evaluations.rules import is_hers
from records.moves import Given
from records.rest import TimelineMixin, check_names, request_schema, takes_moves

NEW = (
    Given(
        "evaluation",
        _("考评结果"),
        "model",
        options=lambda _subject, user: Evaluation.objects.visible_to(user).with_names(),
    ),
    *APPEAL,
)


class AppealSerializer(serializers.ModelSerializer):
    year = serializers.IntegerField(source="evaluation.cycle.year")
    name = serializers.CharField(source="evaluation.name")
    organization_name = serializers.CharField(source="evaluation.organization.display_name")
    status_display = serializers.CharField(source="get_status_display")

    class Meta:
        model = Appeal
        fields = [
            "id",
            "evaluation",
            "year",
            "name",
            "organization_name",
            "status",
            "status_display",
            "content",
            "lodged_at",
            "old_grade",
            "new_grade",
            "answer",
            "answered_at",
        ]


class AppealDetailSerializer(AppealSerializer):
    allowed_verbs = serializers.SerializerMethodField(help_text="您现在可以做的动作")

    class Meta(AppealSerializer.Meta):
        fields = [*AppealSerializer.Meta.fields, "allowed_verbs"]

    def get_allowed_verbs(self, appeal) -> list[str]:
        return [move.verb for move in APPEALS.allowed(appeal, self.context["request"].user)]


class AppealFilters(NounFilterSet):
    search_fields = ("evaluation__mandate__person__name", "evaluation__studio__name")

    mine = YesNoFilter(method="filter_mine", label=_("我自己的"))
    cycle = IdFilter(field_name="evaluation__cycle", label=_("年度考评"))
    year = IdFilter(field_name="evaluation__cycle__year", label=_("年度"))
    evaluation = IdFilter(label=_("考评结果"))
    organization = SubtreeFilter(
        field_name="evaluation__organization__path", label=_("所在地代码或编号，含下级")
    )
    status = filters.MultipleChoiceFilter(choices=AppealStatus.choices, label=_("状态，可多选"))

    def filter_mine(self, queryset, _name, value):
        own = Evaluation.objects.own(self.request.user).values("pk")
        return queryset.filter(evaluation__in=own) if value else queryset.exclude(evaluation__in=own)


@describes("appeals", "申诉：对评定等次有不同意见，核实后答复")
@extend_schema_view(
    list=extend_schema(summary="申诉列表", responses=AppealSerializer(many=True)),
    retrieve=extend_schema(summary="一件申诉", responses=AppealDetailSerializer),
)
@takes_moves(APPEALS, perform_appeal, noun="Appeal", answer=AppealDetailSerializer)
class AppealViewSet(TimelineMixin, NounViewSet):
    model = Appeal
    filterset_class = AppealFilters
    readers = (*DECIDERS, Role.REPRESENTATIVE, Role.KEEPER)
    orderings = {"id": "id"}
    ordering = "-id"

    def get_serializer_class(self):
        return AppealSerializer if self.action == "list" else AppealDetailSerializer

    def all_rows(self, user):
        office = under("evaluation__organization__path", Scope.of(user).prefixes(*DECIDERS))
        own = Q(evaluation__in=Evaluation.objects.own(user).values("pk"))
        return (
            Appeal.objects.visible_to(user)
            .filter(office | own)
            .select_related(
                "evaluation__cycle__organization",
                "evaluation__organization",
                "evaluation__mandate__person",
                "evaluation__studio",
            )
        )

    def may_read_events(self, user, appeal):
        return is_hers(user, appeal.evaluation) or Scope.of(user).covers(
            appeal.evaluation.organization, *DECIDERS
        )

    @extend_schema(
        summary="提出申诉（本人）",
        request=request_schema("AppealLodge", NEW),
        responses={201: AppealDetailSerializer},
    )
    def create(self, request, *args, **kwargs):
        data = check_names(self.given(), NEW, "申诉")
        evaluation = NEW[0].clean(data.pop("evaluation", None), None, request.user)
        return self.created(self.present(lodge_appeal(evaluation, by=self.by, at=self.at, data=data)))


router.register("appeals", AppealViewSet, basename="api-appeal")
