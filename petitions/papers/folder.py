"""The case folder (卷宗): cover, contents, and everything on one matter in the order in which it happened."""

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat

from petitions.pages.timeline import tell_event
from petitions.papers.facts import (
    extension_words,
    pause_words,
    rating_words,
    receiver_of,
    routing_words,
    supervision_words,
    unit_words,
)
from records.models import Attachment
from records.papers.words import day, moment

ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Entry:
    """One thing on paper: what it is, when or whose, and what it says."""

    title: str = ""
    note: str = ""
    text: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    entries: tuple = ()
    pairs: tuple = ()
    """(label, value) rows of a table of facts."""
    headers: tuple = ()
    rows: tuple = ()

    @property
    def has_something(self):
        return bool(self.entries or self.pairs or self.rows)


def folder_context(facts):
    petition = facts.petition
    sections = [section for section in _sections(facts) if section.has_something]
    ended = petition.archived_at or petition.withdrawn_at or petition.routed_out_at
    return {
        "petition": petition,
        "title": facts.text(petition.title),
        "studio": petition.studio.name,
        "organization": petition.organization.name,
        "archive_number": petition.archive_number or "",
        "started": day(petition.received_at),
        "ended": day(ended) or "在办",
        "printed_on": day(facts.on),
        "masked": not facts.unmasked,
        "sections": [
            {"anchor": f"s{number}", "ordinal": ORDINALS[number], "section": section}
            for number, section in enumerate(sections)
        ],
    }


def _sections(facts):
    yield Section("反映的情况", pairs=_said_pairs(facts), entries=_said(facts))
    yield Section("交办与承办", entries=_hands(facts))
    yield Section("延期、停表与督办", entries=_clock(facts))
    yield Section("转出", entries=_routings(facts))
    yield Section("办理答复", entries=_replies(facts))
    yield Section("反馈与评价", entries=_feedbacks(facts))
    yield Section("并案与纠纷调解", entries=_together(facts))
    yield Section(
        "附件目录", headers=("序号", "文件名", "大小", "上传时间", "校验值（SHA-256）"), rows=_files(facts)
    )
    yield Section("办理经过", headers=("时间", "事项", "经办人", "说明"), rows=_course(facts))


def _said_pairs(facts):
    petition = facts.petition
    return (
        ("编号", petition.number),
        ("反映人", facts.name),
        ("联系电话", facts.phone or "未留电话"),
        ("来源渠道", petition.channel.name),
        ("类别", petition.get_kind_display()),
        ("问题分类", petition.category.full_name if petition.category else "尚未登记"),
        ("地点", facts.text(petition.place) or "未填"),
        ("接待", f"{petition.studio.name}，{receiver_of(petition)}，{moment(petition.received_at)}"),
        ("登记", moment(petition.registered_at) or "尚未登记"),
        ("目前环节", petition.get_status_display()),
        *((("被反映的单位", "、".join(office.name for office in facts.accused)),) if facts.accused else ()),
    )


def _said(facts):
    first = [Entry(title=facts.text(facts.petition.title), text=facts.text(facts.petition.content))]
    added = [
        Entry(title="补充", note=moment(row.added_at), text=facts.text(row.content))
        for row in facts.supplements
    ]
    return (*first, *added)


def _hands(facts):
    entries = []
    for row in facts.assignments:
        entries.append(Entry(unit_words(row), f"{moment(row.assigned_at)}交办", facts.text(row.note)))
        if row.countersigned_at:
            by = row.countersigned_by.label if row.countersigned_by else ""
            note = f"{moment(row.countersigned_at)} {by}".strip()
            title = f"{row.organization.display_name}会签"
            entries.append(Entry(title, note, facts.text(row.countersign_content)))
    return tuple(entries)


def _clock(facts):
    told = []
    for row in facts.extensions:
        words = f"理由：{facts.text(row.reason)}\n{day(row.told_on)}已告知反映人（{row.get_told_method_display()}）"
        words += f"\n批复意见：{facts.text(row.decision_note)}" if row.decision_note else ""
        decided = row.decided_by.label if row.decided_by else ""
        note = f"{moment(row.decided_at)} {decided}批复".strip() if row.decided_at else "尚未批复"
        told.append((row.requested_at, Entry(extension_words(row), note, words)))
    for row in facts.pauses:
        end = facts.text(row.end_note)
        words = f"{facts.text(row.note)}\n恢复：{end}" if end else facts.text(row.note)
        told.append((row.started_at, Entry(pause_words(row), _moved(row), words)))
    for row in facts.supervisions:
        words = f"要求：{facts.text(row.demand)}"
        words += f"\n结果：{facts.text(row.result)}" if row.result else ""
        note = f"要求{day(row.reply_due)}前回报" if row.reply_due else ""
        told.append((row.opened_at, Entry(supervision_words(row), note, words)))
    return tuple(entry for _at, entry in sorted(told, key=lambda pair: pair[0]))


def _moved(pause):
    return f"期限由{day(pause.old_due)}改为{day(pause.new_due)}" if pause.new_due else ""


def _routings(facts):
    entries = []
    for row in facts.routings:
        words = facts.text(row.reason)
        if row.told_on:
            words += f"\n{day(row.told_on)}已告知反映人（{row.get_told_method_display()}）"
        if row.return_reason:
            words += f"\n退回理由：{facts.text(row.return_reason)}"
        entries.append(Entry(routing_words(row), text=words))
    return tuple(entries)


def _replies(facts):
    return tuple(
        Entry(
            f"{row.organization.name}（{row.get_outcome_display()}）",
            moment(row.replied_at),
            facts.text(row.content),
        )
        for row in facts.replies
    )


def _feedbacks(facts):
    entries = []
    for row in facts.feedbacks:
        title = "本人评价" if row.by_person else row.get_method_display()
        note = "　".join(part for part in (moment(row.told_at), rating_words(row)) if part)
        entries.append(Entry(title, note, facts.text(row.content)))
    for row in facts.call_backs:
        told = {True: "确已告知本人", False: "本人说没有被告知", None: ""}[row.was_told]
        rated = [("办理", row.handling_rating), ("结果", row.result_rating)]
        words = [told, *(f"{label}满意度 {given} 分" for label, given in rated if given)]
        note = "，".join(word for word in (moment(row.called_at), *words) if word)
        entries.append(Entry(f"回访（{row.get_state_display()}）", note, facts.text(row.remark)))
    if facts.petition.resolved_at:
        entries.append(Entry("问题解决", moment(facts.petition.resolved_at)))
    return tuple(entries)


def _together(facts):
    entries = []
    problem, dispute = facts.petition.problem, facts.petition.dispute
    if problem:
        others = "\n".join(f"{row.number}　{facts.text(row.title)}" for row in facts.siblings)
        role = "主件" if problem.main_id == facts.petition.pk else "随主件办理"
        entries.append(Entry(f"并案 {problem.number}（{role}）", moment(problem.opened_at), others))
    if dispute:
        claimed = f"，涉及金额 {dispute.claimed:,.2f} 元" if dispute.claimed is not None else ""
        note = f"{dispute.get_state_display()}{claimed}，已追回 {dispute.recovered:,.2f} 元"
        entries.append(Entry(f"纠纷调解 {dispute.number}", note, _dispute_words(facts, dispute)))
    return tuple(entries)


def _dispute_words(facts, dispute):
    sessions = [
        f"{moment(row.held_at)}调解（{row.mediator}）：{facts.text(row.content)}"
        for row in dispute.sessions.all()
    ]
    paid = [
        f"{day(row.paid_on)}到账 {row.amount:,.2f} 元，{row.payer}"
        + ("（已冲销）" if row.cancelled_at else "")
        for row in dispute.recoveries.all()
    ]
    agreement = [f"协议书 {dispute.agreement_number}"] if dispute.agreement_number else []
    return "\n".join([*sessions, *agreement, *paid])


def _files(facts):
    return tuple(
        (number, file.original_name, filesizeformat(file.size), moment(file.uploaded_at), file.sha256)
        for number, file in enumerate(Attachment.objects.about(facts.petition), start=1)
    )


def _course(facts):
    return tuple(
        (
            moment(event.at),
            event.verb_label,
            event.actor_label,
            _joined(tell_event(event), facts.text(event.note)),
        )
        for event in facts.events
    )


def _joined(*parts):
    return "\n".join(part for part in parts if part)
