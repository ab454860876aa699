"""The desk's forms of training: a session with its rule, and what a step must be given."""

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.errors import InvalidInput
from representatives.enums import Level
from studios.admin.forms import StepForm
from training.actions.drafting import check_session
from training.models import Training


class InnerForm(StepForm):
    """A form within a page: the page stays where it is, and does not jump to the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)


class TrainingForm(forms.ModelForm):
    levels = forms.MultipleChoiceField(
        label="代表层级",
        choices=Level.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="按条件列名单时用；不选为各级都要",
    )

    class Meta:
        model = Training
        fields = [
            "plan",
            "organization",
            "kind",
            "title",
            "course",
            "start_date",
            "end_date",
            "start_time",
            "place",
            "teacher",
            "hours",
            "seats",
            "is_main_class",
            "material",
            "audience",
            "levels",
            "frontline_only",
            "field",
            "group",
        ]

    def clean(self):
        data = super().clean()
        if not self.errors:
            row = Training(**{name: data.get(name) for name in self._meta.fields})
            try:
                check_session(row)
            except InvalidInput as fault:
                for name, sentences in fault.errors.items():
                    for sentence in sentences:
                        self.add_error(name if name in self.fields else None, sentence)
        return data
