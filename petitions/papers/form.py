"""《党员群众意见建议办理表》 and the letter of reply: what stands in each place of the sheet."""

from accounts.errors import Conflict
from petitions.enums import Outcome
from petitions.papers.facts import (
    extension_words,
    pause_words,
    rating_words,
    receiver_of,
    routing_words,
    supervision_words,
    unit_words,
)
from records.papers.words import day, moment, printable

RESULTS = {
    Outcome.SOLVED: "您反映的问题已经解决。",
    Outcome.IN_PROGRESS: "您反映的问题正在解决。",
    Outcome.LATER: "您反映的问题已列入工作计划。",
    Outcome.REFERENCE: "您的意见已留作工作参考。",
}
"""Class A–D of a reply, said to the person (R56)."""


def form_context(facts):
    petition = facts.petition
    return {
        "number": petition.number,
        "printed_on": day(facts.on),
        "name": printable(facts.name),
        "phone": facts.phone,
        "channel": petition.channel.name,
        "kind": petition.get_kind_display(),
        "received": moment(petition.received_at),
        "receiver": receiver_of(petition),
        "studio": petition.studio.name,
        "place": facts.text(petition.place),
        "category": petition.category.full_name if petition.category else "",
        "title": facts.text(petition.title),
        "content": _with_supplements(facts),
        "registered": _registered(facts),
        "units": _lines([unit_words(row) for row in facts.assignments]),
        "notes": _lines([facts.text(row.note) for row in facts.assignments]),
        "course": _lines(_course(facts)),
        "reply": _replies(facts),
        "reply_unit": facts.replies[-1].organization.name if facts.replies else "",
        "reply_date": day(facts.replies[-1].replied_at) if facts.replies else "",
        "feedback": _lines([_feedback(facts, row) for row in facts.feedbacks]),
        "rating": rating_words(petition),
        "archive": _archive(petition),
    }


def _lines(parts):
    return "\n".join(part for part in parts if part)


def _with_supplements(facts):
    added = [f"【{day(row.added_at)}补充】{facts.text(row.content)}" for row in facts.supplements]
    return _lines([facts.text(facts.petition.content), *added])


def _registered(facts):
    if facts.petition.registered_at is None:
        return ""
    event = next((event for event in facts.events if event.verb == "register"), None)
    words = moment(facts.petition.registered_at)
    return f"{words}　登记人：{event.actor_label}" if event else words


def _course(facts):
    """What happened between assignment and reply, in the order in which it began."""
    told = [(row.requested_at, extension_words(row)) for row in facts.extensions]
    told += [(row.started_at, pause_words(row)) for row in facts.pauses]
    told += [(row.opened_at, supervision_words(row)) for row in facts.supervisions]
    told += [(row.routed_at, routing_words(row)) for row in facts.routings]
    told += [
        (row.countersigned_at, f"{row.organization.display_name}会签：{facts.text(row.countersign_content)}")
        for row in facts.assignments
        if row.countersigned_at
    ]
    return [words for _at, words in sorted(told)]


def _replies(facts):
    """The last one as it is; earlier ones, after a reopening, before it with their day."""
    rows = facts.replies
    if len(rows) == 1:
        return f"{facts.text(rows[0].content)}\n答复类别：{rows[0].get_outcome_display()}"
    return _lines(
        f"【{day(row.replied_at)}】{facts.text(row.content)}（{row.get_outcome_display()}）" for row in rows
    )


def _feedback(facts, row):
    how = "本人填写" if row.by_person else row.get_method_display()
    rated = rating_words(row)
    words = f"{day(row.told_at)}{how}"
    words += f"：{facts.text(row.content)}" if row.content else ""
    return f"{words}（{rated}）" if rated else words


def _archive(petition):
    if petition.archived_at is None:
        return ""
    return f"{day(petition.archived_at)}　档案号：{petition.archive_number}"


def letter_context(facts):
    """The workroom writes, for it is the one who speaks to the person (R56). Refused while no reply stands: none was
    given yet, or the matter was taken up again and the one that was rejected must not go out once more."""
    petition = facts.petition
    if not facts.replies:
        raise Conflict("这件还没有答复，承办单位答复以后才能打印答复函。")
    if not petition.outcome:
        raise Conflict("这件已重新办理，原来的答复不再作数，承办单位重新答复以后才能打印答复函。")
    reply = facts.replies[-1]
    return {
        "sender": petition.studio.name,
        "number": petition.number,
        "heading": _heading(facts.text(petition.title)),
        "salutation": _salutation(facts),
        "received": day(petition.received_at),
        "channel": petition.channel.name,
        "unit": reply.organization.name,
        "reply": facts.text(reply.content),
        "paragraphs": [line for line in facts.text(reply.content).split("\n") if line.strip()],
        "result": RESULTS[reply.outcome],
        "date": day(facts.on),
    }


def _heading(title):
    return f"{title}的答复函" if title.startswith("关于") else f"关于“{title}”的答复函"


def _salutation(facts):
    petition = facts.petition
    if facts.unmasked and petition.petitioner_name:
        return f"{printable(petition.petitioner_name)}："
    return "反映人：" if petition.anonymous else "反映人：＿＿＿＿＿＿（手填）"
