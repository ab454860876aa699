from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def yuan(amount):
    """12345.6 → "12,345.60", also of the decimal string of an event. Django's own groups by the locale, and Chinese has
    no sign for it."""
    return f"{Decimal(amount):,.2f}"
