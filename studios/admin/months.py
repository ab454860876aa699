"""2026-12 in an address."""

from datetime import date

from django.urls import register_converter


class MonthConverter:
    regex = "20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value):
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value):
        return value if isinstance(value, str) else f"{value:%Y-%m}"


register_converter(MonthConverter, "month")
