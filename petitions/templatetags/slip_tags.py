from django import template

register = template.Library()


@register.simple_tag
def as_text(value):
    """A number as a form sends it."""
    return str(value)
