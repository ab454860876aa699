"""Who is told what about reception days. Addresses of the phone are paths: this room does not know the portal."""

from accounts.actions import notify
from accounts.enums import NoticeKind
from accounts.models import User
from studios.models import Keeper
from workdays.templatetags.chinese_days import day as day_words


def duty_link(duty):
    return f"/duties/{duty.pk}/"


def day_link(day):
    return f"/admin/studios/receptionday/{day.pk}/change/"


def when(day):
    """11月25日（周三）09:00–11:30"""
    return f"{day_words(day.date)}{day.start_time:%H:%M}–{day.end_time:%H:%M}"


def tell_sitter(duty, title, *, at, body=""):
    """Her whose duty it is; nobody where she has no account."""
    day = duty.day
    words = f"{when(day)}　{day.studio.name}"
    notify(
        [duty.person.user],
        title=f"{title}：{words}",
        body=f"{words}　{body}".strip(),
        link=duty_link(duty),
        at=at,
        kind=NoticeKind.DUTY,
    )


def tell_keepers(day, title, *, at, body="", unless=None):
    """The venue's keepers. They are staff of the day's own date, not of the day on which the day falls."""
    current = Keeper.objects.filter(studio=day.studio).current(on=at.date())
    users = [user for user in User.objects.filter(keeperships__in=current).distinct() if user != unless]
    notify(
        users,
        title=f"{title}：{when(day)}　{day.studio.name}",
        body=body,
        link=day_link(day),
        at=at,
        kind=NoticeKind.DUTY,
    )
