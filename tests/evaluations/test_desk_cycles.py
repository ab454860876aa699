"""A cycle at the desk: made with its days, steered from its page, refused to others (R84–R86)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.enums import CycleStatus, EvaluationStatus
from evaluations.models import Cycle, Evaluation
from tests.evaluations.world import make_assessor, make_cycle, make_evaluation, make_scheme
from tests.factories import make_mandate

DESK = "/admin/evaluations/cycle/"
DAYS = {
    "period_start": "2022-01-01",
    "period_end": "2022-12-31",
    "cut_off_date": "2022-12-31",
    "open_date": "2023-01-04",
    "report_due_date": "2023-01-20",
    "assess_due_date": "2023-02-05",
    "decide_due_date": "2023-02-20",
}


def form_of(city, **changed):
    form = {
        "kind": "representative",
        "organization": city.county.pk,
        "year": 2022,
        "title": "寿光市2022年党代表考评",
        "levels": ["county", "town"],
        "frontline_only": "on",
        "publicity_days": 5,
        "appeal_days": 5,
    }
    return form | DAYS | changed


def test_the_form_comes_with_the_days_filled_in(city, browser):
    year = timezone.localdate().year
    page = browser(city.organizer).page(f"{DESK}add/")
    assert f'value="{year}/12/31"' in page or f'value="{year}-12-31"' in page
    assert f"寿光市{year}年党代表考评" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"period_end": "2021-12-31"}, "履职记录的截止"),
        ({"open_date": "2022-12-30"}, "不能早于在任截止日"),
        ({"report_due_date": "2023-01-01"}, "不能早于开始述职"),
        ({"assess_due_date": "2023-01-19"}, "不能早于述职截止"),
        ({"decide_due_date": "2023-02-04"}, "不能早于测评截止"),
        ({"year": 2020}, "履职记录的起止须在2020年"),
        ({"levels": []}, "请至少选一个代表层级"),
        ({"publicity_days": 0}, "大于或等于"),
    ],
)
def test_days_out_of_order_are_told_at_the_field(city, browser, changed, words):
    answer = browser(city.organizer).post(f"{DESK}add/", form_of(city, **changed))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text or ("period_end" in changed and "不能早于履职记录的开始日期" in text)
    assert Cycle.objects.count() == 0


def test_a_year_is_appraised_once(city, browser):
    desk = browser(city.organizer)
    answer = desk.post(f"{DESK}add/", form_of(city))
    cycle = Cycle.objects.get()
    assert answer["Location"] == f"{DESK}{cycle.pk}/change/"
    again = desk.post(f"{DESK}add/", form_of(city))
    assert "已经有了，请打开那一次" in again.content.decode()
    Cycle.objects.update(status=CycleStatus.CANCELLED)
    assert desk.post(f"{DESK}add/", form_of(city)).status_code == 302


def test_from_the_first_day_to_the_last_at_the_desk(city, browser):
    make_scheme(city, year=2022, organization=city.root)
    cycle = make_cycle(city, year=2022, levels=["town"], scheme=False)
    desk, address = browser(city.organizer), f"{DESK}{cycle.pk}/"
    page = desk.page(f"{address}change/")
    assert "先请好测评人" in page
    assert "钱考评" in desk.page(f"{address}assessors/")
    answer = desk.post(f"{address}assessors/", {"users": [city.assessor.pk, city.leader.pk]})
    assert (answer.status_code, cycle.assessors.count()) == (302, 2)
    assert "请选择测评人" in desk.post(f"{address}assessors/", {}).content.decode()
    seat = cycle.assessors.get(user=city.leader)
    desk.page(f"{address}assessors/{seat.pk}/excuse/")
    desk.post(f"{address}assessors/{seat.pk}/excuse/", {"reason": "出差"})
    page = desk.page(f"{address}change/")
    assert "已免除" in page
    assert "拆封" not in page.split('id="assessors"')[0]  # only what may be done now
    desk.page(f"{address}step/open/")
    desk.post(f"{address}step/open/")
    cycle.refresh_from_db()
    assert (cycle.status, cycle.evaluations.count()) == (CycleStatus.REPORTING, 2)
    page = desk.page(f"{address}change/")
    assert "2 人没有上报" in page
    desk.post(f"{address}step/start_assessment/")
    page = desk.page(f"{address}change/")
    assert "还有 1 位测评人没有封存" in page
    assert "0/1" in page
    refused = desk.post(f"{address}step/suggest/")
    assert (refused.status_code, "没有封存" in refused.content.decode()) == (409, True)
    seat = cycle.assessors.get(user=city.assessor)
    sheet, marker = f"/admin/evaluations/assessor/{seat.pk}/", browser(city.assessor)
    marks = {f"mark-{pk}": 90 for pk in cycle.evaluations.values_list("pk", flat=True)}
    marker.post(f"{sheet}change/", marks)
    assert marker.post(f"{sheet}seal/").status_code == 302
    assert "都已封存" in desk.page(f"{address}change/")
    desk.post(f"{address}step/suggest/")
    page = desk.page(f"{address}change/")
    assert "其余 2 份按建议评定" in page
    assert "2 份都按系统建议" in desk.page(f"{address}decide-as-suggested/")
    desk.post(f"{address}decide-as-suggested/")
    assert set(cycle.evaluations.values_list("status", flat=True)) == {EvaluationStatus.DECIDED}
    assert "可以开始公示" in desk.page(f"{address}change/")
    desk.post(f"{address}step/publish/")
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.PUBLICITY
    page = desk.page(f"{address}change/")
    assert "期满后自动转入申诉期" in page
    assert desk.page(f"{address}step/withdraw_publicity/")
    refused = desk.post(f"{address}step/withdraw_publicity/", {"reason": ""})
    assert refused.status_code == 400
    Cycle.objects.update(publicity_end_date=timezone.localdate() - timedelta(days=1))
    desk.post(f"{address}step/end_publicity/")
    Cycle.objects.update(appeal_end_date=timezone.localdate() - timedelta(days=1))
    assert "可以定档" in desk.page(f"{address}change/")
    desk.post(f"{address}step/finalize/")
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.FINAL
    assert desk.page(f"{address}change/").count("is-done") == 7


def test_what_has_begun_keeps_its_days(city, browser):
    cycle = make_cycle(city, year=2022, levels=["town"], status=CycleStatus.ASSESSING)
    desk, address = browser(city.organizer), f"{DESK}{cycle.pk}/edit/"
    page = desk.page(address)
    assert 'name="assess_due_date"' in page
    assert 'name="cut_off_date"' not in page
    late = form_of(city, title="寿光市考评", assess_due_date="2023-02-10", cut_off_date="2022-06-30")
    assert desk.post(address, late).status_code == 302
    cycle.refresh_from_db()
    assert (cycle.assess_due_date, cycle.cut_off_date) == (date(2023, 2, 10), date(2022, 12, 31))
    early = desk.post(address, form_of(city, assess_due_date="2023-01-10"))
    assert "不能早于述职截止" in early.content.decode()
    Cycle.objects.update(status=CycleStatus.FINAL)
    assert "安排不能再改" in desk.page(address, status=409)


def test_readers_see_where_it_stands_and_change_nothing(city, browser):
    cycle = make_cycle(city, year=2022, levels=["town"], status=CycleStatus.DECIDING)
    row = make_evaluation(cycle, city.mandate, suggested_grade="excellent", score=9500)
    Evaluation.objects.filter(pk=row.pk).update(status="decided", decided_grade="basic")
    make_assessor(cycle, city.assessor)
    leader = browser(city.leader)
    page = leader.page(f"{DESK}{cycle.pk}/change/")
    assert "党委评定" in page
    assert "请人测评" not in page
    # An assessor knows what was suggested, and not yet what was decided.
    page = browser(city.assessor).page(f"{DESK}{cycle.pk}/change/")
    assert "系统建议" in page
    assert "党委评定" not in page
    assert "与建议不同" not in page
    for desk, status in ((leader, 403), (browser(city.assessor), 403), (browser(city.stranger), 404)):
        for address in ("step/publish/", "decide-as-suggested/", "assessors/"):
            assert desk.post(f"{DESK}{cycle.pk}/{address}").status_code == status, address
    assert browser(city.stranger).get(f"{DESK}{cycle.pk}/change/").status_code == 404
    assert browser(city.keeper).get(DESK).status_code == 403
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.DECIDING


def test_the_list_and_the_page_cost_the_same_with_more_rows(city, browser):
    desk = browser(city.organizer)
    first = make_cycle(city, year=2022, levels=["town"], status=CycleStatus.REPORTING)
    make_evaluation(first, city.mandate)
    counts, pages = [], []
    for year in (2023, 2024, 2025):
        for found, address in ((counts, DESK), (pages, f"{DESK}{first.pk}/change/")):
            with CaptureQueriesContext(connection) as queries:
                desk.page(address)
            found.append(len(queries))
        cycle = make_cycle(city, year=year, levels=["town"], status=CycleStatus.ASSESSING)
        make_assessor(cycle, city.assessor)
        for _row in range(2):
            make_evaluation(first, make_mandate(city.town))
    assert counts[0] == counts[-1] <= 12
    assert pages[0] == pages[-1] <= 14
    assert "已述职 0/7" in desk.page(DESK)
