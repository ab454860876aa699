"""Who is told what the person herself did from her phone. Number and title, never the person."""

from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from petitions.enums import Status
from petitions.recipients import handlers_of, may_be_told, organizers_of


def _tell(users, petition, title, *, at):
    link = reverse("admin:petitions_petition_change", args=[petition.pk])
    notify(
        may_be_told(petition, users),
        title=f"{title}：{petition.shown_title}",
        body=petition.number,
        link=link,
        at=at,
        discreet=petition.is_accusation,
    )


def _tell_receiver(petition, title, *, at):
    """The representative who received it works on a phone, and her link leads there."""
    user = petition.mandate.person.user if petition.mandate_id else None
    if user:
        link = f"/matters/{petition.pk}/"
        notify(
            [user],
            title=f"{title}：{petition.shown_title}",
            body=petition.number,
            link=link,
            at=at,
            discreet=petition.is_accusation,
        )


def _keepers(petition, *, at):
    keeping = petition.studio.keepers.current(on=timezone.localdate(at))
    return list(User.objects.filter(keeperships__in=keeping, is_active=True).distinct())


def tell_added(petition, *, at):
    handlers = handlers_of(petition.lead_unit, at=at) if petition.status == Status.HANDLING else []
    _tell([*_keepers(petition, at=at), *handlers], petition, "群众有补充", at=at)
    _tell_receiver(petition, "群众有补充", at=at)


def tell_sent_back(petition, *, at):
    """The unit learns of it by the step itself."""
    users = [*organizers_of(petition.organization, at=at), *_keepers(petition, at=at)]
    _tell(users, petition, "群众不满意，已退回重办", at=at)
    _tell_receiver(petition, "群众不满意，已退回重办", at=at)


def tell_reopen_asked(petition, *, at):
    _tell(organizers_of(petition.organization, at=at), petition, "群众不满意，请您定是否重办", at=at)


def tell_withdrawn(petition, *, at):
    handlers = handlers_of(petition.lead_unit, at=at)
    _tell([*_keepers(petition, at=at), *handlers], petition, "群众已撤回", at=at)
    _tell_receiver(petition, "群众已撤回", at=at)
