"""Reception days at the REST door: the board, the day itself, and planning as a job."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view

from accounts.enums import Role
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from records.rest import TimelineMixin, takes_moves
from records.rest_files import AttachmentsMixin
from studios import rules
from studios.actions.days import perform_day
from studios.allowed import day_verbs
from studios.api.planning import PlanningMixin
from studios.api.rows import (
    DAY_COLUMNS,
    ReceptionDayDetailSerializer,
    ReceptionDaySerializer,
    counted,
    day_detail,
    day_rows,
)
from studios.api.seats import SeatsMixin
from studios.api.the_day import TheDayMixin
from studios.enums import DayStatus
from studios.models import ReceptionDay
from studios.moves import DAYS

READERS = (
    Role.ORGANIZER,
    Role.KEEPER,
    Role.REPRESENTATIVE,
    Role.LEADER,
    Role.ASSESSOR,
    Role.CLIENT,
)
"""Who may read what happens at venues."""


class ReceptionDayFilters(NounFilterSet):
    search_fields = ("studio__name",)

    studio = IdFilter(label=_("工作室（站）"))
    organization = SubtreeFilter(field_name="studio__organization__path", label=_("组织代码或编号，含下级"))
    status = filters.MultipleChoiceFilter(choices=DayStatus.choices, label=_("状态，可多选"))
    date_after = filters.DateFilter(field_name="date", lookup_expr="gte", label=_("此日及以后"))
    date_before = filters.DateFilter(field_name="date", lookup_expr="lte", label=_("此日及以前"))
    is_provisional = YesNoFilter(field_name="is_provisional", label=_("放假安排未公布，日期可能调整"))


@describes("reception-days", "接待日：排班、公布、当天登记")
@extend_schema_view(
    list=extend_schema(summary="接待日列表", responses=ReceptionDaySerializer(many=True)),
    retrieve=extend_schema(summary="一个接待日", responses=ReceptionDayDetailSerializer),
)
@takes_moves(DAYS, perform_day, noun="ReceptionDay", answer=ReceptionDayDetailSerializer)
class ReceptionDayViewSet(
    PlanningMixin, SeatsMixin, TheDayMixin, AttachmentsMixin, TimelineMixin, NounViewSet
):
    model = ReceptionDay
    serializer_class = ReceptionDaySerializer
    filterset_class = ReceptionDayFilters
    readers = READERS
    orderings = {"date": "date", "id": "id"}
    ordering = "-date"

    def all_rows(self, user):
        rows = ReceptionDay.objects.visible_to(user)
        return rows if self.action == "list" else rows.select_related("studio__organization")

    def may_attach(self, user, owner):
        return rules.may_staff(user, owner.studio)

    def may_read_events(self, user, day):
        return rules.of_office(user, day.studio_id)

    def shape_page(self, queryset):
        return counted(queryset).values(*DAY_COLUMNS) if self.action == "list" else queryset

    def present_page(self, rows):
        return day_rows(rows, self.request.user)

    def present(self, day):
        user = self.request.user
        return day_detail(day, user, verbs=day_verbs(day, user, on=self.today))


router.register("reception-days", ReceptionDayViewSet, basename="api-reception-day")
