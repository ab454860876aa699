"""What venues know of a group: when its members sit, and how often each should in a year."""

from django.urls import reverse

from representatives.enums import DutyKind
from representatives.group_sections import Line, Minimum, Section
from studios.enums import DayStatus, DutyStatus
from studios.models import Duty
from studios.policies import Policies

SHOWN = 6


def coming_days(group, on):
    """The days on which members are going to sit."""
    duties = Duty.objects.holding().filter(
        mandate__group=group, date__gte=on, day__status=DayStatus.PUBLISHED
    )
    return _lines(duties.order_by("date", "day", "pk"))


def days_held(group, on):
    duties = Duty.objects.filter(
        mandate__group=group, status=DutyStatus.SERVED, date__lte=on, day__status=DayStatus.HELD
    )
    return _lines(duties.order_by("-date", "day", "pk"))


def _lines(duties):
    """A line for each day, with those of the group who sit."""
    days, names = {}, {}
    for duty in duties.select_related("person", "day__studio")[: SHOWN * 5]:
        days.setdefault(duty.day_id, duty.day)
        names.setdefault(duty.day_id, []).append(duty.person.name)
    return [
        Line(
            what="、".join(names[pk]),
            detail=day.studio.name,
            day=day.date,
            desk=reverse("admin:studios_receptionday_change", args=[pk]),
        )
        for pk, day in list(days.items())[:SHOWN]
    ]


def yearly_minimum(organization):
    return Policies().at(organization).yearly_minimum


SECTIONS = (
    Section("要来的接待", coming_days, "下个月的班公布后，这里会有。"),
    Section("最近的接待", days_held, "接待日结束、签到以后，这里会有。"),
)
MINIMUMS = (Minimum(DutyKind.RECEPTION, "驻室接待", "次", yearly_minimum),)
