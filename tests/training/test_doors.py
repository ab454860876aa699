"""The same session through the desk, the phone and the REST door."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from records.jobs import run_job
from records.models import Attachment, Job
from records.papers.rendering import pdf_problem
from representatives.models import DutyRecord
from studios.codes import code_at
from tests.factories import make_mandate, make_person
from tests.training.classes import make_training
from training.models import Enrolment, NeedSurvey, Training, TrainingPlan

DESK = "/admin/training/"


def place_of(training, user):
    return Enrolment.objects.get(training=training, person__user=user)


def test_at_the_desk_from_the_plan_to_the_certificates(city, browser, today):
    desk = browser(city.organizer)
    form = {"organization": city.county.pk, "year": today.year, "title": "寿光市培训计划", "people_target": 2}
    answer = desk.post(f"{DESK}trainingplan/add/", form)
    plan = TrainingPlan.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{DESK}trainingplan/{plan.pk}/change/")
    assert "加一期培训班" in desk.page(answer["Location"])
    desk.page(f"{DESK}training/add/?plan={plan.pk}&organization={city.county.pk}")
    form = {
        "organization": city.county.pk,
        "plan": plan.pk,
        "kind": "on_election",
        "title": "当选代表集中培训班",
        "start_date": today,
        "end_date": today,
        "start_time": "09:00",
        "place": "市委党校",
        "teacher": "王雯",
        "hours": "8",
        "seats": "60",
        "audience": "responsible",
    }
    wrong = desk.post(f"{DESK}training/add/", form | {"end_date": today - timedelta(days=1)})
    assert "结束日期不能早于开始日期" in wrong.content.decode()
    answer = desk.post(f"{DESK}training/add/", form)
    training = Training.objects.get()
    address = f"{DESK}training/{training.pk}/"
    assert (answer["Location"], training.code) == (f"{address}change/", f"PX{today.year}-{training.pk:05d}")
    assert "按规则列名单" in desk.page(f"{address}change/")
    desk.post(f"{address}enrol-by-rule/")
    assert training.enrolments.count() == 2
    refused = desk.post(f"{address}step/publish/")
    assert refused.status_code == 409
    assert "还没有批准" in refused.content.decode()
    desk.page(f"{DESK}trainingplan/{plan.pk}/step/approve/")
    desk.post(f"{DESK}trainingplan/{plan.pk}/step/approve/", {"document_number": "寿组发〔2026〕3号"})
    assert desk.post(f"{address}step/publish/").status_code == 302
    assert "签到屏幕" in desk.page(f"{address}change/")
    desk.page(f"{address}screen/")
    desk.post(f"{address}check-in-all/")
    missing = desk.post(f"{address}step/close/", {"summary": ""})
    assert missing.status_code == 400
    desk.post(f"{address}step/close/", {"summary": "讲了两课。"})
    assert DutyRecord.objects.standing().filter(kind="training").count() == 2
    told = desk.page(f"{address}change/")
    assert "打印结业证" in told and f"JY{today.year}-" in told
    assert "2 人次" in desk.page(f"{DESK}training/")
    assert f"JY{today.year}-" not in desk.page(f"{DESK}enrolment/?status=absent")
    if not pdf_problem():
        paper = desk.post(f"{address}certificates.pdf")
        assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


def test_the_desk_adds_people_and_files_and_answers_leave(city, browser, open_class):
    desk, address = browser(city.organizer), f"{DESK}training/{open_class.pk}/"
    cadre = make_mandate(city.town, person=make_person(name="补一人"), level="town").person
    assert desk.post(f"{address}enrol/", {"person": cadre.pk}).status_code == 302
    again = desk.post(f"{address}enrol/", {"person": cadre.pk})
    assert again.status_code == 400 and "已经在名单上" in again.content.decode()
    hers = place_of(open_class, city.representative)
    phone = browser(city.representative)
    phone.post(f"/trainings/{open_class.pk}/ask_leave/", {"reason": "住院"})
    assert "请假：住院" in desk.page(f"{address}change/")
    desk.page(f"{address}places/{hers.pk}/refuse_leave/")
    assert desk.post(f"{address}places/{hers.pk}/refuse_leave/", {"reason": ""}).status_code == 400
    desk.post(f"{address}places/{hers.pk}/grant_leave/")
    hers.refresh_from_db()
    assert hers.status == "on_leave"
    photo = SimpleUploadedFile("提纲.txt", "第一课 怎样接待".encode())
    assert desk.post(f"{address}files/", {"file": photo}).status_code == 302
    kept = Attachment.objects.about(open_class).get()
    assert browser(city.stranger_representative).get(f"/files/{kept.pk}/").status_code == 404
    given = phone.get(f"/files/{kept.pk}/")
    assert given.status_code == 200
    given.close()


def test_only_its_organizers_may_touch_it(city, browser, open_class):
    address = f"{DESK}training/{open_class.pk}/"
    hers = place_of(open_class, city.representative)
    posts = (
        "enrol-by-rule/",
        "step/cancel/",
        "check-in-all/",
        f"places/{hers.pk}/check_in/",
        "certificates.pdf",
    )
    stranger, leader = browser(city.stranger), browser(city.leader)
    for post in posts:
        assert stranger.post(f"{address}{post}", {"reason": "x"}).status_code == 404
        assert leader.post(f"{address}{post}", {"reason": "x"}).status_code == 403
    assert "按规则列名单" not in leader.page(f"{address}change/")
    assert leader.get(f"{address}screen/").status_code == 403
    hers.refresh_from_db()
    assert hers.status == "invited"


def test_on_the_phone(city, browser, open_class, undefined_variables_show):
    phone = browser(city.representative)
    assert "党代表履职基础培训班" in phone.page("/")
    assert "要参加的" in phone.page("/trainings/")
    assert "按培训职责由寿光市培训" in phone.page(f"/trainings/{open_class.pk}/")
    address = f"/trainings/{open_class.pk}/check_in/"
    assert "屏幕上的 6 位数字" in phone.page(address)
    assert "请填写屏幕上的" in phone.post(address, {"code": ""}).content.decode()
    code = code_at(open_class.code_secret, timezone.now())
    wrong = phone.post(address, {"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.status_code == 400 and "口令不对" in wrong.content.decode()
    answer = phone.post(address, {"code": code_at(open_class.code_secret, timezone.now())})
    assert answer["Location"] == f"/trainings/{open_class.pk}/"
    assert place_of(open_class, city.representative).checked_in_by == "code"
    again = phone.post(address, {"code": code})
    assert again.status_code == 409 and "不用再签到" in again.content.decode()
    refused = phone.get(f"/trainings/{open_class.pk}/certificate.pdf")
    assert refused.status_code == 409
    assert browser(city.stranger_representative).get(f"/trainings/{open_class.pk}/").status_code == 404


def test_lists_ask_the_same_however_long(city, browser, rest, open_class, django_assert_max_num_queries):
    """With one more class, and with more people on one."""
    desk, phone = browser(city.organizer), browser(city.representative)
    with django_assert_max_num_queries(12):
        desk.page(f"{DESK}training/")
    with django_assert_max_num_queries(12):
        phone.page("/trainings/")
    for number in range(3):
        make_mandate(city.town, person=make_person(name=f"多一人{number}"))
        make_training(city.county, start=timezone.localdate() + timedelta(days=9 + number))
    desk.post(f"{DESK}training/{open_class.pk}/enrol-by-rule/")
    with django_assert_max_num_queries(12):
        desk.page(f"{DESK}training/")
    with django_assert_max_num_queries(12):
        assert len(rest(city.organizer).get("/api/v1/enrolments/").json()["results"]) == 5
    with django_assert_max_num_queries(12):
        rest(city.organizer).get("/api/v1/trainings/")


def test_over_rest(city, rest, today):
    organizer = rest(city.organizer)
    plan = organizer.post(
        "/api/v1/training-plans/",
        {"organization": city.county.pk, "year": today.year, "title": "计划"},
        format="json",
    ).json()
    body = {
        "organization": city.county.pk,
        "plan": plan["id"],
        "kind": "topic",
        "title": "现代农业专题班",
        "start_date": str(today),
        "end_date": str(today),
        "start_time": "09:00",
        "place": "寿光蔬菜基地",
        "teacher": "农技站",
        "hours": "8",
        "seats": 40,
        "audience": "conditions",
        "levels": ["town"],
    }
    wrong = organizer.post("/api/v1/trainings/", body | {"levels": []}, format="json")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["levels"])
    made = organizer.post("/api/v1/trainings/", body, format="json")
    assert made.status_code == 201, made.content
    address = f"/api/v1/trainings/{made.json()['id']}/"
    assert {"publish", "enrol_by_rule"} <= set(made.json()["allowed_verbs"])
    assert organizer.post(f"{address}enrol-by-rule/").json()["added"] == 2
    assert organizer.post(f"{address}publish/").status_code == 409
    plan_address = f"/api/v1/training-plans/{plan['id']}/"
    organizer.post(f"{plan_address}approve/", {"document_number": "寿组发〔2026〕8号"}, format="json")
    assert organizer.patch(plan_address, {"title": "x"}, format="json").status_code == 409
    assert organizer.post(f"{address}publish/").json()["status"] == "open"
    hers = rest(city.representative)
    (row,) = hers.get("/api/v1/enrolments/?mine=true").json()["results"]
    assert row["is_mine"] is True
    place = f"/api/v1/enrolments/{row['id']}/"
    assert hers.post(f"{place}confirm/").json()["status"] == "confirmed"
    assert hers.post(f"{place}check-in/").status_code == 403
    training = Training.objects.get()
    code = code_at(training.code_secret, timezone.now())
    told = hers.post(f"{place}check-in-by-code/", {"code": code}, format="json").json()
    assert (told["status"], told["hours"]) == ("attended", "8.0")
    assert organizer.post(f"{address}close/", {"summary": "好"}, format="json").json()["came"] == 1
    coverage = organizer.get("/api/v1/trainings/coverage/").json()
    assert (coverage["whole"]["trained"], coverage["whole"]["missing"]) == (1, 1)
    assert coverage["whole"]["attendances"] == 1
    missing = organizer.get("/api/v1/trainings/missing/").json()["results"]
    assert [one["person_name"] for one in missing] == ["王雯"]
    quota = organizer.get("/api/v1/trainings/quota/").json()
    assert (quota["whole"]["placed"], quota["whole"]["base"], quota["whole"]["is_met"]) == (0, 2, False)
    assert hers.get("/api/v1/trainings/coverage/").status_code == 403
    assert rest(city.stranger).get(address).status_code == 404
    assert organizer.get("/api/v1/trainings/coverage/?county=1").status_code == 400


def test_one_button_invites_whoever_is_missing(
    city, browser, open_class, today, django_capture_on_commit_callbacks
):
    desk = browser(city.organizer)
    desk.post(f"{DESK}training/{open_class.pk}/check-in-all/")
    hers = place_of(open_class, city.colleague)
    desk.post(f"{DESK}training/{open_class.pk}/places/{hers.pk}/undo_check_in/")
    desk.post(f"{DESK}training/{open_class.pk}/step/close/", {"summary": "一人缺席。"})
    later = make_training(city.county, start=today + timedelta(days=5), audience="hand", title="补训班")
    address = f"{DESK}training/coverage/"
    page = desk.page(f"{address}?measure=frontline")
    assert "通知未参训的 1 人" in page and "没有参训的 1 名" in page
    empty = desk.post(f"{address}invite/?measure=frontline", {})
    assert empty.status_code == 400
    answer = desk.post(f"{address}invite/?measure=frontline&year={today.year}", {"training": later.pk})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.get(kind="invite-missing")
    run_job(job.pk)
    assert "列入 1 人" in desk.page(f"{address}invitations/{job.pk}/")
    row = later.enrolments.get()
    assert (row.person.name, row.status, row.reason) == ("王雯", "invited", f"{today.year}年还没有参训")
    later.refresh_from_db()
    assert later.status == "open"
    assert "都已经排上了" in desk.page(address)
    assert browser(city.leader).post(f"{address}invite/", {"training": later.pk}).status_code == 403


def test_a_survey_from_question_to_class(city, browser, rest, today):
    from training.setup import load_courses

    load_courses()
    desk = browser(city.organizer)
    form = {
        "organization": city.county.pk,
        "year": today.year,
        "title": "想学什么",
        "due_date": today + timedelta(days=9),
    }
    desk.post(f"{DESK}needsurvey/add/", form)
    survey = NeedSurvey.objects.get()
    address = f"{DESK}needsurvey/{survey.pk}/"
    phone = browser(city.representative)
    assert phone.get(f"/needs/{survey.pk}/").status_code == 404
    desk.post(f"{address}step/open/")
    assert "想学什么" in phone.page("/")
    page = phone.page(f"/needs/{survey.pk}/")
    assert "现代农业与乡村产业" in page
    from training.models import Course

    farming = Course.objects.get(code="modern-farming")
    assert "至少选一门" in phone.post(f"/needs/{survey.pk}/", {"doing": "种大棚"}).content.decode()
    four = list(Course.objects.values_list("pk", flat=True)[:4])
    assert "最多选3门" in phone.post(f"/needs/{survey.pk}/", {"courses": four}).content.decode()
    assert (
        phone.post(f"/needs/{survey.pk}/", {"courses": [farming.pk], "lacking": "不懂土地政策"}).status_code
        == 302
    )
    assert survey.answers.count() == 1
    other = rest(city.colleague).post(
        f"/api/v1/need-surveys/{survey.pk}/answer/",
        {"courses": ["modern-farming"], "doing": "种西红柿"},
        format="json",
    )
    assert other.status_code == 200, other.content
    assert rest(city.stranger_representative).get(f"/api/v1/need-surveys/{survey.pk}/").status_code == 404
    page = desk.page(f"{address}change/")
    assert "2 人选了这门课" in page and "土地与村镇建设政策" in page
    first = rest(city.organizer).get(f"/api/v1/need-surveys/{survey.pk}/suggestions/").json()
    assert [(one["course"], one["people"]) for one in first] == [("modern-farming", 2), ("land-policy", 1)]
    desk.page(f"{address}offer/modern-farming/")
    answer = desk.post(f"{address}offer/modern-farming/", {"place": "蔬菜基地"})
    training = Training.objects.get()
    assert answer["Location"] == f"{DESK}training/{training.pk}/change/"
    assert (training.course, training.enrolments.count(), training.hours) == (farming, 2, 16)
    again = desk.post(f"{address}offer/modern-farming/", {"place": "蔬菜基地"})
    assert again.status_code == 409
    desk.post(f"{address}step/close/")
    assert phone.post(f"/needs/{survey.pk}/", {"courses": [farming.pk]}).status_code == 409


@pytest.mark.parametrize("name", ["coverage/", "quota/", "coverage/?year=2025&measure=first_year"])
def test_reports_are_for_the_office(city, browser, open_class, name):
    assert "县市区" in browser(city.leader).page(f"{DESK}training/{name}")
    assert browser(city.representative).get(f"{DESK}training/{name}").status_code == 302
    assert browser(city.handler).get(f"{DESK}training/{name}").status_code == 403
