"""Who has been trained and who has not, by county: distinct seats apart from attendances (R30, R33)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from accounts.scope import STEP, under
from representatives.models import Mandate
from training.audiences import trained_between
from training.enums import Trainer
from training.models import Enrolment
from training.policies import training_duties
from training.responsibility import anniversary, levels_of

MEASURES = {"frontline": "一线代表当年参训", "first_year": "任期第一年参训"}
HOME = STEP * 2
"""Length of a county's path: reports are by county."""


def first_year_seats(duties, *, on, starts=None):
    """Seats that somebody has to train in the first year of their term, or that were begun in it: by-elections later in
    the term are outside."""
    condition = Q(pk__in=[])
    for trainer in Trainer.values:
        for level, is_frontline_only in levels_of(trainer, duties):
            condition |= Q(level=level, is_frontline=True) if is_frontline_only else Q(level=level)
    begun = Q(pk__in=[])
    for start in term_starts() if starts is None else starts:
        begun |= Q(congress__start_date=start) & (Q(start_date=None) | Q(start_date__lt=anniversary(start)))
    return Mandate.objects.held_on(on).filter(condition & begun)


def term_starts():
    rows = Mandate.objects.exclude(congress__start_date=None).order_by()
    return sorted(set(rows.values_list("congress__start_date", flat=True).distinct()))


def trained_in_first_year(on, starts=None):
    """Q: the person of a seat has come to a session in the first year of that seat's term, by the day `on`."""
    condition = Q(pk__in=[])
    for start in term_starts() if starts is None else starts:
        last = min(anniversary(start), _day_after(on))
        condition |= Q(congress__start_date=start) & Q(_came(start, last))
    return condition


def _day_after(day):
    return day + timedelta(days=1)


def _came(start, before):
    rows = Enrolment.objects.attended().filter(
        person=OuterRef("person"), training__start_date__gte=start, training__start_date__lt=before
    )
    return Exists(rows)


@dataclass
class CoverageRow:
    home: str
    name: str = ""
    frontline: int = 0
    trained: int = 0
    attendances: int = 0
    people: int = 0
    first_due: int = 0
    first_done: int = 0

    @property
    def missing(self):
        return self.frontline - self.trained

    @property
    def percent(self):
        return _percent(self.trained, self.frontline)

    @property
    def first_missing(self):
        return self.first_due - self.first_done

    @property
    def first_percent(self):
        return _percent(self.first_done, self.first_due)


def _percent(part, whole):
    return round(part * 100 / whole, 1) if whole else None


def coverage_table(mandates, enrolments, year, *, on):
    """({home path: CoverageRow}, the whole) of these seats and attendances in a calendar year up to `on`."""
    start, end = year_span(year, on=on)
    rows = {}

    def row(path):
        home = path[:HOME]
        return rows.setdefault(home, CoverageRow(home))

    duties = training_duties()
    held = mandates.held_on(end).frontline()
    for place, count in _by_place(held):
        row(place).frontline += count
    for place, count in _by_place(held.filter(trained_between(start, end))):
        row(place).trained += count
    seen = mandates.filter(pk__in=first_year_seats(duties, on=end).values("pk"))
    for place, count in _by_place(seen):
        row(place).first_due += count
    for place, count in _by_place(seen.filter(trained_in_first_year(end))):
        row(place).first_done += count
    came = enrolments.attended().filter(training__start_date__range=(start, end)).order_by()
    people, everybody = {}, set()
    for place, person in came.values_list("organization__path", "person_id").iterator(5000):
        row(place).attendances += 1
        people.setdefault(place[:HOME], set()).add(person)
        everybody.add(person)
    for home, found in people.items():
        rows[home].people = len(found)
    whole = CoverageRow("")
    for one in rows.values():
        for name in ("frontline", "trained", "attendances", "first_due", "first_done"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
    whole.people = len(everybody)
    return rows, whole


def _by_place(mandates):
    rows = mandates.order_by().values("organization__path").annotate(n=Count("pk"))
    return rows.values_list("organization__path", "n")


def year_span(year, *, on):
    """The calendar year up to the day `on`, both included."""
    return date(year, 1, 1), min(date(year, 12, 31), on) if year <= on.year else on


def missing_seats(measure, year, *, on, path=""):
    """Seats below `path` that ought to have been trained and were not."""
    start, end = year_span(year, on=on)
    if measure == "first_year":
        rows = first_year_seats(training_duties(), on=end).exclude(trained_in_first_year(end))
    else:
        rows = Mandate.objects.held_on(end).frontline().exclude(trained_between(start, end))
    return rows.filter(under("organization__path", [path])) if path else rows
