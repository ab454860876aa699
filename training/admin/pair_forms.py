"""The desk's forms about pairs: mentors and young people are looked up, places can be searched."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from unfold.widgets import UnfoldAdminSelect2Widget

from records.given_forms import GivenForm
from training.models import MentorPair


def _lookup(name, hint):
    def build(given, subject, user):
        field = forms.ModelChoiceField(
            queryset=given.options(subject, user),
            required=False,
            widget=AutocompleteSelect(MentorPair._meta.get_field(name), admin.site),
            error_messages={"invalid_choice": f"没有这位{given.label}，或这里不能用，请从列表中另选。"},
        )
        field.help_text = hint
        return field

    return build


class PairForm(GivenForm):
    lookups = {"mentee": _lookup("mentee", "输入姓名或拼音首字母")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("mentor", "organization", "goal"):
            field = self.fields.get(name)
            if field is not None and type(field.widget) is forms.Select:
                field.widget = UnfoldAdminSelect2Widget(choices=field.widget.choices)
