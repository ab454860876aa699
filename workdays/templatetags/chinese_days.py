"""Days and moments as people here say them."""

from datetime import date, datetime

from django import template
from django.utils import timezone

register = template.Library()

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


def _to_local_date(value):
    if isinstance(value, datetime):
        return timezone.localdate(value)
    assert isinstance(value, date)
    return value
