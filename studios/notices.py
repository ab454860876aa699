"""Who is told what about reception days. Addresses of the phone are paths: this room does not know the portal."""

from django.utils import timezone

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


def keepers_of(studio, *, on):
    """The venue's keepers on the day `on`, as users."""
    current = Keeper.objects.filter(studio=studio).current(on=on)
    return list(User.objects.filter(keeperships__in=current).distinct())


def tell_planned(studio, month, *, at):
    """The roster of a month is there to be looked at and published."""
    notify(
        keepers_of(studio, on=timezone.localdate(at)),
        title=f"{month.month}月的班排好了：{studio.name}",
        body="请看过再公布；有不合适的可以换人。",
        link=f"/admin/studios/receptionday/board/{studio.pk}/{month:%Y-%m}/",
        at=at,
        kind=NoticeKind.DUTY,
    )


def tell_keepers(day, title, *, at, body="", unless=None):
    users = [user for user in keepers_of(day.studio, on=timezone.localdate(at)) if user != unless]
    notify(
        users,
        title=f"{title}：{when(day)}　{day.studio.name}",
        body=body,
        link=day_link(day),
        at=at,
        kind=NoticeKind.DUTY,
    )
