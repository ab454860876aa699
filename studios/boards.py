"""From the database to the roster's board: who may sit where, what they have done, when they are away.

So many queries, however many venues. Days that do not exist yet are read off the rules, so that planning a month looks
ahead over the rest of the year.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from representatives.enums import Level
from representatives.models import Mandate
from studios import roster
from studios.enums import DayStatus, DutyStatus
from studios.models import Duty, Leave, MandatePlacement, ReceptionDay, ReceptionRule, Studio
from studios.recurrence import reception_dates

RANK = {level: rank for rank, level in enumerate(Level.values)}
WINDOW = timedelta(days=366)
"""A little more than the rolling twelve months, so that the roster itself decides where they begin."""
COUNTED = (DutyStatus.ASSIGNED, DutyStatus.CONFIRMED, DutyStatus.SERVED)
"""What weighs as a duty done: she who was absent without a word has not served."""


@dataclass
class LoadedBoard:
    """The roster's board, and the way back from its ids to our rows."""

    board: roster.Board
    days: dict = field(default_factory=dict)
    """{id on the board: ReceptionDay}; days that exist only by rule are not among them."""
    mandates: dict = field(default_factory=dict)
    """{(person, venue): Mandate} with which the person sits there."""

    standing: tuple = ()
    """roster.Duty planned before and not published: planning once more does not change them for nothing."""

    def mandate(self, person, venue):
        return self.mandates[person, venue]


def day_id(day):
    """Of a row of ours. Ids on a board are texts, so that days without a row can have one."""
    return f"{day.pk:012d}"


def load_board(studios, first, last, *, calendar=None, until=None, as_it_stands=False):
    """The board of these venues' coming days from `first` to `last`, with the duties that planning has to keep.

    With a `calendar` the days that the rules will yield and nobody has planned yet are put on it as well.
    `as_it_stands`: for questions about single seats; days that were held are on it, too, and every duty there is.
    """
    states = (*DayStatus.coming(), DayStatus.HELD) if as_it_stands else DayStatus.coming()
    venues = list(studios)
    ids = [studio.pk for studio in venues]
    days = {
        day_id(day): day
        for day in ReceptionDay.objects.filter(
            studio__in=ids, date__range=(first, last), status__in=states
        ).select_related("studio__organization")
    }
    on_board = [_board_day(key, day) for key, day in days.items()]
    if calendar is not None:
        on_board += _by_rule(ids, first, last, calendar=calendar)
    if not on_board:
        return LoadedBoard(roster.Board(people=(), days=()))
    people, mandates = _people(ids, first, last)
    duties, standing = _duties(days, every=as_it_stands)
    board = roster.Board(
        people=tuple(people),
        days=tuple(on_board),
        duties=duties,
        earlier=_earlier(ids, first),
        until=until,
    )
    return LoadedBoard(board, days, mandates, standing)


def _board_day(key, day):
    return roster.Day(
        id=key,
        venue=day.studio_id,
        date=day.date,
        start=day.start_time,
        end=day.end_time,
        seats=day.seats,
        mixed_levels=day.wants_mixed_levels,
    )


def rule_days(rules, first, last, *, calendar):
    """[(rule, ReceptionDate)] of the rules within the days on which each is in force."""
    for rule in rules:
        begin, end = max(first, rule.start_date), min(last, rule.end_date or last)
        if begin <= end:
            for found in reception_dates(
                rule.rrule, begin, end, calendar=calendar, policy=rule.holiday_policy
            ):
                yield rule, found


def _by_rule(ids, first, last, *, calendar):
    taken = set(
        ReceptionDay.objects.filter(studio__in=ids, date__range=(first, last)).values_list(
            "studio_id", "date"
        )
    )
    by_rule_date = set(
        ReceptionDay.objects.filter(
            studio__in=ids, rule_date__range=(first - timedelta(days=31), last)
        ).values_list("studio_id", "rule_date")
    )
    rules = ReceptionRule.objects.filter(studio__in=ids)
    for rule, found in rule_days(rules, first, last, calendar=calendar):
        if (rule.studio_id, found.date) in taken or (rule.studio_id, found.rule_date) in by_rule_date:
            continue
        yield roster.Day(
            id=f"v{rule.studio_id:08d}{found.date:%Y%m%d}",
            venue=rule.studio_id,
            date=found.date,
            start=rule.start_time,
            end=rule.end_time,
            seats=rule.seats,
            mixed_levels=rule.wants_mixed_levels,
        )


def eligible_mandates(ids, *, on):
    """[(studio, Mandate)]: of the groups placed there, attached in person, and who leads the venue (R10, R13, R19)."""
    rows = Mandate.objects.in_office().select_related("person")
    found = [
        (mandate.group.placement.studio_id, mandate)
        for mandate in rows.filter(group__placement__studio__in=ids).select_related("group__placement")
    ]
    attached = MandatePlacement.objects.filter(studio__in=ids, start_date__lte=on).filter(
        Q(end_date=None) | Q(end_date__gte=on)
    )
    pairs = set(attached.values_list("mandate_id", "studio_id"))
    pairs |= set(Studio.objects.filter(pk__in=ids).exclude(lead=None).values_list("lead_id", "pk"))
    by_id = rows.in_bulk({mandate for mandate, _studio in pairs})
    found += [(studio, by_id[mandate]) for mandate, studio in sorted(pairs) if mandate in by_id]
    return found


def neighbours_of(studio, *, on):
    """The venue and the others where one of its people may sit as well: nobody is in two places on one day."""
    persons = {mandate.person_id for _studio, mandate in eligible_mandates([studio.pk], on=on)}
    held = Mandate.objects.in_office().filter(person__in=persons)
    by_group = held.exclude(group__placement=None).values_list("group__placement__studio_id", flat=True)
    in_person = MandatePlacement.objects.filter(mandate__in=held, end_date=None).values_list(
        "studio_id", flat=True
    )
    led = Studio.objects.filter(lead__in=held).values_list("pk", flat=True)
    ids = {studio.pk, *by_group, *in_person, *led}
    return list(Studio.objects.filter(pk__in=ids).order_by("pk"))


def _people(ids, first, last):
    venues, mandates = defaultdict(set), {}
    of_person = defaultdict(dict)
    for studio, mandate in eligible_mandates(ids, on=first):
        person = mandate.person_id
        venues[person].add(studio)
        of_person[person][mandate.pk] = mandate
        known = mandates.get((person, studio))
        if known is None or RANK[mandate.level] < RANK[known.level]:
            mandates[person, studio] = mandate
    history = _history(venues, ids, first)
    leaves = _leaves(venues, first, last)
    people = []
    for person, where in sorted(venues.items()):
        held = of_person[person].values()
        people.append(
            roster.Person(
                id=person,
                venues=frozenset(where),
                level=min(RANK[mandate.level] for mandate in held),
                history=tuple(history.get(person, ())),
                leave=tuple(leaves.get(person, ())),
                mandate_start=_first_day(held),
                mandate_end=_last_day(held),
            )
        )
    return _with_credit(people, history, first), mandates


def _first_day(mandates):
    starts = [mandate.start_date for mandate in mandates]
    return None if None in starts else min(starts)


def _last_day(mandates):
    """A mandate's `end_date` is the day on which it no longer stands."""
    ends = [mandate.end_date for mandate in mandates]
    return None if None in ends else max(ends) - timedelta(days=1)


def _with_credit(people, history, first):
    """A newcomer is not made to catch up: she counts as having done what the others of her venues did on average in
    the months before her mandate."""
    totals = defaultdict(list)
    for person in people:
        for venue in person.venues:
            totals[venue].append(len(history.get(person.id, ())))
    whole = WINDOW.days
    for person in people:
        begun = person.mandate_start
        missing = (begun - (first - WINDOW)).days if begun else 0
        if missing <= 30:
            yield person
            continue
        means = [sum(totals[venue]) / len(totals[venue]) for venue in person.venues]
        credit = round(max(means, default=0) * min(missing, whole) / whole)
        yield roster.Person(
            **{name: getattr(person, name) for name in person.__dataclass_fields__ if name != "credit"},
            credit=credit,
        )


def _history(persons, ids, first):
    """What each has done before `first`; and at venues that are not on the board what she is going to do, so that
    nobody is put in two places on one day."""
    done = Q(date__lt=first, date__gte=first - WINDOW, status__in=COUNTED)
    elsewhere = Q(date__gte=first, status__in=DutyStatus.holding()) & ~Q(day__studio__in=ids)
    rows = Duty.objects.filter(done | elsewhere, person__in=persons).exclude(
        day__status__in=[DayStatus.MISSED, DayStatus.POSTPONED]
    )
    found = defaultdict(list)
    for person, on, studio in rows.order_by("date", "pk").values_list("person_id", "date", "day__studio_id"):
        found[person].append(roster.Served(on, studio))
    return found


def _leaves(persons, first, last):
    rows = Leave.objects.standing().filter(person__in=persons, start_date__lte=last, end_date__gte=first)
    found = defaultdict(list)
    for person, start, end in rows.order_by("start_date", "pk").values_list(
        "person_id", "start_date", "end_date"
    ):
        found[person].append(roster.Leave(start, end))
    return found


def _duties(days, *, every):
    """(what has to stay: published duties, and those that somebody set by hand; or `every` one; the others)"""
    rows = Duty.objects.holding().filter(day__in=[day.pk for day in days.values()])
    fixed, planned = [], []
    for duty in rows.select_related("day").order_by("date", "pk"):
        stays = every or duty.day.status == DayStatus.PUBLISHED or duty.is_pinned
        one = roster.Duty(day_id(duty.day), duty.person_id, pinned=duty.is_pinned)
        (fixed if stays else planned).append(one)
    return tuple(fixed), tuple(planned)


def _earlier(ids, first):
    rows = ReceptionDay.objects.filter(studio__in=ids, date__lt=first, date__gte=first - WINDOW)
    rows = rows.exclude(status__in=[DayStatus.POSTPONED, DayStatus.MISSED])
    latest = {}
    for studio, on in rows.order_by("date").values_list("studio_id", "date"):
        latest[studio] = on
    return latest


def year_end(day):
    return date(day.year, 12, 31)
