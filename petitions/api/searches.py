"""A person's own filters with a name, and what she looked at lately."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, StrictModelSerializer, router
from petitions.models import Petition, SavedSearch
from petitions.representation import COLUMNS, PetitionSerializer
from petitions.searches import change_search, recent_matters, save_search


class RecentMixin:
    """`GET petitions/recent/`: what the account opened lately at desk or phone, and may still see."""

    @extend_schema(
        summary="我最近看过的",
        description="本账号在网页上最近打开过、现在仍看得到的 20 件，最近的在前；不分页。",
        responses=PetitionSerializer(many=True),
        filters=False,
    )
    @action(detail=False, filter_backends=[], filterset_class=None, pagination_class=None)
    def recent(self, request, *args, **kwargs):
        ids = [petition.pk for petition in recent_matters(request.user)]
        rows = {row["id"]: row for row in Petition.objects.filter(pk__in=ids).values(*COLUMNS)}
        return Response(self.present_page([rows[pk] for pk in ids if pk in rows]))


class SavedSearchSerializer(StrictModelSerializer):
    query = serializers.CharField(
        max_length=1000, help_text=_("意见建议列表地址里问号后面的部分，如 `tab=overdue&q=路灯`")
    )
    name = serializers.CharField(max_length=30, help_text=_("名称，同一账号内不重复"))

    class Meta:
        model = SavedSearch
        fields = ["id", "name", "query", "position"]
        read_only_fields = ["position"]


@describes("saved-searches", "常用筛选：各人自己保存的筛选条件")
@extend_schema_view(
    list=extend_schema(summary="自己的常用筛选"),
    retrieve=extend_schema(summary="一个常用筛选"),
    create=extend_schema(summary="保存一个筛选"),
    partial_update=extend_schema(summary="改名，或改条件"),
    destroy=extend_schema(summary="删除一个筛选"),
)
class SavedSearchViewSet(NounViewSet):
    """Everybody's own, and nobody else's."""

    model = SavedSearch
    serializer_class = SavedSearchSerializer
    orderings = {"position": "position", "id": "id"}
    ordering = "position"

    def all_rows(self, user):
        return SavedSearch.objects.filter(user=user)

    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=self.given())
        serializer.is_valid(raise_exception=True)
        return self.created(self.present(save_search(user=request.user, **serializer.validated_data)))

    def partial_update(self, request, *args, **kwargs):
        search = self.get_object()
        serializer = self.get_serializer(search, data=self.given(), partial=True)
        serializer.is_valid(raise_exception=True)
        change_search(search, **serializer.validated_data)
        return Response(self.present(search))

    def destroy(self, request, *args, **kwargs):
        self.get_object().delete()
        return Response(status=204)


router.register("saved-searches", SavedSearchViewSet, basename="api-saved-search")
