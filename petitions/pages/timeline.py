"""What happened to a matter, newest first, told in words."""

from dataclasses import dataclass

from petitions.enums import FeedbackMethod, Outcome
from records.models import Event

PROBLEM_VERBS = (
    "merge",
    "unmerge",
    "problem_opened",
    "problem_joined",
    "problem_led",
    "problem_left",
    "problem_ended",
)
PAPER = {"docx": "Word", "pdf": "PDF"}


@dataclass(frozen=True)
class TimelineEntry:
    event: Event
    reached: str
    """The state the matter came into, for the colour of the dot; empty for what moved nothing."""
    detail: str


def timeline_of(petition):
    events = Event.objects.about(petition)
    return [
        TimelineEntry(event=event, reached=event.after.get("status") or "", detail=tell_event(event))
        for event in events
    ]


def tell_event(event):
    after = event.after
    words = {
        "register": after.get("category"),
        "assign": _joined(after.get("lead_unit"), _listed("协办 {}", after.get("co_units"))),
        "co_units": _joined(
            _listed("增加 {}", after.get("added")), _listed("解除 {}", after.get("released"))
        ),
        **dict.fromkeys(("countersign", "decline", "hand_back"), after.get("unit")),
        "hand_on": _joined(after.get("lead_unit"), _counted("原由 {} 承办", after.get("from_unit"))),
        "take_over": after.get("lead_unit"),
        "route_out": _joined(after.get("receiver"), after.get("receiver_name")),
        "receipt": _joined(after.get("receipt_on"), after.get("receipt_number")),
        "reply": _joined(after.get("unit"), _label(Outcome, after.get("outcome"))),
        **dict.fromkeys(
            ("feedback", "rate"),
            _joined(
                _label(FeedbackMethod, after.get("method")),
                _counted("办理 {} 分", after.get("handling_rating")),
                _counted("结果 {} 分", after.get("rating")),
            ),
        ),
        "called_back": _told_in_call(after),
        "printed": _joined(after.get("paper"), PAPER.get(after.get("format"))),
        "archive": after.get("archive_number"),
        **dict.fromkeys(PROBLEM_VERBS, after.get("problem")),
        "reopen": after.get("lead_unit"),
        "extend": _counted("{} 个工作日", after.get("work_days")),
        "approve_extension": _joined(
            _counted("{} 个工作日", after.get("work_days")), _counted("期限改为 {}", after.get("due_date"))
        ),
        "pause": after.get("reason"),
        "resume": _counted("期限 {}", after.get("due_date")),
        "supervise": _joined(after.get("office"), _counted("{} 前回报", after.get("reply_due"))),
    }
    return words.get(event.verb) or ""


def _told_in_call(after):
    if after.get("was_told") is None:
        return "没有打通"
    return _joined(
        "确已告知" if after["was_told"] else "本人说没人告诉过",
        _counted("办理 {} 分", after.get("handling_rating")),
        _counted("结果 {} 分", after.get("result_rating")),
    )


def _counted(words, value):
    return words.format(value) if value else ""


def _listed(words, names):
    return words.format("、".join(names)) if names else ""


def _label(choices, value):
    return str(choices(value).label) if value in choices.values else ""


def _joined(*parts):
    return " · ".join(part for part in parts if part)
