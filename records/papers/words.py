"""Words as paper takes them: without signs it does not know, days written out."""

from django.utils import timezone

UNPRINTABLE = [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)]
SIGNS = dict.fromkeys(UNPRINTABLE) | {0x2028: "\n", 0x2029: "\n", 0x85: "\n"}
"""Signs that neither XML nor paper knows, and line ends that no font can draw."""


def printable(words):
    """Words as they may be printed, with one kind of line end."""
    return str(words or "").replace("\r\n", "\n").replace("\r", "\n").translate(SIGNS).strip()


def day(value):
    """2026年11月16日; empty for nothing."""
    if value is None:
        return ""
    value = timezone.localtime(value) if hasattr(value, "hour") else value
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value):
    """2026年11月16日 9:05; empty for nothing."""
    return f"{day(value)} {timezone.localtime(value):%H:%M}" if value else ""
