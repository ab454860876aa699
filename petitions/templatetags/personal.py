from django import template

register = template.Library()


@register.filter
def about(words, petition):
    """Free text as anybody may read it: `{{ reply.content|about:petition }}`."""
    return petition.shown(words)
