"""The desk's forms for matters: what a step must be given, with Django's own look-up for long lists."""

from django import forms
from unfold.widgets import UnfoldAdminSelect2MultipleWidget, UnfoldAdminSelect2Widget

from petitions.alike import similar_to
from petitions.enums import Kind
from petitions.models import Category
from petitions.moves import RECEIVE, TABLE, UNMASK_REASON
from petitions.rules import kept_studio_ids, open_categories
from records.given_forms import GivenForm
from representatives.admin_fields import build_mandate_lookup
from studios.enums import DutyStatus


def build_unit_choice(given, subject, user):
    """Units under their full and their everyday name (住建局), so that either finds them; those at home first."""
    home = subject.organization.county_path
    units = sorted(given.options(subject, user), key=lambda unit: not unit.path.startswith(home))
    choices = [(str(unit.pk), _both_names(unit)) for unit in units]
    return forms.CharField(
        required=False, widget=forms.Select(choices=[("", f"请选择{given.label}"), *choices])
    )


MOST_OFFERED = 100
"""Beside the likely ones; the rest is found from its own page."""


def build_main_choice(given, subject, user):
    """Matters to merge into: the likely ones first, with why, then the newest of the county."""
    likely = {one.petition.pk: one for one in similar_to(subject, user, most=8)}
    offered = given.options(subject, user)
    mergeable = set(offered.filter(pk__in=likely).values_list("pk", flat=True))
    near = [
        (str(pk), f"{one.petition.shown_title}（{one.sentence}）{one.petition.number}")
        for pk, one in likely.items()
        if pk in mergeable
    ]
    newest = offered.exclude(pk__in=likely).order_by("-pk")[:MOST_OFFERED]
    others = [(str(one.pk), f"{one.shown_title} {one.number}") for one in newest]
    choices = [("", f"请选择{given.label}")]
    choices += [("很可能是同一件事", near)] if near else []
    choices += [("其他未办结的", others)] if others else []
    return forms.CharField(required=False, widget=forms.Select(choices=choices))


def _both_names(unit):
    if not unit.short_name or unit.short_name == unit.name:
        return unit.name
    return f"{unit.name}（{unit.short_name}）"


class StepForm(GivenForm):
    lookups = {"organization": build_unit_choice, "main": build_main_choice}

    def __init__(self, move, *args, **kwargs):
        super().__init__(move.needs, *args, **kwargs)
        if "category" in self.fields:
            self.fields["category"].widget = UnfoldAdminSelect2Widget(choices=category_choices())
            self.fields["category"].look = ""
        for field in self.fields.values():
            if type(field.widget) is forms.Select:
                # Long enough to be worth searching; short ones are tiles.
                field.widget = UnfoldAdminSelect2Widget(choices=field.widget.choices)
            elif type(field.widget) is forms.SelectMultiple:
                field.widget = UnfoldAdminSelect2MultipleWidget(choices=field.widget.choices)
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.widget.attrs["autofocus"] = True


class UnmaskForm(GivenForm):
    def __init__(self, *args, **kwargs):
        super().__init__((UNMASK_REASON,), *args, **kwargs)


def category_choices(blank="请选择问题分类"):
    """The tree as a grouped list: second level as groups, leaves below; one query."""
    groups, names = {}, {}
    for category in open_categories(None, None).order_by("path"):
        names[category.path] = category.full_name
        groups.setdefault(names.get(category.path[:-4], "大类"), []).append((str(category.pk), category.name))
    return [("", blank), *groups.items()]


class ReceiveForm(GivenForm):
    """登记来访事项: one page, no mouse. With a category the matter is registered in the same stroke."""

    lookups = {"mandate": build_mandate_lookup}

    def __init__(self, *args, day=None, **kwargs):
        """`day`: the reception day on which it is said; its venue is settled, and who sits there is on offer."""
        super().__init__(RECEIVE, *args, **kwargs)
        user = kwargs["user"]
        self.fields["category"] = forms.CharField(
            required=False,
            label=Category._meta.verbose_name,
            help_text="选了分类就一并登记；不选则留在「待登记」。",
            widget=UnfoldAdminSelect2Widget(choices=category_choices()),
        )
        self.fields["category"].optional = True
        accused = self.fields["accused"]
        if type(accused.widget) is forms.SelectMultiple:
            accused.widget = UnfoldAdminSelect2MultipleWidget(choices=accused.widget.choices)
        self.fields["content"].widget.attrs |= {"autofocus": True, "rows": 4}
        self.fields["kind"].initial = Kind.OPINION.value
        studio = self.fields["studio"].widget
        if type(studio) is forms.Select:
            self.fields["studio"].widget = UnfoldAdminSelect2Widget(choices=studio.choices)
        usual = self.fields["channel"].widget.choices
        self.fields["channel"].initial = usual[0][0] if usual else None
        kept = sorted(kept_studio_ids(user))
        if kept:
            self.fields["studio"].initial = str(kept[0])
        if day is not None:
            self._settle_on(day)
        self.order_fields(
            [
                "content",
                "kind",
                "petitioner_name",
                "petitioner_phone",
                "anonymous",
                "place",
                "category",
                "accused",
                "title",
                "studio",
                "channel",
                "mandate",
            ]
        )

    def _settle_on(self, day):
        self.fields["studio"].initial = str(day.studio_id)
        duties = day.duties.holding().select_related("mandate__person").order_by("pk")
        # Who has checked in comes first: the matter is most likely told to her.
        sitters = sorted(duties, key=lambda duty: duty.status != DutyStatus.SERVED)
        choices = [(str(duty.mandate_id), str(duty.mandate)) for duty in sitters]
        field = forms.CharField(
            required=False,
            label=self.fields["mandate"].label,
            widget=forms.RadioSelect(choices=[*choices, ("", "工作室（站）接待")]),
            initial=choices[0][0] if choices else "",
        )
        field.look, field.shape, field.optional = "tiles", "wide", True
        self.fields["mandate"] = field

    @property
    def has_venue(self):
        """Is there a venue to take a matter down for? A keeper who keeps none has nothing to choose."""
        return any(value for value, _label in self.fields["studio"].widget.choices)

    def given(self):
        values = super().given()
        if values["anonymous"]:
            values |= {"petitioner_name": "", "petitioner_phone": ""}
        return values


def step_form(verb, *args, **kwargs):
    return StepForm(TABLE[verb], *args, **kwargs)
