"""What the texts of matters tell: similar ones, a category, hot topics."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.rest.filters import NounFilterSet, SubtreeFilter
from accounts.rest.rendering import local_iso
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from petitions import rules
from petitions.alike import find_similar
from petitions.hot_topics import matters_of, with_seen
from petitions.models import HotTopic
from petitions.suggesting import suggest_categories

LIMITS = {"content": 10_000, "title": 100, "place": 100, "petitioner_phone": 20}


class SimilarSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()
    status_display = serializers.CharField()
    received_at = serializers.DateTimeField()
    problem = serializers.IntegerField(allow_null=True, help_text="已并案的，为并案的编号")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="同一来电、同一地点、内容相近")
    score = serializers.FloatField(help_text="越大越像；约 0.5 以上才列出")


class SimilarAnswer(serializers.Serializer):
    results = SimilarSerializer(many=True)


class GuessSerializer(serializers.Serializer):
    category = serializers.CharField(help_text="问题分类代码")
    category_name = serializers.CharField()
    percent = serializers.IntegerField(help_text="把握，百分数")
    words = serializers.CharField(help_text="很可能是、可能是、也许是")


class SuggestAnswer(serializers.Serializer):
    results = GuessSerializer(many=True)
    silent = serializers.CharField(help_text="没有建议时的原因；有建议时为空")


class TypedSerializer(serializers.Serializer):
    content = serializers.CharField(max_length=10_000, help_text="内容")
    title = serializers.CharField(max_length=100, required=False, help_text="标题")


class TypedMatterSerializer(TypedSerializer):
    place = serializers.CharField(max_length=100, required=False, help_text="地点")
    petitioner_phone = serializers.CharField(
        max_length=20, required=False, help_text="联系电话，只用 POST 传；只与您能查看联系方式的事项比对"
    )
    studio = serializers.IntegerField(required=False, help_text="工作室（站），只比对同一县市区的")


class TextMixin:
    """Similar matters and a category for a text that is not a matter yet. Nothing is written."""

    @extend_schema(
        methods=["GET"],
        summary="可能是同一件事的未办结事项",
        parameters=[
            OpenApiParameter("content", str, required=True, description="内容"),
            OpenApiParameter("title", str, description="标题"),
            OpenApiParameter("place", str, description="地点"),
            OpenApiParameter("studio", int, description="工作室（站），只比对同一县市区的"),
        ],
        responses=SimilarAnswer,
    )
    @extend_schema(
        methods=["POST"],
        summary="可能是同一件事的未办结事项（可带电话）",
        request=TypedMatterSerializer,
        responses={200: SimilarAnswer},
    )
    @action(detail=False, methods=["get", "post"], filter_backends=[], pagination_class=None)
    def similar(self, request, *args, **kwargs):
        allowed = ["content", "title", "place", "studio"]
        data = request.query_params.dict() if request.method == "GET" else self.given()
        told = self._typed(data, [*allowed, "petitioner_phone"] if request.method == "POST" else allowed)
        found = find_similar(
            request.user,
            content=told["content"],
            title=told.get("title", ""),
            place=told.get("place", ""),
            phone=told.get("petitioner_phone", ""),
            organization=self._home(data),
        )
        return Response({"results": [_similar_row(one) for one in found]})

    @extend_schema(
        summary="按内容建议问题分类",
        description="前三个，带把握；只作参考，登记时仍由人选。",
        request=TypedSerializer,
        responses={200: SuggestAnswer},
    )
    @action(detail=False, methods=["post"], url_path="suggest-category", filter_backends=[])
    def suggest_category(self, request, *args, **kwargs):
        told = self._typed(self.given(), ["content", "title"])
        suggestion = suggest_categories(told.get("title", ""), told["content"])
        rows = [
            {
                "category": guess.category.code,
                "category_name": guess.category.full_name,
                "percent": guess.percent,
                "words": guess.words,
            }
            for guess in suggestion.guesses
        ]
        return Response({"results": rows, "silent": suggestion.silent})

    def _typed(self, data, names):
        if not rules.may_receive(self.request.user):
            raise NotAllowed("您的岗位不登记群众事项，请联系工作室（站）的联络员。")
        errors = {name: [f"没有 {name} 这一项，请去掉。"] for name in data if name not in names}
        told = {}
        for name in names:
            value = data.get(name)
            if name == "studio" or value is None:
                continue
            if not isinstance(value, str) or "\x00" in value or len(value) > LIMITS[name]:
                errors[name] = [f"须为文字，最多 {LIMITS[name]} 字。"]
            told[name] = value
        if not errors and not told.get("content", "").strip():
            errors["content"] = ["请填写内容。"]
        if errors:
            raise InvalidInput(errors)
        return told

    def _home(self, data):
        key = data.get("studio")
        if key in (None, ""):
            return None
        known = rules.receiving_studios(None, self.request.user).select_related("organization")
        is_id = not isinstance(key, bool) and str(key).isdecimal() and len(str(key)) <= 18
        studio = known.filter(pk=int(key)).first() if is_id else None
        if studio is None:
            raise InvalidInput({"studio": ["没有这个工作室（站），或您不能在那里登记，请另选。"]})
        return studio.organization


def _similar_row(one):
    petition = one.petition
    return {
        "id": petition.pk,
        "number": petition.number,
        "title": petition.shown_title,
        "status": petition.status,
        "status_display": petition.get_status_display(),
        "received_at": local_iso(petition.received_at),
        "problem": petition.problem_id,
        "reasons": one.reasons,
        "score": round(one.score, 2),
    }


class HotTopicSerializer(serializers.ModelSerializer):
    organization_name = serializers.CharField(source="organization.display_name")
    category = serializers.CharField(source="category.code", default=None, allow_null=True)
    seen = serializers.IntegerField(help_text="其中您能看到的件数")
    still_open = serializers.IntegerField(help_text="其中未办结的件数")
    growth = serializers.IntegerField(help_text="比前一时段增加的件数，可为负")

    class Meta:
        model = HotTopic
        fields = [
            "id",
            "found_on",
            "organization",
            "organization_name",
            "label",
            "place",
            "category",
            "weeks",
            "size",
            "previous_size",
            "growth",
            "seen",
            "still_open",
        ]


class HotTopicDetailSerializer(HotTopicSerializer):
    petitions = serializers.ListField(child=serializers.IntegerField(), help_text="您能看到的事项的编号")

    class Meta(HotTopicSerializer.Meta):
        fields = [*HotTopicSerializer.Meta.fields, "petitions"]


class HotTopicFilters(NounFilterSet):
    search_fields = ("label", "place")

    found_on = filters.DateFilter(label=_("哪一天得出的"))
    organization = SubtreeFilter(field_name="organization__path", label=_("所属组织代码或编号，含下级"))


@describes("hot-topics", "热点：最近几周许多人说的同一件事，每晚得出")
@extend_schema_view(
    list=extend_schema(summary="热点列表", responses=HotTopicSerializer(many=True)),
    retrieve=extend_schema(summary="一个热点", responses=HotTopicDetailSerializer),
)
class HotTopicViewSet(NounViewSet):
    model = HotTopic
    readers = (Role.ORGANIZER, Role.LEADER)
    serializer_class = HotTopicSerializer
    filterset_class = HotTopicFilters
    orderings = {"found_on": "found_on", "size": "size", "id": "id"}
    ordering = "-found_on"

    def all_rows(self, user):
        return HotTopic.objects.visible_to(user).select_related("organization", "category")

    def present_page(self, rows):
        return HotTopicSerializer(with_seen(list(rows), self.request.user), many=True).data

    def present(self, topic):
        (topic,) = with_seen([topic], self.request.user)
        ids = matters_of(topic, self.request.user).order_by("pk").values_list("pk", flat=True)
        return HotTopicSerializer(topic).data | {"petitions": list(ids)}


router.register("hot-topics", HotTopicViewSet, basename="api-hot-topic")
