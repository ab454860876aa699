"""What an event's before and after say, in the words of the thing's own fields."""

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

# Told beside a thing's own fields.
_WORDS = {
    "about": "哪一条",
    "added": "新增",
    "changed": "修改",
    "count": "数量",
    "days": "天数",
    "clock_left": "剩余工作日",
    "decided_by": "决定机关",
    "format": "格式",
    "ground": "事由",
    "joined": "调入人数",
    "left": "调出人数",
    "members": "成员人数",
    "method": "告知方式",
    "office": "督办组织",
    "paper": "文书",
    "people": "通知人数",
    "period": "年度",
    "reason": "原因",
    "reply_due": "要求回报日期",
    "rows": "行数",
    "studio": "工作室（站）",
    "told_method": "告知方式",
    "told_on": "告知日期",
    "unit": "承办单位",
    "what": "内容",
    "work_days": "工作日数",
}


def tell_values(subject_type, values):
    """[(label, words)] of what an event kept, e.g. [("环节", "归档"), ("档案号", "370783-DA-2026-000001")]."""
    try:
        model = apps.get_model(subject_type)
    except (LookupError, ValueError):
        model = None
    return [_tell(model, name, value) for name, value in values.items()]


def _tell(model, name, value):
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        field = None
    label = str(getattr(field, "verbose_name", "")) or _WORDS.get(name, name)
    choices = dict(getattr(field, "flatchoices", ()) or ())
    return label, _words(choices.get(value, value) if isinstance(value, str) else value)


def _words(value):
    if value in (None, "", [], {}):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)
