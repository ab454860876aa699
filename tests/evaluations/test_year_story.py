"""A year of three people, as the office's manual would tell it: excellent twice, an appeal that is upheld, a reminder talk
(R84–R88)."""

from datetime import date, datetime, timedelta

import pytest

from accounts.actor import Actor
from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from evaluations.actions.appeals import lodge_appeal, perform_appeal
from evaluations.actions.assessors import appoint_assessors, excuse_assessor
from evaluations.actions.cycles import perform_cycle
from evaluations.actions.evaluations import decide_as_suggested, perform_evaluation, save_report
from evaluations.actions.marks import declare_conflict, give_marks, seal_sheet, unmarked
from evaluations.calendar import run_cycles
from evaluations.enums import CycleStatus, EvaluationStatus, Grade
from evaluations.models import Assessor, Evaluation, Mark
from evaluations.moves import CYCLES
from records.models import Event
from representatives.enums import DutyKind
from tests.evaluations.world import add_records, make_cycle, make_scheme
from tests.factories import CHINA, acting, make_mandate, make_user

YEAR = 2022


def at(month, day, *, year=YEAR + 1, hour=9):
    return datetime(year, month, day, hour, tzinfo=CHINA)


@pytest.fixture
def office(city):
    city.wang = city.colleague.person.mandates.get()
    user = make_user(Role.REPRESENTATIVE, city.town, name="曹冬梅")
    city.cao = make_mandate(city.town, user=user)
    city.second_assessor = make_user(Role.ASSESSOR, city.county, name="吴考评")
    make_scheme(city, year=YEAR)
    city.cycle = make_cycle(city, year=YEAR, levels=["town"])
    for mandate, receptions in ((city.mandate, 2), (city.wang, 1), (city.cao, 0)):
        add_records(mandate, DutyKind.RECEPTION, times=receptions, on=date(YEAR, 6, 1))
    for mandate in (city.mandate, city.wang):
        add_records(mandate, DutyKind.TRAINING, on=date(YEAR, 3, 3))
    return city


def do(office, verb, when, *, user=None, data=None):
    return perform_cycle(verb, office.cycle, by=acting(user or office.organizer), at=when, data=data)


def evaluation_of(office, mandate):
    return Evaluation.objects.select_related("cycle", "mandate__person").get(
        cycle=office.cycle, mandate=mandate
    )


def to_reporting(office):
    do(office, "open", at(1, 5))


def report(office, mandate, mark=95):
    evaluation = evaluation_of(office, mandate)
    return perform_evaluation(
        "submit_report",
        evaluation,
        by=acting(mandate.person.user, "portal"),
        at=at(1, 10),
        data={"report": "一年来接待群众二十次。", "self_mark": mark},
    )


def to_assessing(office):
    to_reporting(office)
    report(office, office.mandate)
    report(office, office.wang, 90)
    appoint_assessors(
        office.cycle, [office.assessor, office.second_assessor], by=acting(office.organizer), at=at(1, 12)
    )
    do(office, "start_assessment", at(1, 21))


def mark_all(office, user, marks):
    seat = Assessor.objects.get(cycle=office.cycle, user=user)
    given = {evaluation_of(office, mandate).pk: value for mandate, value in marks.items()}
    give_marks(seat, given, by=acting(user), at=at(1, 25))
    return seat


def to_deciding(office):
    to_assessing(office)
    for user, marks in ((office.assessor, (96, 88, 40)), (office.second_assessor, (95, 91, 51))):
        people = (office.mandate, office.wang, office.cao)
        seat = mark_all(office, user, dict(zip(people, marks, strict=True)))
        seal_sheet(seat, by=acting(user), at=at(1, 26))
    do(office, "suggest", at(2, 6))


def decide(office, mandate, grade, reason=""):
    return perform_evaluation(
        "decide",
        evaluation_of(office, mandate),
        by=acting(office.organizer),
        at=at(2, 10),
        data={"grade": grade, "reason": reason},
    )


def to_publicity(office):
    to_deciding(office)
    decide_as_suggested(office.cycle, by=acting(office.organizer), at=at(2, 10))
    do(office, "publish", at(2, 13))


def to_appeals(office):
    to_publicity(office)
    do(office, "end_publicity", at(2, 21))


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


# --- what is refused ------------------------------------------------------------------------------------


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


# --- by itself, on the days that staff have set ------------------------------------------------------------


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
