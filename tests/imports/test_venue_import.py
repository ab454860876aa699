from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.actor import Actor
from records.importers import make_plan, read_import, run_import
from records.models import Event
from studios.enums import StudioKind
from studios.models import ChecklistResult, Studio
from studios.setup import load_checklist
from studios.venue_import import VENUES
from tests.factories import acting
from tests.imports.books import VENUE_HEADERS, book, venue_row

AT = datetime(2022, 10, 28, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _checklist(city):
    load_checklist()


def venues(*rows, headers=VENUE_HEADERS):
    return book(headers, rows)


def plan_of(file, *, by=None):
    return make_plan(VENUES, read_import(VENUES, file, at=AT), by=by or Actor.system(), at=AT)


def import_(file):
    return run_import(VENUES, read_import(VENUES, file, at=AT), by=Actor.system(), at=AT)


def faults(file, **options):
    return [(fault.row, fault.column) for fault in plan_of(file, **options).faults]


def test_a_row_becomes_a_venue_with_its_checklist(city):
    import_(venues(venue_row(1, 特色="劳资纠纷调解", 试点="是")))
    studio = Studio.objects.get(name="洛城街道第1党代表工作站")
    assert (studio.kind, studio.organization, studio.lead_name) == (StudioKind.STATION, city.town, "许磊")
    assert (studio.reception_text, studio.is_pilot, studio.specialty) == ("每月15日", True, "劳资纠纷调解")
    results = dict(studio.checklist_results.values_list("item__code", "is_met"))
    assert results == {"premises": True, "system": True, "process": True, "staff": False, "materials": True}
    assert [event.verb for event in Event.objects.about(studio)] == ["imported"]


def test_the_second_import_changes_nothing(city):
    rows = venues(venue_row(1), venue_row(2, 类别="工作室"))
    import_(rows)
    rows.seek(0)
    plan = import_(rows)
    assert (plan.counts()["created"], plan.counts()["unchanged"]) == (0, 2)


def test_changes_of_fields_and_of_the_checklist(city):
    import_(venues(venue_row(1)))
    plan = import_(venues(venue_row(1, 地址="新址3楼", 有人员="√", 有资料="", 负责人="")))
    assert [(c.label, c.old, c.new) for c in plan.changed[0].changes] == [
        ("地址", "洛城街道便民服务中心2楼", "新址3楼"),
        ("有人员", "否", "是"),
        ("有资料", "是", "否"),
    ]
    studio = Studio.objects.get(name="洛城街道第1党代表工作站")
    assert (studio.address, studio.lead_name) == ("新址3楼", "许磊")
    assert ChecklistResult.objects.get(studio=studio, item__code="staff").is_met
    assert Event.objects.about(studio).first().after == {
        "address": "新址3楼",
        "staff": True,
        "materials": False,
    }


def test_columns_of_the_checklist_may_be_missing(city):
    headers = [header for header in VENUE_HEADERS if not header.startswith("有")]
    row = [value for header, value in zip(VENUE_HEADERS, venue_row(1), strict=True) if header in headers]
    import_(venues(row, headers=headers))
    assert not ChecklistResult.objects.filter(studio__name="洛城街道第1党代表工作站").exists()


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"名称": ""}, "名称"),
        ({"类别": "驿站"}, "类别"),
        ({"县市区": "历下区"}, "县市区"),
        ({"镇街": "朱刘街道"}, "镇街"),
        ({"有场所": "大概"}, "有场所"),
    ],
)
def test_faults(city, values, column):
    assert faults(venues(venue_row(1, **values))) == [(4, column)]


def test_a_venue_twice_in_the_file(city):
    assert faults(venues(venue_row(1), venue_row(1))) == [(5, "名称")]


def test_venues_of_the_neighbours_are_faults(city):
    neighbours = venue_row(2, 县市区="昌乐县", 镇街="朱刘街道")
    assert faults(venues(venue_row(1), neighbours), by=acting(city.organizer)) == [(5, "县市区")]
