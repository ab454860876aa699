"""`manage.py verify` about appraisals: nothing is said of what is right, and each thing that is bent is named."""

from datetime import date

import pytest

from evaluations.actions.finalizing import follow_up
from evaluations.computing import compute_cycle
from evaluations.enums import CycleStatus, EvaluationStatus, Grade
from evaluations.models import Candidate, Evaluation, ReminderTalk
from portal.appraisal_checks import check_appraisals, recompute_by_hand
from representatives.enums import DutyKind
from tests.evaluations.finals import CLOSED, final_cycle, final_grade, years_of
from tests.evaluations.world import add_records, make_cycle, make_evaluation
from tests.factories import acting, make_congress, make_mandate

pytestmark = pytest.mark.django_db


def faults():
    return list(check_appraisals())


@pytest.fixture
def two_years(city):
    cycle = years_of(city, city.mandate, {2021: Grade.EXCELLENT, 2022: Grade.EXCELLENT})[2022]
    final_grade(cycle, city.colleague.person.mandates.get(), Grade.INCOMPETENT, score=4000)
    follow_up(cycle, by=acting(city.organizer), at=CLOSED[2022])
    Evaluation.objects.update(points={})
    return cycle


def test_what_is_right_is_passed_over(two_years):
    assert faults() == []


def test_somebody_without_a_final_grade(two_years):
    two_years.evaluations.filter(decided_grade=Grade.INCOMPETENT).update(status=EvaluationStatus.DECIDED)
    assert any("参加考评 2，四个等次合计 1" in fault for fault in faults())


def test_a_candidate_who_is_missing_and_one_who_is_none(two_years):
    Candidate.objects.all().delete()
    assert faults() == ["杨守伟 2021、2022两年优秀，却没有列入优先人选。"]
    follow_up(two_years, by=acting(None), at=CLOSED[2022])
    Evaluation.objects.filter(cycle__year=2021).update(decided_grade=Grade.COMPETENT)
    assert faults() == ["杨守伟 列为2022年度优先人选，却没有连续两年优秀。"]


def test_a_talk_that_is_missing_and_one_without_its_day(two_years):
    ReminderTalk.objects.update(status="held")
    assert faults() == ["王雯 已谈话，却没有谈话日期或谈话人。"]
    ReminderTalk.objects.all().delete()
    assert faults() == ["王雯 2022年度不称职，却没有列入提醒谈话。"]


def test_points_are_recomputed(city):
    cycle = make_cycle(city, year=2022, status=CycleStatus.ASSESSING, levels=["town"], opened_at=CLOSED[2021])
    evaluation = make_evaluation(cycle, city.mandate)
    add_records(city.mandate, DutyKind.RECEPTION, on=date(2022, 6, 1))
    compute_cycle(cycle)
    assert faults() == []
    evaluation.refresh_from_db()
    score = evaluation.score
    Evaluation.objects.update(score=score + 1)
    assert ["得分与各项数量算出的不一致" in fault for fault in faults()] == [True]
    Evaluation.objects.update(score=score)
    # A record that is not counted yet is nobody's fault.
    add_records(city.mandate, DutyKind.RECEPTION, on=date(2022, 7, 1))
    assert faults() == []


def test_the_ledger_is_added_up_by_hand_as_by_the_statements(city):
    cycle = make_cycle(city, year=2022, status=CycleStatus.ASSESSING, levels=["town"], opened_at=CLOSED[2021])
    other = make_mandate(city.town, person=city.mandate.person, congress=make_congress(city.town, ordinal=17))
    rows = [make_evaluation(cycle, seat) for seat in (city.mandate, city.colleague.person.mandates.get())]
    Evaluation.objects.filter(pk=rows[0].pk).update(
        self_mark=95, reported_at=CLOSED[2021], committee_mark=8_767
    )
    add_records(city.mandate, DutyKind.RECEPTION, on=date(2022, 6, 1))
    add_records(other, DutyKind.RECEPTION, on=date(2022, 6, 2))
    add_records(city.mandate, DutyKind.TRAINING, on=date(2021, 12, 31))
    compute_cycle(cycle)
    stored = dict(Evaluation.objects.values_list("pk", "score"))
    assert recompute_by_hand(cycle) == stored == {rows[0].pk: 4000 + 950 + 2630, rows[1].pk: 0}
    assert faults() == []


def test_points_of_a_final_cycle_do_not_follow_the_ledger_any_more(city):
    cycle = make_cycle(city, year=2022, status=CycleStatus.ASSESSING, levels=["town"])
    make_evaluation(cycle, city.mandate)
    compute_cycle(cycle)
    Evaluation.objects.update(status=EvaluationStatus.FINAL, decided_grade=Grade.COMPETENT)
    cycle.status, cycle.closed_at = CycleStatus.FINAL, CLOSED[2022]
    cycle.save()
    add_records(city.mandate, DutyKind.RECEPTION, on=date(2022, 7, 1))
    assert faults() == []
    indicator = Evaluation.objects.get().scheme.indicators.get(code="reception")
    points = Evaluation.objects.get().points | {str(indicator.pk): [100, 4000]}
    Evaluation.objects.update(points=points)
    assert len(faults()) == 1


def test_a_final_cycle_says_when_it_closed(city):
    final_cycle(city, 2022)
    assert faults() == []
    cycle = final_cycle(city, 2021)
    cycle.closed_at = None
    cycle.save()
    assert faults() == ["「寿光市2021年度党代表考评」已定档，却没有定档时间。"]
