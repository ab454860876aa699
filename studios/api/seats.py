"""Who sits on a reception day, at the REST door: seats, who could take one, and what a change would do."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import NotAllowed
from records.moves import Given, clean_given
from records.rest import check_names, request_schema
from studios import rules
from studios.actions.seats import SEAT, UNSEAT, candidates, effect_of, seat, sitters_options, unseat
from studios.api.rows import LEVELS, ReceptionDayDetailSerializer
from studios.models import Studio


def _holding(day, _user):
    return day.duties.holding()


OF_DAY = (
    Given("duty", "驻室安排", "model", options=lambda day, _user: day.duties.all(), help="这一天的一个席位"),
)
INSTEAD = (Given("instead_of", "接替谁", "model", required=False, options=_holding),)
WHAT_IF = (Given("mandate", "代表", "model", options=sitters_options), *INSTEAD)


class CandidateSerializer(serializers.Serializer):
    mandate = serializers.IntegerField()
    person = serializers.IntegerField()
    person_name = serializers.CharField()
    level = serializers.CharField()
    level_display = serializers.CharField()
    is_valid = serializers.BooleanField(help_text="可以安排；不可以的排在后面")
    count = serializers.IntegerField(help_text="这一天之前十二个月驻室几次")
    last_date = serializers.DateField(allow_null=True, help_text="上一次驻室")
    reason = serializers.CharField(help_text="为什么可以或不可以，一句话")


class CandidatesSerializer(serializers.Serializer):
    results = CandidateSerializer(many=True)


class BreachSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="哪条规则")
    told = serializers.CharField()


class FairnessSerializer(serializers.Serializer):
    people = serializers.IntegerField(help_text="可排代表数")
    least = serializers.IntegerField(help_text="最少几次")
    most = serializers.IntegerField(help_text="最多几次")
    spread = serializers.IntegerField(help_text="相差几次")


class VenueFairnessSerializer(serializers.Serializer):
    studio = serializers.IntegerField()
    studio_name = serializers.CharField()
    before = FairnessSerializer()
    after = FairnessSerializer()


class EffectSerializer(serializers.Serializer):
    is_valid = serializers.BooleanField(help_text="没有违反硬性规则")
    told = serializers.CharField(help_text="会怎样，一句话")
    breaches = BreachSerializer(many=True)
    fairness = VenueFairnessSerializer(many=True, help_text="受影响的各室，改前改后近十二个月的轮值次数")


class SeatsMixin:
    @extend_schema(
        summary="安排代表",
        description="空席直接安排；换人时写明 `instead_of`（原来的 duty）。违反硬性规则的答复 400 并说明是哪一条。",
        request=request_schema("ReceptionDaySeat", SEAT),
        responses={200: ReceptionDayDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def seat(self, request, *args, **kwargs):
        day, data = self.get_object(), check_names(self.given(), SEAT, "安排代表")
        seat(day, by=self.by, at=self.at, **data)
        return Response(self.present(day))

    @extend_schema(
        summary="撤下代表",
        request=request_schema("ReceptionDayUnseat", (*OF_DAY, *UNSEAT)),
        responses={200: ReceptionDayDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def unseat(self, request, *args, **kwargs):
        day, data = self.get_object(), check_names(self.given(), (*OF_DAY, *UNSEAT), "撤下代表")
        self._check_staffs(day)
        reason = {name: value for name, value in data.items() if name != "duty"}
        duty = clean_given(OF_DAY, {"duty": data.get("duty")}, day, request.user, step="撤下代表")["duty"]
        unseat(day, duty, by=self.by, at=self.at, **reason)
        return Response(self.present(day))

    @extend_schema(
        summary="谁能来",
        description="本室全部代表，最合适的在前，不能来的在后并说明原因。",
        parameters=[OpenApiParameter("instead_of", int, description="要接替的 duty；不填为空席")],
        responses=CandidatesSerializer,
    )
    @action(detail=True, filter_backends=[], pagination_class=None)
    def candidates(self, request, *args, **kwargs):
        day = self.get_object()
        self._check_staffs(day)
        asked = clean_given(INSTEAD, request.query_params.dict(), day, request.user, step="谁能来")
        found = candidates(day, instead_of=asked["instead_of"])
        return Response({"results": [_candidate(mandate, one) for mandate, one in found]})

    @extend_schema(
        summary="这样改会怎样",
        description="不改动什么；告知会不会违反规则、对公平性的影响。",
        request=request_schema("ReceptionDayWhatIf", WHAT_IF),
        responses={200: EffectSerializer},
    )
    @action(detail=True, methods=["post"], url_path="what-if", url_name="what-if")
    def what_if(self, request, *args, **kwargs):
        day = self.get_object()
        self._check_staffs(day)
        asked = clean_given(WHAT_IF, self.given(), day, request.user, step="这样改会怎样")
        effect = effect_of(day, asked["mandate"], instead_of=asked["instead_of"])
        return Response(_effect(effect))

    def _check_staffs(self, day):
        if not rules.may_staff(self.request.user, day.studio):
            raise NotAllowed("只有本室的联络员和主管单位的组工干部可以排班，请联系他们。")


def _candidate(mandate, one):
    return {
        "mandate": mandate.pk,
        "person": mandate.person_id,
        "person_name": mandate.person.name,
        "level": mandate.level,
        "level_display": LEVELS[mandate.level],
        "is_valid": one.is_valid,
        "count": one.count,
        "last_date": one.last,
        "reason": one.reason,
    }


def _effect(effect):
    names = dict(Studio.objects.filter(pk__in=list(effect.fairness)).values_list("pk", "name"))
    return {
        "is_valid": effect.is_valid,
        "told": effect.told,
        "breaches": [{"code": breach.code, "told": breach.told} for breach in effect.breaches],
        "fairness": [
            {"studio": studio, "studio_name": names[studio]}
            | {side: _fairness(one) for side, one in zip(("before", "after"), pair, strict=True)}
            for studio, pair in sorted(effect.fairness.items())
        ],
    }


def _fairness(one):
    return {"people": one.people, "least": one.least, "most": one.most, "spread": one.spread}
