"""年度考评 on the phone: report, points, result, appeal; what is not hers is not there, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from evaluations.actions.appeals import lodge_appeal, perform_appeal
from evaluations.enums import AppealStatus, CycleStatus, EvaluationStatus, SubjectKind
from evaluations.models import Appeal, Cycle, Evaluation
from representatives.enums import DutyKind
from studios.models import Keeper
from tests.evaluations.present import REPORT, walk_year
from tests.evaluations.world import add_records, make_cycle, make_evaluation, make_scheme
from tests.factories import acting, make_mandate, make_user

pytestmark = pytest.mark.usefixtures("undefined_variables_show")
LONG = "我" * 3001


@pytest.fixture
def phone(city, browser):
    return browser(city.representative)


def address(city, tail=""):
    return f"/me/appraisal/{city.hers.pk}/{tail}"


def now_of(city):
    return Evaluation.objects.get(pk=city.hers.pk)


def test_she_writes_saves_hands_in_and_recalls(city, phone):
    walk_year(city, "reporting")
    home = phone.page("/")
    assert "写述职" in home and "还有 12 天" in home
    assert "写述职" in phone.page("/me/appraisal/")
    beside = phone.page(address(city, "report/"))
    assert "驻室接待" in beside and "履职档案" in beside
    kept = phone.post(address(city, "report/"), {"deed": "save", "report": "写了一半", "self_mark": ""})
    assert (kept.status_code, kept["Location"]) == (302, address(city, "report/"))
    row = now_of(city)
    assert (row.report, row.self_mark, row.status) == ("写了一半", None, "pending")
    assert "写了一半" in phone.page(address(city, "report/"))
    assert "接着写" in phone.page("/")
    missing = phone.post(address(city, "report/"), {"deed": "submit", "report": REPORT, "self_mark": ""})
    assert missing.status_code == 400
    assert REPORT in missing.content.decode() and "请填写自评分" in missing.content.decode()
    sent = phone.post(address(city, "report/"), {"deed": "submit", "report": REPORT, "self_mark": "90"})
    assert (sent.status_code, sent["Location"]) == (302, address(city))
    row = now_of(city)
    assert (row.status, row.report, row.self_mark) == (EvaluationStatus.REPORTED, REPORT, 90)
    assert "收回述职" in phone.page(address(city))
    assert "写述职" not in phone.page("/")
    phone.page(address(city, "report/"), status=409)
    recalled = phone.post(address(city, "recall/"))
    assert (recalled.status_code, recalled["Location"]) == (302, address(city, "report/"))
    assert now_of(city).status == EvaluationStatus.PENDING
    again = phone.post(address(city, "recall/"))
    assert again.status_code == 409
    assert REPORT in phone.page(address(city, "report/"))


def test_the_draft_is_kept_while_it_is_typed(city, phone):
    walk_year(city, "reporting")
    told = phone.post(
        address(city, "draft/"), {"report": "边写边存", "self_mark": "8"}, headers={"HX-Request": "true"}
    )
    assert told.status_code == 200 and "草稿已保存" in told.content.decode()
    assert (now_of(city).report, now_of(city).self_mark) == ("边写边存", 8)
    wrong = phone.post(address(city, "draft/"), {"report": LONG, "self_mark": "8"})
    assert wrong.status_code == 400
    assert "最多3000字" in wrong.content.decode() and "还在这一页" in wrong.content.decode()
    assert now_of(city).report == "边写边存"
    assert phone.get(address(city, "draft/")).status_code == 405


def test_what_she_typed_stands_there_again_after_every_refusal(city, phone):
    walk_year(city, "reporting")
    for deed in ("save", "submit"):
        wrong = phone.post(address(city, "report/"), {"deed": deed, "report": LONG, "self_mark": "101"})
        text = wrong.content.decode()
        assert wrong.status_code == 400 and LONG in text
        assert "最多3000字" in text and "须在0到100之间" in text
    Cycle.objects.filter(pk=city.cycle.pk).update(status=CycleStatus.ASSESSING)
    for deed in ("save", "submit"):
        late = phone.post(address(city, "report/"), {"deed": deed, "report": REPORT, "self_mark": "90"})
        assert late.status_code == 409 and REPORT in late.content.decode()
    row = now_of(city)
    assert (row.report, row.status) == ("", "pending")


def test_points_from_the_ledger_are_hers_to_see_and_lead_to_their_records(city, phone):
    walk_year(city, "assessing")
    page = phone.page(address(city))
    assert "每一分怎么来的" in page and "看这 2 条记录" in page
    assert "驻室接待满 2 次得 40 分" in page
    assert "结果公示后才告知" in page and "总分" not in page
    indicator = city.hers.scheme.indicators.get(code="reception")
    records = phone.page(address(city, f"{indicator.pk}/"))
    assert records.count("驻室接待</span>") == 2
    committee = city.hers.scheme.indicators.get(code="committee")
    assert phone.get(address(city, f"{committee.pk}/")).status_code == 404


SECRET = ("88.5", "95.55", "优秀", "测评的平均分", "建议")


@pytest.mark.parametrize("stage", ["reporting", "assessing", "sealed", "deciding", "decided"])
def test_means_total_and_grade_are_not_told_too_early(city, phone, stage):
    walk_year(city, stage)
    Evaluation.objects.filter(pk=city.hers.pk).update(decision_reason="贡献突出。")
    pages = [phone.page("/"), phone.page("/me/appraisal/"), phone.page(address(city))]
    for page in pages:
        without_lines = page.replace("优秀 90 分", "").replace("提建议", "")
        assert [word for word in (*SECRET, "贡献突出") if word in without_lines] == []


@pytest.mark.parametrize("stage", ["publicity", "appeals", "final"])
def test_once_told_everything_about_herself_is_there(city, phone, stage):
    walk_year(city, stage)
    page = phone.page(address(city))
    for words in ("优秀", "95.55", "88.5 分", "2 人测评的平均分", "系统建议", "各项合计"):
        assert words in page, words
    assert "钱考评" not in page and "吴考评" not in page
    assert "优秀" in phone.page("/me/appraisal/")
    assert ("评定为「优秀」" in phone.page("/")) is (stage != "final")


def test_she_objects_once_and_reads_the_answer(city, phone):
    walk_year(city, "publicity")
    assert "有不同意见，申诉" in phone.page(address(city))
    phone.page(address(city, "appeal/"))
    empty = phone.post(address(city, "appeal/"), {"content": " "})
    assert empty.status_code == 400 and "请填写申诉理由" in empty.content.decode()
    sent = phone.post(address(city, "appeal/"), {"content": "少算一次接待。"})
    assert (sent.status_code, sent["Location"]) == (302, address(city))
    appeal = Appeal.objects.get()
    assert "少算一次接待" in phone.page(address(city)) and "撤回申诉" in phone.page(address(city))
    phone.page(address(city, "appeal/"), status=409)
    twice = phone.post(address(city, "appeal/"), {"content": "再说一次。"})
    assert twice.status_code == 409 and "再说一次" in twice.content.decode()
    assert phone.post(address(city, f"appeal/{appeal.pk}/withdraw/")).status_code == 302
    assert phone.post(address(city, f"appeal/{appeal.pk}/withdraw/")).status_code == 409
    phone.post(address(city, "appeal/"), {"content": "还是少算了。"})
    second = Appeal.objects.open().get()
    answer = {"answer": "已核对签到表，没有少算。"}
    perform_appeal("dismiss", second, by=acting(city.organizer), at=timezone.now(), data=answer)
    page = phone.page(address(city))
    assert "已核对签到表" in page and str(AppealStatus.DISMISSED.label) in page
    assert "有不同意见，申诉" not in page


def test_after_the_last_day_nobody_objects(city, phone):
    walk_year(city, "appeals")
    Cycle.objects.filter(pk=city.cycle.pk).update(appeal_end_date=timezone.localdate() - timedelta(days=1))
    assert "有不同意见，申诉" not in phone.page(address(city))
    phone.page(address(city, "appeal/"), status=409)
    assert phone.post(address(city, "appeal/"), {"content": "晚了。"}).status_code == 409
    assert not Appeal.objects.exists()


def test_who_is_excused_is_told_why(city, phone):
    walk_year(city, "reporting")
    Evaluation.objects.filter(pk=city.hers.pk).update(
        status=EvaluationStatus.EXCUSED, excuse_reason="长期病休"
    )
    page = phone.page(address(city))
    assert "长期病休" in page and "每一分怎么来的" not in page
    assert "述职" not in phone.page("/")


TAILS = ("", "report/", "draft/", "recall/", "appeal/")


@pytest.mark.parametrize("name", ["colleague", "stranger_representative"])
def test_anothers_appraisal_is_not_there(city, browser, name):
    walk_year(city, "publicity")
    other = browser(getattr(city, name))
    indicator = city.hers.scheme.indicators.get(code="reception")
    appeal = lodge_appeal(
        city.hers, by=acting(city.representative), at=timezone.now(), data={"content": "少算了。"}
    )
    for tail in (*TAILS, f"{indicator.pk}/", f"appeal/{appeal.pk}/withdraw/"):
        assert other.get(address(city, tail)).status_code in (404, 405)
        assert other.post(address(city, tail), {"report": "改", "content": "改"}).status_code in (404, 405)
    assert now_of(city).report == REPORT
    appeal.refresh_from_db()
    assert appeal.status == AppealStatus.LODGED


@pytest.mark.parametrize(
    "name, words",
    [
        ("keeper", "工作台"),
        ("organizer", "党代表的页面"),
        ("leader", "党代表的页面"),
        ("assessor", "党代表的页面"),
    ],
)
def test_staff_are_shown_their_own_way(city, browser, name, words):
    walk_year(city, "reporting")
    for place in ("/me/appraisal/", address(city), address(city, "report/")):
        assert words in browser(getattr(city, name)).page(place, status=403)


def test_a_draft_cycle_is_nobodys_yet(city, phone):
    cycle = make_cycle(city, levels=["town"], status=CycleStatus.DRAFT)
    row = make_evaluation(cycle, city.mandate)
    assert phone.get(f"/me/appraisal/{row.pk}/").status_code == 404
    assert "还没有您参加的年度考评" in phone.page("/me/appraisal/")


def test_years_cost_no_queries(city, phone):
    walk_year(city, "final")

    def cost(place):
        with CaptureQueriesContext(connection) as queries:
            phone.page(place)
        return len(queries)

    one = cost("/me/appraisal/"), cost(address(city))
    for year in (2019, 2020):
        cycle = make_cycle(city, year=year, scheme=make_scheme(city, year=year), status=CycleStatus.FINAL)
        make_evaluation(cycle, city.mandate, status="final", decided_grade="competent", score=8_100)
    add_records(city.mandate, DutyKind.TRAINING, times=5, on=timezone.localdate())
    assert (cost("/me/appraisal/"), cost(address(city))) == one
    assert max(one) <= 12


# --- 公示 -----------------------------------------------------------------------------------------------------


def test_publicity_is_for_those_appraised_and_their_office_alone(city, browser):
    walk_year(city, "publicity")
    place = f"/me/appraisal/publicity/{city.cycle.pk}/"
    hers = browser(city.representative).page(place)
    assert "杨守伟" in hers and "王雯" in hers and "优秀" in hers
    assert "88.5" not in hers and "95.55" not in hers
    assert address(city, "appeal/") in hers
    assert place in browser(city.representative).page(address(city))
    assert "王雯" in browser(city.colleague).page(place)
    for name in ("organizer", "leader", "assessor"):
        assert "杨守伟" in browser(getattr(city, name)).page(place)
    newcomer = make_user(Role.REPRESENTATIVE, city.town, name="新代表")
    make_mandate(city.town, user=newcomer)
    for user in (city.stranger, city.stranger_representative, city.keeper, city.handler, newcomer):
        assert browser(user).get(place).status_code == 404
    from django.test import Client

    assert Client().get(place).status_code == 302


@pytest.mark.parametrize("stage", ["deciding", "decided", "appeals", "final"])
def test_there_is_no_publicity_before_or_after(city, browser, stage):
    walk_year(city, stage)
    place = f"/me/appraisal/publicity/{city.cycle.pk}/"
    assert browser(city.representative).get(place).status_code == 404
    assert browser(city.organizer).get(place).status_code == 404


def test_a_keeper_reads_the_publicity_of_venues(city, browser):
    cycle = make_cycle(city, kind=SubjectKind.STUDIO, status=CycleStatus.PUBLICITY)
    row = make_evaluation(cycle, city.studio, status="decided", decided_grade="competent")
    place = f"/me/appraisal/publicity/{cycle.pk}/"
    page = browser(city.keeper).page(place)
    assert city.studio.name in page and "良好" in page
    assert browser(city.representative).get(place).status_code == 404
    assert (
        Keeper.objects.filter(user=city.keeper).update(end_date=timezone.localdate() - timedelta(days=1)) == 1
    )
    assert browser(city.keeper).get(place).status_code == 404
    assert row.decided_label == "良好"
