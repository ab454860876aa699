"""The portal's forms: what a step must be given, in a representative's words."""

import uuid

from django import forms
from django.utils.functional import cached_property

from petitions.moves import RECEIVE, UNMASK_REASON
from petitions.rules import own_mandate_ids
from records.given_forms import GivenForm
from representatives.models import Mandate


class StepForm(GivenForm):
    """What one step of a matter must be given."""

    prompts = {
        ("feedback", "method"): "怎么告诉本人的",
        ("feedback", "content"): "本人怎么说",
        ("feedback", "handling_rating"): "本人给办理打几分",
        ("feedback", "rating"): "本人给结果打几分",
        ("rate", "method"): "怎么听到的",
        ("rate", "content"): "本人怎么说",
        ("rate", "handling_rating"): "本人给办理打几分",
        ("rate", "rating"): "本人给结果打几分",
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
        "accused": "哪个单位",
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
