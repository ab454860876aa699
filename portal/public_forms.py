"""The forms of the public's door. They draw and carry; what is right and wrong is said by the actions."""

import uuid

from django import forms
from django.conf import settings
from django.core import signing

from petitions.actions.public import ADD, RATE, WITHDRAW
from petitions.moves import RECEIVE_FROM_PUBLIC
from portal import flood
from records.given_forms import GivenForm
from records.models import RequestKind
from records.moves import Given

TOKEN_SALT = "portal.box"


def new_token(studio):
    """Made by us, for this venue, good for some days: with it a form sent twice is one matter."""
    return signing.dumps({"form": uuid.uuid4().hex, "venue": studio.code}, salt=TOKEN_SALT)


def is_our_token(token, studio):
    try:
        held = signing.loads(token or "", salt=TOKEN_SALT, max_age=settings.BOX_FORM_HOURS * 3600)
    except signing.BadSignature:
        return False
    return held.get("venue") == studio.code


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PhotosField(forms.Field):
    """Some photos; what they are is read from their content by `clean_photos`."""

    widget = PhotosInput

    def clean(self, value):
        return [upload for upload in value or [] if upload]


class BoxForm(GivenForm):
    """有什么事，跟代表说."""

    def __init__(self, studio, *args, **kwargs):
        super().__init__(RECEIVE_FROM_PUBLIC, *args, user=None, **kwargs)
        self.studio = studio
        self.fields["token"] = forms.CharField(required=False, widget=forms.HiddenInput(), label="凭据")
        self.fields["token"].initial = new_token(studio)
        self.fields["photos"] = PhotosField(required=False, label="照片")
        self.fields["photos"].widget.attrs |= {
            "accept": "image/jpeg,image/png,image/webp",
            "multiple": True,
            "data-photos": settings.BOX_PHOTOS,
        }
        self.fields["answer"] = forms.CharField(
            required=False,
            max_length=8,
            label="",
            widget=forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "data-draft-skip": ""}
            ),
        )
        self.fields["seal"] = forms.CharField(
            required=False, widget=forms.HiddenInput(attrs={"data-draft-skip": ""}), label="题目"
        )
        # Nobody sees this one; a machine that fills in every field gives itself away.
        self.fields["website"] = forms.CharField(
            required=False,
            label="网址（请不要填）",
            widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
        )
        self._word_fields()

    def _word_fields(self):
        content = self.fields["content"]
        content.widget.attrs |= {"rows": 6, "placeholder": str(content.help_text)}
        content.help_text = ""
        self.fields["kind"].initial = "opinion"
        self.fields["kind"].shape = "four"
        self.fields["place"].widget.attrs["placeholder"] = "村、社区、路口或单位"
        self.fields["petitioner_name"].widget.attrs |= {"placeholder": "如 李女士", "autocomplete": "off"}
        phone = {"placeholder": "手机号", "inputmode": "tel", "autocomplete": "off"}
        self.fields["petitioner_phone"].widget.attrs |= phone

    def set_value(self, name, value):
        """Another value for a hidden field of a form that goes back."""
        if self.is_bound:
            self.data = self.data.copy()
            self.data[self.add_prefix(name)] = value
        self.fields[name].initial = value

    def ask_sum(self, token):
        question, seal = flood.new_sum(token)
        self.fields["answer"].label = f"请算一算：{question}"
        self.set_value("seal", seal)
        self.set_value("answer", "")
        # A field that was drawn once keeps its label.
        self._bound_fields_cache.pop("answer", None)
        self.asks_sum = True

    asks_sum = False


class CodeForm(forms.Form):
    code = forms.CharField(
        required=False,
        label="查询码",
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "如 7K3M-9QX2-…",
                "maxlength": 80,
            }
        ),
    )
    use_required_attribute = False


class SurveyCodeForm(forms.Form):
    code = forms.CharField(
        required=False,
        label="评议码",
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "如 7K3M-9QX2-…",
                "maxlength": 60,
            }
        ),
    )
    use_required_attribute = False


class SurveyForm(GivenForm):
    """The questions of a survey, each with five tiles in a row."""

    def __init__(self, givens, *args, **kwargs):
        super().__init__(givens, *args, user=None, **kwargs)
        for field in self.fields.values():
            field.shape = "five"


class TrackStepForm(GivenForm):
    """One of the things a person can do with her code, each with its own prefix: they stand on one page."""

    def __init__(self, verb, petition, *args, **kwargs):
        kwargs.setdefault("auto_id", f"id_{verb}_%s")
        super().__init__(GIVENS[verb], *args, user=None, **kwargs)
        if verb == "request":
            # To stop what stands still, or to go on with what nobody stopped, is nothing to ask for.
            done = RequestKind.STOP if petition.stop_processing_at else RequestKind.RESUME
            kinds = self.fields["kind"].widget
            kinds.choices = [choice for choice in kinds.choices if choice[0] != done]


REQUEST = (
    Given("kind", "您要", "choice", options=RequestKind, missing="请选一项。"),
    Given("reason", "说一句为什么", "text", max_length=200, missing="请说一句为什么。"),
    Given("new_name", "改成的称呼", "text", required=False, max_length=40, help="只在更正时填"),
    Given("new_phone", "改成的电话", "text", required=False, max_length=20, help="只在更正时填"),
)
GIVENS = {"rate": RATE, "add": ADD, "withdraw": WITHDRAW, "request": REQUEST}
"""What each of the steps on the page of a matter is given."""
