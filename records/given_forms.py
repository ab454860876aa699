"""Forms built from what a step must be given (`records.moves.Given`), for every door that shows pages.

The table checks the values; a form only draws and carries them.
"""

from django import forms

TILE_LIMIT = 9
"""A choice among no more than this many is drawn as tiles under the thumb; a longer one as a list."""

RATING_WORDS = {1: "很不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "很满意"}


class GivenForm(forms.Form):
    """One field for each `Given`. Django's own checks stay out of the way: all doors give the table's sentences."""

    prompts = {}
    """Name of a field → the question put to a representative, where the table's label is too short for a phone."""
    lookups = {}
    """Name of a field → a builder in place of the usual one, for a list too long to send along."""

    def __init__(self, givens, *args, subject=None, user, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.givens = tuple(givens)
        for given in self.givens:
            build = self.lookups.get(given.name, _BUILDERS[given.kind])
            field = build(given, subject, user)
            field.label = self.prompts.get(given.name, given.label)
            field.help_text = given.help or field.help_text
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
    choices = [(str(row.pk), str(row)) for row in given.options(subject, user)]
    field = _options_field(given, choices)
    if given.required and len(choices) == 1:
        # Nothing to choose: it is said, and needs no press.
        field.initial = choices[0][0]
    return field


def _build_models(given, subject, user):
    choices = [(str(row.pk), str(row)) for row in given.options(subject, user)]
    if len(choices) <= TILE_LIMIT:
        field = RowsField(required=False, widget=forms.CheckboxSelectMultiple(choices=choices))
        field.look = "tiles"
        field.shape = _shape_of([label for _value, label in choices])
        return field
    return RowsField(required=False, widget=forms.SelectMultiple(choices=choices, attrs={"size": 8}))


class RowsField(forms.Field):
    """Several rows by their ids; the table checks them."""

    def to_python(self, value):
        return list(value or [])


def _build_decimal(given, _subject, _user):
    return forms.CharField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )


def _build_datetime(_given, _subject, _user):
    return forms.CharField(required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))


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
    "models": _build_models,
    "decimal": _build_decimal,
    "datetime": _build_datetime,
    "integer": _build_integer,
    "date": _build_date,
    "boolean": _build_boolean,
}
