"""A matter as other systems see it: one flat object, personal data masked. Lists are read by `.values()`."""

from types import SimpleNamespace

from rest_framework import serializers

from accounts.masking import mask_name, mask_phone, scrub_person
from accounts.rest.rendering import local_iso
from petitions.enums import Kind, Outcome, Status
from petitions.models import Petition

MOMENTS = (
    "received_at",
    "registered_at",
    "assigned_at",
    "replied_at",
    "resolved_at",
    "fed_back_at",
    "archived_at",
    "withdrawn_at",
    "paused_at",
    "extension_requested_at",
    "supervised_at",
)
JOINED = {
    "channel": "channel__code",
    "channel_name": "channel__name",
    "category": "category__code",
    "category_name": "category__full_name",
    "studio_name": "studio__name",
    "organization_code": "organization__code",
    "organization_name": "organization__name",
    "mandate_name": "mandate__person__name",
    "lead_unit_name": "lead_unit__name",
}
OWN = (
    "id",
    "number",
    "status",
    "kind",
    "title",
    "content",
    "place",
    "studio",
    "organization",
    "mandate",
    "petitioner_name",
    "petitioner_phone",
    "anonymous",
    "lead_unit",
    "due_date",
    "due_explained",
    "clock_left",
    "extended_days",
    "outcome",
    "rating",
    "handling_rating",
    *MOMENTS,
    "archive_number",
    "reopen_count",
)
COLUMNS = [*OWN, *JOINED.values()]
LABELS = {
    "status": {status.value: str(status.label) for status in Status},
    "kind": {kind.value: str(kind.label) for kind in Kind},
    "outcome": {outcome.value: str(outcome.label) for outcome in Outcome} | {"": ""},
}
OPEN_STATES = {state.value for state in Status.open_states()}


def petition_row(values, *, on):
    """One row of `.values(*COLUMNS)` as the API tells it; `on` is today, for `overdue`."""
    told = {name: values[name] for name in OWN}
    for name, path in JOINED.items():
        told[name] = values[path]
    for name, labels in LABELS.items():
        told[f"{name}_display"] = labels[values[name]]
    for name in MOMENTS:
        if told[name] is not None:
            told[name] = local_iso(told[name])
    for name in ("title", "content"):
        told[name] = scrub_person(
            values[name], name=values["petitioner_name"] or "", phone=values["petitioner_phone"] or ""
        )
    told["petitioner_name"] = "匿名" if values["anonymous"] else mask_name(values["petitioner_name"])
    told["petitioner_phone"] = mask_phone(values["petitioner_phone"])
    told["overdue"] = is_overdue(values, on=on)
    return told


def is_overdue(values, *, on):
    """The rule of `Petition.is_overdue`, asked of a row of values; making a Petition of each row costs too much."""
    asked = SimpleNamespace(
        is_open=values["status"] in OPEN_STATES,
        due_date=values["due_date"],
        fed_back_at=values["fed_back_at"],
    )
    return Petition.is_overdue(asked, on=on)


class PetitionSerializer(serializers.ModelSerializer):
    """The description of `petition_row` for the API document; it serializes nothing itself."""

    status_display = serializers.CharField()
    kind_display = serializers.CharField()
    outcome_display = serializers.CharField()
    channel = serializers.CharField(help_text="来源渠道代码")
    channel_name = serializers.CharField()
    category = serializers.CharField(allow_null=True, help_text="问题分类代码")
    category_name = serializers.CharField(allow_null=True)
    studio_name = serializers.CharField()
    organization_code = serializers.CharField()
    organization_name = serializers.CharField()
    mandate_name = serializers.CharField(allow_null=True, help_text="接待代表姓名")
    petitioner_name = serializers.CharField(help_text="打码，如「李*」；匿名为「匿名」")
    petitioner_phone = serializers.CharField(help_text="打码，如「138****2210」")
    lead_unit_name = serializers.CharField(allow_null=True)
    due_explained = serializers.DictField(
        help_text="期限怎么算的：起算日、工作日数、跳过的日子、依据；`lines` 为延期和停表"
    )
    overdue = serializers.BooleanField(help_text="已超过本环节期限")

    class Meta:
        model = Petition
        fields = [*OWN, *JOINED, "status_display", "kind_display", "outcome_display", "overdue"]
        fields = list(dict.fromkeys(fields))


class PetitionDetailSerializer(PetitionSerializer):
    allowed_verbs = serializers.ListField(child=serializers.CharField(), help_text="您现在可以做的动作")

    class Meta(PetitionSerializer.Meta):
        fields = [*PetitionSerializer.Meta.fields, "allowed_verbs"]
