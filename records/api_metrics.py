"""Figures at the REST door, and the records behind each; computed by the register alone (R94)."""

from datetime import MAXYEAR, MINYEAR, date
from functools import cached_property

from django.db.models import ForeignKey
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.rest.filters import PAGE_PARAMETERS, find_organization
from accounts.rest.pagination import KeysetPagination
from accounts.rest.schema import describes
from accounts.rest.views import DoorMixin, RoleReads, router
from accounts.scope import Scope
from records.metrics import Reader, compute, compute_all, get_metric, records_of, year_start

NAMING = ("person", "mandate")
"""Relations whose names stand in a record's label; joined, so that a page of labels costs one query."""

PERIOD = [
    OpenApiParameter("organization", str, description="组织代码或编号；不填为您所在的最高一级组织"),
    OpenApiParameter("from", date, description="期间的第一天，默认为截止日当年 1 月 1 日"),
    OpenApiParameter("as_of", date, description="截止日（含），默认今天"),
]


@extend_schema_field(
    {"oneOf": [{"type": "number"}, {"type": "string", "format": "decimal"}], "nullable": True}
)
class FigureValue(serializers.Field):
    """A count or a rate as a number, money as a decimal string."""


class FigureSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    definition = serializers.CharField(help_text="口径")
    pair = serializers.CharField(help_text="属于「三上三下」的哪一对")
    value = FigureValue(allow_null=True, help_text="比率的分母为零时为 null；金额为两位小数的字符串")
    organization = serializers.CharField(help_text="组织代码")
    organization_name = serializers.CharField()
    as_of = serializers.DateField()
    records_url = serializers.CharField(help_text="这个数背后的记录")

    def get_fields(self):
        # `from` is a word of Python, so it cannot stand in the class body.
        return {**super().get_fields(), "from": serializers.DateField(help_text="期间的第一天")}


class RecordSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    label = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="这条记录在接口里的地址；您看不到的为 null")


class FigurePeriod:
    """Which organisation and days a request asks for; every fault at once."""

    def __init__(self, request, *, today):
        self.user, self.query, self.errors = request.user, request.query_params, {}
        unknown = self.query.keys() - {"organization", "from", "as_of"} - PAGE_PARAMETERS
        for name in unknown:
            self.errors[name] = ["没有这个条件。可用的有：organization、from、as_of。"]
        self.as_of = self._day("as_of") or today
        self.start = self._day("from") or year_start(self.as_of)
        if self.start > self.as_of:
            self.errors["from"] = ["起始日不能晚于截止日，请核对。"]
        self.organization = self._organization()
        if self.errors:
            raise InvalidInput(self.errors)

    def _day(self, name):
        text = self.query.get(name)
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
            if day.year in (MINYEAR, MAXYEAR):  # no day before, or none after
                raise ValueError(text)
            return day
        except ValueError:
            self.errors[name] = ["请写成 2026-11-23 这样的日期。"]
            return None

    def _organization(self):
        text = self.query.get("organization")
        if not text:
            paths = Scope.of(self.user).prefixes()
            if not paths:
                raise NotAllowed("您还没有任职，看不到任何组织的数字。")
            tree = Organization.objects.order_by("path")
            return tree.first() if paths == [""] else tree.get(path=paths[0])
        found = find_organization(text, self.user)
        if found is None:
            self.errors["organization"] = [f"没有代码或编号为「{text[:40]}」的组织，请核对。"]
        elif not Scope.of(self.user).covers(found):
            raise NotAllowed("您只能看本级及下级组织的数字。")
        return found

    def as_query(self):
        return f"organization={self.organization.code}&from={self.start}&as_of={self.as_of}"


@describes("metrics", "数字：每个数有单位、口径和截止日，并能打开背后的记录")
class MetricViewSet(DoorMixin, GenericViewSet):
    permission_classes = [RoleReads]
    lookup_field = "code"
    lookup_value_regex = r"[a-z0-9_.\-]+"
    filter_backends = []
    pagination_class = None
    orderings = {"id": "id"}
    ordering = "id"

    @cached_property
    def period(self):
        return FigurePeriod(self.request, today=self.today)

    @cached_property
    def reader(self):
        return Reader(self.request.user)

    @extend_schema(summary="全部数字", parameters=PERIOD, responses=FigureSerializer(many=True))
    def list(self, request, *args, **kwargs):
        period = self.period
        figures = compute_all(period.organization, period.start, period.as_of, reader=self.reader)
        return Response([self.told(figure) for figure in figures])

    @extend_schema(summary="一个数字", parameters=PERIOD, responses=FigureSerializer)
    def retrieve(self, request, *args, **kwargs):
        period = self.period
        days = period.start, period.as_of
        figure = compute(self.get_metric(), period.organization, *days, reader=self.reader)
        return Response(self.told(figure))

    def get_metric(self):
        try:
            return get_metric(self.kwargs["code"])
        except KeyError:
            raise Http404 from None

    def told(self, figure):
        period, metric = self.period, figure.metric
        address = reverse("api-metric-records", kwargs={"code": metric.code}, request=self.request)
        return {
            "code": metric.code,
            "name": str(metric.name),
            "unit": str(metric.unit),
            "definition": str(metric.definition),
            "pair": metric.pair,
            "value": figure.value,
            "organization": period.organization.code,
            "organization_name": period.organization.name,
            "from": period.start,
            "as_of": period.as_of,
            "records_url": f"{address}?{period.as_query()}",
        }

    @extend_schema(summary="数字背后的记录", parameters=PERIOD, responses=RecordSerializer(many=True))
    @action(detail=True, pagination_class=KeysetPagination)
    def records(self, request, *args, **kwargs):
        period = self.period
        days = period.start, period.as_of
        rows = records_of(self.get_metric(), period.organization, *days, reader=self.reader)
        model = rows.model
        if hasattr(model._default_manager.all(), "visible_to"):
            rows = rows.filter(pk__in=model._default_manager.visible_to(request.user).values("pk"))
        named = [
            field.name
            for field in model._meta.fields
            if isinstance(field, ForeignKey) and field.name in NAMING
        ]
        rows = rows.select_related(*named) if named else rows
        url_name = self.url_names.get(model)
        return self.get_paginated_response(
            [
                {
                    "id": row.pk,
                    "label": str(row),
                    "url": reverse(url_name, kwargs={"pk": row.pk}, request=request) if url_name else None,
                }
                for row in self.paginate_queryset(rows)
            ]
        )

    def page_rows(self, queryset, ids):
        return queryset.filter(pk__in=ids).order_by()

    @cached_property
    def url_names(self):
        """Model → name of its detail address."""
        nouns = [
            (view, basename)
            for _noun, view, basename in router.registry
            # What an upper room adds beside a noun has no detail of its own.
            if getattr(view, "model", None) and hasattr(view, "retrieve")
        ]
        return {view.model: f"{basename}-detail" for view, basename in nouns}


router.register("metrics", MetricViewSet, basename="api-metric")
