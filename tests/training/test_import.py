"""The sheet that was passed round the class room, read from Excel."""

from datetime import date, datetime, timedelta

import pytest

from records.importers import make_plan, read_import, run_import
from records.models import Event
from representatives.ledger import check_ledger
from representatives.models import DutyRecord
from tests.factories import CHINA, MONDAY, acting, make_mandate, make_person
from tests.imports.books import book
from tests.training.classes import make_training
from training.actions.enrolling import enrol_by_rule
from training.actions.sessions import perform_training
from training.attendance_import import ATTENDANCES
from training.models import Enrolment

HEADERS = ["培训班编号", "姓名", "代表证号", "电话", "是否参训", "学时"]
AFTER = datetime(2026, 11, 24, 9, 0, tzinfo=CHINA)


@pytest.fixture
def past_class(city):
    training = make_training(city.county, start=date(2026, 11, 23))
    enrol_by_rule(training, by=acting(city.organizer), at=MONDAY)
    return training


def plan_of(*rows, by):
    file = book(HEADERS, rows)
    return make_plan(ATTENDANCES, read_import(ATTENDANCES, file, at=AFTER), by=by, at=AFTER)


def import_(*rows, by):
    file = book(HEADERS, rows)
    return run_import(ATTENDANCES, read_import(ATTENDANCES, file, at=AFTER), by=by, at=AFTER)


def test_who_came_is_written_and_a_second_time_nothing(city, past_class):
    by = acting(city.organizer)
    late = make_mandate(city.town, person=make_person(name="迟到人", phone="13800001111"))
    rows = (
        [past_class.code, "杨守伟", "", "", "是", ""],
        [past_class.code, "王雯", "", "", "否", ""],
        [past_class.code, "迟到人", "", "138-0000-1111", "", "6"],
    )
    counts = import_(*rows, by=by).counts()
    assert (counts["created"], counts["updated"], counts["faulty"]) == (1, 2, 0)
    told = {
        row.person.name: (row.status, row.hours, row.checked_in_by) for row in past_class.enrolments.all()
    }
    assert told == {
        "杨守伟": ("attended", 8, "imported"),
        "王雯": ("absent", 0, ""),
        "迟到人": ("attended", 6, "imported"),
    }
    again = import_(*rows, by=by).counts()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 3)
    # It was never told to anybody, so it is open now and can be closed.
    past_class.refresh_from_db()
    assert DutyRecord.objects.count() == 0
    perform_training("close", past_class, by=by, at=AFTER, data={"summary": "补登记。"})
    lines = dict(DutyRecord.objects.standing().values_list("mandate", "quantity"))
    assert lines == {city.mandate.pk: 8, late.pk: 6}
    # Six of eight hours are less than the four fifths that a certificate takes.
    assert [bool(row.certificate_number) for row in past_class.enrolments.order_by("person__name")] == [
        True,
        False,
        False,
    ]
    assert Event.objects.about(Enrolment.objects.get(person__name="迟到人")).get(verb="import").note


def test_a_correction_after_the_close_moves_the_ledger(city, past_class):
    by = acting(city.organizer)
    import_([past_class.code, "杨守伟", "", "", "", ""], by=by)
    past_class.refresh_from_db()
    perform_training("close", past_class, by=by, at=AFTER, data={"summary": "一人。"})
    import_(
        [past_class.code, "杨守伟", "", "", "否", ""], [past_class.code, "王雯", "", "", "是", "4"], by=by
    )
    (line,) = DutyRecord.objects.standing()
    assert (line.mandate.person.name, line.quantity) == ("王雯", 4)
    assert list(check_ledger()) == []


@pytest.mark.parametrize(
    "row, column, words",
    [
        (["PX2020-00001", "杨守伟", "", "", "", ""], "培训班编号", "没有您主办的"),
        (["{code}", "无此人", "", "", "", ""], "姓名", "没有这位"),
        (["{code}", "杨守伟", "DB-错号", "", "", ""], "姓名", "没有这位"),
        (["{code}", "同名人", "", "", "", ""], "姓名", "有 2 位"),
        (["{code}", "杜长安", "", "", "", ""], "姓名", "不在主办单位的范围内"),
        (["{code}", "杨守伟", "", "", "", "9"], "学时", "不能多于"),
        (["{code}", "杨守伟", "", "", "", "八"], "学时", "不是学时"),
        (["{code}", "杨守伟", "", "", "也许", ""], "是否参训", "只能填"),
        (["{later}", "杨守伟", "", "", "", ""], "培训班编号", "才开始"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(city, past_class, row, column, words):
    for _twice in range(2):
        make_mandate(city.town, person=make_person(name="同名人"))
    later = make_training(city.county, start=AFTER.date() + timedelta(days=3))
    row = [cell.format(code=past_class.code, later=later.code) for cell in row]
    plan = plan_of(row, by=acting(city.organizer))
    (fault,) = plan.faults
    assert (fault.column, words in fault.message) == (column, True), fault.message
    assert (plan.new, plan.changed) == ([], [])


def test_one_person_stands_on_a_sheet_once_and_a_stranger_imports_nothing(city, past_class):
    rows = [[past_class.code, "杨守伟", "", "", "", ""]] * 2
    (fault,) = plan_of(*rows, by=acting(city.organizer)).faults
    assert "同一人同一期" in fault.message
    plan = plan_of(rows[0], by=acting(city.stranger))
    assert [fault.column for fault in plan.faults] == ["培训班编号"]
