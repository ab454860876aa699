"""The board (排班表) of a venue and a month: days with their seats, who sits there and why, and beside it everybody who
may sit, with what each has done in twelve months. So many queries, however many days and people."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from studios.actions.days import publishing_fault
from studios.actions.planning import month_span
from studios.boards import COUNTED, RANK, eligible_mandates
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, Leave, ReceptionDay, ReceptionRule, SwapRequest
from studios.pages.chips import DUTY_CHIPS, day_chip
from studios.policies import Policies
from studios.recurrence import describe_rule


@dataclass
class BoardDay:
    day: ReceptionDay
    chip: tuple
    seats: list
    """Duty with `chip`, those that hold a seat."""
    left: list
    """Duties that were given up, with why."""
    free: list
    """Numbers of the seats that nobody has."""
    may_publish: bool = False
    publishing_refusal: str = ""
    may_change: bool = False


@dataclass
class Sitter:
    """Somebody who may sit at the venue."""

    mandate: object
    count: int = 0
    this_month: int = 0
    last: date | None = None
    leaves: list = field(default_factory=list)


@dataclass
class Board:
    studio: object
    month: date
    days: list
    sitters: list
    swaps: list
    rule: object = None

    @property
    def previous(self):
        return (self.month - timedelta(days=1)).replace(day=1)

    @property
    def following(self):
        return (self.month + timedelta(days=32)).replace(day=1)

    @property
    def spread(self):
        """How even it is: (least, most) of twelve months."""
        counts = [sitter.count for sitter in self.sitters]
        return (min(counts), max(counts)) if counts else None

    @property
    def publishable(self):
        return sum(one.may_publish for one in self.days)

    @property
    def free(self):
        return sum(len(one.free) for one in self.days)

    @property
    def has_passed(self):
        return not any(one.may_change for one in self.days)


def board_of(studio, month, *, on):
    """The Board of the month of the date `month`, as it is on the day `on`."""
    first, last = month_span(month)
    days = list(
        ReceptionDay.objects.filter(studio=studio, date__range=(first, last))
        .select_related("postponed_to", "postponed_from")
        .order_by("date", "start_time", "pk")
    )
    seated = {}
    duties = Duty.objects.filter(day__in=days).select_related("person", "mandate", "replaces__person")
    for duty in duties.order_by("pk"):
        duty.chip = DUTY_CHIPS[duty.status]
        seated.setdefault(duty.day_id, []).append(duty)
    ahead = Policies().of(studio).publish_days_ahead
    rule = (
        ReceptionRule.objects.filter(studio=studio, start_date__lte=last)
        .filter(Q(end_date=None) | Q(end_date__gte=first))
        .order_by("-start_date")
        .first()
    )
    if rule:
        rule.words = describe_rule(rule.rrule)
    return Board(
        studio=studio,
        month=first,
        days=[_day(day, seated.get(day.pk, []), ahead=ahead, on=on) for day in days],
        sitters=_sitters(studio, first, last),
        swaps=_waiting_swaps(studio, first, last),
        rule=rule,
    )


def _day(day, duties, *, ahead, on):
    held = [duty for duty in duties if duty.is_holding]
    gone = [duty for duty in duties if not duty.is_holding and duty.status != DutyStatus.SWAPPED]
    told = BoardDay(day, day_chip(day, on=on), held, gone, free=[])
    if not day.is_coming or day.date < on:
        return told
    told.may_change = True
    told.free = list(range(len(held) + 1, day.seats + 1))
    if day.status == DayStatus.PLANNED:
        fault = publishing_fault(day, len(held), ahead=ahead, on=on)
        told.may_publish, told.publishing_refusal = fault is None, fault.message if fault else ""
    return told


def _sitters(studio, first, last):
    """Everybody who may sit there this month: fewest duties first, for that is who comes next."""
    found = {}
    for _studio, mandate in eligible_mandates([studio.pk], on=first):
        known = found.get(mandate.person_id)
        if known is None or RANK[mandate.level] < RANK[known.mandate.level]:
            found[mandate.person_id] = Sitter(mandate)
    since = last - timedelta(days=365)
    rows = Duty.objects.filter(person__in=found, status__in=COUNTED, date__gt=since, date__lte=last).exclude(
        day__status__in=[DayStatus.MISSED, DayStatus.POSTPONED]
    )
    for person, on in rows.order_by("date").values_list("person_id", "date"):
        sitter = found[person]
        sitter.count += 1
        sitter.this_month += on >= first
        if on < first:
            sitter.last = on
    leaves = Leave.objects.standing().filter(person__in=found, start_date__lte=last, end_date__gte=first)
    for leave in leaves.order_by("start_date"):
        found[leave.person_id].leaves.append(leave)
    oldest = date.min
    return sorted(
        found.values(),
        key=lambda one: (one.count, one.last or oldest, one.mandate.person.name, one.mandate.pk),
    )


def _waiting_swaps(studio, first, last):
    rows = SwapRequest.objects.filter(
        duty__day__studio=studio, state=SwapState.TAKEN, duty__date__range=(first, last)
    )
    return list(
        rows.select_related(
            "duty__person",
            "duty__mandate",
            "duty__day",
            "taken_by__person",
            "in_return__day",
            "in_return__person",
        ).order_by("duty__date")
    )
