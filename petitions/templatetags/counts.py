from django import template

from petitions.counting import in_words

register = template.Library()
register.filter("capped", in_words)
