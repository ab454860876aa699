"""The city's real rolls, as its offices keep them."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count

from accounts.actor import Actor
from accounts.setup import load_organizations
from petitions.matter_import import MATTERS
from petitions.models import Petition, Reply
from petitions.setup import load_categories, load_channels, load_time_limits
from records.importers import make_plan, read_import, run_import
from representatives.models import Mandate, Person
from representatives.roster_import import ROSTER
from studios.models import ChecklistResult, Studio
from studios.setup import load_checklist
from studios.venue_import import VENUES
from tests.imports.books import real

AT = datetime(2022, 10, 28, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SYSTEM = Actor.system()

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    for load in (load_organizations, load_categories, load_channels, load_time_limits, load_checklist):
        load()


def import_(importer, name):
    with real(name).open("rb") as file:
        plan = run_import(importer, read_import(importer, file, at=AT), by=SYSTEM, at=AT)
    counts = plan.counts()
    return counts["created"], counts["updated"], counts["unchanged"]


def test_the_roster(house):
    assert import_(ROSTER, "roster.xlsx") == (14264, 0, 0)
    assert (Mandate.objects.count(), Person.objects.count()) == (14264, 13722)
    frontline = dict(Mandate.objects.frontline().values_list("level").annotate(Count("pk")).order_by())
    assert frontline == {"national": 2, "provincial": 26, "city": 223, "county": 1861, "town": 5451}
    assert not Person.objects.filter(pinyin="").exists()
    assert import_(ROSTER, "roster.xlsx") == (0, 0, 14264)


def test_the_faulty_roster(house):
    expected = json.loads(real("roster-faulty.expected.json").read_text())
    with real("roster-faulty.xlsx").open("rb") as file:
        plan = make_plan(ROSTER, read_import(ROSTER, file, at=AT), by=SYSTEM, at=AT)
    assert plan.faulty_rows == [fault["row"] for fault in expected["faults"]]
    assert (len(plan.sheet.rows), len(plan.new)) == (expected["rows"], expected["good"])


def test_the_venues_and_the_ledger(house):
    assert import_(VENUES, "venues.xlsx") == (229, 0, 0)
    kinds = dict(Studio.objects.values_list("kind").annotate(Count("pk")).order_by())
    assert kinds == {"workroom": 77, "station": 152}
    assert ChecklistResult.objects.count() == 229 * 5
    assert import_(MATTERS, "matters.xlsx") == (4193, 0, 0)
    assert (Petition.objects.count(), Reply.objects.count()) == (4193, 2816)
    states = dict(Petition.objects.values_list("status").annotate(Count("pk")).order_by())
    assert states == {"feedback": 2816, "registered": 1377}
    assert import_(VENUES, "venues.xlsx") == (0, 0, 229)
    assert import_(MATTERS, "matters.xlsx") == (0, 0, 4193)
