"""The appraisal that is going on today, done by the office's own verbs: the city's own representatives and one county's
write their reports."""

from datetime import timedelta

from accounts.actor import Actor
from accounts.models import Organization, User
from accounts.scope import STEP
from evaluations.actions.assessors import appoint_assessors
from evaluations.actions.cycles import perform_cycle
from evaluations.actions.evaluations import perform_evaluation, save_report
from evaluations.actions.schemes import number_version
from evaluations.enums import SchemeStatus, SubjectKind
from evaluations.models import Cycle, Evaluation, Scheme
from evaluations.year import CITY_LEVELS, COUNTY_LEVELS
from portal.demo.appraisals import REPORTS, write_indicators
from portal.demo.receptions.planning import HERS, OTHER

COUNTY = "370783"


def open_todays_appraisal(staff, now, rng):
    """`now` is the last moment at which anything was done."""
    county = Organization.objects.get(code=COUNTY)
    city = Organization.objects.get(path=county.path[:STEP])
    _scheme(city, now.year, now)
    for place, levels in ((city, CITY_LEVELS), (county, COUNTY_LEVELS)):
        by = Actor(user=staff.organizers[place.path], door="admin")
        cycle = _cycle(place, levels, now.date())
        perform_cycle("open", cycle, by=by, at=now)
        judges = User.objects.filter(username__in=["kaoping-weifang", "lingdao-weifang"])
        appoint_assessors(cycle, judges, by=by, at=now)
        _reports(cycle, now, rng)


def _cycle(place, levels, day):
    """This year's, early: so far as the year has come."""
    return Cycle.objects.create(
        kind=SubjectKind.REPRESENTATIVE,
        organization=place,
        year=day.year,
        title=f"{place.display_name}{day.year}年党代表考评",
        levels=[str(level) for level in levels],
        period_start=day.replace(month=1, day=1),
        period_end=day.replace(month=12, day=31),
        cut_off_date=day,
        open_date=day,
        report_due_date=day + timedelta(days=9),
        assess_due_date=day + timedelta(days=20),
        decide_due_date=day + timedelta(days=34),
    )


def _scheme(city, year, now):
    """The city's for this year, if staff (or the starting data) have not put one into use."""
    kind = SubjectKind.REPRESENTATIVE
    if Scheme.objects.in_use().filter(year=year, kind=kind, level="").exists():
        return
    scheme = Scheme(
        organization=city,
        year=year,
        kind=kind,
        title=f"潍坊市{year}年度党代表考评办法",
        document_number=f"潍组发〔{year}〕12号",
        status=SchemeStatus.IN_USE,
        approved_at=now,
    )
    number_version(scheme)  # the starting data has a draft
    scheme.save()
    write_indicators(scheme, 2022)


def _reports(cycle, now, rng):
    """The pilot's representative has begun to write; the teacher and some others have handed in."""
    rows = Evaluation.objects.filter(cycle=cycle, mandate__person__user__isnull=False)
    rows = list(rows.select_related("cycle", "mandate__person__user").order_by("pk"))
    for row in rows:
        person = row.mandate.person
        by = Actor(user=person.user, door="portal")
        words = {"report": rng.choice(REPORTS), "self_mark": rng.randint(86, 97)}
        if person.name == HERS:
            save_report(row, by=by, at=now, data={"report": words["report"]})
        elif person.name == OTHER or rng.random() < 0.3:
            perform_evaluation("submit_report", row, by=by, at=now, data=words)
