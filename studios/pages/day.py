"""The keeper's page of one reception day: who is here, who came, what was taken down, and the next thing to do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from records.models import Attachment, Event
from studios.enums import DayStatus, DutyStatus
from studios.models import Duty, Helper, ReceptionDay
from studios.moves import DAYS
from studios.pages.chips import DUTY_CHIPS, day_chip
from studios.rules import may_staff

LONGEST = 720
"""Minutes that a day may be said to have lasted."""
CHECK_INS = ("check_in", "undo_check_in")
SHOWN_EVENTS = 30
_PARTS = []


def register_day_part(template, ask: Callable):
    """Upper rooms show what they have of a day: `ask(day, user)` gives the context `given` of the template, or None.
    This room need not know them."""
    _PARTS.append((template, ask))


@dataclass
class Visitors:
    members: int = 0
    others: int = 0

    @property
    def total(self):
        return self.members + self.others


@dataclass
class DayPage:
    day: object
    chip: tuple
    may_staff: bool
    duties: list
    left: list
    visits: list
    visitors: Visitors
    companions: list
    helpers: list
    """Helpers of the venue who are not written down yet, for the day's list of choice."""
    photos: list
    timeline: list
    moves: list
    parts: list
    next_step: str = ""
    """The one thing that stands in red: check_in, visit, close, publish, or none."""
    minutes: int | None = None
    waiting: list = field(default_factory=list)
    """Sitters who have not checked in."""
    free: int = 0
    """Seats that somebody may still be put on."""


def day_page(day, user, *, at):
    on = timezone.localdate(at)
    staffs = may_staff(user, day.studio)
    duties = list(
        Duty.objects.filter(day=day).select_related("person", "mandate", "replaces__person").order_by("pk")
    )
    for duty in duties:
        duty.chip = DUTY_CHIPS[duty.status]
        duty.day = day
    held = [duty for duty in duties if duty.is_holding]
    visits = list(day.visits.filter(cancelled_at=None))
    companions = list(day.companions.select_related("person").order_by("role", "pk"))
    begun = day.date <= on
    page = DayPage(
        day=day,
        chip=day_chip(day, on=on),
        may_staff=staffs,
        duties=held,
        left=[duty for duty in duties if not duty.is_holding],
        visits=visits,
        visitors=_count(visits),
        companions=companions,
        helpers=_helpers(day, companions) if staffs and begun and day.status == DayStatus.PUBLISHED else [],
        photos=list(Attachment.objects.about(day)) if begun else [],
        timeline=_timeline(day, duties),
        moves=DAYS.allowed(day, user) if staffs else [],
        parts=[],
        waiting=[duty for duty in held if duty.is_ahead],
        free=max(day.seats - len(held), 0) if staffs and day.is_coming and day.date >= on else 0,
    )
    page.next_step = _next(page, at=at)
    if day.status == DayStatus.PUBLISHED and begun:
        page.minutes = minutes_so_far(day, held, at=at)
    page.parts = [
        {"template": template, "given": given}
        for template, ask in _PARTS
        if (given := ask(day, user)) is not None
    ]
    return page


def _timeline(day, duties):
    """What was done with the day, and who checked in or was struck out again; why somebody is away stays with her."""
    who = {duty.pk: duty.person.name for duty in duties}
    about_duties = Q(subject_type=Duty._meta.label_lower, subject_id__in=list(who), verb__in=CHECK_INS)
    about_day = Q(subject_type=ReceptionDay._meta.label_lower, subject_id=day.pk)
    events = list(Event.objects.filter(about_day | about_duties).order_by("-at", "-pk")[:SHOWN_EVENTS])
    for event in events:
        if event.subject_type == Duty._meta.label_lower:
            event.whom = who[event.subject_id]
    return events


def _count(visits):
    members = sum(visit.count for visit in visits if visit.is_member)
    return Visitors(members, sum(visit.count for visit in visits) - members)


def _helpers(day, companions):
    there = {companion.person_id for companion in companions}
    rows = Helper.objects.filter(studio=day.studio).current(on=day.date).exclude(person__in=there)
    return list(rows.select_related("person").order_by("kind", "pk"))


def _next(page, *, at):
    """In the order of a day: who is here, who comes, and once it is over how it went."""
    day, on = page.day, timezone.localdate(at)
    if not page.may_staff:
        return ""
    if day.status == DayStatus.PLANNED:
        return "publish"
    if day.status != DayStatus.PUBLISHED or day.date > on:
        return ""
    served = any(duty.status == DutyStatus.SERVED for duty in page.duties)
    over = at >= _moment(day.date, day.end_time)
    if not served:
        return "check_in" if page.waiting else "miss"
    if over:
        return "close"
    if page.waiting:
        return "check_in"
    return "close" if page.visits else "visit"


def minutes_so_far(day, duties, *, at):
    """From the first check-in to now, no longer than the day's hours allow for: what the form starts with. A day that
    is written down later starts with its hours."""
    planned = _moment(day.date, day.end_time) - _moment(day.date, day.start_time)
    whole = min(int(planned.total_seconds() // 60), LONGEST)
    checked = [duty.checked_in_at for duty in duties if duty.checked_in_at]
    if not checked or timezone.localdate(at) != day.date:
        return whole
    begun = max(min(checked), _moment(day.date, day.start_time))
    return min(max(int((at - begun).total_seconds() // 60), 1), LONGEST)


def _moment(day, time):
    return timezone.make_aware(datetime.combine(day, time))
