"""A year as a whole: which places appraise whom, and everything that can be done without a person's judgment."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction

from accounts.enums import OrganizationKind
from accounts.errors import DomainError
from accounts.models import Organization
from evaluations.actions.cycles import note_computed, perform_cycle, suggest_grades
from evaluations.computing import compute_cycles
from evaluations.enums import CycleStatus, Grade, SubjectKind, grade_label
from evaluations.models import Cycle
from records.actions import record_event
from representatives.enums import Level

CITY_LEVELS = (Level.NATIONAL, Level.PROVINCIAL, Level.CITY)
COUNTY_LEVELS = (Level.COUNTY, Level.TOWN)
"""Who appraises whom where staff have not set it otherwise: each committee the representatives of its own level and of
those beside it, as with training (R30)."""


@dataclass
class CycleRun:
    cycle: Cycle
    appraised: int = 0
    changed: int = 0
    opened: bool = False
    grades: dict = field(default_factory=dict)
    stopped: str = ""

    def as_dict(self):
        return {
            "cycle": self.cycle.pk,
            "kind": self.cycle.kind,
            "organization": self.cycle.organization.code,
            "name": self.cycle.organization.display_name,
            "status": self.cycle.status,
            "opened": self.opened,
            "appraised": self.appraised,
            "changed": self.changed,
            "grades": self.grades,
            "stopped": self.stopped,
        }


def default_dates(year):
    """The days of a cycle as they usually fall; staff change them."""
    return {
        "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "cut_off_date": date(year, 12, 31),
        "open_date": date(year + 1, 1, 4),
        "report_due_date": date(year + 1, 1, 20),
        "assess_due_date": date(year + 1, 2, 5),
        "decide_due_date": date(year + 1, 2, 20),
    }


def deciding_places(organization=None):
    """The city and its counties and development zones, or those of them at or below one place."""
    kinds = (OrganizationKind.CITY, *OrganizationKind.county_level())
    rows = Organization.objects.filter(kind__in=kinds, is_active=True).order_by("path")
    return rows if organization is None else rows.filter(path__startswith=organization.path)


def prepare_cycle(place, year, kind, *, by, at):
    """The cycle of the place for the year, made as a draft with the usual days if there is none yet."""
    rows = Cycle.objects.filter(organization=place, year=year, kind=kind)
    cycle = rows.exclude(status=CycleStatus.CANCELLED).first()
    if cycle is not None:
        return cycle
    is_city = place.kind == OrganizationKind.CITY
    levels = [] if kind == SubjectKind.STUDIO else list(CITY_LEVELS if is_city else COUNTY_LEVELS)
    what = SubjectKind(kind).label
    try:
        with transaction.atomic():
            cycle = Cycle.objects.create(
                kind=kind,
                organization=place,
                year=year,
                title=f"{place.display_name}{year}年{what}",
                levels=[str(level) for level in levels],
                **default_dates(year),
            )
            record_event(cycle, "created", by=by, at=at, organization=place)
    except IntegrityError:
        # Somebody has made it at the same moment.
        cycle = rows.exclude(status=CycleStatus.CANCELLED).get()
    return cycle


def run_year(year, *, on, by, at, organization=None, kinds=(SubjectKind.REPRESENTATIVE,), progress=None):
    """Prepare, open and compute what is due by the day `on`; running it again changes nothing. Returns [CycleRun].

    No grade is decided here: the system computes and suggests, the committee decides.
    """
    places = list(deciding_places(organization))
    runs = []
    for kind in kinds:
        for place in places:
            if kind == SubjectKind.STUDIO and place.kind == OrganizationKind.CITY:
                continue  # each county appraises its own venues
            runs.append(CycleRun(prepare_cycle(place, year, kind, by=by, at=at)))
    for done, run in enumerate(runs):
        if progress:
            progress(done, len(runs), f"正在准备：{run.cycle.title}")
        _open_if_due(run, on=on, by=by, at=at)
    _compute(runs, by=by, at=at)
    for run in runs:
        run.appraised = run.cycle.evaluations.appraised().count()
        run.grades = _spread(run.cycle)
    if progress:
        progress(len(runs), len(runs), "算好了")
    return runs


def _open_if_due(run, *, on, by, at):
    cycle = run.cycle
    if cycle.status != CycleStatus.DRAFT or cycle.open_date > on:
        return
    try:
        perform_cycle("open", cycle, by=by, at=at)
        run.opened = True
    except DomainError as fault:
        run.stopped = fault.message


def _compute(runs, *, by, at):
    """All of one kind together: one statement for each scheme."""
    open_runs = [run for run in runs if run.cycle.status in CycleStatus.computable()]
    before = {run.cycle.pk: dict(run.cycle.evaluations.values_list("pk", "score")) for run in open_runs}
    if open_runs and compute_cycles([run.cycle for run in open_runs]):
        for run in open_runs:
            now = dict(run.cycle.evaluations.values_list("pk", "score"))
            run.changed = sum(score != before[run.cycle.pk].get(pk) for pk, score in now.items())
            note_computed(run.cycle, run.changed, by=by, at=at)
    for run in open_runs:
        if run.cycle.status == CycleStatus.DECIDING:
            run.changed += suggest_grades(run.cycle)


def _spread(cycle):
    """{等次: count}: the decided grades once there are any, else the suggested ones."""
    field = "suggested_grade" if cycle.status in CycleStatus.computable() else "decided_grade"
    counts = Counter(cycle.evaluations.appraised().values_list(field, flat=True))
    return {grade_label(grade, cycle.kind): counts[grade] for grade in Grade if counts[grade]}
