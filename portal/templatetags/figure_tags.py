from django import template

register = template.Library()


@register.filter
def thousands(value):
    """14264 → "14,264", 96.5 as it is, a rate over nothing "—"."""
    return "—" if value is None else f"{value:,}"
