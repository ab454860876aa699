"""What is refused in a year's appraisal: the wrong state, the wrong person, too early, too late, twice (R84–R86)."""

from datetime import date

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from evaluations.actions.appeals import lodge_appeal, perform_appeal
from evaluations.actions.assessors import appoint_assessors, excuse_assessor
from evaluations.actions.evaluations import decide_as_suggested, perform_evaluation, save_report
from evaluations.actions.marks import declare_conflict, give_marks, seal_sheet, unmarked
from evaluations.enums import CycleStatus, Grade
from evaluations.models import Assessor, Mark
from evaluations.moves import CYCLES
from tests.evaluations.story import (
    YEAR,
    at,
    decide,
    do,
    evaluation_of,
    mark_all,
    report,
    to_assessing,
    to_deciding,
    to_publicity,
    to_reporting,
)
from tests.evaluations.world import make_scheme
from tests.factories import acting, make_mandate, make_user


def test_every_verb_is_refused_in_every_other_state(office):
    for state in CycleStatus:
        for move in CYCLES:
            if state in move.sources:
                continue
            type(office.cycle).objects.filter(pk=office.cycle.pk).update(status=state)
            office.cycle.status = state
            with pytest.raises(Conflict, match="不能做"):
                do(office, move.verb, at(1, 5), data={"reason": "试"})


@pytest.mark.parametrize(
    "who", ["stranger", "leader", "assessor", "representative", "keeper", "handler", "client"]
)
def test_only_the_organizers_of_the_place_lead_a_cycle(office, who):
    with pytest.raises(NotAllowed):
        do(office, "open", at(1, 5), user=getattr(office, who))
    office.cycle.refresh_from_db()
    assert office.cycle.status == CycleStatus.DRAFT


def test_it_cannot_open_before_the_cut_off_day(office):
    with pytest.raises(Conflict, match="在任截止日"):
        do(office, "open", at(12, 30, year=YEAR))


def test_who_was_not_in_office_on_the_cut_off_day_takes_no_part(office):
    office.cao.start_date = date(YEAR + 1, 1, 1)
    office.cao.save()
    office.wang.status, office.wang.end_date = "ended", date(YEAR, 12, 31)
    office.wang.save()
    to_reporting(office)
    assert [row.mandate for row in office.cycle.evaluations.all()] == [office.mandate]


def test_without_a_scheme_it_does_not_open_and_leaves_nothing_behind(office):
    office.cycle.levels = ["town", "county"]
    office.cycle.save()
    make_scheme(office, year=YEAR, level="town", version=1)
    office.cycle.evaluations.all().delete()
    from evaluations.models import Scheme

    Scheme.objects.filter(level="").delete()
    with pytest.raises(Conflict, match="没有启用适用于县级代表的考评办法"):
        do(office, "open", at(1, 5))
    assert not office.cycle.evaluations.exists()


def test_the_own_levels_scheme_goes_before_the_general_one(office):
    own = make_scheme(office, year=YEAR, level="town")
    to_reporting(office)
    assert {row.scheme for row in office.cycle.evaluations.all()} == {own}


def test_a_colleague_cannot_write_her_report(office):
    to_reporting(office)
    yang = evaluation_of(office, office.mandate)
    with pytest.raises(NotAllowed):
        save_report(yang, by=acting(office.colleague), at=at(1, 6), data={"report": "冒名"})
    with pytest.raises(NotAllowed):
        perform_evaluation(
            "submit_report",
            yang,
            by=acting(office.organizer),
            at=at(1, 6),
            data={"report": "代写", "self_mark": 100},
        )


def test_a_report_needs_words_and_a_mark_and_can_be_recalled(office):
    to_reporting(office)
    yang = evaluation_of(office, office.mandate)
    by = acting(office.representative, "portal")
    with pytest.raises(InvalidInput) as fault:
        perform_evaluation("submit_report", yang, by=by, at=at(1, 6), data={"report": " ", "self_mark": 101})
    assert set(fault.value.errors) == {"report", "self_mark"}
    report(office, office.mandate)
    yang = evaluation_of(office, office.mandate)
    with pytest.raises(Conflict):
        save_report(yang, by=by, at=at(1, 11), data={"report": "改"})
    perform_evaluation("recall_report", yang, by=by, at=at(1, 11))
    assert evaluation_of(office, office.mandate).report == "一年来接待群众二十次。"


def test_after_the_stage_nothing_more_is_reported(office):
    to_assessing(office)
    with pytest.raises(Conflict, match="测评中"):
        report(office, office.cao)


def test_sheets_stay_closed_until_all_are_sealed(office):
    to_assessing(office)
    seat = mark_all(office, office.assessor, {office.mandate: 90, office.wang: 80, office.cao: 50})
    seal_sheet(seat, by=acting(office.assessor), at=at(1, 26))
    with pytest.raises(Conflict, match="还有 1 位测评人没有封存"):
        do(office, "suggest", at(2, 6))
    assert evaluation_of(office, office.mandate).committee_mark is None
    with pytest.raises(Conflict, match="已封存"):
        mark_all(office, office.assessor, {office.mandate: 100})


def test_a_sheet_with_gaps_is_not_sealed(office):
    to_assessing(office)
    seat = mark_all(office, office.assessor, {office.mandate: 90})
    with pytest.raises(Conflict, match="还有 2 个没有打分"):
        seal_sheet(seat, by=acting(office.assessor), at=at(1, 26))
    assert unmarked(seat).count() == 2


def test_marks_are_whole_numbers_of_ones_own_sheet_all_or_none(office):
    to_assessing(office)
    seat = Assessor.objects.get(cycle=office.cycle, user=office.assessor)
    yang, wang = evaluation_of(office, office.mandate), evaluation_of(office, office.wang)
    with pytest.raises(InvalidInput) as fault:
        give_marks(seat, {yang.pk: 90, wang.pk: 101, 0: 5}, by=acting(office.assessor), at=at(1, 25))
    assert set(fault.value.errors) == {str(wang.pk), "0"}
    assert not Mark.objects.exists()
    for other in (office.second_assessor, office.organizer):
        with pytest.raises(NotAllowed):
            give_marks(seat, {yang.pk: 90}, by=acting(other), at=at(1, 25))


def test_who_has_to_do_with_somebody_does_not_mark_her(office):
    person = office.cao.person
    person.employer = "寿光市委党校"
    person.save()
    appraiser = make_user(Role.ASSESSOR, office.county, name="郑考评")
    own = make_mandate(office.town, user=appraiser)
    own.person.employer = "寿光市委党校"
    own.person.save()
    to_reporting(office)
    appoint_assessors(office.cycle, [appraiser], by=acting(office.organizer), at=at(1, 12))
    do(office, "start_assessment", at(1, 21))
    seat = Assessor.objects.get(user=appraiser)
    kinds = dict(seat.marks.values_list("evaluation__mandate__person__name", "conflict"))
    assert kinds == {"郑考评": "self", "曹冬梅": "same_unit"}
    with pytest.raises(InvalidInput, match="回避"):
        give_marks(seat, {evaluation_of(office, office.cao).pk: 90}, by=acting(appraiser), at=at(1, 25))
    yang = evaluation_of(office, office.mandate)
    give_marks(seat, {yang.pk: 70}, by=acting(appraiser), at=at(1, 25))
    declare_conflict(seat, yang, by=acting(appraiser), at=at(1, 25))
    assert seat.marks.get(evaluation=yang).value is None
    assert [row.mandate for row in unmarked(seat)] == [office.wang]


def test_an_excused_assessors_sheet_counts_no_more(office):
    to_assessing(office)
    for user, value in ((office.assessor, 90), (office.second_assessor, 10)):
        seat = mark_all(office, user, {office.mandate: value, office.wang: value, office.cao: value})
        seal_sheet(seat, by=acting(user), at=at(1, 26))
    excuse_assessor(seat, by=acting(office.organizer), at=at(1, 27), data={"reason": "与多数人是同事"})
    do(office, "suggest", at(2, 6))
    assert evaluation_of(office, office.mandate).committee_mark == 9_000


def test_somebody_from_next_door_is_not_asked_to_assess(office):
    with pytest.raises(InvalidInput, match="李邻县"):
        appoint_assessors(office.cycle, [office.stranger], by=acting(office.organizer), at=at(1, 2))


def test_a_decision_that_differs_says_why(office):
    to_deciding(office)
    with pytest.raises(InvalidInput, match="与建议等次（不称职）不同"):
        decide(office, office.cao, "basic")
    decided = decide(office, office.cao, "basic", "上半年住院，党委研究定为基本称职")
    assert (decided.decided_grade, decided.differs) == (Grade.BASIC, True)


def test_nothing_is_published_while_somebody_is_undecided(office):
    to_deciding(office)
    decide(office, office.mandate, "excellent")
    with pytest.raises(Conflict, match="还有 2 人没有评定等次"):
        do(office, "publish", at(2, 13))


def test_who_is_excused_takes_no_further_part(office):
    to_deciding(office)
    cao = evaluation_of(office, office.cao)
    perform_evaluation("excuse", cao, by=acting(office.organizer), at=at(2, 9), data={"reason": "长期病休"})
    decide_as_suggested(office.cycle, by=acting(office.organizer), at=at(2, 10))
    do(office, "publish", at(2, 13))
    assert evaluation_of(office, office.cao).decided_grade == ""


def test_publicity_and_appeals_take_their_time(office):
    to_publicity(office)
    with pytest.raises(Conflict, match="期满后才能结束"):
        do(office, "end_publicity", at(2, 20))
    do(office, "end_publicity", at(2, 21))
    with pytest.raises(Conflict, match="期满后才能定档"):
        do(office, "finalize", at(2, 27))


def test_an_appeal_is_hers_once_and_in_time(office):
    to_deciding(office)
    wang = evaluation_of(office, office.wang)
    by, words = acting(office.colleague, "portal"), {"content": "少记了一次。"}
    with pytest.raises(Conflict, match="现在不能申诉"):
        lodge_appeal(wang, by=by, at=at(2, 9), data=words)
    decide_as_suggested(office.cycle, by=acting(office.organizer), at=at(2, 10))
    do(office, "publish", at(2, 13))
    with pytest.raises(NotAllowed):
        lodge_appeal(
            evaluation_of(office, office.wang), by=acting(office.representative), at=at(2, 14), data=words
        )
    appeal = lodge_appeal(evaluation_of(office, office.wang), by=by, at=at(2, 14), data=words)
    with pytest.raises(Conflict, match="已经申诉过"):
        lodge_appeal(evaluation_of(office, office.wang), by=by, at=at(2, 15), data=words)
    with pytest.raises(NotAllowed):
        perform_appeal("dismiss", appeal, by=acting(office.stranger), at=at(2, 15), data={"answer": "不"})
    with pytest.raises(InvalidInput, match="与原评定相同"):
        perform_appeal(
            "uphold",
            appeal,
            by=acting(office.organizer),
            at=at(2, 15),
            data={"new_grade": "basic", "answer": "x"},
        )
    perform_appeal(
        "dismiss", appeal, by=acting(office.organizer), at=at(2, 15), data={"answer": "核实无误。"}
    )
    assert Notice.objects.filter(user=office.colleague, title="申诉已答复：维持原评定").exists()
