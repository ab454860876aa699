"""Appraisals at the desk: the list, decisions one by one and together, appeals, and who may know what (R84–R86)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.actions.cycles import suggest_grades
from evaluations.computing import compute_cycle
from evaluations.enums import AppealStatus, CycleStatus, EvaluationStatus, Grade
from evaluations.models import Appeal, Evaluation
from representatives.enums import DutyKind
from tests.evaluations.world import add_records, make_cycle, make_evaluation, make_scheme
from tests.factories import make_mandate

DESK = "/admin/evaluations/evaluation/"
APPEALS = "/admin/evaluations/appeal/"


@pytest.fixture
def deciding(city):
    """杨守伟 has 96 points, 王雯 nothing but her committee's mark; the sheets are open."""
    city.wang = city.colleague.person.mandates.get()
    make_scheme(city, year=2022)
    city.cycle = make_cycle(city, year=2022, levels=["town"], status=CycleStatus.DECIDING)
    now = timezone.now()
    add_records(city.mandate, DutyKind.RECEPTION, times=2, on=date(2022, 6, 1))
    add_records(city.mandate, DutyKind.TRAINING, on=date(2022, 6, 2))
    city.yang_row = make_evaluation(
        city.cycle,
        city.mandate,
        status="reported",
        report="接待群众二十次，办成四件事。",
        self_mark=90,
        reported_at=now,
        committee_mark=9000,
        committee_count=2,
    )
    city.wang_row = make_evaluation(city.cycle, city.wang, committee_mark=5000, committee_count=2)
    compute_cycle(city.cycle)
    suggest_grades(city.cycle)
    return city


def page_of(row, rest="change/"):
    return f"{DESK}{row.pk}/{rest}"


def test_a_decision_taken_down_one_by_one(deciding, browser):
    desk = browser(deciding.organizer)
    page = desk.page(page_of(deciding.yang_row))
    assert "接待群众二十次" in page
    assert "2 条" in page
    assert "96" in page
    assert "王雯" not in page
    same = {"grade": "excellent", "reason": "", "_next": ""}
    answer = desk.post(page_of(deciding.yang_row, "step/decide/"), same)
    # On to the next who is undecided.
    assert answer["Location"] == page_of(deciding.wang_row)
    otherwise = desk.post(page_of(deciding.wang_row, "step/decide/"), {"grade": "competent", "reason": ""})
    assert otherwise.status_code == 400
    assert "请写明理由" in otherwise.content.decode()
    reason = {"grade": "basic", "reason": "上半年住院治疗", "_next": ""}
    answer = desk.post(page_of(deciding.wang_row, "step/decide/"), reason)
    assert answer["Location"] == f"/admin/evaluations/cycle/{deciding.cycle.pk}/change/"
    deciding.wang_row.refresh_from_db()
    assert (deciding.wang_row.decided_grade, deciding.wang_row.decided_by) == (
        Grade.BASIC,
        deciding.organizer,
    )
    page = desk.page(page_of(deciding.wang_row))
    assert "与建议不同" in page
    assert "上半年住院治疗" in page


def test_those_ticked_are_decided_as_suggested(deciding, browser):
    desk = browser(deciding.organizer)
    rows = [deciding.yang_row.pk, deciding.wang_row.pk]
    desk.post(DESK, {"action": "decide_selected", "_selected_action": rows})
    grades = Evaluation.objects.order_by("pk").values_list("status", "decided_grade", "suggested_grade")
    assert all(status == EvaluationStatus.DECIDED and one == other for status, one, other in grades)
    again = desk.post(DESK, {"action": "decide_selected", "_selected_action": rows}, follow=True)
    assert "没有改动" in again.content.decode()
    stranger = browser(deciding.stranger)
    Evaluation.objects.update(status="reported", decided_grade="")
    stranger.post(DESK, {"action": "decide_selected", "_selected_action": rows})
    browser(deciding.leader).post(DESK, {"action": "decide_selected", "_selected_action": rows})
    assert set(Evaluation.objects.values_list("status", flat=True)) == {EvaluationStatus.REPORTED}


def test_filters_of_the_list(deciding, browser):
    Evaluation.objects.filter(pk=deciding.wang_row.pk).update(
        status="decided", decided_grade="basic", is_over_quota=True
    )
    desk = browser(deciding.organizer)
    cases = {
        "look=undecided": {"杨守伟"},
        "look=decided": {"王雯"},
        "look=differs": {"王雯"},
        "look=over_quota": {"王雯"},
        "look=excused": set(),
        "report=missing": {"王雯"},
        "report=in": {"杨守伟"},
        "suggested=excellent": {"杨守伟"},
        "decided=basic": {"王雯"},
        f"cycle={deciding.cycle.pk}": {"杨守伟", "王雯"},
        "year=2021": set(),
        "status__exact=decided": {"王雯"},
    }
    for query, names in cases.items():
        page = desk.page(f"{DESK}?{query}")
        found = {name for name in ("杨守伟", "王雯") if f"<b>{name}</b>" in page}
        assert found == names, query


def test_an_assessor_does_not_learn_the_decision_before_it_is_told(deciding, browser):
    Evaluation.objects.filter(pk=deciding.wang_row.pk).update(
        status="decided", decided_grade="basic", decision_reason="上半年住院治疗"
    )
    desk = browser(deciding.assessor)
    for address in (DESK, page_of(deciding.wang_row)):
        page = desk.page(address)
        assert "党委评定</dt>" not in page
        assert "基本称职</span>" not in page
        assert "上半年住院治疗" not in page
        assert "已评定</span>" not in page
    # Nor by asking the list.
    for query in ("decided=basic", "look=decided", "look=differs"):
        assert "<b>王雯</b>" not in desk.page(f"{DESK}?{query}")
    refused = desk.post(page_of(deciding.wang_row, "step/decide/"), {"grade": "basic", "reason": "x"})
    assert refused.status_code == 403


def test_before_the_sheets_are_open_nobody_reads_a_total(deciding, browser):
    deciding.cycle.status = CycleStatus.ASSESSING
    deciding.cycle.save()
    for user in (deciding.organizer, deciding.leader, deciding.assessor):
        desk = browser(user)
        page = desk.page(page_of(deciding.yang_row))
        assert "拆封以后才有" in page
        assert "96.00" not in desk.page(DESK)
        assert "<b>杨守伟</b>" not in desk.page(f"{DESK}?suggested=excellent")


def test_the_records_behind_a_point(deciding, browser):
    desk = browser(deciding.organizer)
    indicator = deciding.yang_row.scheme.indicators.get(code="reception")
    page = desk.page(page_of(deciding.yang_row, f"records/{indicator.pk}/"))
    assert "2 条记录" in page
    report = deciding.yang_row.scheme.indicators.get(code="report")
    assert desk.get(page_of(deciding.yang_row, f"records/{report.pk}/")).status_code == 404
    assert (
        browser(deciding.stranger).get(page_of(deciding.yang_row, f"records/{indicator.pk}/")).status_code
        == 404
    )


def test_who_takes_no_part(deciding, browser):
    desk = browser(deciding.organizer)
    desk.page(page_of(deciding.wang_row, "step/excuse/"))
    assert desk.post(page_of(deciding.wang_row, "step/excuse/"), {"reason": ""}).status_code == 400
    desk.post(page_of(deciding.wang_row, "step/excuse/"), {"reason": "长期病休"})
    deciding.wang_row.refresh_from_db()
    assert deciding.wang_row.status == EvaluationStatus.EXCUSED
    assert "长期病休" in desk.page(page_of(deciding.wang_row))
    refused = desk.post(page_of(deciding.wang_row, "step/excuse/"), {"reason": "再来"})
    assert refused.status_code == 409
    desk.post(page_of(deciding.wang_row, "step/include/"))
    deciding.wang_row.refresh_from_db()
    assert deciding.wang_row.status == EvaluationStatus.PENDING
    for desk, status in ((browser(deciding.leader), 403), (browser(deciding.stranger), 404)):
        answer = desk.post(page_of(deciding.wang_row, "step/excuse/"), {"reason": "长期病休"})
        assert answer.status_code == status


def appeal_of(city):
    city.cycle.status = CycleStatus.PUBLICITY
    city.cycle.publicity_end_date = timezone.localdate()
    city.cycle.save()
    Evaluation.objects.update(status="decided", decided_grade="incompetent")
    return Appeal.objects.create(
        evaluation=city.wang_row,
        content="有两次接待没有登记。",
        lodged_by=city.colleague,
        lodged_at=timezone.now(),
        old_grade="incompetent",
    )


def test_an_appeal_is_answered(deciding, browser):
    appeal = appeal_of(deciding)
    desk, address = browser(deciding.organizer), f"{APPEALS}{appeal.pk}/"
    assert "王雯" in desk.page(APPEALS)
    assert "有两次接待没有登记" in desk.page(f"{address}change/")
    assert "有两次接待没有登记" in desk.page(page_of(deciding.wang_row))
    desk.page(f"{address}step/uphold/")
    half = desk.post(f"{address}step/uphold/", {"new_grade": "competent", "answer": ""})
    assert (half.status_code, "请填写答复" in half.content.decode()) == (400, True)
    same = desk.post(f"{address}step/uphold/", {"new_grade": "incompetent", "answer": "核实"})
    assert "与原评定相同" in same.content.decode()
    for reader, status in ((deciding.leader, 403), (deciding.assessor, 403), (deciding.stranger, 404)):
        answer = browser(reader).post(f"{address}step/dismiss/", {"answer": "不改"})
        assert answer.status_code == status
    told = {"new_grade": "competent", "answer": "两次接待属实，已补登。"}
    assert desk.post(f"{address}step/uphold/", told).status_code == 302
    appeal.refresh_from_db()
    deciding.wang_row.refresh_from_db()
    assert (appeal.status, deciding.wang_row.decided_grade) == (AppealStatus.UPHELD, Grade.COMPETENT)
    assert "两次接待属实" in desk.page(f"{address}change/")
    assert desk.post(f"{address}step/dismiss/", {"answer": "不改"}).status_code == 409


def test_a_keeper_writes_the_report_of_her_venue_and_sees_no_other(city, browser):
    make_scheme(city, kind="studio", year=2022)
    cycle = make_cycle(city, kind="studio", year=2022, status=CycleStatus.REPORTING)
    own = make_evaluation(cycle, city.studio)
    other = make_evaluation(cycle, city.neighbour_studio)
    desk = browser(city.keeper)
    page = desk.page(DESK)
    assert city.studio.name in page
    assert city.neighbour_studio.name not in page
    assert "上报述职" in desk.page(page_of(own))
    assert desk.get(page_of(other)).status_code == 404
    desk.page(page_of(own, "step/submit_report/"))
    report = {"report": "开展接待日二十四次。", "self_mark": "88"}
    assert desk.post(page_of(own, "step/submit_report/"), report).status_code == 302
    own.refresh_from_db()
    assert (own.status, own.self_mark) == (EvaluationStatus.REPORTED, 88)
    # The office does not write it for her.
    refused = browser(city.organizer).post(page_of(own, "step/recall_report/"))
    assert refused.status_code == 403


@pytest.mark.parametrize("address", [DESK, APPEALS])
def test_the_lists_cost_the_same_with_more_rows(deciding, browser, address):
    appeal_of(deciding)
    desk, counts = browser(deciding.organizer), []
    for _turn in range(3):
        with CaptureQueriesContext(connection) as queries:
            desk.page(address)
        counts.append(len(queries))
        row = make_evaluation(
            deciding.cycle, make_mandate(deciding.town), status="decided", decided_grade="basic"
        )
        Appeal.objects.create(evaluation=row, content="复核", lodged_at=timezone.now(), old_grade="basic")
    assert counts[0] == counts[-1] <= 12
