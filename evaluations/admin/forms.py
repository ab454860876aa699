"""The desk's forms of the appraisal: a scheme with its indicators, and a cycle with its days."""

from django import forms
from django.db.models import Prefetch
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.models import Membership
from evaluations.actions.drafting import check_cycle
from evaluations.actions.schemes import check_indicator, check_lines, free_code
from evaluations.enums import IndicatorSource
from evaluations.models import Cycle, Indicator, Scheme
from records.given_forms import RowsField
from representatives.enums import DutyKind, Level
from studios.admin.forms import StepForm


def put_faults(form, faults):
    """Each sentence at its field, or above the form where there is none."""
    for name, sentences in faults.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


class SchemeForm(forms.ModelForm):
    class Meta:
        model = Scheme
        fields = [
            "kind",
            "organization",
            "year",
            "level",
            "title",
            "note",
            "excellent_from",
            "competent_from",
            "basic_from",
            "excellent_quota_percent",
            "bonus_cap",
            "minimum_answers",
        ]

    def clean(self):
        data = super().clean()
        if data.get("kind") == "studio" and data.get("level"):
            self.add_error("level", "工作室（站）考核不分代表层级，请留空。")
        lines = ("excellent_from", "competent_from", "basic_from", "bonus_cap")
        if all(data.get(name) is not None for name in lines):
            put_faults(self, check_lines(Scheme(**{name: data[name] for name in lines})))
        return data


class IndicatorForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label="数哪几类履职记录",
        choices=DutyKind.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = Indicator
        fields = ["name", "source", "kinds", "measure", "target", "weight", "cap", "when_missing", "position"]


class IndicatorFormSet(BaseInlineFormSet):
    """Rows are checked against the kind of scheme that stands above them in the same form."""

    def clean(self):
        super().clean()
        kind = self.instance.kind
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or form.errors or form.cleaned_data.get("DELETE"):
                continue
            values = {name: form.cleaned_data.get(name) for name in form.Meta.fields}
            if not values["name"]:
                continue
            values["position"] = values["position"] or 0
            put_faults(form, check_indicator(Indicator(**values), kind))

    def save_new(self, form, commit=True):
        row = form.instance
        if not row.code:
            taken = set(self.instance.indicators.values_list("code", flat=True)) | self._given
            row.code = free_code(row.source, taken)
            self._given.add(row.code)
        return super().save_new(form, commit=commit)

    @property
    def _given(self):
        self.__dict__.setdefault("_codes", set())
        return self.__dict__["_codes"]


MOST_TILES = 60


def build_assessors(given, subject, user):
    """Who may be asked, each with her posts: names alone do not tell whom one asks."""
    posts = Membership.objects.current(on=timezone.localdate()).select_related("organization")
    rows = given.options(subject, user).prefetch_related(Prefetch("memberships", posts, to_attr="posts"))
    choices = [(str(row.pk), f"{row}（{_posts_of(row)}）") for row in rows]
    if len(choices) > MOST_TILES:
        return RowsField(required=False, widget=forms.SelectMultiple(choices=choices, attrs={"size": 12}))
    field = RowsField(required=False, widget=forms.CheckboxSelectMultiple(choices=choices))
    field.look = "tiles"
    return field


def _posts_of(user):
    return "、".join(f"{post.organization.display_name}{post.get_role_display()}" for post in user.posts)


class AppointForm(StepForm):
    lookups = {"users": build_assessors}


def sources_for(kind):
    """What an indicator may lean on, as a form offers it; all of them while the kind is not yet known."""
    offered = IndicatorSource.choices_for(kind) if kind else tuple(IndicatorSource)
    return [(source.value, source.label) for source in offered]


class CycleForm(forms.ModelForm):
    levels = forms.MultipleChoiceField(
        label="代表层级",
        choices=Level.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="参加考评的代表层级；工作室（站）考核不用选",
    )

    class Meta:
        model = Cycle
        fields = [
            "kind",
            "organization",
            "year",
            "title",
            "levels",
            "frontline_only",
            "period_start",
            "period_end",
            "cut_off_date",
            "open_date",
            "report_due_date",
            "assess_due_date",
            "decide_due_date",
            "publicity_days",
            "appeal_days",
        ]

    def clean(self):
        data = super().clean()
        kept = {
            name: getattr(self.instance, name) for name in CycleForm.Meta.fields if name != "organization"
        }
        kept["organization_id"] = self.instance.organization_id
        typed = {name: value for name, value in data.items() if name in CycleForm.Meta.fields}
        if "organization" in typed:
            kept.pop("organization_id")
        put_faults(self, check_cycle(Cycle(pk=self.instance.pk, **kept | typed)))
        return data
