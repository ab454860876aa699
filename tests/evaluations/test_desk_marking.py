"""An assessor's sheet at the desk: marks, conflicts, the seal; and nobody else's eyes on it (R84)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from evaluations.enums import CycleStatus
from evaluations.models import Mark
from tests.evaluations.world import make_assessor, make_cycle, make_evaluation, make_scheme
from tests.factories import make_mandate, make_user

DESK = "/admin/evaluations/assessor/"


@pytest.fixture
def sheet(city):
    """钱考评 is to mark 杨守伟 and 王雯 of 寿光市."""
    make_scheme(city, year=2022)
    city.cycle = make_cycle(city, year=2022, levels=["town"], status=CycleStatus.ASSESSING)
    city.yang_row = make_evaluation(
        city.cycle,
        city.mandate,
        status="reported",
        report="接待群众二十次。",
        self_mark=90,
        reported_at=timezone.now(),
    )
    city.wang_row = make_evaluation(city.cycle, city.colleague.person.mandates.get(), report="没写完的草稿")
    city.seat = make_assessor(city.cycle, city.assessor)
    city.address = f"{DESK}{city.seat.pk}/"
    return city


def tells(page, number):
    """Does the visible text of a page hold the number by itself?"""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.S)
    return re.search(rf"(?<![\d:]){number}(?![\d:])", text) is not None


def marks_of(seat):
    return dict(Mark.objects.filter(assessor=seat).values_list("evaluation_id", "value"))


def test_marks_are_saved_page_by_page_and_sealed(sheet, browser):
    desk = browser(sheet.assessor)
    assert sheet.cycle.title in desk.page(DESK)
    page = desk.page(f"{sheet.address}change/")
    assert "杨守伟" in page
    assert "还有 <b>2</b> 个" in page
    yang, wang = sheet.yang_row.pk, sheet.wang_row.pk
    answer = desk.post(f"{sheet.address}change/", {f"mark-{yang}": "95", f"mark-{wang}": ""})
    assert answer.status_code == 302
    assert marks_of(sheet.seat) == {yang: 95, wang: None}
    assert "杨守伟" not in desk.page(f"{sheet.address}change/?left=1")
    refused = desk.page(f"{sheet.address}seal/", status=409)
    assert "还有 1 个没有打分" in refused
    assert desk.post(f"{sheet.address}seal/").status_code == 409
    desk.post(f"{sheet.address}change/", {f"mark-{wang}": "60"})
    assert "封存以后不能再改" in desk.page(f"{sheet.address}seal/")
    assert desk.post(f"{sheet.address}seal/").status_code == 302
    page = desk.page(f"{sheet.address}change/")
    assert "已封存" in page
    assert f'name="mark-{yang}"' not in page
    late = desk.post(f"{sheet.address}change/", {f"mark-{yang}": "10"})
    assert (late.status_code, marks_of(sheet.seat)[yang]) == (409, 95)


@pytest.mark.parametrize("typed", ["101", "-1", "八十", "8.5", "９０", "99999999999"])
def test_what_is_no_mark_is_told_at_its_row_and_nothing_is_saved(sheet, browser, typed):
    yang, wang = sheet.yang_row.pk, sheet.wang_row.pk
    answer = browser(sheet.assessor).post(
        f"{sheet.address}change/", {f"mark-{yang}": "95", f"mark-{wang}": typed}
    )
    text = answer.content.decode()
    assert (answer.status_code, marks_of(sheet.seat)) == (400, {})
    assert "测评分须是0到100的整数" in text
    assert 'value="95"' in text


def test_somebody_of_another_cycle_is_not_on_the_sheet(sheet, browser):
    other = make_cycle(sheet, year=2023, levels=["town"], status=CycleStatus.ASSESSING)
    row = make_evaluation(other, sheet.mandate)
    answer = browser(sheet.assessor).post(f"{sheet.address}change/", {f"mark-{row.pk}": "95"})
    assert (answer.status_code, Mark.objects.count()) == (400, 0)
    for page in ("reports", "conflicts"):
        assert browser(sheet.assessor).get(f"{sheet.address}{page}/{row.pk}/").status_code == 404


def test_a_conflict_is_shown_and_takes_the_mark_away(sheet, browser):
    desk, wang = browser(sheet.assessor), sheet.wang_row.pk
    desk.post(f"{sheet.address}change/", {f"mark-{wang}": "70"})
    assert "申请回避" in desk.page(f"{sheet.address}conflicts/{wang}/")
    desk.post(f"{sheet.address}conflicts/{wang}/")
    assert marks_of(sheet.seat) == {wang: None}
    page = desk.page(f"{sheet.address}change/")
    assert "主动申请回避" in page
    assert f'name="mark-{wang}"' not in page
    refused = desk.post(f"{sheet.address}change/", {f"mark-{wang}": "70"})
    assert (refused.status_code, "应当回避" in refused.content.decode()) == (400, True)


def test_the_report_before_the_mark(sheet, browser):
    desk = browser(sheet.assessor)
    page = desk.page(f"{sheet.address}reports/{sheet.yang_row.pk}/")
    assert "接待群众二十次" in page
    assert "驻室接待" in page or "reception" in page
    # A draft is nobody's to read.
    assert "没写完的草稿" not in desk.page(f"{sheet.address}reports/{sheet.wang_row.pk}/")


def test_nobody_else_opens_a_sheet(sheet, browser):
    browser(sheet.assessor).post(f"{sheet.address}change/", {f"mark-{sheet.yang_row.pk}": "93"})
    superior = make_user(Role.ORGANIZER, sheet.root, name="市组工")
    for user in (sheet.organizer, sheet.leader, sheet.stranger, sheet.keeper, superior):
        desk = browser(user)
        assert sheet.cycle.title not in desk.page(DESK)
        for page in ("change/", "seal/", f"reports/{sheet.yang_row.pk}/", f"conflicts/{sheet.yang_row.pk}/"):
            assert desk.get(f"{sheet.address}{page}").status_code == 404, page
        assert desk.post(f"{sheet.address}change/", {f"mark-{sheet.yang_row.pk}": "1"}).status_code == 404
    # Who steers sees who has sealed, and no mark.
    for user in (sheet.organizer, sheet.leader):
        desk = browser(user)
        page = desk.page(f"/admin/evaluations/cycle/{sheet.cycle.pk}/change/")
        assert "打分中" in page
        assert not tells(page, 93)
        assert not tells(desk.page(f"/admin/evaluations/evaluation/{sheet.yang_row.pk}/change/"), 93)
    assert list(marks_of(sheet.seat).values()) == [93]


def test_who_was_excused_reads_her_sheet_and_writes_no_more(sheet, browser):
    sheet.seat.excused_at = timezone.now()
    sheet.seat.save()
    desk = browser(sheet.assessor)
    assert "已免除" in desk.page(f"{sheet.address}change/")
    assert desk.post(f"{sheet.address}change/", {f"mark-{sheet.yang_row.pk}": "1"}).status_code == 409


def test_a_sheet_has_fifty_to_a_page_and_costs_the_same(sheet, browser):
    desk, counts, lists = browser(sheet.assessor), [], []
    for year in (2019, 2020, 2021):
        for found, address in ((counts, f"{sheet.address}change/"), (lists, DESK)):
            with CaptureQueriesContext(connection) as queries:
                desk.page(address)
            found.append(len(queries))
        make_evaluation(sheet.cycle, make_mandate(sheet.town))
        other = make_cycle(sheet, year=year, status=CycleStatus.ASSESSING)
        make_assessor(other, sheet.assessor)
    assert counts[0] == counts[-1] <= 12
    assert lists[0] == lists[-1] <= 12
