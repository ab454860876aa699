"""Scores by the set, against a recomputation that shares nothing with them (item 3 of R84)."""

import random
from datetime import date
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.computing import compute_cycle, compute_cycles, scored_rows
from evaluations.enums import EvaluationStatus, IndicatorSource, Measure, WhenMissing
from evaluations.models import Evaluation
from representatives.enums import DutyKind, Level
from representatives.models import DutyRecord
from tests.evaluations.world import add_records, make_cycle, make_evaluation, make_indicator, make_scheme
from tests.factories import make_congress, make_mandate, make_person

YEAR = 2022


def day(month, number=1):
    return date(YEAR, month, number)


@pytest.fixture
def cycle(city):
    scheme = make_scheme(city, year=YEAR, rows=(), bonus_cap=5)
    make_indicator(
        scheme, code="reception", kinds=[DutyKind.RECEPTION], target=2, weight=30, cap="37.5", position=1
    )
    make_indicator(
        scheme,
        code="hours",
        kinds=[DutyKind.TRAINING],
        target="7.5",
        weight="13.33",
        measure=Measure.QUANTITY,
    )
    make_indicator(
        scheme,
        code="matters",
        kinds=[DutyKind.PETITION_RECEIVED, DutyKind.PETITION_FED_BACK],
        target=3,
        weight="16.67",
    )
    make_indicator(scheme, code="report", source=IndicatorSource.SELF_REPORT, target=100, weight=10)
    make_indicator(
        scheme,
        code="committee",
        source=IndicatorSource.COMMITTEE,
        target=100,
        weight=20,
        when_missing=WhenMissing.LEAVE_OUT,
    )
    make_indicator(
        scheme,
        code="survey",
        source=IndicatorSource.SURVEY,
        target=100,
        weight=10,
        when_missing=WhenMissing.LEAVE_OUT,
    )
    make_indicator(
        scheme,
        code="bonus",
        source=IndicatorSource.BONUS,
        kinds=[DutyKind.MENTORING],
        target=1,
        weight="1.25",
    )
    return make_cycle(city, year=YEAR)


def half_up(fraction):
    return int(fraction + Fraction(1, 2))


def recompute(evaluation):
    """(points by code, score) in hundredths, from the rows themselves, in fractions."""
    person = evaluation.mandate.person_id
    lines = [
        row
        for row in DutyRecord.objects.filter(mandate__person=person, reversed_at=None)
        if evaluation.cycle.period_start <= row.on <= evaluation.cycle.period_end
    ]
    got, known = {}, Fraction(0)
    for indicator in evaluation.scheme.indicators.all():
        source = indicator.source
        if source in (IndicatorSource.LEDGER, IndicatorSource.BONUS):
            fitting = [row for row in lines if row.kind in indicator.kinds]
            if indicator.measure == Measure.QUANTITY:
                quantity = sum((Fraction(row.quantity) for row in fitting), Fraction(0))
            else:
                quantity = Fraction(len(fitting))
        elif source == IndicatorSource.SELF_REPORT:
            quantity = evaluation.self_mark if evaluation.reported_at else None
        else:
            field = "committee_mark" if source == IndicatorSource.COMMITTEE else "survey_mark"
            mark = getattr(evaluation, field)
            quantity = None if mark is None else Fraction(mark, 100)
        if quantity is None:
            got[indicator.code] = None if indicator.when_missing == WhenMissing.LEAVE_OUT else 0
        else:
            share = quantity * Fraction(indicator.weight) / Fraction(indicator.target)
            cap = Fraction(indicator.cap if indicator.cap is not None else indicator.weight)
            got[indicator.code] = min(half_up(share * 100), int(cap * 100))
        if got[indicator.code] is not None and source != IndicatorSource.BONUS:
            known += Fraction(indicator.weight)
    base = sum(value or 0 for code, value in got.items() if code != "bonus")
    if known < 100:
        base = half_up(base * 100 / known)
    return got, min(base, 10_000) + min(got["bonus"], 500)


def test_every_point_agrees_with_a_recomputation_of_the_records(city, cycle):
    rng = random.Random(6)
    for n in range(6):
        person = make_person()
        seats = [make_mandate(city.town, person=person)]
        if n % 3 == 0:
            congress = make_congress(city.county, level=Level.COUNTY)
            seats.append(make_mandate(city.county, person=person, congress=congress))
        evaluation = make_evaluation(cycle, seats[0])
        for seat in seats:
            for kind in DutyKind.values:
                for _line in range(rng.randint(0, 4)):
                    on = rng.choice([day(1), day(12, 31), day(6, 15), date(2021, 12, 31), date(2023, 1, 1)])
                    add_records(seat, kind, on=on, quantity=rng.choice(["1", "2.5", "0.25", "8"]))
        for line in DutyRecord.objects.filter(mandate__in=seats):
            if rng.random() < 0.15:
                DutyRecord.objects.filter(pk=line.pk).update(reversed_at=timezone.now())
        evaluation.self_mark = rng.choice([None, 77, 95])
        evaluation.reported_at = rng.choice([None, timezone.now()]) if evaluation.self_mark else None
        evaluation.committee_mark = rng.choice([None, 8_667, 9_333])
        evaluation.save()
    Evaluation.objects.filter(pk__in=Evaluation.objects.order_by("pk").values("pk")[:4]).update(
        survey_mark=None, survey_count=0
    )
    compute_cycle(cycle)
    for evaluation in Evaluation.objects.select_related("cycle", "scheme", "mandate"):
        codes = {str(row.pk): row.code for row in evaluation.scheme.indicators.all()}
        told = {codes[key]: value[1] for key, value in evaluation.points.items()}
        assert (told, evaluation.score) == recompute(evaluation)


def test_computing_again_changes_nothing(city, cycle):
    evaluation = make_evaluation(cycle, city.mandate)
    add_records(city.mandate, DutyKind.RECEPTION, times=1, on=day(5))
    assert compute_cycle(cycle) == 1
    before = Evaluation.objects.values().get(pk=evaluation.pk)
    assert compute_cycle(cycle) == 0
    assert Evaluation.objects.values().get(pk=evaluation.pk) == before
    add_records(city.mandate, DutyKind.RECEPTION, times=1, on=day(6))
    assert compute_cycle(cycle) == 1


def test_a_line_that_was_reversed_no_longer_counts(city, cycle):
    evaluation = make_evaluation(cycle, city.mandate)
    (line,) = add_records(city.mandate, DutyKind.RECEPTION, on=day(5))
    compute_cycle(cycle)
    evaluation.refresh_from_db()
    with_it = evaluation.score
    DutyRecord.objects.filter(pk=line.pk).update(reversed_at=timezone.now())
    compute_cycle(cycle)
    evaluation.refresh_from_db()
    assert evaluation.score < with_it


def test_a_draft_is_nobodys_word_yet(city, cycle):
    evaluation = make_evaluation(cycle, city.mandate, self_mark=100, report="写了一半")
    compute_cycle(cycle)
    evaluation.refresh_from_db()
    report = evaluation.scheme.indicators.get(code="report")
    assert evaluation.points[str(report.pk)] == [None, 0]


def test_who_is_excused_is_left_as_she_is(city, cycle):
    evaluation = make_evaluation(cycle, city.mandate, status=EvaluationStatus.EXCUSED)
    assert compute_cycle(cycle) == 0
    evaluation.refresh_from_db()
    assert (evaluation.points, evaluation.score) == ({}, None)


def test_however_many_there_are_it_is_one_statement_a_scheme(city, cycle):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            compute_cycles([cycle])
        return len(asked)

    make_evaluation(cycle, city.mandate)
    one = statements()
    for _n in range(4):
        make_evaluation(cycle, make_mandate(city.town))
    assert statements() == one


def test_another_scheme_can_be_tried_without_a_trace(city, cycle):
    evaluation = make_evaluation(cycle, city.mandate)
    add_records(city.mandate, DutyKind.RECEPTION, on=day(5))
    compute_cycle(cycle)
    draft = make_scheme(city, year=YEAR, status="draft", version=2)
    before = Evaluation.objects.values().get(pk=evaluation.pk)
    assert scored_rows(cycle, draft) == {evaluation.pk: 2_000}
    assert Evaluation.objects.values().get(pk=evaluation.pk) == before
