import pytest

from accounts.actor import Actor
from records.importers import make_plan, read_import, run_import
from records.models import Event
from representatives.models import Person
from studios.helper_import import HELPERS
from studios.models import Helper
from tests.factories import MONDAY, acting, make_person, make_studio
from tests.imports.books import book

HEADERS = ["姓名", "电话", "类别", "工作室", "加入日期"]
pytestmark = pytest.mark.django_db


def row(**values):
    good = {
        "姓名": "周志愿",
        "电话": "13800001111",
        "类别": "志愿者",
        "工作室": "洛城街道党代表工作室",
        "加入日期": "2026-03-05",
    }
    return [(good | values)[header] for header in HEADERS]


def plan_of(*rows, by=None, headers=HEADERS):
    file = book(headers, rows)
    return make_plan(HELPERS, read_import(HELPERS, file, at=MONDAY), by=by or Actor.system(), at=MONDAY)


def import_(*rows, by=None):
    file = book(HEADERS, rows)
    return run_import(HELPERS, read_import(HELPERS, file, at=MONDAY), by=by or Actor.system(), at=MONDAY)


def test_rows_become_helpers_and_a_second_time_nothing(city):
    known = make_person(name="李积极", phone="13800002222")
    rows = row(), row(姓名="李积极", 电话="138-0000-2222", 类别="积极分子")
    assert import_(*rows, by=acting(city.organizer)).counts()["created"] == 2
    told = Helper.objects.values_list("person__name", "kind", "studio", "joined_date")
    assert {(name, kind, studio, f"{day}") for name, kind, studio, day in told} == {
        ("周志愿", "volunteer", city.studio.pk, "2026-03-05"),
        ("李积极", "activist", city.studio.pk, "2026-03-05"),
    }
    # Name and telephone make one human being.
    assert Helper.objects.get(kind="activist").person == known
    assert Person.objects.get(name="周志愿").pinyin == "zzy"
    assert [event.verb for event in Event.objects.about(Helper.objects.first())] == ["imported"]
    again = import_(*rows).counts()
    assert (again["created"], again["unchanged"]) == (0, 2)


def test_a_changed_kind_is_told_and_written(city):
    import_(row())
    plan = import_(row(类别="社区工作者"))
    assert [(c.label, c.old, c.new) for c in plan.changed[0].changes] == [("类别", "志愿者", "社区工作者")]
    assert Helper.objects.get().kind == "community_worker"


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"姓名": ""}, "姓名"),
        ({"电话": "12345"}, "电话"),
        ({"类别": "热心群众"}, "类别"),
        ({"工作室": "没有的工作室"}, "工作室"),
        ({"加入日期": "2199-01-01"}, "加入日期"),
        ({"加入日期": "去年"}, "加入日期"),
    ],
)
def test_faults(city, values, column):
    assert [(fault.row, fault.column) for fault in plan_of(row(**values)).faults] == [(4, column)]


def test_one_person_twice_or_at_another_venue_is_a_fault(city):
    other = make_studio(city.town, name="洛城街道第二工作站")
    twice = plan_of(row(), row(工作室=other.name))
    assert [(fault.row, fault.column) for fault in twice.faults] == [(5, "姓名")]
    import_(row())
    moved = plan_of(row(工作室=other.name))
    assert "已登记在洛城街道党代表工作室" in moved.faults[0].message


def test_venues_of_others_and_of_one_name_are_told_apart(city):
    foreign = plan_of(row(工作室="老杜工作室"), by=acting(city.organizer))
    assert "不在您管理的范围内" in foreign.faults[0].message
    make_studio(city.neighbour_town, name="洛城街道党代表工作室")
    assert "请加「县市区」" in plan_of(row()).faults[0].message
    assert plan_of(row(), by=acting(city.organizer)).faults == []
    named = plan_of([*row(), "昌乐县"], headers=[*HEADERS, "县市区"])
    assert named.new[0].payload.studio.organization == city.neighbour_town
