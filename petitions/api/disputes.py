"""Disputes over REST: sums as decimal strings, people masked."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from petitions.actions.disputes import (
    allowed_deeds,
    may_mediate,
    open_dispute,
    perform_dispute,
    unmask_parties,
)
from petitions.enums import DisputeKind, DisputeState
from petitions.models import Dispute, DisputeParty, MediationSession, Petition, Recovery
from petitions.moves.disputes import DEEDS, OPEN, UNMASK_REASON
from records.rest import TimelineMixin, check_names, request_schema
from records.rest_files import AttachmentsMixin


class PartySerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="masked_name", help_text="个人打码，单位不打码")
    phone = serializers.CharField(source="masked_phone")

    class Meta:
        model = DisputeParty
        fields = ["id", "side", "name", "phone", "is_firm", "headcount"]


class SessionSerializer(serializers.ModelSerializer):
    class Meta:
        model = MediationSession
        fields = ["id", "held_at", "place", "mediator", "content"]


class RecoverySerializer(serializers.ModelSerializer):
    class Meta:
        model = Recovery
        fields = ["id", "paid_on", "amount", "payer", "note", "recorded_at", "cancelled_at", "cancel_reason"]


class DisputeSerializer(serializers.ModelSerializer):
    state_display = serializers.CharField(source="get_state_display")
    organization_name = serializers.CharField(source="organization.display_name")
    studio_name = serializers.CharField(source="studio.name")

    class Meta:
        model = Dispute
        fields = [
            "id",
            "number",
            "title",
            "kind",
            "organization",
            "organization_name",
            "studio",
            "studio_name",
            "claimed",
            "recovered",
            "state",
            "state_display",
            "opened_at",
            "closed_on",
        ]


class DisputeDetailSerializer(DisputeSerializer):
    parties = PartySerializer(many=True)
    sessions = SessionSerializer(many=True)
    recoveries = RecoverySerializer(many=True)
    petitions = serializers.ListField(child=serializers.IntegerField(), help_text="您能看到的线索")
    allowed_verbs = serializers.ListField(child=serializers.CharField())

    class Meta(DisputeSerializer.Meta):
        fields = [
            *DisputeSerializer.Meta.fields,
            "agreement_number",
            "agreement",
            "excess_reason",
            "parties",
            "sessions",
            "recoveries",
            "petitions",
            "allowed_verbs",
        ]


class DisputeFilters(NounFilterSet):
    search_fields = ("number", "title")

    state = filters.MultipleChoiceFilter(choices=DisputeState.choices, label="状态，可多选")
    kind = filters.MultipleChoiceFilter(choices=DisputeKind.choices, label="类别，可多选")
    organization = SubtreeFilter(field_name="organization__path", label="所属组织代码或编号，含下级")
    studio = IdFilter(label="调解工作室")
    petition = IdFilter(field_name="petitions", label="归入的线索或诉求")


def takes_deeds(view):
    """One `POST …/{id}/<verb>/` for each verb of a dispute."""
    for deed in DEEDS.values():
        setattr(view, deed.verb, _step(deed))
    return view


def _step(deed):
    def step(self, request, *args, **kwargs):
        dispute = perform_dispute(deed.verb, self.get_object(), by=self.by, at=self.at, data=self.given())
        return Response(self.present(dispute))

    step.__name__ = deed.verb
    step.__doc__ = deed.hint
    path = deed.verb.replace("_", "-")
    marked = action(detail=True, methods=["post"], url_path=path, url_name=path)(step)
    states = "、".join(f"`{state.value}`" for state in deed.states)
    return extend_schema(
        summary=deed.label,
        description=f"{deed.hint}\n\n状态须为 {states}；否则答复 409。".strip(),
        request=request_schema(f"Dispute{deed.verb.title().replace('_', '')}", deed.needs),
        responses={200: DisputeDetailSerializer},
    )(marked)


@describes("disputes", "纠纷调解：当事人、调解记录、协议和追回款项；金额为元，以字符串给出")
@extend_schema_view(
    list=extend_schema(summary="纠纷列表"),
    retrieve=extend_schema(summary="一起纠纷", responses=DisputeDetailSerializer),
)
@takes_deeds
class DisputeViewSet(AttachmentsMixin, TimelineMixin, NounViewSet):
    model = Dispute
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilters
    forgets_replies = frozenset({"unmask"})
    readers = (Role.ORGANIZER, Role.KEEPER, Role.LEADER, Role.REPRESENTATIVE, Role.HANDLER, Role.CLIENT)
    orderings = {"id": "id", "opened_at": "opened_at", "number": "number"}
    ordering = "-opened_at"

    def all_rows(self, user):
        return Dispute.objects.visible_to(user).select_related("organization", "studio")

    def may_attach(self, user, owner):
        return may_mediate(user, owner)

    def present(self, dispute):
        dispute = self.all_rows(self.request.user).get(pk=dispute.pk)
        user = self.request.user
        clues = Petition.objects.visible_to(user).filter(dispute=dispute).order_by("pk")
        return DisputeSerializer(dispute).data | {
            "agreement_number": dispute.agreement_number,
            "agreement": dispute.agreement,
            "excess_reason": dispute.excess_reason,
            "parties": PartySerializer(dispute.parties.all(), many=True).data,
            "sessions": SessionSerializer(dispute.sessions.all(), many=True).data,
            "recoveries": RecoverySerializer(dispute.recoveries.all(), many=True).data,
            "petitions": list(clues.values_list("pk", flat=True)),
            "allowed_verbs": [deed.verb for deed in allowed_deeds(dispute, user)],
        }

    @extend_schema(
        summary="登记纠纷",
        request=request_schema("DisputeOpen", OPEN),
        responses={201: DisputeDetailSerializer},
    )
    def create(self, request, *args, **kwargs):
        data = check_names(self.given(), OPEN, "登记纠纷")
        return self.created(self.present(open_dispute(by=self.by, at=self.at, **data)))

    @extend_schema(
        summary="查看当事人姓名和电话",
        description="写明原因后，当事人不打码返回这一次；每次都会留痕。不支持 Idempotency-Key。",
        request=request_schema("DisputeUnmask", [UNMASK_REASON]),
        responses={200: DisputeDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def unmask(self, request, *args, **kwargs):
        dispute = self.get_object()
        data = check_names(self.given(), [UNMASK_REASON], "查看姓名和电话")
        parties = unmask_parties(dispute, by=self.by, at=self.at, **data)
        told = PartySerializer(parties, many=True).data
        for row, party in zip(told, parties, strict=True):
            row |= {"name": party.name, "phone": party.phone}
        return Response(self.present(dispute) | {"parties": told})


class RecoveryRowSerializer(RecoverySerializer):
    class Meta(RecoverySerializer.Meta):
        fields = ["id", "dispute", *RecoverySerializer.Meta.fields[1:]]


class RecoveryFilters(NounFilterSet):
    dispute = IdFilter(label="纠纷")
    organization = SubtreeFilter(field_name="dispute__organization__path", label="所属组织代码或编号，含下级")


@describes("recoveries", "追回款项：凭证是它的附件；记一笔、冲销见 disputes")
@extend_schema_view(
    list=extend_schema(summary="追回款项列表"), retrieve=extend_schema(summary="一笔追回款项")
)
class RecoveryViewSet(AttachmentsMixin, NounViewSet):
    model = Recovery
    serializer_class = RecoveryRowSerializer
    filterset_class = RecoveryFilters
    orderings = {"id": "id", "paid_on": "paid_on"}
    ordering = "-paid_on"

    def all_rows(self, user):
        return Recovery.objects.visible_to(user).select_related("dispute__organization")

    def may_attach(self, user, owner):
        return owner.cancelled_at is None and may_mediate(user, owner.dispute)


router.register("recoveries", RecoveryViewSet, basename="api-recovery")
router.register("disputes", DisputeViewSet, basename="api-dispute")
