"""Who is told about what follows from an appraisal. Addresses of the phone are paths: this room does not know the
portal."""

from accounts.actions import notify
from accounts.enums import NoticeKind, Role
from accounts.models import Membership, User


def talk_link(talk):
    return f"/me/talks/{talk.pk}/"


def talk_desk_link(talk):
    return f"/admin/evaluations/remindertalk/{talk.pk}/change/"


def improvement_link(improvement):
    return f"/improvements/{improvement.pk}/"


def improvement_desk_link(improvement):
    return f"/admin/evaluations/improvement/{improvement.pk}/change/"


def organizers_of(*organizations, on):
    """Those who hold the post there on the day, each once."""
    posts = Membership.objects.current(on=on).filter(organization__in=organizations, role=Role.ORGANIZER)
    return list(User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("pk"))


def tell(users, title, *, at, body="", link="", unless=None, kind=NoticeKind.OTHER):
    """`discreet`: that somebody is talked to, or has something to improve, is told at the bell alone."""
    users = [user for user in users if user is not None and (unless is None or user.pk != unless.pk)]
    notify(users, title=title, body=body, link=link, at=at, kind=kind, discreet=True)
