"""The desk's forms about venues and reception days: what a step must be given, with a look-up for long lists."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from unfold.widgets import UnfoldAdminSelect2Widget

from records.given_forms import GivenForm
from studios.models import Companion


def build_person_lookup(given, subject, user):
    """One person among thousands, by name or pinyin initials."""
    field = forms.ModelChoiceField(
        queryset=given.options(subject, user),
        required=False,
        # Any foreign key to a person serves: it only names the admin that is asked.
        widget=AutocompleteSelect(Companion._meta.get_field("person"), admin.site),
        error_messages={"invalid_choice": f"没有这位{given.label}，或这里不能用，请从列表中另选。"},
    )
    field.help_text = "输入姓名或拼音首字母"
    return field


class StepForm(GivenForm):
    """Long lists can be searched; short ones are tiles."""

    lookups = {"person": build_person_lookup}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if type(field.widget) is forms.Select:
                field.widget = UnfoldAdminSelect2Widget(choices=field.widget.choices)
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.widget.attrs["autofocus"] = True
