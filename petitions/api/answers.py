"""What was answered, how the person was told and what she said herself, below one matter at the REST door."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from petitions.models import Feedback, Reply, Supplement
from records.rest import OPEN


class ShownSerializer(serializers.ModelSerializer):
    """Free text below a matter: what somebody wrote of the person is masked in it."""

    def to_representation(self, instance):
        told = super().to_representation(instance)
        return told | {"content": instance.petition.shown(told["content"])}


class ReplySerializer(ShownSerializer):
    organization_name = serializers.CharField(source="organization.display_name", help_text="答复单位")
    outcome_display = serializers.CharField(source="get_outcome_display")

    class Meta:
        model = Reply
        fields = [
            "id",
            "organization",
            "organization_name",
            "outcome",
            "outcome_display",
            "content",
            "replied_at",
        ]


class FeedbackSerializer(ShownSerializer):
    method_display = serializers.CharField(source="get_method_display")

    class Meta:
        model = Feedback
        fields = [
            "id",
            "method",
            "method_display",
            "content",
            "handling_rating",
            "rating",
            "by_person",
            "told_at",
        ]


class SupplementSerializer(ShownSerializer):
    by_person = serializers.SerializerMethodField(help_text="本人凭查询码补充的")

    class Meta:
        model = Supplement
        fields = ["id", "content", "by_person", "added_at"]

    def get_by_person(self, supplement) -> bool:
        return supplement.added_by_id is None


class AnswersMixin:
    """`GET …/{id}/replies/`, `…/feedbacks/`, `…/supplements/`, oldest first, for whoever may see the matter."""

    def _below(self, rows, serializer):
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(serializer(page, many=True).data)

    @extend_schema(summary="历次答复", responses=ReplySerializer(many=True), request=None)
    @action(**OPEN, orderings={"id": "id"}, ordering="id")
    def replies(self, request, *args, **kwargs):
        return self._below(self.get_object().replies.select_related("organization"), ReplySerializer)

    @extend_schema(
        summary="历次告知和评价",
        description="`by_person` 为本人凭查询码自己评的；承办单位不能代填。",
        responses=FeedbackSerializer(many=True),
        request=None,
    )
    @action(**OPEN, orderings={"id": "id"}, ordering="id")
    def feedbacks(self, request, *args, **kwargs):
        return self._below(self.get_object().feedbacks.all(), FeedbackSerializer)

    @extend_schema(summary="本人补充", responses=SupplementSerializer(many=True), request=None)
    @action(**OPEN, orderings={"id": "id"}, ordering="id")
    def supplements(self, request, *args, **kwargs):
        return self._below(self.get_object().supplements.all(), SupplementSerializer)
