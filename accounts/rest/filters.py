from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from accounts.models import Organization
from accounts.scope import under

PAGE_PARAMETERS = {"cursor", "page_size", "ordering", "format"}


class StrictFilterBackend(filters.DjangoFilterBackend):
    """Filters of a list. A name that is no filter is refused: a misspelt one must not quietly return everything."""

    def filter_queryset(self, request, queryset, view):
        if view.detail:
            return queryset
        filterset = self.get_filterset_class(view, queryset)
        known = set(filterset.base_filters) if filterset else set()
        unknown = sorted(set(request.query_params) - known - PAGE_PARAMETERS)
        if unknown:
            words = "、".join(known) or "（无）"
            raise ValidationError({name: [f"没有这个筛选条件。可用的有：{words}。"] for name in unknown})
        return super().filter_queryset(request, queryset, view)


@extend_schema_field(OpenApiTypes.BOOL)
class YesNoFilter(filters.TypedChoiceFilter):
    """`true` or `false`; anything else is refused instead of being ignored."""

    def __init__(self, *args, **kwargs):
        choices = [("true", _("是")), ("false", _("否"))]
        super().__init__(*args, choices=choices, coerce=lambda value: value == "true", **kwargs)

    def filter(self, queryset, value):
        if value in ("", None):
            return queryset
        if self.method:
            return super().filter(queryset, value)
        return queryset.filter(**{self.field_name: value})


@extend_schema_field(OpenApiTypes.INT)
class IdFilter(filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=1, max_value=2**63 - 1, **kwargs)


@extend_schema_field(OpenApiTypes.STR)
class SubtreeFilter(filters.CharFilter):
    """Everything in the organisation with this code (or id) and below it; `field_name` leads to its path."""

    def filter(self, queryset, value):
        if not value:
            return queryset
        organization = find_organization(value, self.parent.request.user)
        if organization is None:
            raise ValidationError({self.extra_name: [f"没有代码或编号为「{value[:40]}」的组织，请核对。"]})
        found = queryset.filter(under(self.field_name, [organization.path]))
        return found.distinct() if self.distinct else found

    @property
    def extra_name(self):
        return next(name for name, each in self.parent.filters.items() if each is self)


def find_organization(text, user):
    """The organisation with this official code, else with this id, if the user may see it."""
    if "\x00" in text:
        return None
    wanted = Q(code=text)
    if text.isdecimal() and int(text) < 2**63:
        wanted |= Q(pk=int(text))
    found = sorted(Organization.objects.visible_to(user).filter(wanted), key=lambda each: each.code != text)
    return found[0] if found else None


class NounFilterSet(filters.FilterSet):
    """Base of all filter sets. `search_fields` are looked through for each word of `search=`."""

    search_fields = ()

    search = filters.CharFilter(method="filter_search", label=_("检索词，多个词用空格隔开，须同时出现"))

    def __init__(self, data=None, *args, **kwargs):
        if data is not None:
            # Only what is asked for: to copy every filter and make a field of each is a fifth of a list's time.
            self.base_filters = {name: each for name, each in self.base_filters.items() if name in data}
        super().__init__(data, *args, **kwargs)

    def filter_search(self, queryset, _name, value):
        for word in value.split()[:5]:
            condition = Q(pk__in=[])
            for field in self.search_fields:
                condition |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(condition)
        return queryset
