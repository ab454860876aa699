"""Forms built from what a step must be given. The table checks the values; a form only draws and carries them."""

import uuid

from django import forms
from django.utils.functional import cached_property

from petitions.moves import RECEIVE, UNMASK_REASON
from petitions.rules import own_mandate_ids
from representatives.models import Mandate

TILE_LIMIT = 9
"""A choice among no more than this many is drawn as tiles under the thumb; a longer one as a list."""

RATING_WORDS = {1: "很不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "很满意"}


class GivenForm(forms.Form):
    """One field for each `Given`. Django's own checks stay out of the way: all doors give the table's sentences."""

    template_name = "portal/_given_form.html"
    prompts = {}
    """Name of a field → the question put to a representative, where the table's label is too short for a phone."""

    def __init__(self, givens, *args, subject=None, user, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.givens = tuple(givens)
        for given in self.givens:
            field = _BUILDERS[given.kind](given, subject, user)
            field.label = self.prompts.get(given.name, given.label)
            field.help_text = given.help
            field.optional = not given.required
            self.fields[given.name] = field

    def given(self):
        """What was typed, for the action to check."""
        return {given.name: self.cleaned_data.get(given.name) for given in self.givens}

    def refuse(self, invalid):
        """Put each sentence of an InvalidInput at its field."""
        for name, sentences in invalid.errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


def _build_text(given, _subject, _user):
    return forms.CharField(required=False, widget=forms.TextInput(attrs={"maxlength": given.max_length}))


def _build_long_text(given, _subject, _user):
    return forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 5, "maxlength": given.max_length})
    )


def _build_choice(given, _subject, _user):
    return _options_field(given, list(given.options.choices))


def _build_model(given, subject, user):
    return _options_field(given, [(str(row.pk), str(row)) for row in given.options(subject, user)])


def _build_integer(given, _subject, _user):
    if (given.minimum, given.maximum) == (1, 5):
        # Highest first: the style sheet lights a star and those that follow it, and the row is drawn reversed.
        choices = [(str(n), RATING_WORDS[n]) for n in range(5, 0, -1)]
        field = forms.CharField(required=False, widget=forms.RadioSelect(choices=choices))
        field.look = "stars"
        return field
    attrs = {"inputmode": "numeric", "min": given.minimum, "max": given.maximum}
    return forms.CharField(required=False, widget=forms.NumberInput(attrs=attrs))


def _build_date(_given, _subject, _user):
    return forms.CharField(required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _build_boolean(_given, _subject, _user):
    field = forms.BooleanField(required=False)
    field.look = "check"
    return field


def _options_field(given, choices):
    if len(choices) <= TILE_LIMIT:
        field = forms.CharField(required=False, widget=forms.RadioSelect(choices=choices))
        field.look = "tiles"
        field.shape = _shape_of([str(label) for _value, label in choices])
        return field
    return forms.CharField(
        required=False, widget=forms.Select(choices=[("", f"请选择{given.label}"), *choices])
    )


def _shape_of(labels):
    """How tiles stand on a phone: long words below each other, five short ones in a row, four in a square."""
    if any(len(label) > 8 for label in labels):
        return "wide"
    if len(labels) == 5 and all(len(label) <= 3 for label in labels):
        return "five"
    return "square" if len(labels) in (2, 4) else ""


_BUILDERS = {
    "text": _build_text,
    "long_text": _build_long_text,
    "choice": _build_choice,
    "model": _build_model,
    "integer": _build_integer,
    "date": _build_date,
    "boolean": _build_boolean,
}


class StepForm(GivenForm):
    """What one step of a matter must be given."""

    prompts = {
        ("feedback", "method"): "怎么告诉本人的",
        ("feedback", "content"): "本人怎么说",
        ("feedback", "rating"): "本人打几分",
        ("reopen", "reason"): "为什么要重新办理",
    }

    def __init__(self, move, *args, **kwargs):
        self.move = move
        self.prompts = {
            name: prompt for (verb, name), prompt in StepForm.prompts.items() if verb == move.verb
        }
        super().__init__(move.needs, *args, **kwargs)


class UnmaskForm(GivenForm):
    def __init__(self, *args, **kwargs):
        super().__init__((UNMASK_REASON,), *args, **kwargs)


class IntakeForm(GivenForm):
    """记一件事. The token makes a form that is sent twice into one matter."""

    prompts = {
        "studio": "哪个工作室（站）",
        "channel": "从哪里听来的",
        "kind": "这是一个",
        "title": "一句话概括",
        "content": "什么事",
        "place": "在哪里",
        "petitioner_name": "姓名",
        "petitioner_phone": "电话",
        "anonymous": "本人不愿留姓名和电话",
        "mandate": "以哪个代表资格接待",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(RECEIVE, *args, **kwargs)
        self.fields["token"] = forms.UUIDField(
            required=False, initial=uuid.uuid4, widget=forms.HiddenInput(), label="凭据"
        )
        self._word_fields()
        self._prefill(user=kwargs["user"])
        for name in ("studio", "mandate"):
            self._settle_single(name)

    def _word_fields(self):
        content = self.fields["content"].widget.attrs
        content |= {"rows": 6, "placeholder": str(self.fields["content"].help_text)}
        self.fields["content"].help_text = ""
        self.fields["petitioner_name"].widget.attrs |= {"placeholder": "如 李女士", "autocomplete": "off"}
        phone = {"placeholder": "手机或座机", "inputmode": "tel", "autocomplete": "off"}
        self.fields["petitioner_phone"].widget.attrs |= phone
        self.fields["petitioner_phone"].help_text = ""
        self.fields["title"].widget.attrs["placeholder"] = str(self.fields["title"].help_text)
        self.fields["title"].help_text = ""
        self.fields["place"].widget.attrs["placeholder"] = "村、社区、路口或单位"

    def _prefill(self, *, user):
        """Her own mandates only, whatever other posts she holds; the venue of the group she sits in."""
        own = Mandate.objects.filter(pk__in=own_mandate_ids(user)).select_related(
            "person", "group__placement"
        )
        mandates = list(own.order_by("pk"))
        field = self.fields["mandate"]
        field.widget = forms.RadioSelect(choices=[(str(m.pk), str(m)) for m in mandates])
        field.look, field.shape, field.optional = "tiles", "wide", False
        placed = next((m for m in mandates if m.group and hasattr(m.group, "placement")), None)
        field.initial = str((placed or mandates[0]).pk) if mandates else None
        if placed:
            self.fields["studio"].initial = str(placed.group.placement.studio_id)

    def renew_token(self):
        self.data = self.data.copy()
        self.data[self.add_prefix("token")] = str(uuid.uuid4())

    def _settle_single(self, name):
        """Nothing to choose: show it as words and send it along."""
        field = self.fields[name]
        choices = [choice for choice in field.widget.choices if choice[0]]
        if len(choices) != 1:
            return
        value, label = choices[0]
        field.widget = forms.HiddenInput()
        field.initial = value
        field.settled = label

    @cached_property
    def has_venue(self):
        return hasattr(self.fields["studio"], "settled") or bool(self.fields["studio"].widget.choices)

    def given(self):
        """Anonymous means that nothing about the person leaves the form, whatever was typed before the tick."""
        values = super().given()
        values["mandate"] = values["mandate"] or self.fields["mandate"].initial
        if values["anonymous"]:
            values |= {"petitioner_name": "", "petitioner_phone": ""}
        return values
