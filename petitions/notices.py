"""Who is told what when a matter moves. Notices name the number and the title, never the person."""

from django.db.models import Q
from django.utils import timezone

from accounts.actions import notify
from accounts.enums import Role
from accounts.models import User


def _desk_link(petition):
    return f"/admin/petitions/petition/{petition.pk}/change/"


def tell_keepers(petition, *, at, unless):
    """The venue's keepers: something new waits to be registered."""
    keepers = User.objects.filter(keeperships__in=petition.studio.keepers.current(on=_day(at))).distinct()
    users = [user for user in keepers if user != unless]
    notify(
        users, title=f"新事项待登记：{petition.title}", body=petition.number, link=_desk_link(petition), at=at
    )


def tell_unit(petition, *, at):
    """The unit's handlers: a matter was assigned to them."""
    open_ended = Q(memberships__end_date=None) | Q(memberships__end_date__gte=_day(at))
    handlers = User.objects.filter(
        open_ended,
        memberships__role=Role.HANDLER,
        memberships__organization=petition.lead_unit,
        memberships__start_date__lte=_day(at),
        is_active=True,
    ).distinct()
    notify(
        handlers,
        title=f"新交办事项：{petition.title}",
        body=petition.number,
        link=_desk_link(petition),
        at=at,
    )


def tell_receiver(petition, *, at, unless):
    """The receiving representative: there is an answer to take to the person."""
    user = petition.mandate.person.user if petition.mandate_id else None
    if user and user != unless:
        title = f"已答复，等您告知群众：{petition.title}"
        notify([user], title=title, body=petition.number, link=f"/matters/{petition.pk}/", at=at)


def _day(at):
    return timezone.localtime(at).date()
