"""Cursor lists: a page is found by the position of its neighbour, so page 400 costs what page 1 costs."""

import base64
import binascii
from dataclasses import dataclass

import orjson
from django.core.exceptions import ValidationError as FieldError
from django.db.models import F, Q
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.errors import InvalidInput
from accounts.rest.rendering import fingerprint_json

POSITION = "cursor_value"
MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """After (or, going backwards, before) the row with this ordering value and this id."""

    value: object
    id: int
    backwards: bool

    def encode(self):
        packed = fingerprint_json([self.value, self.id, int(self.backwards)])
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def decode(cls, text, field):
        try:
            packed = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            value, row_id, backwards = packed
            value = None if value is None else field.to_python(value)
        except (ValueError, TypeError, binascii.Error, FieldError, UnicodeError) as error:
            raise _bad_cursor() from error
        if type(row_id) is not int or not 0 <= row_id <= MAX_ID:
            raise _bad_cursor()
        if (isinstance(value, str) and "\x00" in value) or (isinstance(value, int) and abs(value) > MAX_ID):
            raise _bad_cursor()
        return cls(value, row_id, bool(backwards))


def _bad_cursor():
    return InvalidInput({"cursor": ["翻页标记无效，请从列表第一页重新开始。"]})


class KeysetPagination(BasePagination):
    """`next` and `previous` are addresses to follow as they are; `page_size` up to 200.

    The view names what may be ordered by: `orderings = {"received_at": "received_at", …}` and `ordering`, the one
    it starts with. The id breaks ties; rows without a value come last in either direction.
    """

    page_size = 50
    max_page_size = 200

    def paginate_queryset(self, queryset, request, view=None):
        self.request = request
        size = self._page_size(request)
        path, self.descending = self._ordering(request, view)
        placed = queryset.annotate(**{POSITION: F(path)})
        column = placed.query.annotations[POSITION]
        self.nullable = column.target.null
        text = request.query_params.get("cursor")
        cursor = Cursor.decode(text, column.output_field) if text else None
        backwards = bool(cursor and cursor.backwards)
        if cursor:
            placed = placed.filter(self._beyond(cursor))
        # First the ids alone, which narrow indexes answer; then the rows with all they name, for this page only.
        places = self._places(placed, cursor, size, view)
        more = len(places) > size
        places = places[:size]
        if backwards:
            places.reverse()
        has_next, has_previous = more or backwards, more if backwards else cursor is not None
        self.next_cursor = self._cursor(places[-1], False) if places and has_next else None
        self.previous_cursor = self._cursor(places[0], True) if places and has_previous else None
        return self._rows(queryset, [pk for pk, _value in places], view)

    def _places(self, placed, cursor, size, view):
        """[(id, ordering value)] of the page and one more row, in the order they are read in."""
        backwards = bool(cursor and cursor.backwards)
        order = self._order_by(backwards)

        def among(rows):
            return list(rows.order_by(*order).values_list("pk", POSITION)[: size + 1])

        # Views that list something beside their noun know no narrower table.
        ask = getattr(view, "near_ids", None)
        descending = self.descending != backwards
        if ask and (near := ask(placed, cursor, descending=descending, number=size + 1)):
            ids, is_all = near
            places = among(placed.filter(pk__in=ids))
            if is_all or len(places) > size:
                return places
        return among(placed)

    @staticmethod
    def _rows(queryset, ids, view):
        if not ids:
            return []
        rows = view.page_rows(queryset, ids)
        by_id = {row["id"] if isinstance(row, dict) else row.pk: row for row in rows}
        return [by_id[pk] for pk in ids if pk in by_id]

    def _page_size(self, request):
        text = request.query_params.get("page_size")
        if text is None:
            return self.page_size
        if not text.isdecimal() or not 1 <= int(text[:9]) <= self.max_page_size or len(text) > 9:
            raise InvalidInput({"page_size": [f"每页条数须在 1 到 {self.max_page_size} 之间。"]})
        return int(text)

    @staticmethod
    def _ordering(request, view):
        name = request.query_params.get("ordering") or view.ordering
        path = view.orderings.get(name.removeprefix("-"))
        if path is None:
            words = "、".join(view.orderings)
            raise InvalidInput({"ordering": [f"只能按这些排序（前加 - 为倒序）：{words}。"]})
        return path, name.startswith("-")

    def _order_by(self, backwards):
        # Said only where there can be empty values: an index is not used for an order it does not have.
        nulls = {"nulls_first" if backwards else "nulls_last": True} if self.nullable else {}
        if self.descending != backwards:
            return F(POSITION).desc(**nulls), "-pk"
        return F(POSITION).asc(**nulls), "pk"

    def _beyond(self, cursor):
        """Rows after the cursor in reading direction. Lists are read with empty values last."""
        side = "lt" if self.descending != cursor.backwards else "gt"
        past_id = Q(**{f"pk__{side}": cursor.id})
        empty = Q(**{f"{POSITION}__isnull": True})
        if cursor.value is None:
            return (empty & past_id) | (~empty if cursor.backwards else Q(pk__in=[]))
        # Said twice so that an index on the ordering column can be used: up to here, and beyond the id in a tie.
        within = Q(**{f"{POSITION}__{side}e": cursor.value})
        beyond = within & (Q(**{f"{POSITION}__{side}": cursor.value}) | past_id)
        return beyond | empty if self.nullable and not cursor.backwards else beyond

    @staticmethod
    def _cursor(place, backwards):
        pk, value = place
        return Cursor(value, pk, backwards)

    def get_paginated_response(self, data):
        return Response(
            {
                "next": self._link(self.next_cursor),
                "previous": self._link(self.previous_cursor),
                "results": data,
            }
        )

    def _link(self, cursor):
        if cursor is None:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor.encode())

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "下一页的地址；没有下一页时为 null"},
                "previous": {**link, "description": "上一页的地址；没有上一页时为 null"},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view):
        names = [sign + name for name in view.orderings for sign in ("", "-")]
        return [
            _parameter("cursor", "翻页标记，照抄 `next` 或 `previous` 里的即可", {"type": "string"}),
            _parameter(
                "page_size",
                f"每页条数，默认 {self.page_size}，最多 {self.max_page_size}",
                {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size},
            ),
            _parameter(
                "ordering",
                f"排序，前加 `-` 为倒序；默认 `{view.ordering}`。空值总在最后",
                {"type": "string", "enum": names, "default": view.ordering},
            ),
        ]


def _parameter(name, description, schema):
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
