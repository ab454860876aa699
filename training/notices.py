"""Who is told what about training. Addresses of the phone are paths: this room does not know the portal."""

from accounts.actions import notify
from accounts.enums import NoticeKind, Role
from accounts.models import User
from workdays.templatetags.chinese_days import day as day_words


def training_link(training):
    return f"/trainings/{training.pk}/"


def desk_link(training):
    return f"/admin/training/training/{training.pk}/change/"


def when(training):
    """11月25日（周三）09:00, or 11月25日（周三）—11月27日（周五）每天09:00."""
    first = day_words(training.start_date)
    if training.end_date == training.start_date:
        return f"{first}{training.start_time:%H:%M}"
    return f"{first}—{day_words(training.end_date)}每天{training.start_time:%H:%M}"


def tell_learners(users, training, title, *, at, body=""):
    """Those called to a session; who has no account is told by the office, by telephone."""
    words = f"{when(training)}　{training.place}"
    notify(
        users,
        title=f"{title}：{training.title}",
        body=f"{words}　{body}".strip(),
        link=training_link(training),
        at=at,
        kind=NoticeKind.OTHER,
    )


def tell_organizers(training, title, *, at, body="", unless=None):
    users = User.objects.filter(
        memberships__organization=training.organization, memberships__role=Role.ORGANIZER, is_active=True
    ).distinct()
    notify(
        [user for user in users if user != unless],
        title=f"{title}：{training.title}",
        body=body,
        link=desk_link(training),
        at=at,
        kind=NoticeKind.OTHER,
    )
