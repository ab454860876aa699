import datetime
from decimal import Decimal

import orjson
from django.conf import settings
from django.utils.functional import Promise
from django.utils.timezone import get_default_timezone
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from accounts.rest.errors import BodyTooLarge


def _plain(value):
    if isinstance(value, datetime.datetime):
        return local_iso(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def local_iso(moment):
    """ISO 8601 with the office's own offset, e.g. 2026-11-16T09:00:00+08:00."""
    return moment.astimezone(get_default_timezone()).isoformat()


def to_json(data):
    return orjson.dumps(
        data, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
    )


def fingerprint_json(data):
    """The same bytes for the same content, whatever the order of its keys."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else to_json(data)


class JsonParser(BaseParser):
    """Strict JSON by orjson: no NaN, no lone surrogates, no bottomless nesting, and a limit on size."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLarge(f"请求内容超过 {limit >> 10} KB，请缩短后再发。")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(
                f"请求内容不是有效的 JSON（第 {error.lineno} 行第 {error.colno} 列附近）。"
            ) from error
