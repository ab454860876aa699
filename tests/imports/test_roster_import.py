"""Rolls: what is new, changed, unchanged or wrong, and that nothing is written by halves."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from accounts.actor import Actor
from accounts.errors import NotAllowed
from accounts.models import Organization
from records.importers import FaultyRows, LimitedActor, PlanChanged, make_plan, read_import, run_import
from records.models import Event
from representatives.enums import Level
from representatives.models import Congress, Mandate, Person
from representatives.roster_import import ROSTER
from tests.factories import acting
from tests.imports.books import ROSTER_HEADERS, roster, roster_row

AT = datetime(2022, 10, 28, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SYSTEM = Actor.system()

pytestmark = pytest.mark.django_db


def plan_of(file, *, by=SYSTEM):
    return make_plan(ROSTER, read_import(ROSTER, file, at=AT), by=by, at=AT)


def import_(file, *, by=SYSTEM, **options):
    return run_import(ROSTER, read_import(ROSTER, file, at=AT), by=by, at=AT, **options)


def counts(plan):
    told = plan.counts()
    return told["created"], told["updated"], told["unchanged"], told["faulty"]


def faults(file, **options):
    return [(fault.row, fault.column) for fault in plan_of(file, **options).faults]


@pytest.fixture
def before(city):
    """How many mandates there were before the import."""
    return Mandate.objects.count()


def test_a_row_becomes_a_person_a_mandate_and_a_congress(city):
    import_(roster(roster_row(1, 姓名="孟　宝鹏 ", 联系电话="199-3600-0001", 出生年月="1964年11月")))
    mandate = Mandate.objects.select_related("person", "congress").get(certificate_number="WF202200001")
    person = mandate.person
    assert (person.name, person.pinyin, person.phone) == ("孟宝鹏", "mbp", "19936000001")
    assert (person.birth_month, person.joined_party_month) == (date(1964, 11, 1), date(2008, 10, 1))
    assert (person.gender, person.ethnicity, person.education) == ("male", "汉族", "本科")
    assert (mandate.level, mandate.organization, mandate.is_frontline) == (Level.TOWN, city.town, True)
    assert (mandate.congress.organization, mandate.congress.ordinal) == (city.town, 12)
    assert (mandate.electing_unit, mandate.field, mandate.note) == ("洛城街道第12选区", "新兴领域", "")


def test_each_object_and_the_whole_have_their_event(city):
    import_(roster(roster_row(1)), by=acting(city.organizer))
    mandate = Mandate.objects.get(certificate_number="WF202200001")
    (event,) = Event.objects.about(mandate)
    assert (event.verb, event.actor, event.organization) == ("imported", city.organizer, city.town)
    assert event.note == "花名册第 4 行"
    (event,) = Event.objects.about(mandate.person)
    assert event.after == {"name": "孟*"}
    whole = Event.objects.get(subject_type="accounts.organization", verb="imported")
    assert (whole.organization, whole.after["created"]) == (city.county, 1)


def test_the_second_import_changes_nothing(city):
    rows = roster(roster_row(1), roster_row(2, 姓名="王雯"))
    assert counts(import_(rows)) == (2, 0, 0, 0)
    told = Event.objects.count()
    rows.seek(0)
    assert counts(import_(rows)) == (0, 0, 2, 0)
    assert Event.objects.count() == told


def test_same_name_birth_and_phone_is_one_person_with_two_mandates(city):
    second = roster_row(
        2,
        联系电话="199 3600 0001",
        代表层级="县级",
        届次="中国共产党寿光市第14次代表大会",
        选举单位="洛城街道",
    )
    import_(roster(roster_row(1), second))
    person = Person.objects.get(phone="19936000001")
    assert sorted(person.mandates.values_list("level", flat=True)) == ["county", "town"]


def test_a_new_seat_of_a_known_person(city):
    import_(roster(roster_row(1)))
    second = roster_row(2, 联系电话="19936000001", 代表层级="市级", 届次="中国共产党潍坊市第十三次代表大会")
    assert counts(import_(roster(second))) == (1, 0, 0, 0)
    assert Person.objects.get(phone="19936000001").mandates.count() == 2


def test_changes_are_told_old_and_new(city):
    import_(roster(roster_row(1)))
    changed = roster_row(
        1,
        联系电话="19936009999",
        工作单位及职务="洛城街道站长",
        是否生产和工作一线="否",
        镇街="",
        行业领域="",
    )
    plan = import_(roster(changed))
    assert [(c.label, c.old, c.new) for c in plan.changed[0].changes] == [
        ("联系电话", "199****0001", "199****9999"),
        ("工作单位及职务", "洛城街道快递员", "洛城街道站长"),
        ("是否生产和工作一线", "是", "否"),
        ("所在地", "洛城街道", "寿光市"),
    ]
    mandate = Mandate.objects.select_related("person").get(certificate_number="WF202200001")
    assert (mandate.is_frontline, mandate.organization, mandate.field) == (False, city.county, "新兴领域")
    assert (mandate.person.phone, mandate.person.employer) == ("19936009999", "洛城街道站长")
    event = Event.objects.about(mandate.person).first()
    assert event.before == {"phone": "199****0001", "employer": "洛城街道快递员"}
    assert event.after == {"phone": "199****9999", "employer": "洛城街道站长"}
    assert Event.objects.about(mandate).first().after == {"is_frontline": False, "organization": "寿光市"}
    assert counts(plan_of(roster(changed))) == (0, 0, 1, 0)


def test_a_corrected_name_is_found_by_its_initials(city):
    import_(roster(roster_row(1)))
    import_(roster(roster_row(1, 姓名="解宝鹏")))
    assert Person.objects.get(phone="19936000001").pinyin == "xbp"


def test_a_change_of_one_person_reaches_both_her_rows_once(city):
    county = {"代表层级": "县级", "届次": "中国共产党寿光市第14次代表大会", "联系电话": "19936000001"}
    import_(roster(roster_row(1), roster_row(2, **county)))
    both = {"文化程度": "硕士研究生"}
    assert counts(import_(roster(roster_row(1, **both), roster_row(2, **county, **both)))) == (0, 2, 0, 0)
    person = Person.objects.get(phone="19936000001")
    assert person.education == "硕士研究生"
    assert counts(plan_of(roster(roster_row(1, **both), roster_row(2, **county, 文化程度="")))) == (
        0,
        0,
        2,
        0,
    )


def test_an_empty_cell_takes_nothing_away(city):
    import_(roster(roster_row(1, 备注="连任")))
    bare = roster_row(
        1, 备注="", 民族="", 文化程度="", 入党时间="", 工作单位及职务="", 行业领域="", 选举单位=""
    )
    assert counts(plan_of(roster(bare))) == (0, 0, 1, 0)


def test_states_and_groups_are_none_of_the_rosters_business(city):
    import_(roster(roster_row(1)))
    Mandate.objects.filter(certificate_number="WF202200001").update(
        status="ended", end_date=date(2022, 5, 1), group=city.group
    )
    assert counts(import_(roster(roster_row(1, 行业领域="教育")))) == (0, 1, 0, 0)
    mandate = Mandate.objects.get(certificate_number="WF202200001")
    assert (mandate.status, mandate.end_date, mandate.group) == ("ended", date(2022, 5, 1), city.group)


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"姓名": "　"}, "姓名"),
        ({"代表证号": ""}, "代表证号"),
        ({"性别": "未知"}, "性别"),
        ({"出生年月": "2035.01"}, "出生年月"),
        ({"出生年月": "2005.01", "入党时间": ""}, "出生年月"),
        ({"入党时间": "1980.01"}, "入党时间"),
        ({"工作单位及职务": "长" * 3000}, "工作单位及职务"),
        ({"代表层级": "乡级以上"}, "代表层级"),
        ({"代表层级": "市级"}, "届次"),
        ({"届次": "中国共产党历下区第12次代表大会", "代表层级": "县级"}, "届次"),
        ({"县市区": "历下区"}, "县市区"),
        ({"县市区": "昌乐县"}, "镇街"),
        ({"是否生产和工作一线": "可能"}, "是否生产和工作一线"),
        ({"联系电话": "1993600"}, "联系电话"),
        ({"姓名": "=1+1"}, "姓名"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_thing_wrong_is_one_fault(city, values, column):
    assert faults(roster(roster_row(1, **values), roster_row(2))) == [(4, column)]


def test_all_faults_of_a_row_are_told_at_once(city):
    bad = roster_row(1, 性别="未知", 县市区="历下区", 联系电话="12")
    assert faults(roster(bad)) == [(4, "性别"), (4, "联系电话"), (4, "县市区")]


def test_a_number_twice_in_the_file(city):
    assert faults(roster(roster_row(1), roster_row(1, 姓名="王雯"))) == [(5, "代表证号")]


def test_a_number_that_belongs_to_somebody_else(city):
    import_(roster(roster_row(1)))
    other = roster_row(1, 姓名="王雯", 联系电话="19936000055")
    plan = plan_of(roster(other))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(4, "代表证号")]
    assert "孟*" in plan.faults[0].message and "孟宝鹏" not in plan.faults[0].message


def test_rows_of_one_person_that_contradict_each_other(city):
    county = {"代表层级": "县级", "届次": "中国共产党寿光市第14次代表大会", "联系电话": "19936000001"}
    assert faults(roster(roster_row(1), roster_row(2, **county, 性别="女"))) == [(5, "性别")]


def test_two_seats_in_one_congress(city):
    assert faults(roster(roster_row(1), roster_row(2, 联系电话="19936000001"))) == [(5, "代表证号")]
    import_(roster(roster_row(1)))
    assert faults(roster(roster_row(2, 联系电话="19936000001"))) == [(4, "代表证号")]


def test_a_correction_that_would_make_two_people_one(city):
    import_(roster(roster_row(1), roster_row(2)))
    assert faults(roster(roster_row(2, 联系电话="19936000001"))) == [(4, "姓名")]


def test_counties_and_towns_by_alias_and_full_name(city):
    Organization.objects.filter(pk=city.county.pk).update(short_name="寿光", aliases=["寿光县"])
    Organization.objects.filter(pk=city.town.pk).update(aliases=["洛城"])
    row = roster_row(1, 县市区="寿光县", 镇街="洛城", 届次="中国共产党潍坊市寿光市洛城街道第12次代表大会")
    import_(roster(row))
    assert Mandate.objects.get(certificate_number="WF202200001").organization == city.town


def test_congresses_are_created_once_and_known_ones_used(city):
    known = Congress.objects.create(
        level=Level.COUNTY, organization=city.county, ordinal=14, name="旧名", start_date=date(2021, 12, 20)
    )
    county = {"代表层级": "县级", "届次": "中国共产党寿光市第十四次代表大会"}
    national = {"代表层级": "全国", "届次": "党的二十大"}
    had = Congress.objects.count()
    plan = import_(roster(roster_row(1, **county), roster_row(2, **national), roster_row(3, **national)))
    assert plan.notes == ["将新建 1 个届次：党的二十大。"]
    assert Congress.objects.count() == had + 1
    mandate = Mandate.objects.get(certificate_number="WF202200001")
    assert (mandate.congress, mandate.start_date) == (known, date(2021, 12, 20))
    assert Congress.objects.get(level=Level.NATIONAL).organization == city.root


def test_with_a_faulty_row_nothing_is_applied_unless_it_is_left_out(before):
    rows = (roster_row(1), roster_row(2, 性别="未知"), roster_row(3))
    with pytest.raises(FaultyRows) as refused:
        import_(roster(*rows))
    assert refused.value.plan.faulty_rows == [5]
    assert (Mandate.objects.count(), Person.objects.filter(name="孟宝鹏").exists()) == (before, False)
    assert counts(import_(roster(*rows), skip_faulty=True)) == (2, 0, 0, 1)
    assert Mandate.objects.count() == before + 2


def test_an_error_in_the_middle_leaves_nothing(before, monkeypatch):
    told = Event.objects.count()

    def fails(*_args, **_kwargs):
        raise IntegrityError("somebody was first")

    monkeypatch.setattr("representatives.roster_import._create_mandates", fails)
    with pytest.raises(PlanChanged):
        import_(roster(roster_row(1), roster_row(2)))
    assert (Mandate.objects.count(), Event.objects.count()) == (before, told)
    assert not Person.objects.filter(name="孟宝鹏").exists()


def test_a_confirmed_plan_is_refused_once_the_database_has_changed(city):
    import_(roster(roster_row(1)))
    file = roster(roster_row(1, 行业领域="教育"))
    confirmed = plan_of(file).fingerprint()
    Mandate.objects.filter(certificate_number="WF202200001").update(field="医疗卫生")
    file.seek(0)
    with pytest.raises(PlanChanged):
        import_(file, expected=confirmed)
    assert Mandate.objects.get(certificate_number="WF202200001").field == "医疗卫生"


def test_a_job_run_again_after_its_commit_finds_its_work_done(city):
    file = roster(roster_row(1))
    confirmed = plan_of(file).fingerprint()
    for _run in range(2):
        file.seek(0)
        plan = import_(file, expected=confirmed)
    assert counts(plan) == (0, 0, 1, 0)


def test_an_organizer_imports_her_own_county_and_nothing_else(city):
    neighbour = roster_row(2, 县市区="昌乐县", 镇街="朱刘街道", 届次="中国共产党昌乐县朱刘街道第12次代表大会")
    rows = roster(roster_row(1), neighbour)
    assert faults(rows, by=acting(city.organizer)) == [(5, "县市区")]
    rows.seek(0)
    assert faults(rows, by=acting(city.stranger)) == [(4, "县市区")]
    rows.seek(0)
    assert faults(rows, by=LimitedActor(user=None, door="system", within=city.county)) == [(5, "县市区")]
    rows.seek(0)
    assert faults(rows) == []


def test_an_organizer_sets_up_no_congress_above_her(city):
    row = roster_row(1, 代表层级="市级", 届次="中国共产党潍坊市第十三次代表大会")
    assert faults(roster(row), by=acting(city.organizer)) == [(4, "届次")]
    Congress.objects.create(level=Level.CITY, organization=city.root, ordinal=13, name="市第十三次")
    assert faults(roster(row), by=acting(city.organizer)) == []


def test_a_number_of_the_neighbours_is_not_taken_over(city):
    import_(roster(roster_row(1)))
    moved = roster_row(1, 县市区="昌乐县", 镇街="朱刘街道", 届次="中国共产党昌乐县朱刘街道第12次代表大会")
    plan = plan_of(roster(moved), by=acting(city.stranger))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(4, "代表证号")]
    assert "孟" not in plan.faults[0].message


@pytest.mark.parametrize(
    "role", ["keeper", "handler", "representative", "leader", "assessor", "auditor", "client"]
)
def test_only_organizers_import(city, role):
    with pytest.raises(NotAllowed):
        import_(roster(roster_row(1)), by=acting(city.user(role)))


def test_columns_in_another_order_and_strange_ones_between(city):
    headers = ["奇怪的列", *reversed(ROSTER_HEADERS)]
    row = ["x", *reversed(roster_row(1))]
    assert counts(import_(roster(row, headers=headers))) == (1, 0, 0, 0)


def test_the_number_of_queries_does_not_grow_with_the_rows(city, django_assert_max_num_queries):
    import_(roster(roster_row(1)))
    with django_assert_max_num_queries(12):
        plan_of(roster(*(roster_row(number) for number in range(1, 300))))
