"""Who is told when a date moves, a clock stands or an office above looks in. Number and title, never the person."""

from petitions.notices import tell
from petitions.recipients import handlers_of, organizers_of


def _both_sides(petition, *, at):
    return [*handlers_of(petition.lead_unit, at=at), *organizers_of(petition.organization, at=at)]


def tell_extension_asked(petition, extension, *, at, unless):
    body = f"{extension.organization.display_name}申请延长 {extension.work_days} 个工作日：{extension.reason}"
    tell(_deciders(petition, at=at), petition, "延期待批", at=at, unless=unless, body=body[:200])


def _deciders(petition, *, at):
    """The office that gave the matter out; where that is the unit itself, the one above it."""
    home, unit = petition.organization, petition.lead_unit
    own = unit.contains(home) and unit.parent is not None
    return organizers_of(unit.parent if own else home, at=at)


def tell_extension_granted(petition, days, *, at, unless):
    due = petition.due_date
    body = f"同意延长 {days} 个工作日，期限改为{due.month}月{due.day}日。"
    tell(handlers_of(petition.lead_unit, at=at), petition, "同意延期", at=at, unless=unless, body=body)


def tell_extension_refused(petition, reason, *, at, unless):
    body = f"期限不变。{reason}"[:200]
    tell(handlers_of(petition.lead_unit, at=at), petition, "不同意延期", at=at, unless=unless, body=body)


def tell_clock_stopped(petition, reason, *, at, unless):
    tell(_both_sides(petition, at=at), petition, "已停表", at=at, unless=unless, body=reason)


def tell_clock_resumed(petition, *, at, unless):
    due = petition.due_date
    body = f"期限改为{due.month}月{due.day}日。"
    tell(_both_sides(petition, at=at), petition, "恢复计时", at=at, unless=unless, body=body)


def tell_supervised(petition, supervision, *, at, unless):
    due = supervision.reply_due
    until = f"请于{due.month}月{due.day}日前回报。" if due else ""
    body = f"{supervision.organization.display_name}：{supervision.demand[:160]} {until}".strip()
    tell(_both_sides(petition, at=at), petition, "督办", at=at, unless=unless, body=body)


def tell_supervision_ended(petition, result, *, at, unless):
    tell(_both_sides(petition, at=at), petition, "解除督办", at=at, unless=unless, body=result[:160])
