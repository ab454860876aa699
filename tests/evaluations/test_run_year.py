"""`manage.py run_year`: everything that needs nobody's judgment, and the second run changes nothing."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from evaluations.models import Cycle, Evaluation, Scheme
from records.models import Event
from representatives.enums import DutyKind, Level
from tests.evaluations.world import add_records, make_scheme
from tests.factories import make_congress, make_mandate

YEAR = 2022


def run(*arguments):
    out = StringIO()
    call_command("run_year", str(YEAR), "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())["cycles"]


@pytest.fixture
def year(city):
    make_scheme(city, year=YEAR, organization=city.root)
    congress = make_congress(city.root, level=Level.CITY)
    make_mandate(city.town, congress=congress, level=Level.CITY)
    add_records(city.mandate, DutyKind.RECEPTION, times=2, on=date(YEAR, 5, 1))
    return city


def test_each_committee_appraises_its_own_and_a_second_run_changes_nothing(year):
    first = run()
    assert [(row["organization"], row["appraised"]) for row in first] == [
        ("3707", 1),
        ("370783", 2),
        ("370725", 1),
    ]
    assert all(row["status"] == "reporting" and row["opened"] for row in first)
    before = list(Evaluation.objects.order_by("pk").values())
    events = Event.objects.count()
    second = run()
    assert [(row["changed"], row["opened"]) for row in second] == [(0, False)] * 3
    assert list(Evaluation.objects.order_by("pk").values()) == before
    assert (Event.objects.count(), Cycle.objects.count()) == (events, 3)


def test_new_records_are_taken_in(year):
    run()
    add_records(year.mandate, DutyKind.TRAINING, on=date(YEAR, 6, 1))
    assert [row["changed"] for row in run()] == [0, 1, 0]


def test_one_county_alone(year):
    assert [row["organization"] for row in run("--organization", "370725")] == ["370725"]
    assert Cycle.objects.count() == 1


def test_what_stands_against_it_is_said(year):
    Scheme.objects.all().delete()
    (row,) = run("--organization", "370725")
    assert "还没有启用适用于县级代表的考评办法" in row["stopped"]


@pytest.mark.parametrize("arguments", [("--organization", "999999"), ("--organization", "370783-U01")])
def test_a_place_that_does_not_appraise_is_refused(year, arguments):
    with pytest.raises(CommandError):
        run(*arguments)
