"""Problems: several matters about one thing. A caller is told of the sources it may see, and of no others."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.rest.filters import NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.rendering import local_iso
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from accounts.scope import Scope
from petitions.actions import merge_petitions, perform
from petitions.models import Petition, Problem
from petitions.pages.problem import furthest

MOST = 50


class SourceSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()
    is_main = serializers.BooleanField()
    fed_back_at = serializers.DateTimeField(allow_null=True)
    rating = serializers.IntegerField(allow_null=True)


class MergedProblemSerializer(serializers.ModelSerializer):
    organization_name = serializers.CharField(source="organization.display_name")
    main = serializers.IntegerField(allow_null=True, help_text="主件；您看不到主件时为空")
    sources = SourceSerializer(many=True, help_text="您能看到的各件")

    class Meta:
        model = Problem
        fields = [
            "id",
            "number",
            "title",
            "organization",
            "organization_name",
            "opened_at",
            "dissolved_at",
            "main",
            "sources",
        ]


class MergeSerializer(serializers.Serializer):
    petitions = serializers.ListField(child=serializers.IntegerField(), help_text="要并案的各件")
    main = serializers.IntegerField(required=False, help_text="主件；不填时取办得最快的一件")
    note = serializers.CharField(required=False, max_length=1000, help_text="说明")


class JoinSerializer(serializers.Serializer):
    petition = serializers.IntegerField(help_text="要并入的一件")
    note = serializers.CharField(required=False, max_length=1000, help_text="说明")


class LeaveSerializer(serializers.Serializer):
    petition = serializers.IntegerField(help_text="要移出的一件")
    reason = serializers.CharField(max_length=1000, help_text="移出原因")


class ProblemFilters(NounFilterSet):
    search_fields = ("number", "title")

    organization = SubtreeFilter(field_name="organization__path", label="所属组织代码或编号，含下级")
    dissolved = YesNoFilter(method="filter_dissolved", label="已解散")

    def filter_dissolved(self, queryset, _name, value):
        return queryset.filter(dissolved_at__isnull=not value)


@describes("problems", "并案：同一件事有几个人反映，一次办理，每个人都告知")
@extend_schema_view(
    list=extend_schema(summary="并案列表", responses=MergedProblemSerializer(many=True)),
    retrieve=extend_schema(summary="一个并案", responses=MergedProblemSerializer),
)
class ProblemViewSet(NounViewSet):
    model = Problem
    readers = (Role.ORGANIZER, Role.KEEPER, Role.HANDLER, Role.LEADER, Role.REPRESENTATIVE, Role.CLIENT)
    serializer_class = MergedProblemSerializer
    filterset_class = ProblemFilters
    orderings = {"opened_at": "opened_at", "number": "number", "id": "id"}
    ordering = "-opened_at"

    def all_rows(self, user):
        return Problem.objects.visible_to(user).select_related("organization")

    def present_page(self, problems):
        problems = list(problems)
        rows = Petition.objects.visible_to(self.request.user).filter(problem__in=problems)
        sources = {}
        for row in rows.order_by("received_at", "pk"):
            sources.setdefault(row.problem_id, []).append(row)
        return [_problem_row(problem, sources.get(problem.pk, [])) for problem in problems]

    def present(self, problem):
        return self.present_page([problem])[0]

    @extend_schema(summary="并案", request=MergeSerializer, responses={201: MergedProblemSerializer})
    def create(self, request, *args, **kwargs):
        data = self._given("petitions", "main", "note")
        keys = data.get("petitions")
        if not isinstance(keys, list) or not 2 <= len(keys) <= MOST:
            raise InvalidInput({"petitions": [f"请给出要并案的事项编号，2 到 {MOST} 件。"]})
        chosen = [self._petition(key, "petitions") for key in keys]
        main = self._petition(data["main"], "main") if data.get("main") is not None else furthest(chosen)
        problem = merge_petitions(chosen, main=main, by=self.by, at=self.at, note=data.get("note", ""))
        return self.created(self.present(problem))

    @extend_schema(summary="再并入一件", request=JoinSerializer, responses={200: MergedProblemSerializer})
    @action(detail=True, methods=["post"])
    def merge(self, request, *args, **kwargs):
        problem = self.get_object()
        data = self._given("petition", "note")
        petition = self._petition(data.get("petition"), "petition")
        given = {"main": problem.main_id, "note": data.get("note", "")}
        perform("merge", petition, by=self.by, at=self.at, data=given)
        return Response(self.present(problem))

    @extend_schema(summary="移出一件", request=LeaveSerializer, responses={200: MergedProblemSerializer})
    @action(detail=True, methods=["post"])
    def unmerge(self, request, *args, **kwargs):
        problem = self.get_object()
        data = self._given("petition", "reason")
        petition = self._petition(data.get("petition"), "petition")
        if petition.problem_id != problem.pk:
            raise InvalidInput({"petition": ["这件事不在这个并案里，请核对。"]})
        perform("unmerge", petition, by=self.by, at=self.at, data={"reason": data.get("reason")})
        problem.refresh_from_db()
        return Response(self.present(problem))

    def _given(self, *names):
        if not Scope.of(self.request.user).has(Role.ORGANIZER, Role.KEEPER):
            raise NotAllowed("您的岗位不能并案，请联系主管单位的组工干部。")
        data = self.given()
        unknown = sorted(str(name) for name in data.keys() - set(names))
        if unknown:
            raise InvalidInput({name: [f"没有 {name} 这一项，请去掉。"] for name in unknown})
        return data

    def _petition(self, key, name):
        if isinstance(key, bool) or not isinstance(key, int) or not 0 < key < 2**63:
            raise InvalidInput({name: ["须填事项的编号（整数）。"]})
        rows = Petition.objects.visible_to(self.request.user).with_names()
        if name != "petition":
            found = rows.filter(pk=key).first()
            if found is None:
                raise InvalidInput({name: [f"没有编号为 {key} 的事项，或它不在您的管理范围内。"]})
            return found
        return get_object_or_404(rows, pk=key)


def _problem_row(problem, sources):
    return {
        "id": problem.pk,
        "number": problem.number,
        "title": problem.title,
        "organization": problem.organization_id,
        "organization_name": problem.organization.display_name,
        "opened_at": local_iso(problem.opened_at),
        "dissolved_at": local_iso(problem.dissolved_at) if problem.dissolved_at else None,
        "main": problem.main_id if any(row.pk == problem.main_id for row in sources) else None,
        "sources": [
            {
                "id": row.pk,
                "number": row.number,
                "title": row.shown_title,
                "status": row.status,
                "is_main": row.pk == problem.main_id,
                "fed_back_at": local_iso(row.fed_back_at) if row.fed_back_at else None,
                "rating": row.rating,
            }
            for row in sources
        ],
    }


router.register("problems", ProblemViewSet, basename="api-problem")
