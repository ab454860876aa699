"""What portal templates need to say dates, counts and people in the office's own words."""

import math

from django import template

from accounts.enums import Role
from accounts.masking import mask_name, mask_phone
from accounts.scope import Scope
from workdays.templatetags.chinese_days import day, moment, short_day

register = template.Library()
register.filter("mask_name", mask_name)
register.filter("mask_phone", mask_phone)

register.filter("day", day)
register.filter("moment", moment)
register.filter("short_day", short_day)


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
