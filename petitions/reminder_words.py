"""What a reminder says: one notice for each user and run, however many matters it speaks of."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from accounts.channels import outside_text
from accounts.enums import NoticeKind
from accounts.models import Notice
from petitions.enums import ReminderDate, Status

MOST_LINES = 20
TABS = {
    "overdue": "overdue",
    "today": "near",
    "ahead": "near",
    "supervision": "supervised",
    "pause": "paused",
}
"""Where the list of such matters is; the most pressing first."""


@dataclass(frozen=True)
class Item:
    """One matter in somebody's reminder. `sort` is a key of TABS."""

    petition_id: int
    number: str
    title: str
    sort: str
    after: int
    day: object
    is_to_be_told: bool
    is_accusation: bool

    @classmethod
    def of(cls, planned):
        petition = planned.petition
        return cls(
            petition_id=petition.pk,
            number=petition.number,
            title=petition.shown_title,
            sort=_sort_of(planned.about, planned.after),
            after=planned.after,
            day=planned.day,
            is_to_be_told=petition.status == Status.FEEDBACK,
            is_accusation=petition.is_accusation,
        )


def _sort_of(about, after):
    if about != ReminderDate.DUE:
        return "pause" if about == ReminderDate.PAUSE else "supervision"
    return "overdue" if after > 0 else "today" if after == 0 else "ahead"


def notice_for(user, items, *, at_desk, on, at):
    """An unsaved Notice for the user (an id) about all of `items`. A matter that two rules speak of is named once."""
    items = sorted({item.petition_id: item for item in sorted(items, key=_pressing)}.values(), key=_pressing)
    items.reverse()
    if len(items) == 1:
        title = f"{_words(items[0], on=on)}：{items[0].title}"
    else:
        counted = Counter(_words(item, on=on, exact=False) for item in items)
        title = "、".join(f"{count} 件{words}" for words, count in counted.items())
    lines = [f"{item.number}　{item.title}（{_words(item, on=on)}）" for item in items[:MOST_LINES]]
    if len(items) > MOST_LINES:
        lines.append(f"另有 {len(items) - MOST_LINES} 件，见列表。")
    link = _link(items, at_desk=at_desk)
    return Notice(
        user_id=user,
        title=title[:120],
        body="\n".join(lines),
        link=link,
        kind=NoticeKind.REMINDER,
        created_at=at,
    )


def outside_words(notice, items):
    """What leaves the house by a channel: the title, with the number where it is one matter; nothing of a complaint."""
    alone = len({item.petition_id for item in items}) == 1
    discreet = any(item.is_accusation for item in items)
    return outside_text(notice.title, notice.body if alone else "", discreet=discreet)


def _pressing(item):
    """The most pressing last: by sort, then by how late it is."""
    return -list(TABS).index(item.sort), item.after


def _words(item, *, on, exact=True):
    late = f"逾期 {item.after} 个工作日" if exact else "已逾期"
    if item.sort == "overdue":
        return late
    if item.sort == "today":
        return "今天到期" if item.day >= on else "刚过期限"
    if item.sort == "ahead":
        tomorrow = item.day == on + timedelta(days=1)
        return "明天到期" if tomorrow else f"还剩 {-item.after} 个工作日"
    if item.sort == "pause":
        return "停表已久，请核查能否恢复"
    if item.after > 0:
        return f"督办{late}未回报" if exact else "督办逾期未回报"
    return "督办今天要回报" if item.after == 0 else f"督办还剩 {-item.after} 个工作日回报"


def _link(items, *, at_desk):
    if len(items) == 1:
        only = items[0].petition_id
        return reverse("admin:petitions_petition_change", args=[only]) if at_desk else f"/matters/{only}/"
    if at_desk:
        return f"{reverse('admin:petitions_petition_changelist')}?tab={TABS[items[0].sort]}"
    tab = "todo" if items[0].is_to_be_told else "overdue" if items[0].sort == "overdue" else "open"
    return f"/matters/?tab={tab}"
