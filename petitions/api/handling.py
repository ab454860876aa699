"""All that has happened to one matter on its way (R58, R60), for another system: who has it in hand and had it, more time
that was asked for, where its clock stood, who looked in, where it was sent, and with what it is handled as one."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.rest.rendering import local_iso
from petitions.models import Assignment, Extension, Pause, Routing, Supervision


class HandSerializer(serializers.ModelSerializer):
    organization_name = serializers.CharField(source="organization.display_name")
    role_display = serializers.CharField(source="get_role_display")
    given_out_by_name = serializers.CharField(
        source="given_out_by.display_name", default=None, allow_null=True
    )
    end_reason_display = serializers.CharField(source="get_end_reason_display")

    class Meta:
        model = Assignment
        fields = [
            "organization",
            "organization_name",
            "role",
            "role_display",
            "given_out_by",
            "given_out_by_name",
            "assigned_at",
            "due_date",
            "note",
            "countersigned_at",
            "countersign_content",
            "ended_at",
            "end_reason",
            "end_reason_display",
        ]


class ExtensionSerializer(serializers.ModelSerializer):
    organization_name = serializers.CharField(source="organization.display_name")
    state_display = serializers.CharField(source="get_state_display")

    class Meta:
        model = Extension
        fields = [
            "organization",
            "organization_name",
            "work_days",
            "reason",
            "told_on",
            "told_method",
            "state",
            "state_display",
            "requested_at",
            "decided_at",
            "decision_note",
            "granted_days",
            "old_due",
            "new_due",
        ]


class PauseSerializer(serializers.ModelSerializer):
    reason_display = serializers.CharField(source="get_reason_display")

    class Meta:
        model = Pause
        fields = [
            "reason",
            "reason_display",
            "note",
            "started_at",
            "ended_at",
            "end_note",
            "old_due",
            "new_due",
        ]


class SupervisionSerializer(serializers.ModelSerializer):
    organization_name = serializers.CharField(source="organization.display_name")

    class Meta:
        model = Supervision
        fields = [
            "organization",
            "organization_name",
            "demand",
            "reply_due",
            "opened_at",
            "closed_at",
            "result",
        ]


class RoutingSerializer(serializers.ModelSerializer):
    receiver_display = serializers.CharField(source="get_receiver_display")

    class Meta:
        model = Routing
        fields = [
            "receiver",
            "receiver_display",
            "receiver_name",
            "reason",
            "routed_at",
            "told_on",
            "told_method",
            "receipt_number",
            "receipt_on",
            "returned_at",
            "return_reason",
        ]


class ProblemPlaceSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    is_main = serializers.BooleanField(help_text="办理和答复在主件上进行")


class HandlingSerializer(serializers.Serializer):
    hands = HandSerializer(many=True, help_text="主办、协办，现在的和先前的")
    extensions = ExtensionSerializer(many=True)
    pauses = PauseSerializer(many=True, help_text="停表")
    supervisions = SupervisionSerializer(many=True)
    routings = RoutingSerializer(many=True, help_text="转出，另行统计")
    routed_out_at = serializers.DateTimeField(allow_null=True)
    is_accusation = serializers.BooleanField(help_text="反映机关单位的问题")
    problem = ProblemPlaceSerializer(allow_null=True, help_text="并案")


class HandlingMixin:
    @extend_schema(
        summary="办理经过：谁在办、延期、停表、督办、转出、并案",
        responses=HandlingSerializer,
    )
    @action(detail=True, methods=["get"], filter_backends=[], filterset_class=None)
    def handling(self, request, *args, **kwargs):
        petition = self.get_object()
        problem = petition.problem
        hands = petition.assignments.select_related("organization", "given_out_by")
        told = {
            "hands": HandSerializer(hands, many=True).data,
            "extensions": _rows(ExtensionSerializer, petition.extensions.select_related("organization")),
            "pauses": _rows(PauseSerializer, petition.pauses),
            "supervisions": _rows(
                SupervisionSerializer, petition.supervisions.select_related("organization")
            ),
            "routings": _rows(RoutingSerializer, petition.routings),
            "routed_out_at": local_iso(petition.routed_out_at) if petition.routed_out_at else None,
            "is_accusation": petition.is_accusation,
            "problem": problem
            and {
                "id": problem.pk,
                "number": problem.number,
                "is_main": problem.main_id == petition.pk,
            },
        }
        return Response(told)


def _rows(serializer, rows):
    return serializer(rows.all(), many=True).data
