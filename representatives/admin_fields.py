"""The desk's way to name one representative among thousands: a field that looks up while one types."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect

from representatives.models import Group


def build_mandate_lookup(given, subject, user):
    """A builder for `GivenForm.lookups`. Offers go by name, pinyin initials or certificate number."""
    field = forms.ModelChoiceField(
        queryset=given.options(subject, user).select_related("person", "organization"),
        required=False,
        # Any foreign key to a mandate serves: it only names the admin that is asked.
        widget=AutocompleteSelect(Group._meta.get_field("leader"), admin.site),
        error_messages={"invalid_choice": f"没有这位{given.label}，或这件事不能用，请从列表中另选。"},
    )
    field.help_text = "输入姓名、拼音首字母或代表证号"
    return field
