"""What is written down on the day itself, at the REST door: visitors, and who sat beside."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import NotAllowed
from records.moves import Given, clean_given
from records.rest import check_names, request_schema
from studios import rules
from studios.actions.the_day import (
    COMPANION,
    VISIT,
    add_companion,
    cancel_visit,
    record_visit,
    remove_companion,
)
from studios.api.rows import ReceptionDayDetailSerializer

CANCEL = (Given("visit", "来访登记", "model", options=lambda day, _user: day.visits.all()),)
REMOVE = (Given("companion", "同驻室人员", "model", options=lambda day, _user: day.companions.all()),)
ANSWER = {200: ReceptionDayDetailSerializer}


class TheDayMixin:
    @extend_schema(
        summary="登记来访",
        description="一人一条，或同类的几个人记一条（不记姓名）。姓名只存不显。",
        request=request_schema("ReceptionDayVisit", VISIT),
        responses=ANSWER,
    )
    @action(detail=True, methods=["post"], url_path="record-visit", url_name="record-visit")
    def record_visit(self, request, *args, **kwargs):
        day, data = self.get_object(), check_names(self.given(), VISIT, "登记来访")
        record_visit(day, by=self.by, at=self.at, **data)
        return Response(self.present(day))

    @extend_schema(
        summary="更正来访",
        description="登记错的一条不再计人次；留有痕迹。",
        request=request_schema("ReceptionDayCancelVisit", CANCEL),
        responses=ANSWER,
    )
    @action(detail=True, methods=["post"], url_path="cancel-visit", url_name="cancel-visit")
    def cancel_visit(self, request, *args, **kwargs):
        day, visit = self._one_of_day(CANCEL, "更正来访")
        cancel_visit(visit, by=self.by, at=self.at)
        return Response(self.present(day))

    @extend_schema(
        summary="登记同驻室人员",
        request=request_schema("ReceptionDayCompanion", COMPANION),
        responses=ANSWER,
    )
    @action(detail=True, methods=["post"], url_path="add-companion", url_name="add-companion")
    def add_companion(self, request, *args, **kwargs):
        day, data = self.get_object(), check_names(self.given(), COMPANION, "登记同驻室人员")
        add_companion(day, by=self.by, at=self.at, **data)
        return Response(self.present(day))

    @extend_schema(
        summary="去掉同驻室人员",
        request=request_schema("ReceptionDayRemoveCompanion", REMOVE),
        responses=ANSWER,
    )
    @action(detail=True, methods=["post"], url_path="remove-companion", url_name="remove-companion")
    def remove_companion(self, request, *args, **kwargs):
        day, companion = self._one_of_day(REMOVE, "去掉同驻室人员")
        remove_companion(companion, by=self.by, at=self.at)
        return Response(self.present(day))

    def _one_of_day(self, needs, step):
        """(the day, the one row below it that is named): what hangs on a day is nobody's else to name."""
        day = self.get_object()
        if not rules.may_staff(self.request.user, day.studio):
            raise NotAllowed("只有本室的联络员和主管单位的组工干部可以登记，请联系他们。")
        (row,) = clean_given(needs, self.given(), day, self.request.user, step=step).values()
        row.day = day
        return day, row
