"""What every noun of the API has in common."""

from functools import partial

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView

from accounts.actor import Actor
from accounts.errors import InvalidInput, NotAllowed
from accounts.rest.idempotency import HEADER, answer_once
from accounts.scope import Scope

router = DefaultRouter(use_regex_path=True)
router.include_format_suffixes = False
"""All nouns of the API; each app's `api.py` registers its own."""


class RoleReads(IsAuthenticated):
    """Signed in, and in a role that may read this noun at all."""

    def has_permission(self, request, view):
        if not super().has_permission(request, view):
            return False
        if not view.may_read(request.user):
            raise NotAllowed("您的岗位不能查看这类内容，请联系组工干部。")
        return True


class DoorMixin:
    """The actor and the clock of a request, and replies remembered by Idempotency-Key."""

    readers = ()
    """Roles that may read this noun at all; none named, and any account may (what it sees is its scope's matter)."""
    forgets_replies = frozenset()
    """Actions whose answers are never kept, because they hold personal data."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        keeps = getattr(self, "action", None) not in self.forgets_replies
        if request.method == "POST" and HEADER in request.headers and keeps and hasattr(self, "post"):
            self.post = partial(answer_once, self.post)

    def finalize_response(self, request, response, *args, **kwargs):
        """Answers depend on who asks, and hold personal data: no browser or proxy on the way keeps them."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @classmethod
    def may_read(cls, user):
        return not cls.readers or Scope.of(user).has(*cls.readers)

    @property
    def by(self):
        return Actor.from_request(self.request, "api")

    @property
    def at(self):
        return timezone.now()

    @property
    def today(self):
        return timezone.localdate()

    def given(self):
        """The body as a dict, or a refusal; an empty body is an empty dict."""
        data = self.request.data
        if not isinstance(data, dict):
            raise InvalidInput({"__all__": ['请求内容须为 JSON 对象，如 {"note": "…"}。']})
        return dict(data)

    def created(self, data):
        location = self.request.build_absolute_uri(f"{self.request.path}{data['id']}/")
        return Response(data, status=201, headers={"Location": location})


class PlainViewSet(DoorMixin, viewsets.ViewSet):
    """Something that is no list of rows, e.g. figures."""

    permission_classes = [RoleReads]


class BesideNounViewSet(DoorMixin, viewsets.GenericViewSet):
    """Rows of a noun from `visible_to(user)` on, without a list and detail: for what an upper room adds to one.

    Subclasses name `model`, `serializer_class`, `orderings`, `ordering`, and may narrow `all_rows` (joins).
    """

    model = None
    permission_classes = [RoleReads]
    lookup_value_regex = r"[0-9]{1,18}"
    orderings = {"id": "id"}
    ordering = "id"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        return self.all_rows(self.request.user)

    def all_rows(self, user):
        return self.model.objects.visible_to(user)

    def shape_page(self, queryset):
        """Last touch before a page is read, e.g. `.values(…)`."""
        return queryset

    def near_ids(self, queryset, cursor, *, descending, number):
        """None; or, where a narrower table knows the order: (ids of the next `number` rows in it and some more, whether
        these are all there are). Only those of the list count, wherever they come from."""
        return None

    def page_rows(self, queryset, ids):
        """The rows of a page, in any order; `ids` have just been read from `queryset`."""
        return self.shape_page(queryset.filter(pk__in=ids).order_by())

    def present(self, row):
        return self.get_serializer(row).data

    def present_page(self, rows):
        return self.get_serializer(rows, many=True).data


class NounViewSet(BesideNounViewSet):
    """List and detail of a noun, from `visible_to(user)` on; an outsider gets 404."""

    def list(self, request, *args, **kwargs):
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.present_page(rows))

    def retrieve(self, request, *args, **kwargs):
        return Response(self.present(self.get_object()))


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know, so that a typing error does not pass silently."""

    def to_internal_value(self, data):
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name) for name in data.keys() - writable)
            if unknown:
                raise serializers.ValidationError(
                    {name: [f"没有 {name} 这一项可填，请去掉。"] for name in unknown}
                )
        return super().to_internal_value(data)


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer):
    pass


class ScopedField(serializers.PrimaryKeyRelatedField):
    """The id of a row the caller may see; any other row does not exist for it."""

    default_error_messages = {
        "does_not_exist": "没有编号为 {pk_value} 的这一项，或它不在您的管理范围内。",
        "incorrect_type": "须填编号（整数）。",
    }

    def __init__(self, model=None, **kwargs):
        self.model = model
        super().__init__(**kwargs)

    def get_queryset(self):
        request = self.context.get("request")
        if request is None or not request.user.is_authenticated:
            return self.model.objects.none()
        return self.model.objects.visible_to(request.user)

    @classmethod
    def many_init(cls, *args, **kwargs):
        raise TypeError("ScopedField takes one row")


class NotFoundView(APIView):
    """Every address below /api/ that is none: a problem document like all others, not a page."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def initial(self, request, *args, **kwargs):
        raise Http404
