"""A year of three people, as the office's manual would tell it: excellent twice, an appeal that is upheld, a reminder talk
(R84–R88)."""

from datetime import date, timedelta

import pytest

from accounts.actor import Actor
from accounts.errors import Conflict
from accounts.models import Notice
from evaluations.actions.appeals import lodge_appeal, perform_appeal
from evaluations.actions.assessors import appoint_assessors
from evaluations.actions.evaluations import decide_as_suggested, save_report
from evaluations.actions.marks import seal_sheet
from evaluations.calendar import run_cycles
from evaluations.enums import CycleStatus, EvaluationStatus
from evaluations.models import Evaluation
from records.models import Event
from tests.evaluations.story import (
    at,
    do,
    evaluation_of,
    mark_all,
    report,
    to_reporting,
)
from tests.factories import acting


def test_the_year_of_three_people(office):
    to_reporting(office)
    assert office.cycle.evaluations.count() == 3
    assert office.cycle.evaluations.first().scheme.frozen_at == at(1, 5)
    told = Notice.objects.filter(user=office.representative)
    assert told.get().title == "2022年度考评开始，请写述职"
    yang = evaluation_of(office, office.mandate)
    save_report(yang, by=acting(office.representative, "portal"), at=at(1, 6), data={"report": "写了一半"})
    report(office, office.mandate)
    report(office, office.wang, 90)
    appoint_assessors(
        office.cycle, [office.assessor, office.second_assessor], by=acting(office.organizer), at=at(1, 12)
    )
    do(office, "start_assessment", at(1, 21))
    for user, marks in ((office.assessor, (96, 88, 40)), (office.second_assessor, (95, 91, 51))):
        people = (office.mandate, office.wang, office.cao)
        seat = mark_all(office, user, dict(zip(people, marks, strict=True)))
        seal_sheet(seat, by=acting(user), at=at(1, 26))
    do(office, "suggest", at(2, 6))
    yang, wang, cao = (evaluation_of(office, one) for one in (office.mandate, office.wang, office.cao))
    # 40 + 20 + 9.5 + 28.65; 20 + 20 + 9 + 26.85; 13.65
    assert [row.score for row in (yang, wang, cao)] == [9_815, 7_585, 1_365]
    assert [row.suggested_label for row in (yang, wang, cao)] == ["优秀", "基本称职", "不称职"]
    assert (yang.committee_mark, yang.committee_count) == (9_550, 2)
    assert decide_as_suggested(office.cycle, by=acting(office.organizer), at=at(2, 10)) == 3
    do(office, "publish", at(2, 13))
    assert office.cycle.publicity_end_date == date(2023, 2, 20)
    appeal = lodge_appeal(
        evaluation_of(office, office.wang),
        by=acting(office.colleague, "portal"),
        at=at(2, 15),
        data={"content": "9月的接待没有计入，有签到照片。"},
    )
    do(office, "end_publicity", at(2, 21))
    with pytest.raises(Conflict, match="还有 1 件申诉没有答复"):
        do(office, "finalize", at(3, 1))
    perform_appeal(
        "uphold",
        appeal,
        by=acting(office.organizer),
        at=at(2, 23),
        data={"new_grade": "competent", "answer": "核实属实，补记一次，改为称职。"},
    )
    do(office, "finalize", at(3, 1))
    finals = dict(Evaluation.objects.final().values_list("mandate__person__name", "decided_grade"))
    assert finals == {"杨守伟": "excellent", "王雯": "competent", "曹冬梅": "incompetent"}
    verbs = list(
        Event.objects.about(evaluation_of(office, office.wang)).order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["submit_report", "decide", "appeal", "amend", "finalized"]


def test_the_days_carry_it_along(office):
    system = Actor.system()

    def morning(month, day):
        run_cycles(on=date(2023, month, day), by=system, at=at(month, day))
        office.cycle.refresh_from_db()
        return office.cycle.status

    assert morning(1, 4) == CycleStatus.DRAFT
    assert morning(1, 5) == CycleStatus.REPORTING
    report(office, office.mandate)
    appoint_assessors(office.cycle, [office.assessor], by=acting(office.organizer), at=at(1, 12))
    assert morning(1, 18) == CycleStatus.REPORTING
    late = Notice.objects.filter(title__startswith="述职")
    # Only those who have not handed in, and once.
    assert {notice.user for notice in late} == {office.colleague, office.cao.person.user}
    morning(1, 18)
    assert late.count() == 2
    assert morning(1, 21) == CycleStatus.ASSESSING
    assert morning(2, 6) == CycleStatus.ASSESSING
    stuck = Notice.objects.filter(user=office.organizer, title__endswith="没有按日期往下走")
    assert stuck.get().body.startswith("还有 1 位测评人没有封存")
    morning(2, 7)
    assert stuck.count() == 1
    seat = mark_all(office, office.assessor, {office.mandate: 90, office.wang: 80, office.cao: 50})
    seal_sheet(seat, by=acting(office.assessor), at=at(2, 7))
    assert morning(2, 8) == CycleStatus.DECIDING
    decide_as_suggested(office.cycle, by=acting(office.organizer), at=at(2, 10))
    assert morning(2, 21) == CycleStatus.PUBLICITY
    assert morning(2, 28) == CycleStatus.PUBLICITY
    assert morning(3, 1) == CycleStatus.APPEALS
    end = office.cycle.appeal_end_date
    assert morning(end.month, end.day) == CycleStatus.APPEALS
    after = end + timedelta(days=1)
    assert morning(after.month, after.day) == CycleStatus.FINAL
    assert set(office.cycle.evaluations.values_list("status", flat=True)) == {EvaluationStatus.FINAL}
