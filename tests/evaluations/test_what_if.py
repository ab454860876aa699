"""A draft tried on a past year: the same arithmetic as the real thing, and nothing written (R84)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.actions.cycles import suggest_grades
from evaluations.actions.schemes import copy_scheme
from evaluations.computing import compute_cycle
from evaluations.enums import CycleStatus, Grade, IndicatorSource, SubjectKind
from evaluations.models import Cycle, Evaluation
from evaluations.what_if import try_scheme, with_rows, years_to_try
from records.models import Event
from representatives.enums import DutyKind
from tests.evaluations.world import add_records, make_cycle, make_evaluation, make_scheme
from tests.factories import acting, make_mandate

YEAR = 2022
ROWS = (("reception", IndicatorSource.LEDGER, [DutyKind.RECEPTION], 2, 100),)


@pytest.fixture
def past(city):
    """杨守伟 received twice, 王雯 once; by the scheme of the year two are 100 points and one is 50."""
    city.wang = city.colleague.person.mandates.get()
    scheme = make_scheme(city, year=YEAR, rows=ROWS)
    city.cycle = make_cycle(city, year=YEAR, status=CycleStatus.FINAL, levels=["town"])
    for mandate, times in ((city.mandate, 2), (city.wang, 1)):
        add_records(mandate, DutyKind.RECEPTION, times=times, on=date(YEAR, 6, 1))
        make_evaluation(city.cycle, mandate, scheme=scheme)
    compute_cycle(city.cycle)
    suggest_grades(city.cycle)
    city.draft = copy_scheme(scheme, year=YEAR + 1, by=acting(city.organizer), at=timezone.now())
    return city


def everything():
    return (
        list(Evaluation.objects.order_by("pk").values()),
        list(Cycle.objects.values()),
        Event.objects.count(),
    )


def test_a_copy_changes_nothing(past):
    assert years_to_try(past.draft, past.organizer) == [YEAR]
    trial = try_scheme(past.draft, YEAR, past.organizer)
    assert (trial.whole.people, trial.whole.changed, trial.changes) == (2, 0, [])
    assert trial.whole.grades == [(1, 1), (0, 0), (0, 0), (1, 1)]


def test_who_would_change_by_how_much_and_where(past):
    past.draft.indicators.update(target=1)
    trial = try_scheme(past.draft, YEAR, past.organizer)
    (change,) = trial.changes
    assert (change.now, change.then) == (Grade.INCOMPETENT, Grade.EXCELLENT)
    assert (change.score_now, change.score_then, change.is_better) == (5000, 10000, True)
    (county,) = trial.counties
    assert (county.path, county.changed, county.grades[0]) == (past.county.path, 1, (1, 2))
    ((_change, row),) = with_rows(trial.changes)
    assert row.name == "王雯"
    # Who falls stands above who rises.
    past.draft.indicators.update(target=4)
    falls = try_scheme(past.draft, YEAR, past.organizer).changes
    assert [(one.now, one.then) for one in falls] == [(Grade.EXCELLENT, Grade.INCOMPETENT)]


def test_the_quota_counts_in_a_trial_too(past):
    past.draft.indicators.update(target=1)
    past.draft.excellent_quota_percent = 40
    past.draft.save()
    trial = try_scheme(past.draft, YEAR, past.organizer)
    # Level at the edge, both stay below.
    assert [change.then for change in trial.changes] == [Grade.COMPETENT, Grade.COMPETENT]


def test_a_trial_writes_nothing(past):
    past.draft.indicators.update(target=1)
    before = everything()
    with CaptureQueriesContext(connection) as queries:
        try_scheme(past.draft, YEAR, past.organizer)
    assert everything() == before
    words = {query["sql"].split()[0].upper() for query in queries}
    assert words & {"UPDATE", "INSERT", "DELETE"} == set()


def test_only_levels_of_the_scheme_and_places_of_the_office_are_tried(past):
    past.draft.level = "county"
    past.draft.save()
    assert try_scheme(past.draft, YEAR, past.organizer).whole.people == 0
    past.draft.level = "town"
    past.draft.save()
    assert try_scheme(past.draft, YEAR, past.organizer).whole.people == 2
    assert years_to_try(past.draft, past.stranger) == []
    Cycle.objects.update(status=CycleStatus.ASSESSING)
    assert years_to_try(past.draft, past.organizer) == []


def test_a_trial_costs_the_same_for_many(past):
    with CaptureQueriesContext(connection) as few:
        try_scheme(past.draft, YEAR, past.organizer)
    for _row in range(3):
        make_evaluation(past.cycle, make_mandate(past.town))
    with CaptureQueriesContext(connection) as many:
        assert try_scheme(past.draft, YEAR, past.organizer).whole.people == 5
    assert len(few) == len(many)


def test_venues_are_tried_by_the_same_arithmetic(past):
    rows = (("committee", IndicatorSource.COMMITTEE, [], 100, 100),)
    scheme = make_scheme(past, kind=SubjectKind.STUDIO, year=YEAR, rows=rows)
    cycle = make_cycle(past, kind=SubjectKind.STUDIO, year=YEAR, status=CycleStatus.DECIDING)
    make_evaluation(cycle, past.studio, scheme=scheme, committee_mark=8500, committee_count=1)
    compute_cycle(cycle)
    suggest_grades(cycle)
    draft = copy_scheme(scheme, year=YEAR + 1, by=acting(past.organizer), at=timezone.now())
    assert try_scheme(draft, YEAR, past.organizer).changes == []
    draft.excellent_from = 85
    draft.save()
    (change,) = try_scheme(draft, YEAR, past.organizer).changes
    assert (change.now, change.then, change.score_then) == (Grade.COMPETENT, Grade.EXCELLENT, 8500)
