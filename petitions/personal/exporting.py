"""Everything we hold on one matter for the person whose matter it is: said, done, told, and who looked at her data."""

from django.utils import timezone

from petitions.models import Petition
from records.models import Attachment, Event
from records.verbs import verb_label

FACTS = (
    "number",
    "status",
    "kind",
    "title",
    "content",
    "place",
    "petitioner_name",
    "petitioner_phone",
    "received_at",
    "registered_at",
    "assigned_at",
    "replied_at",
    "resolved_at",
    "fed_back_at",
    "archived_at",
    "withdrawn_at",
    "routed_out_at",
    "stop_processing_at",
    "due_date",
    "outcome",
    "rating",
    "handling_rating",
    "archive_number",
)
ROWS = {
    "答复": ("replies", ("organization", "outcome", "content", "replied_at")),
    "告知与评价": ("feedbacks", ("method", "content", "rating", "handling_rating", "told_at")),
    "补充": ("supplements", ("content", "added_at")),
    "承办": ("assignments", ("organization", "role", "assigned_at", "ended_at", "countersign_content")),
    "延期": ("extensions", ("work_days", "reason", "told_on", "state", "decision_note")),
    "停表": ("pauses", ("reason", "note", "started_at", "ended_at")),
    "转出": ("routings", ("receiver", "receiver_name", "reason", "routed_at", "receipt_number")),
    "回访": ("call_backs", ("sampled_on", "state", "called_at", "remark")),
}
LOOKED = ("unmasked", "downloaded", "exported")


def export_petition(petition):
    petition = Petition.objects.with_names().get(pk=petition.pk)
    facts = {_label(petition, name): _value(petition, name) for name in FACTS}
    facts |= {
        "来源渠道": petition.channel.name,
        "问题分类": petition.category.full_name if petition.category else "",
        "工作室（站）": petition.studio.name,
        "所属组织": petition.organization.name,
        "承办单位": petition.lead_unit.name if petition.lead_unit else "",
        "接待代表": petition.mandate.person.name if petition.mandate_id else "",
    }
    sections = {"基本情况": {label: value for label, value in facts.items() if value}}
    for title, (related, fields) in ROWS.items():
        rows = getattr(petition, related).all()
        sections[title] = [{_label(row, name): _value(row, name) for name in fields} for row in rows]
    sections["附件"] = [
        {"文件名": file.original_name, "上传时间": _moment(file.uploaded_at)}
        for file in Attachment.objects.about(petition)
    ]
    events = list(Event.objects.about(petition).select_related("actor", "organization"))
    sections["谁看过您的信息"] = [_told(event) for event in events if event.verb in LOOKED]
    sections["经过"] = [_told(event) for event in events if event.verb not in LOOKED]
    return sections


def _told(event):
    return {
        "时间": _moment(event.at),
        "谁": event.actor_label,
        "做了什么": verb_label(event.subject_type, event.verb),
        "说明": event.note,
    }


def _label(row, name):
    return str(row._meta.get_field(name).verbose_name)


def _value(row, name):
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    if value is None or value == "":
        return ""
    return _moment(value) if hasattr(value, "hour") else str(value)


def _moment(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
