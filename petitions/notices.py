"""Who is told what when a matter moves. Notices name the number and the title, never the person; nobody is told of a
complaint about her own office."""

from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from petitions.recipients import handlers_of, may_be_told, organizers_of


def tell(users, petition, title, *, at, unless=None, body="", link=""):
    """A notice to those of `users` who may know of the matter."""
    users = [user for user in may_be_told(petition, users) if user != unless]
    notify(
        users,
        title=f"{title}：{petition.shown_title}",
        body=f"{petition.number}　{body}" if body else petition.number,
        link=link or reverse("admin:petitions_petition_change", args=[petition.pk]),
        at=at,
        discreet=petition.is_accusation,
    )


def tell_keepers(petition, *, at, unless):
    """The venue's keepers: something new waits to be registered. Of a complaint about their own office, the organizers
    above learn instead."""
    current = petition.studio.keepers.current(on=timezone.localdate(at))
    keepers = list(User.objects.filter(keeperships__in=current).distinct())
    if not may_be_told(petition, keepers):
        keepers = _organizers_who_may_know(petition, at=at)
    tell(keepers, petition, "新事项待登记", at=at, unless=unless)


def tell_keepers_of_many(studio, petitions, *, at, unless):
    """One notice for what came out of a box or a chat together; each in a line of its own (`withholding` takes lines
    away). None of them can be a complaint about an office: slips name none."""
    if len(petitions) < 2:
        for petition in petitions:
            tell_keepers(petition, at=at, unless=unless)
        return
    current = studio.keepers.current(on=timezone.localdate(at))
    notify(
        User.objects.filter(keeperships__in=current).exclude(pk=unless.pk if unless else None).distinct(),
        title=f"{len(petitions)} 件新事项待登记",
        body="\n".join(f"{petition.number}　{petition.shown_title}" for petition in petitions),
        link=reverse("admin:petitions_petition_changelist"),
        at=at,
    )


def _organizers_who_may_know(petition, *, at):
    """The organizers of the nearest organisation that is not complained about."""
    office = petition.organization
    while office is not None:
        if told := may_be_told(petition, organizers_of(office, at=at)):
            return told
        office = office.parent
    return []


def tell_unit(petition, *, at):
    """The unit's handlers: a matter was assigned to them."""
    tell(handlers_of(petition.lead_unit, at=at), petition, "新交办事项", at=at)


def tell_co_units(petition, units, *, at):
    body = f"主办：{petition.lead_unit.display_name}，请会签。"
    for unit in units:
        tell(handlers_of(unit, at=at), petition, "请协办并会签", at=at, body=body)


def tell_released(petition, units, *, at):
    for unit in units:
        tell(handlers_of(unit, at=at), petition, "不用再协办", at=at)


def tell_countersigned(petition, unit, *, at, unless):
    body = f"{unit.display_name}已会签。"
    tell(handlers_of(petition.lead_unit, at=at), petition, "协办单位已会签", at=at, unless=unless, body=body)


def tell_declined(petition, unit, reason, *, at, unless):
    body = f"{unit.display_name}：{reason[:160]}"
    tell(_both_sides(petition, at=at), petition, "协办单位退出", at=at, unless=unless, body=body)


def tell_handed_back(petition, unit, reason, *, at, unless):
    body = f"{unit.display_name}：{reason[:160]}"
    users = _organizers_who_may_know(petition, at=at)
    tell(users, petition, "承办单位退回，请重新交办", at=at, unless=unless, body=body)


def tell_moved_on(petition, before, *, at, unless):
    tell(handlers_of(before, at=at), petition, "已改由别的单位承办", at=at, unless=unless)


def tell_routed_out(petition, receiver_name, *, at, unless):
    """The receiving representative: what to say when the person asks."""
    _tell_receiver(petition, f"已转往{receiver_name}", at=at, unless=unless)


def tell_receiver(petition, *, at, unless, words="已答复，等您告知群众"):
    """The receiving representative: there is an answer to take to the person."""
    _tell_receiver(petition, words, at=at, unless=unless)


def _tell_receiver(petition, title, *, at, unless):
    user = petition.mandate.person.user if petition.mandate_id else None
    if user:
        tell([user], petition, title, at=at, unless=unless, link=f"/matters/{petition.pk}/")


def _both_sides(petition, *, at):
    return [*handlers_of(petition.lead_unit, at=at), *organizers_of(petition.organization, at=at)]
