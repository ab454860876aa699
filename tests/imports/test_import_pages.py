"""Upload → check → preview → confirm → result in the admin; who may, and what is told when it goes wrong."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from records.models import Event, Job
from records.models.jobs import JobState
from representatives.models import Mandate
from tests.factories import make_user
from tests.imports.books import roster, roster_row


@pytest.fixture
def organizer(city, client):
    return signed_in(client, city.organizer)


def signed_in(client, user):
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    client.force_login(user)
    return client


@pytest.fixture
def work(django_capture_on_commit_callbacks):
    """Send a request and let the worker do the job it starts (Celery runs eagerly in tests)."""

    def work(client, url, data=None):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(url, data or {})
        assert response.status_code == 302, response.content.decode()
        return response["Location"]

    return work


def upload(*rows, name="名册.xlsx", kind="roster"):
    return {"importer": kind, "file": SimpleUploadedFile(name, roster(*rows).getvalue())}


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def imported():
    return Mandate.objects.filter(certificate_number__startswith="WF").count()


def test_from_upload_to_result(organizer, work, city):
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1), roster_row(2, 性别="未知")))
    preview = page(organizer, check)
    assert "导入 1 行，跳过有问题的 1 行" in preview
    assert "第 5 行" in preview and "没有「未知」这种性别，只能填：男、女。" in preview
    assert imported() == 0
    assert "WF202200001 孟宝鹏" in page(organizer, f"{check}?tab=new")
    result = work(organizer, f"{check}confirm/")
    assert imported() == 1
    assert "新增 <b>1</b> 行" in page(organizer, result)
    event = Event.objects.about(Mandate.objects.get(certificate_number="WF202200001")).get()
    assert (event.actor, event.door, event.address) == (city.organizer, "admin", "127.0.0.1")


def test_changes_are_shown_old_and_new(organizer, work):
    work(organizer, work(organizer, reverse("imports:upload"), upload(roster_row(1))) + "confirm/")
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1, 行业领域="教育")))
    assert "行业领域：<del>新兴领域</del> → <ins>教育</ins>" in page(organizer, check)
    same = work(organizer, reverse("imports:upload"), upload(roster_row(1)))
    assert "没有需要导入的内容" in page(organizer, same)


def test_faulty_rows_can_be_fetched(organizer, work):
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1), roster_row(2, 性别="未知")))
    response = organizer.get(f"{check}faults/")
    rows = list(
        load_workbook(BytesIO(b"".join(response.streaming_content))).active.iter_rows(values_only=True)
    )
    assert rows[0][-1] == "问题"
    assert [row[1] for row in rows[1:]] == ["WF202200002"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in response["Content-Disposition"]


def test_without_faults_there_is_nothing_to_fetch(organizer, work):
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1)))
    assert organizer.get(f"{check}faults/").status_code == 404


def test_a_preview_that_time_has_passed_over_is_refused_and_made_again(organizer, work):
    work(organizer, work(organizer, reverse("imports:upload"), upload(roster_row(1))) + "confirm/")
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1, 行业领域="教育")))
    Mandate.objects.filter(certificate_number="WF202200001").update(field="医疗卫生")
    result = work(organizer, f"{check}confirm/")
    assert "预览之后数据有了变动，这次没有导入" in page(organizer, result)
    assert Mandate.objects.get(certificate_number="WF202200001").field == "医疗卫生"
    again = work(organizer, f"{check}again/")
    assert "<del>医疗卫生</del> → <ins>教育</ins>" in page(organizer, again)
    work(organizer, f"{again}confirm/")
    assert Mandate.objects.get(certificate_number="WF202200001").field == "教育"


def test_confirming_twice_imports_once(organizer, work):
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1)))
    assert work(organizer, f"{check}confirm/") == work(organizer, f"{check}confirm/")
    assert Job.objects.filter(kind="import-apply-roster").count() == 1


def test_a_check_that_is_not_done_cannot_be_confirmed(organizer, work):
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1)))
    Job.objects.update(state=JobState.RUNNING, result={})
    assert organizer.post(f"{check}confirm/").url == check
    assert "还没有核对完" in page(organizer, check)
    assert imported() == 0


def test_a_file_that_cannot_be_one_is_refused_at_its_field(organizer):
    data = {"importer": "roster", "file": SimpleUploadedFile("名册.xlsx", b"a,b,c")}
    response = organizer.post(reverse("imports:upload"), data)
    assert "这不是 Excel 工作簿" in response.content.decode()
    assert not Job.objects.exists()
    response = organizer.post(
        reverse("imports:upload"), {"importer": "roster", "file": SimpleUploadedFile("a.xlsx", b"")}
    )
    assert "这个文件是空的" in response.content.decode()
    response = organizer.post(reverse("imports:upload"), {})
    assert "请选择一个 Excel 文件" in response.content.decode()
    assert "请选择要导入哪一种表" in response.content.decode()


def test_a_file_refused_by_the_check_says_why(organizer, work):
    headers = ["序号", "代表证号", "姓名", "性别", "民族", "出生年月", "文化程度"]
    file = roster(["1"] * 7, headers=headers)
    data = {"importer": "roster", "file": SimpleUploadedFile("名册.xlsx", file.getvalue())}
    shown = page(organizer, work(organizer, reverse("imports:upload"), data))
    assert "表头缺少这些列" in shown and "「联系电话」" in shown


def test_progress_tells_htmx_when_it_is_over(organizer, work):
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1)))
    assert organizer.get(f"{check}progress/")["HX-Refresh"] == "true"
    Job.objects.update(state=JobState.RUNNING, done=30, total=100, message="正在核对第 99 行")
    response = organizer.get(f"{check}progress/")
    assert "HX-Refresh" not in response
    assert 'value="30"' in response.content.decode() and "正在核对第 99 行" in response.content.decode()
    assert "every 1s" in page(organizer, check)


def test_the_stored_name_is_not_the_users(organizer, work):
    work(organizer, reverse("imports:upload"), upload(roster_row(1), name="../../机密 名册.xlsx"))
    job = Job.objects.get()
    assert "名册" not in job.file.name and job.file.name.endswith(".xlsx")
    assert job.payload["name"] == "机密 名册.xlsx"
    assert "机密 名册.xlsx" in page(organizer, reverse("imports:list"))


PAGES = ["", "progress/", "faults/"]


def test_the_county_next_door_sees_nothing(organizer, work, city):
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1), roster_row(2, 性别="未知")))
    stranger = signed_in(organizer, city.stranger)
    assert [stranger.get(check + part).status_code for part in PAGES] == [404, 404, 404]
    assert [stranger.post(check + part).status_code for part in ("confirm/", "again/")] == [404, 404]
    assert "名册.xlsx" not in page(stranger, reverse("imports:list"))
    assert imported() == 0


def test_a_colleague_at_the_same_desk_may_confirm(organizer, work, city):
    check = work(organizer, reverse("imports:upload"), upload(roster_row(1)))
    colleague = signed_in(organizer, make_user(Role.ORGANIZER, city.county, name="同事"))
    work(colleague, f"{check}confirm/")
    assert imported() == 1


@pytest.mark.parametrize("role", ["keeper", "handler", "leader", "assessor", "auditor"])
def test_others_at_the_desk_are_told_no(city, client, role):
    signed_in(client, city.user(role))
    for name in ("imports:list", "imports:upload"):
        assert client.get(reverse(name)).status_code == 403


def test_nobody_is_sent_to_the_login(city, client):
    for name in ("imports:list", "imports:upload"):
        assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(organizer, work, jobs, django_assert_num_queries):
    for number in range(jobs):
        work(organizer, reverse("imports:upload"), upload(roster_row(number + 1)))
    page(organizer, reverse("imports:list"))
    # Session, account, posts, jobs, their organisations, the bell.
    with django_assert_num_queries(6):
        organizer.get(reverse("imports:list"))
