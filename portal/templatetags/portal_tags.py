"""What portal templates need to say dates, counts and people in the office's own words."""

import math
from datetime import date, datetime

from django import template
from django.utils import timezone

from accounts.enums import Role
from accounts.masking import mask_name, mask_phone
from accounts.scope import Scope

register = template.Library()
register.filter("mask_name", mask_name)
register.filter("mask_phone", mask_phone)

WEEKDAYS = "一二三四五六日"


@register.filter
def day(value):
    """A day as people say it: 11月22日（周日）, with the year only when it is another year's."""
    if value is None:
        return ""
    value = _to_local_date(value)
    year = "" if value.year == timezone.localdate().year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"


@register.filter
def moment(value):
    """A moment: 11月18日 10:24, with the year only when it is another year's."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    year = "" if local.year == timezone.localdate().year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
def short_day(value):
    """11-18 under a stage, 2025-11-18 when it is another year's."""
    if value is None:
        return ""
    value = _to_local_date(value)
    return f"{value:%m-%d}" if value.year == timezone.localdate().year else f"{value:%Y-%m-%d}"


@register.simple_tag(takes_context=True)
def unread_notices(context):
    """How many notices wait; one indexed count per page."""
    user = context["request"].user
    return user.notices.filter(read_at=None).count() if user.is_authenticated else 0


@register.simple_tag(takes_context=True)
def is_representative(context):
    return Scope.of(context["request"].user).has(Role.REPRESENTATIVE)


@register.filter
def number_groups(code):
    """A secret in groups of four, so that it can be typed from one screen into another."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


@register.filter
def waiting(delta):
    """How long to wait, rounded up to what a person plans by: 15 分钟, 2 小时."""
    minutes = max(1, math.ceil(delta.total_seconds() / 60))
    return f"{minutes} 分钟" if minutes < 120 else f"{math.ceil(minutes / 60)} 小时"


def _to_local_date(value):
    if isinstance(value, datetime):
        return timezone.localdate(value)
    assert isinstance(value, date)
    return value
