"""The same step for many matters at the REST door."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import InvalidInput, NotAllowed
from accounts.scope import Scope
from petitions.actions.bulk import BULK, MOST, check_selection, perform_each
from petitions.models import Petition
from petitions.moves import TABLE
from petitions.reply_templates import check_placeholders
from records.rest import request_schema


class BulkOutcomeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    done = serializers.BooleanField()
    code = serializers.CharField(allow_blank=True, help_text="没有办成时的代码")
    error = serializers.CharField(allow_blank=True, help_text="没有办成的原因")


class BulkOutcomesSerializer(serializers.Serializer):
    results = BulkOutcomeSerializer(many=True)


def bulk_schema(verb, name):
    ids = serializers.ListField(
        child=serializers.IntegerField(), max_length=MOST, help_text=f"事项编号，最多 {MOST} 件"
    )
    step = request_schema(name, TABLE[verb].needs)
    return type(f"{name}BulkSerializer", (step,), {"ids": ids})


class BulkMixin:
    """Each matter succeeds or is refused for itself; what cannot be seen is answered as not there."""

    @extend_schema(
        summary="批量交办",
        description="每件单独办理，逐件答复办成没有；一件没办成不影响其他的。",
        request=bulk_schema("assign", "PetitionBulkAssign"),
        responses=BulkOutcomesSerializer,
    )
    @action(detail=False, methods=["post"], url_path="bulk-assign")
    def bulk_assign(self, request, *args, **kwargs):
        return self._bulk("assign")

    @extend_schema(
        summary="批量答复",
        description="`content` 里的 {编号} {标题} {单位} {日期} 换成每一件自己的。逐件答复办成没有。",
        request=bulk_schema("reply", "PetitionBulkReply"),
        responses=BulkOutcomesSerializer,
    )
    @action(detail=False, methods=["post"], url_path="bulk-reply")
    def bulk_reply(self, request, *args, **kwargs):
        return self._bulk("reply")

    def _bulk(self, verb):
        if not Scope.of(self.request.user).has(*BULK[verb]):
            raise NotAllowed(f"您的岗位不能做「{TABLE[verb].label}」，请联系主管单位的组工干部。")
        data = dict(self.given())
        ids = data.pop("ids", None)
        if not isinstance(ids, list) or not all(isinstance(pk, int) and 0 < pk < 2**63 for pk in ids):
            raise InvalidInput({"ids": ["ids 须是事项编号的列表，如 [12, 15]。"]})
        ids = check_selection(ids)
        if isinstance(data.get("content"), str):
            check_placeholders(data["content"])
        found = Petition.objects.visible_to(self.request.user).with_names().in_bulk(ids)
        done = perform_each(verb, [found[pk] for pk in ids if pk in found], by=self.by, at=self.at, data=data)
        by_id = {one.petition.pk: one for one in done}
        return Response({"results": [_told(pk, by_id.get(pk)) for pk in ids]})


def _told(pk, outcome):
    if outcome is None:
        return {"id": pk, "done": False, "code": "not-found", "error": "没有这件事，或您看不到它。"}
    return {"id": pk, "done": outcome.is_done, "code": outcome.code, "error": outcome.error}
