"""A survey from its draft to its results, and every way in which it is refused (R90)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from evaluations.actions.lots import draw_lots, received_people
from evaluations.actions.surveys import (
    answer_survey,
    change_survey,
    find_survey,
    issue_codes,
    make_for_place,
    make_surveys,
    perform_survey,
)
from evaluations.enums import MassSurveyStatus
from evaluations.models import Evaluation, Survey, SurveyQuestion, SurveyTally, SurveyToken
from evaluations.moves import SURVEYS
from evaluations.survey_codes import read_code
from evaluations.survey_reminders import close_due_surveys, remind_of_few_answers
from evaluations.survey_results import mark_words, result_for, results_of, survey_marks
from evaluations.survey_setup import load_survey_questions
from records.metrics import compute, get_metric
from tests.evaluations.surveys import LAST, TODAY, answered, fresh, issue, make_survey, open_survey, ticks
from tests.evaluations.world import make_cycle, make_scheme
from tests.factories import MONDAY, acting, event_verbs, make_petition, make_studio
from tests.studios.desk import make_day

pytestmark = pytest.mark.django_db


def test_from_draft_to_results(city):
    survey = open_survey(city)
    assert [question["code"] for question in survey.questions][:2] == ["studio-open", "studio-attitude"]
    assert Notice.objects.get(user=city.keeper).title == f"群众评议开始了：{city.studio.name}"
    codes = issue(city, survey, 5)
    for code, rating in zip(codes, (5, 5, 4, 3), strict=False):
        answer_survey(code, on=TODAY, data=ticks(survey, rating))
    survey = fresh(survey)
    assert (survey.tokens_issued, survey.answers_count, survey.tokens.count()) == (5, 4, 1)
    assert not results_of(survey).is_shown
    assert results_of(survey).words == "已有 4 份，评议结束且满 3 份后显示。"
    perform_survey("close", survey, by=acting(city.organizer), at=MONDAY)
    result = results_of(fresh(survey))
    assert (result.count, result.mark, result.mark_words) == (4, 8500, "85")
    assert [bar.count for bar in result.questions[0].bars] == [2, 1, 1, 0, 0]
    assert [bar.percent for bar in result.questions[0].bars] == [50, 25, 25, 0, 0]
    assert event_verbs(survey) == ["created", "open", "issue", "close"]
    assert Notice.objects.filter(user=city.keeper, body="收到 4 份，结果可以看了。").exists()


def test_each_question_has_its_own_mean(city):
    survey = answered(city, [[5, 4, 3, 2], [5, 4, 3, 1], [5, 5, 3, 1]])
    result = results_of(survey)
    assert [question.mark_words for question in result.questions] == ["100", "86.67", "60", "26.67"]
    assert result.mark_words == "68.33"


@pytest.mark.parametrize(("mark", "words"), [(8750, "87.5"), (10000, "100"), (2000, "20"), (6833, "68.33")])
def test_a_mark_in_words(mark, words):
    assert mark_words(mark) == words


# --- the minimum ------------------------------------------------------------------------------------------


def test_below_the_minimum_nothing_shows_ever(city):
    survey = answered(city, [1, 1])
    result = results_of(survey)
    assert (result.is_shown, result.mark, result.questions) == (False, None, ())
    assert result.words == "共收到 2 份，不满 3 份，不显示结果，也不计入考评。"
    assert survey_marks(make_cycle(city, kind="studio", year=survey.year)) == {}


def test_scores_lean_on_closed_surveys_alone(city):
    """Two looks at a score with one answer in between would tell the answer."""
    survey = answered(city, [5, 5, 4, 4], close=False)
    cycle = make_cycle(city, kind="studio", year=survey.year)
    assert survey_marks(cycle) == {}
    perform_survey("close", survey, by=acting(city.organizer), at=MONDAY)
    assert survey_marks(cycle) == {city.studio.pk: (9000, 4)}
    assert survey_marks(make_cycle(city, year=survey.year)) == {}
    assert survey_marks(make_cycle(city, kind="studio", year=survey.year - 1)) == {}


def test_a_representative_is_told_her_mean_when_it_is_over(city):
    survey = answered(city, [5, 4, 4], of="mandate", close=False)
    scheme = make_scheme(city, year=survey.year)
    cycle = make_cycle(city, year=survey.year, scheme=False)
    evaluation = Evaluation(
        cycle=cycle, scheme=scheme, mandate=city.mandate, organization=city.mandate.organization
    )
    assert result_for(evaluation) is None
    perform_survey("close", survey, by=acting(city.organizer), at=MONDAY)
    assert result_for(evaluation) == (8667, 3)
    assert survey_marks(cycle) == {city.mandate.pk: (8667, 3)}


# --- codes ------------------------------------------------------------------------------------------------


def test_a_code_is_good_once_and_typed_as_people_type(city):
    survey = open_survey(city)
    code, other = issue(city, survey, 2)
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]}".replace("0", "O").replace("1", "l")
    assert read_code(typed) == code
    answer_survey(typed, on=TODAY, data=ticks(survey))
    with pytest.raises(Conflict) as used:
        answer_survey(code, on=TODAY, data=ticks(survey))
    with pytest.raises(Conflict) as wrong:
        answer_survey("AAAA-BBBB-CCCC", on=TODAY, data=ticks(survey))
    assert used.value.message == wrong.value.message
    assert find_survey(other, on=TODAY).pk == survey.pk
    assert fresh(survey).answers_count == 1


@pytest.mark.parametrize("text", ["", None, "x", "1234", "ÄÖÜ" * 4, "\x00" * 12, "A" * 500])
def test_what_cannot_be_a_code_is_none(city, text):
    open_survey(city)
    assert find_survey(text, on=TODAY) is None


def test_after_the_last_day_a_code_is_no_good_even_before_the_survey_is_closed(city):
    survey = open_survey(city)
    (code,) = issue(city, survey, 1)
    assert find_survey(code, on=LAST) is not None
    assert find_survey(code, on=LAST + timedelta(days=1)) is None
    with pytest.raises(Conflict):
        answer_survey(code, on=LAST + timedelta(days=1), data=ticks(survey))
    with pytest.raises(Conflict, match="已过截止日期"):
        issue(city, fresh(survey), 1, at=MONDAY + timedelta(days=15))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.popitem(),
        lambda data: data.update({next(iter(data)): "6"}),
        lambda data: data.update({next(iter(data)): "0"}),
        lambda data: data.update({"q-else": "5"}),
        lambda data: data.update({"name": "李桂兰"}),
    ],
)
def test_an_answer_is_whole_or_not_taken(city, change):
    survey = open_survey(city)
    (code,) = issue(city, survey, 1)
    data = ticks(survey)
    change(data)
    with pytest.raises(InvalidInput):
        answer_survey(code, on=TODAY, data=data)
    assert fresh(survey).answers_count == 0
    answer_survey(code, on=TODAY, data=ticks(survey))


def test_closing_makes_all_codes_void_and_is_final(city):
    survey = open_survey(city)
    codes = issue(city, survey, 3)
    perform_survey("close", survey, by=acting(city.organizer), at=MONDAY)
    assert not SurveyToken.objects.exists()
    with pytest.raises(Conflict):
        answer_survey(codes[0], on=TODAY, data=ticks(survey))
    for verb in SURVEYS.by_verb:
        with pytest.raises(Conflict):
            perform_survey(
                verb, fresh(survey), by=acting(city.organizer), at=MONDAY, data={"due_date": str(LAST)}
            )
    with pytest.raises(Conflict):
        issue(city, fresh(survey), 1)


@pytest.mark.parametrize("count", ["", "0", "201", "viele", "1.5", None])
def test_as_many_slips_as_one_may_print(city, count):
    survey = open_survey(city)
    with pytest.raises(InvalidInput):
        issue(city, survey, count)
    assert fresh(survey).tokens_issued == 0


# --- making -----------------------------------------------------------------------------------------------


def test_one_survey_a_year_for_each(city):
    first = make_survey(city)
    assert first.title == f"{city.studio.name}2026年群众评议"
    with pytest.raises(Conflict, match="一年一份"):
        make_survey(city)
    assert make_survey(city, of="mandate").about == "杨守伟"
    assert make_survey(city, year=2027).year == 2027


def test_all_venues_of_a_place_but_those_that_have_one(city):
    make_survey(city)
    for number in range(3):
        make_studio(city.town, name=f"第{number}工作室")
    make_studio(city.town, name="停用的工作室", is_active=False)
    data = {"organization": city.county, "year": 2026, "due_date": LAST, "minimum_answers": 5}
    made = make_for_place(by=acting(city.organizer), at=MONDAY, data=data)
    assert sorted(survey.about for survey in made) == ["第0工作室", "第1工作室", "第2工作室"]
    assert all(event_verbs(survey) == ["created"] for survey in made)
    with pytest.raises(Conflict, match="都已有评议"):
        make_for_place(by=acting(city.organizer), at=MONDAY, data=data)
    with pytest.raises(InvalidInput):
        make_for_place(by=acting(city.stranger), at=MONDAY, data=data)


@pytest.mark.parametrize(
    "data, field",
    [
        ({"studios": []}, "studios"),
        ({"due_date": TODAY - timedelta(days=1)}, "due_date"),
        ({"due_date": "morgen"}, "due_date"),
        ({"minimum_answers": 2}, "minimum_answers"),
        ({"year": 1999}, "year"),
    ],
)
def test_what_a_survey_cannot_be_made_of(city, data, field):
    whole = {"studios": [city.studio], "year": 2026, "due_date": LAST, "minimum_answers": 5} | data
    with pytest.raises(InvalidInput) as fault:
        make_surveys(by=acting(city.organizer), at=MONDAY, data=whole)
    assert list(fault.value.errors) == [field]


def test_nobody_makes_one_for_the_county_next_door(city):
    data = {"studios": [city.studio], "year": 2026, "due_date": LAST, "minimum_answers": 5}
    for user in (city.stranger, city.keeper, city.leader, city.representative):
        with pytest.raises(InvalidInput, match="没有这个"):
            make_surveys(by=acting(user), at=MONDAY, data=data)
    assert not Survey.objects.exists()


def test_a_draft_can_be_changed_and_an_open_one_only_put_off(city):
    survey = make_survey(city)
    change = {"due_date": LAST + timedelta(days=3), "minimum_answers": 8}
    for user in (city.stranger, city.keeper, city.leader):
        with pytest.raises(NotAllowed):
            change_survey(survey, by=acting(user), at=MONDAY, data=change)
    change_survey(survey, by=acting(city.organizer), at=MONDAY, data=change)
    perform_survey("open", survey, by=acting(city.organizer), at=MONDAY)
    with pytest.raises(Conflict, match="已经开始"):
        change_survey(fresh(survey), by=acting(city.organizer), at=MONDAY, data=change)
    for day in (LAST, TODAY - timedelta(days=1)):
        with pytest.raises(InvalidInput, match="只能往后延"):
            perform_survey(
                "extend", fresh(survey), by=acting(city.organizer), at=MONDAY, data={"due_date": day}
            )
    later = LAST + timedelta(days=30)
    perform_survey("extend", survey, by=acting(city.organizer), at=MONDAY, data={"due_date": later})
    assert (fresh(survey).due_date, fresh(survey).minimum_answers) == (later, 8)


def test_it_does_not_open_too_late_or_with_too_few_questions(city):
    survey = make_survey(city)
    with pytest.raises(Conflict, match="截止日期已经过去"):
        perform_survey("open", survey, by=acting(city.organizer), at=MONDAY + timedelta(days=30))
    SurveyQuestion.objects.filter(code__in=["studio-open", "studio-result"]).update(is_active=False)
    with pytest.raises(Conflict, match="在用的评议问题有 2 个"):
        perform_survey("open", survey, by=acting(city.organizer), at=MONDAY)
    assert fresh(survey).status == MassSurveyStatus.DRAFT
    assert not SurveyTally.objects.exists()


def test_questions_stay_as_they_were_when_it_opened(city):
    survey = open_survey(city)
    before = survey.questions
    SurveyQuestion.objects.update(text="换了", is_active=False)
    assert fresh(survey).questions == before
    assert load_survey_questions() == 0
    assert SurveyQuestion.objects.filter(text="换了").count() == 8


# --- who may ----------------------------------------------------------------------------------------------


def test_who_may_do_what(city):
    survey = make_survey(city)
    for user in (city.keeper, city.leader, city.assessor, city.stranger, city.representative):
        with pytest.raises(NotAllowed):
            perform_survey("open", survey, by=acting(user), at=MONDAY)
    perform_survey("open", survey, by=acting(city.organizer), at=MONDAY)
    for user in (city.leader, city.assessor, city.stranger, city.handler):
        for do in (issue_codes, draw_lots):
            with pytest.raises(NotAllowed):
                do(survey, by=acting(user), at=MONDAY, data={"count": 1})
    assert len(issue_codes(survey, by=acting(city.keeper), at=MONDAY, data={"count": 2})) == 2
    with pytest.raises(NotAllowed):
        perform_survey("close", survey, by=acting(city.keeper), at=MONDAY)


def test_who_sees_it(city):
    of_venue, of_person = make_survey(city), make_survey(city, of="mandate")
    sees = {
        "organizer": {of_venue, of_person},
        "leader": {of_venue, of_person},
        "assessor": {of_venue, of_person},
        "keeper": {of_venue},
        "representative": set(),
        "handler": set(),
        "stranger": set(),
    }
    for who, rows in sees.items():
        assert set(Survey.objects.visible_to(getattr(city, who))) == rows, who


# --- by itself --------------------------------------------------------------------------------------------


def test_it_closes_by_itself_the_day_after_and_once(city):
    survey = open_survey(city)
    issue(city, survey, 2)
    by = Actor.system()
    assert close_due_surveys(on=LAST, by=by, at=MONDAY) == 0
    assert close_due_surveys(on=LAST + timedelta(days=1), by=by, at=MONDAY) == 1
    assert close_due_surveys(on=LAST + timedelta(days=1), by=by, at=MONDAY) == 0
    assert fresh(survey).status == MassSurveyStatus.CLOSED
    assert not SurveyToken.objects.exists()
    assert Notice.objects.filter(user=city.keeper, title__startswith="群众评议结束了").count() == 1


def test_a_word_in_the_last_week_once(city):
    open_survey(city)
    for day, told in ((8, 1), (13, 0), (13, 0)):
        assert remind_of_few_answers(on=TODAY + timedelta(days=day), at=MONDAY) == told
    assert Notice.objects.filter(title__startswith="群众评议快要结束", user=city.keeper).count() == 1


def test_figures(city):
    answered(city, [5, 4, 4])
    answered(city, [5], of="mandate")
    codes = {"surveys_open": 0, "surveys_closed": 2, "survey_answers": 4, "surveys_shown": 1}
    for code, value in codes.items():
        assert compute(get_metric(code), city.county, TODAY, TODAY).value == value, code
        assert compute(get_metric(code), city.neighbour, TODAY, TODAY).value == 0, code
    assert compute(get_metric("survey_answers"), city.root, TODAY + timedelta(1), LAST).value == 0


# --- lots -------------------------------------------------------------------------------------------------


@pytest.fixture
def received(city):
    """Five people told what became of their matters, one who came twice, one who complained about an office, one who is
    anonymous; and a visitor with a name at a day of the venue."""
    for number in range(5):
        name, phone = f"{'李王张刘陈'[number]}桂兰", f"1390000220{number}"
        make_petition(city, status="told", petitioner_name=name, petitioner_phone=phone)
    make_petition(city, status="told", petitioner_name="李桂兰", petitioner_phone="13900002200")
    make_petition(city, status="handling", petitioner_name="赵未办", petitioner_phone="13900002299")
    accused = make_petition(city, status="told", petitioner_name="孙举报", petitioner_phone="13900002288")
    type(accused).objects.filter(pk=accused.pk).update(is_accusation=True)
    day = make_day(city.studio, sitters=[city.mandate], duty_status="served", status="held")
    day.visits.create(name="周来访", recorded_at=timezone.now())
    day.visits.create(name="李桂兰", recorded_at=timezone.now())
    day.visits.create(name="", count=9, recorded_at=timezone.now())
    return day


def test_whom_lots_are_drawn_from(city, received):
    survey = open_survey(city)
    people = received_people(survey, user=city.keeper)
    assert sorted(person.name for person in people.values()) == ["刘*", "周*", "张*", "李*", "王*", "陈*"]
    of_her = received_people(open_survey(city, of="mandate"), user=city.organizer)
    assert len(of_her) == 6
    assert received_people(make_survey(city, year=2025), user=city.organizer) == {}


def test_nobody_is_drawn_twice_and_nobody_is_written_down(city, received):
    survey = open_survey(city)
    by = acting(city.keeper)
    first = draw_lots(survey, by=by, at=MONDAY, data={"count": 4})
    second = draw_lots(fresh(survey), by=by, at=MONDAY, data={"count": 4})
    assert (len(first), len(second)) == (4, 2)
    assert len({person.reason for person in first + second}) == 6
    with pytest.raises(Conflict, match="都抽到过了"):
        draw_lots(fresh(survey), by=by, at=MONDAY, data={"count": 1})
    with pytest.raises(Conflict, match="接着再抽"):
        draw_lots(survey_as_before(survey), by=by, at=MONDAY, data={"count": 1})
    assert event_verbs(survey) == ["created", "open", "draw", "draw"]
    assert not SurveyToken.objects.exists()


def survey_as_before(survey):
    """As somebody has it who loaded the page before the first draw."""
    survey = fresh(survey)
    survey.drawn_up_to = ""
    return survey


def test_with_nobody_received_the_sentence_tells_the_way_on(city):
    with pytest.raises(Conflict, match="可以打印评议码"):
        draw_lots(open_survey(city), by=acting(city.keeper), at=MONDAY, data={"count": 3})
