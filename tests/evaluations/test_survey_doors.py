"""The survey at the desk, on paper, by REST and on the phone (R90)."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from evaluations import survey_slips
from evaluations.actions.surveys import perform_survey
from evaluations.enums import MassSurveyStatus
from evaluations.models import Survey, SurveyToken
from evaluations.survey_codes import digest_of, in_groups, new_codes, read_code
from evaluations.survey_setup import load_survey_questions
from evaluations.survey_slips import make_slips
from records.papers.rendering import NO_PANGO, PdfUnavailable, pdf_problem
from tests.evaluations.surveys import answered, fresh, issue, make_survey, open_survey, ticks
from tests.factories import acting, make_petition, make_studio

pytestmark = pytest.mark.django_db

needs_pdf = pytest.mark.skipif(bool(pdf_problem()), reason="this machine cannot make a PDF")
DESK = "/admin/evaluations/survey/"
REST = "/api/v1/surveys/"


@pytest.fixture
def now():
    return timezone.now()


def of_day(now, days=14):
    return str((now + timedelta(days=days)).date())


# --- the phone --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("undefined_variables_show")
def test_scanned_answered_thanked(city, now):
    survey = open_survey(city, at=now)
    (code,) = issue(city, survey, 1, at=now)
    phone = Client()
    page = phone.get(f"/survey/{code}/").content.decode()
    assert "«undefined" not in page
    assert page.count("<fieldset") == 4
    assert page.count('type="radio"') == 20
    assert all(word in page for word in ("很满意", "很不满意", city.studio.name, "不记名"))
    assert "<script" not in re.sub(r'<script src="/static/[^"]+" defer></script>', "", page)
    half = dict(list(ticks(survey).items())[:2])
    back = phone.post("/survey/", {"code": code, "sent": "1", **half})
    assert back.status_code == 400
    assert back.content.decode().count("请选一项。") == 2
    assert back.content.decode().count(" checked") == 2
    done = phone.post("/survey/", {"code": code, "sent": "1", **ticks(survey)}, follow=True)
    assert "谢谢您" in done.content.decode()
    again = phone.post("/survey/", {"code": code, "sent": "1", **ticks(survey)})
    assert "您的评价已经记下" in again.content.decode()
    assert fresh(survey).answers_count == 1


@pytest.mark.usefixtures("undefined_variables_show")
def test_typed_in(city, now):
    survey = open_survey(city, of="mandate", at=now)
    (code,) = issue(city, survey, 1, at=now)
    phone = Client()
    assert "评议码" in phone.get("/survey/").content.decode()
    page = phone.post("/survey/", {"code": in_groups(code).lower()}).content.decode()
    assert "请您评一评：杨守伟" in page
    assert "«undefined" not in page
    wrong = phone.post("/survey/", {"code": "<b>"})
    assert (wrong.status_code, "&lt;b&gt;" in wrong.content.decode()) == (400, True)
    assert phone.get("/survey/x/").status_code == 404
    assert phone.put("/survey/").status_code == 405


def test_a_draft_has_no_codes_and_a_closed_one_none_that_work(city, now):
    survey = open_survey(city, at=now)
    (code,) = issue(city, survey, 1, at=now)
    perform_survey("close", fresh(survey), by=acting(city.organizer), at=now)
    assert Client().get(f"/survey/{code}/").status_code == 404


# --- the paper --------------------------------------------------------------------------------------------


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@needs_pdf
def test_the_slips_say_what_one_needs_and_nothing_that_tells_them_apart(city, now, monkeypatch, settings):
    settings.PUBLIC_URL = "https://liaison.example"
    shown = {}
    monkeypatch.setattr(
        survey_slips, "render_pdf", lambda template, context, **_more: shown.update(context) or b"%PDF"
    )
    drawn = []
    monkeypatch.setattr(
        survey_slips, "draw_svg_address", lambda text, **_more: drawn.append(text) or "data:,"
    )
    survey = open_survey(city, at=now)
    codes = new_codes(10)
    make_slips(survey, codes, base="http://10.0.0.5/")
    assert drawn == [f"https://liaison.example/survey/{code}/" for code in codes]
    assert [len(sheet) for sheet in shown["sheets"]] == [8, 2]
    assert shown["door"] == "liaison.example/survey"
    assert {frozenset(slip) for sheet in shown["sheets"] for slip in sheet} == {
        frozenset({"code", "picture"})
    }


@needs_pdf
def test_the_pdf_is_the_only_place_where_codes_can_be_read(city, now, client):
    survey = open_survey(city, at=now)
    client.force_login(city.keeper)
    answer = client.post(f"{DESK}{survey.pk}/slips/", {"count": "3"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF")
    assert (fresh(survey).tokens_issued, SurveyToken.objects.count()) == (3, 3)
    page = client.get(f"{DESK}{survey.pk}/change/").content.decode()
    assert not [digest for digest in SurveyToken.objects.values_list("pk", flat=True) if digest in page]


@needs_pdf
def test_the_words_on_a_slip(city, now):
    survey = open_survey(city, of="mandate", at=now)
    codes = new_codes(2)
    text = re.sub(r"\s+", "", text_of(make_slips(survey, codes, base="http://10.0.0.5/")))
    for words in (
        "群众评议",
        "杨守伟",
        "洛城街道·党代表",
        "不记名",
        "每张只能评一次",
        "10.0.0.5/survey",
        "截止",
    ):
        assert text.count(words) == 2, words
    assert all(in_groups(code) in text for code in codes)


def test_slips_that_cannot_be_printed_let_nobody_in(city, now, client, monkeypatch):
    def missing(*_args, **_more):
        raise PdfUnavailable(NO_PANGO)

    monkeypatch.setattr(survey_slips, "render_pdf", missing)
    survey = open_survey(city, at=now)
    client.force_login(city.organizer)
    answer = client.post(f"{DESK}{survey.pk}/slips/", {"count": "3"}, follow=True)
    assert answer.status_code == 200
    assert "暂时不能生成 PDF" in answer.content.decode()
    assert (fresh(survey).tokens_issued, SurveyToken.objects.count()) == (0, 0)


# --- the desk ---------------------------------------------------------------------------------------------


def test_the_desk_from_making_to_results(city, now, browser):
    load_survey_questions()
    desk = browser(city.organizer)
    assert "新建群众评议" in desk.page(f"{DESK}add/")
    form = {"year": str(now.year), "due_date": of_day(now), "minimum_answers": "3"}
    empty = desk.post(f"{DESK}add/", form)
    assert (empty.status_code, "请选一个工作室（站）或一名党代表" in empty.content.decode()) == (400, True)
    made = desk.post(f"{DESK}add/", form | {"studios": [city.studio.pk], "mandates": [city.mandate.pk]})
    assert made.status_code == 302
    assert Survey.objects.count() == 2
    survey = Survey.objects.get(studio=city.studio)
    page = f"{DESK}{survey.pk}/change/"
    assert "开始评议" in desk.page(page)
    for minimum, status in (("2", 400), ("4", 302)):
        change = {"due_date": of_day(now, 20), "minimum_answers": minimum}
        assert desk.post(f"{DESK}{survey.pk}/edit/", change).status_code == status
    assert desk.post(f"{DESK}{survey.pk}/step/open/").status_code == 302
    assert "先打印评议码" in desk.page(page)
    assert desk.get(f"{DESK}{survey.pk}/edit/").status_code == 409
    assert "截止日期" in desk.page(f"{DESK}{survey.pk}/step/extend/")
    assert desk.post(f"{DESK}{survey.pk}/step/extend/", {"due_date": of_day(now, 1)}).status_code == 400
    assert desk.post(f"{DESK}{survey.pk}/step/extend/", {"due_date": of_day(now, 40)}).status_code == 302
    for count in ("0", "", "999"):
        refused = desk.post(f"{DESK}{survey.pk}/slips/", {"count": count})
        assert refused.status_code == 400
    assert desk.get(f"{DESK}{survey.pk}/slips/").status_code == 405
    assert "没用过的评议码全部作废" in desk.page(f"{DESK}{survey.pk}/step/close/")
    assert desk.post(f"{DESK}{survey.pk}/step/close/").status_code == 302
    assert "共收到 0 份，不满 4 份" in desk.page(page)
    assert desk.get(f"{DESK}{survey.pk}/step/nothing/").status_code == 404
    assert desk.post(f"{DESK}{survey.pk}/step/open/").status_code == 409


def test_results_as_bars(city, now, browser):
    survey = answered(city, [5, 4, 4, 2], at=now)
    for user in (city.organizer, city.keeper, city.leader, city.assessor):
        page = browser(user).page(f"{DESK}{survey.pk}/change/")
        assert "4 份的平均" in page
        assert page.count("<meter") == 20
    running = answered(city, [5, 4, 4, 2], of="mandate", close=False, at=now)
    page = browser(city.organizer).page(f"{DESK}{running.pk}/change/")
    assert "<meter" not in page
    assert "已有 4 份，评议结束且满 3 份后显示。" in page


def test_lots_are_shown_once_and_masked(city, now, browser):
    petition = make_petition(city, status="told", at=now)
    type(petition).objects.filter(pk=petition.pk).update(fed_back_at=now)
    survey = open_survey(city, at=now)
    desk = browser(city.keeper)
    answer = desk.post(f"{DESK}{survey.pk}/draw/", {"count": "3"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "李*" in page
    assert petition.number in page
    assert "李桂兰" not in page
    assert "13900002210" not in page
    again = desk.post(f"{DESK}{survey.pk}/draw/", {"count": "3"})
    assert (again.status_code, "都抽到过了" in again.content.decode()) == (409, True)


def test_many_at_once(city, now, browser):
    load_survey_questions()
    for number in range(2):
        make_studio(city.town, name=f"第{number}工作室")
    desk = browser(city.organizer)
    assert "都建评议" in desk.page(f"{DESK}for-place/")
    form = {"organization": city.county.pk, "year": now.year, "due_date": of_day(now), "minimum_answers": 5}
    assert desk.post(f"{DESK}for-place/", form).status_code == 302
    assert desk.post(f"{DESK}for-place/", form).status_code == 409
    chosen = {"action": "open_chosen", "_selected_action": list(Survey.objects.values_list("pk", flat=True))}
    assert "已开始 3 个评议" in desk.post(DESK, chosen, follow=True).content.decode()
    assert "没有开始" in desk.post(DESK, chosen, follow=True).content.decode()
    assert Survey.objects.filter(status=MassSurveyStatus.OPEN).count() == 3


def test_the_desk_refuses_others(city, now, browser):
    survey = open_survey(city, at=now)
    pages = [f"{survey.pk}/change/", f"{survey.pk}/step/close/", f"{survey.pk}/edit/"]
    presses = [f"{survey.pk}/slips/", f"{survey.pk}/draw/", f"{survey.pk}/step/close/"]
    stranger = browser(city.stranger)
    assert [stranger.get(DESK + page).status_code for page in pages] == [404] * 3
    assert [stranger.post(DESK + page, {"count": 1}).status_code for page in presses] == [404] * 3
    for user in (city.leader, city.assessor):
        reader = browser(user)
        assert [reader.post(DESK + page, {"count": 1}).status_code for page in presses] == [403] * 3
        assert reader.get(f"{DESK}add/").status_code == 403
        assert reader.get(f"{DESK}for-place/").status_code == 403
    for user in (city.handler, city.auditor):
        assert browser(user).get(f"{DESK}{survey.pk}/change/").status_code == 403
    assert browser(city.keeper).post(f"{DESK}{survey.pk}/step/close/").status_code == 403
    assert (fresh(survey).tokens_issued, fresh(survey).status) == (0, "open")


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_so_many_queries(rows, city, now, browser, rest, django_assert_max_num_queries):
    load_survey_questions()
    for number in range(rows):
        make_survey(city, studios=[make_studio(city.town, name=f"第{number}工作室")], at=now)
    desk = browser(city.organizer)
    desk.page(DESK)
    with django_assert_max_num_queries(12):
        desk.page(DESK)
    with django_assert_max_num_queries(6):
        assert len(rest(city.organizer).get(REST).json()["results"]) == rows


# --- REST -------------------------------------------------------------------------------------------------


def test_rest_from_making_to_results(city, now, rest):
    load_survey_questions()
    office = rest(city.organizer)
    body = {"studios": [city.studio.pk], "year": now.year, "due_date": of_day(now), "minimum_answers": 3}
    made = office.post(REST, body, format="json")
    assert made.status_code == 201, made.content
    (row,) = made.json()
    assert (row["about"], row["kind"], row["status"]) == (city.studio.name, "studio", "draft")
    here = f"{REST}{row['id']}/"
    assert office.post(REST, body, format="json").status_code == 409
    assert office.patch(here, {"minimum_answers": 4}, format="json").json()["minimum_answers"] == 4
    assert office.patch(here, {"status": "closed"}, format="json").status_code == 400
    assert office.post(f"{here}open/").json()["status"] == "open"
    issued = office.post(f"{here}issue/", {"count": 4}, format="json")
    assert issued.status_code == 201
    codes = [one["code"] for one in issued.json()["codes"]]
    assert issued.json()["codes"][0]["address"].endswith(f"/survey/{read_code(codes[0])}/")
    for code in codes:
        answer = Client().post(
            "/survey/", {"code": code, "sent": "1", **ticks(Survey.objects.get(pk=row["id"]), 4)}
        )
        assert answer.status_code == 302
    assert office.get(f"{here}results/").json() == {
        "is_shown": False,
        "count": 4,
        "minimum": 4,
        "mark": "",
        "questions": [],
        "words": "已有 4 份，评议结束且满 4 份后显示。",
    }
    assert office.post(f"{here}close/").status_code == 200
    result = office.get(f"{here}results/").json()
    assert (result["is_shown"], result["mark"], len(result["questions"])) == (True, "80", 4)
    assert office.post(f"{here}close/").status_code == 409
    assert [event["verb"] for event in office.get(f"{here}events/").json()["results"]] == [
        "created", "updated", "open", "issue", "close",
    ]  # fmt: skip


def test_codes_leave_by_rest_once_even_for_the_same_request(city, now, rest):
    survey = open_survey(city, at=now)
    office = rest(city.organizer)
    header = {"HTTP_IDEMPOTENCY_KEY": "7d6c1f1e-7d0b-4c39-8f0e-1d7b6f8f0a11"}
    answers = [
        office.post(f"{REST}{survey.pk}/issue/", {"count": 1}, format="json", **header).json()
        for _time in range(2)
    ]
    assert answers[0]["codes"] != answers[1]["codes"]
    assert fresh(survey).tokens_issued == 2
    told = "".join(office.get(f"{REST}{survey.pk}/{more}").content.decode() for more in ("", "events/"))
    for one in answers[0]["codes"] + answers[1]["codes"]:
        assert one["code"] not in told
        assert digest_of(read_code(one["code"])) not in told


def test_rest_refuses_others(city, now, rest):
    survey = open_survey(city, at=now)
    here = f"{REST}{survey.pk}/"
    verbs = ("issue", "draw", "close")
    for user, status in ((city.stranger, 404), (city.handler, 403), (city.representative, 403)):
        api = rest(user)
        assert api.get(here).status_code == status
        assert api.get(f"{here}results/").status_code == status
        for verb in verbs:
            assert api.post(f"{here}{verb}/", {"count": 1}, format="json").status_code == status
    for user in (city.leader, city.client):
        api = rest(user)
        assert api.get(here).status_code == 200
        assert api.post(f"{here}issue/", {"count": 1}, format="json").status_code == 403
        assert api.post(f"{here}close/").status_code == 403
        assert api.post(REST, {}, format="json").status_code == 403
    assert rest(city.keeper).post(f"{here}issue/", {"count": 1}, format="json").status_code == 201
    assert fresh(survey).tokens_issued == 1
    place = {"organization": city.county.pk, "year": now.year, "due_date": of_day(now), "minimum_answers": 3}
    assert rest(city.stranger).post(f"{REST}for-place/", place, format="json").status_code == 400
    assert rest(city.organizer).post(f"{REST}for-place/", place, format="json").status_code == 409


def test_the_city_keeps_the_questions(city, rest):
    load_survey_questions()
    listed = rest(city.leader).get("/api/v1/survey-questions/?kind=studio").json()["results"]
    assert [row["code"] for row in listed] == [
        "studio-open",
        "studio-attitude",
        "studio-handling",
        "studio-result",
    ]
    new = {"code": "studio-clean", "kind": "studio", "text": "工作室整洁、好找吗？"}
    assert rest(city.organizer).post("/api/v1/survey-questions/", new, format="json").status_code == 403
    assert rest(city.representative).get("/api/v1/survey-questions/").status_code == 403
