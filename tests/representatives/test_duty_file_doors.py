"""The duty file through the desk, the phone and the REST door."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from records.models import Attachment, Job
from records.papers.rendering import pdf_problem
from representatives.models import DutyItem, DutyObjection, DutyRecord, DutyTick, Honour
from tests.factories import make_congress, make_mandate
from tests.training.conftest import browser, undefined_variables_show  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
DESK = "/admin/representatives/"
TODAY = timezone.localdate()
DAY = TODAY.isoformat()


def rest(user):
    api = APIClient()
    api.force_authenticate(user=User.objects.get(pk=user.pk))
    return api


@pytest.fixture
def item(city):
    return DutyItem.objects.create(organization=city.county, year=TODAY.year, text="调研", wanted=2)


@pytest.fixture
def minimum(city):
    return DutyItem.objects.create(
        organization=city.county, year=TODAY.year, text="驻室接待", kinds=["reception"], wanted=2, position=2
    )


def test_at_the_desk(city, browser, item, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path
    desk, mandate = browser(city.organizer), city.mandate
    person = f"{DESK}person/{mandate.person_id}/file/"
    assert "差 2 次" in desk.page(person)
    assert "登记荣誉" in desk.page(f"{DESK}honour/add/?mandate={mandate.pk}")
    form = {
        "mandate": mandate.pk,
        "title": "优秀党代表",
        "granted_by": "中共寿光市委",
        "level": "county",
        "granted_date": DAY,
        "document_number": "",
        "note": "",
    }
    wrong = desk.post(f"{DESK}honour/add/", form | {"granted_date": "2000-01-01"})
    assert wrong.status_code == 400 and "以前的荣誉不记入本届档案" in wrong.content.decode()
    answer = desk.post(f"{DESK}honour/add/", form)
    made = Honour.objects.get()
    assert answer["Location"] == f"{DESK}honour/{made.pk}/change/"
    paper = SimpleUploadedFile("证书.txt", "优秀党代表".encode())
    assert desk.post(f"{DESK}honour/{made.pk}/file/", {"file": paper}).status_code == 302
    told = desk.page(f"{DESK}honour/{made.pk}/change/")
    assert "证书.txt" in told and "撤销荣誉" in told
    assert "优秀党代表" in desk.page(person) and "证书.txt" in desk.page(f"{person}?year=term")
    assert "杨守伟" in desk.page(f"{DESK}honour/")
    assert desk.post(f"{DESK}honour/{made.pk}/cancel/", {"reason": ""}).status_code == 400
    assert desk.post(f"{DESK}honour/{made.pk}/cancel/", {"reason": "重了"}).status_code == 302
    assert "撤销了" in desk.page(f"{DESK}honour/{made.pk}/change/")
    assert "没达到的" in desk.page(f"{DESK}dutyitem/overview/")
    assert "复制到下一年" in desk.page(f"{DESK}dutyitem/")
    only_place = rf'name="organization" value="{city.county.pk}"[^>]* checked'
    assert re.search(only_place, desk.page(f"{DESK}dutyitem/copy/"))
    copied = desk.post(f"{DESK}dutyitem/copy/", {"organization": city.county.pk, "year": TODAY.year})
    assert copied.status_code == 302 and DutyItem.objects.filter(year=TODAY.year + 1).count() == 1
    again = desk.post(f"{DESK}dutyitem/copy/", {"organization": city.county.pk, "year": TODAY.year})
    assert again.status_code == 409 and "已有 1 项" in again.content.decode()


def test_the_list_is_set_at_the_desk(city, browser, item):  # noqa: F811
    desk = browser(city.organizer)
    assert "由哪些履职记录完成" in desk.page(f"{DESK}dutyitem/add/")
    form = {
        "organization": city.county.pk,
        "year": TODAY.year,
        "sheet": "duty",
        "level": "",
        "text": "驻室接待",
        "detail": "",
        "kinds": ["reception"],
        "measure": "lines",
        "wanted": "3",
        "unit": "次",
        "source": "本市办法",
        "position": "1",
        "is_active": "on",
    }
    wrong = desk.post(f"{DESK}dutyitem/add/", form | {"organization": city.root.pk})
    assert wrong.status_code == 200
    answer = desk.post(f"{DESK}dutyitem/add/", form)
    assert answer.status_code == 302
    assert DutyItem.objects.get(text="驻室接待").kinds == ["reception"]
    assert "驻室接待" in desk.page(f"{DESK}dutyitem/?year={TODAY.year}")
    assert browser(city.leader).get(f"{DESK}dutyitem/add/").status_code == 403


@pytest.mark.usefixtures("undefined_variables_show")
def test_evidence_on_the_phone(city, browser, item, minimum, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path
    phone, mandate = browser(city.representative), city.mandate
    told = phone.page("/me/file/")
    assert "还差 2 次调研" in told and "差 2 次" in told
    address = f"/me/file/items/{item.pk}/?mandate={mandate.pk}"
    assert "记一笔" in phone.page(address)
    wrong = phone.post(address, {"evidence": "", "on": DAY, "quantity": ""})
    assert wrong.status_code == 400 and "请填写做了什么" in wrong.content.decode()
    photo = SimpleUploadedFile("大棚.txt", "三个大棚".encode())
    phone.post(address, {"evidence": "看大棚", "on": DAY, "quantity": "2", "file": photo})
    tick = DutyTick.objects.get()
    assert (tick.quantity, Attachment.objects.about(tick).count()) == (2, 1)
    told = phone.page("/me/file/")
    assert "还差 2 次驻室接待" in told and "大棚.txt" in told
    refused = phone.post(f"/me/file/items/{minimum.pk}/?mandate={mandate.pk}", {"evidence": "x", "on": DAY})
    assert refused.status_code == 409 and "不用登记" in refused.content.decode()
    phone.post(f"/me/file/ticks/{tick.pk}/cancel/")
    assert not DutyTick.objects.standing().exists()


def test_an_objection_from_the_phone_to_the_answer(city, browser):  # noqa: F811
    phone, mandate = browser(city.representative), city.mandate
    assert "少记了一件" in phone.page(f"/me/file/objections/new/?mandate={mandate.pk}")
    address = f"/me/file/objections/new/?mandate={mandate.pk}"
    wrong = phone.post(address, {"duty_kind": "", "on": "", "text": "少了"})
    assert wrong.status_code == 400 and "请选择" in wrong.content.decode()
    phone.post(address, {"duty_kind": "reception", "on": DAY, "text": "上午接待了三位群众。"})
    objection = DutyObjection.objects.get()
    assert "上午接待了三位群众" in phone.page("/me/file/")

    desk = browser(city.organizer)
    assert "1 件待答复" in desk.page(f"{DESK}dutyobjection/")
    assert "同意更正" in desk.page(f"{DESK}dutyobjection/{objection.pk}/change/")
    step = f"{DESK}dutyobjection/{objection.pk}/step/accept/"
    desk.page(step)
    assert desk.post(step, {"answer": ""}).status_code == 400
    assert desk.post(step, {"answer": "已补登。"}).status_code == 302
    assert desk.post(step, {"answer": "再答"}).status_code == 409
    assert "没有待答复的异议" in desk.page(f"{DESK}dutyobjection/")
    assert "答复：已补登。" in phone.page("/me/file/")
    gone = phone.post(f"/me/file/objections/{objection.pk}/withdraw/")
    assert gone.status_code == 409


@pytest.mark.usefixtures("undefined_variables_show")
def test_each_term_has_its_own_file(city, browser):  # noqa: F811
    other = make_mandate(
        city.town, person=city.mandate.person, congress=make_congress(city.county, level="county")
    )
    DutyRecord.objects.create(
        mandate=other, kind="training", on=date(2022, 3, 1), source_type="x", source_id=1
    )
    phone = browser(city.representative)
    told = phone.page("/me/file/")
    assert "寿光市第16次代表大会" in told and "洛城街道第16次代表大会" in told
    assert "kind=training" in phone.page(f"/me/file/?mandate={other.pk}&year=2022")
    assert "kind=training" not in phone.page(f"/me/file/?mandate={city.mandate.pk}&year=2022")
    line = DutyRecord.objects.get()
    assert "这条不对" in phone.page(f"/me/file/objections/new/?mandate={other.pk}&record={line.pk}")
    strange = browser(city.colleague)
    for address in (
        f"/me/file/?mandate={other.pk}",
        f"/me/file/mandates/{other.pk}.pdf",
        f"/me/file/objections/new/?record={line.pk}",
    ):
        assert strange.get(address).status_code == 404


@pytest.mark.skipif(bool(pdf_problem()), reason="this machine cannot make a PDF")
def test_on_paper_at_every_door(city, browser):  # noqa: F811
    mandate = city.mandate
    for answer in (
        browser(city.representative).get(f"/me/file/mandates/{mandate.pk}.pdf?year=term"),
        browser(city.organizer).get(f"{DESK}person/{mandate.person_id}/file/{mandate.pk}.pdf"),
    ):
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    stranger = browser(city.stranger).get(f"{DESK}person/{mandate.person_id}/file/{mandate.pk}.pdf")
    assert stranger.status_code == 404
    colleague = rest(city.colleague).get(f"/api/v1/mandates/{mandate.pk}/duty-file.pdf/")
    assert colleague.status_code == 403


def test_over_rest(city, item, minimum):
    organizer, hers = rest(city.organizer), rest(city.representative)
    body = {
        "mandate": city.mandate.pk,
        "title": "优秀党代表",
        "granted_by": "中共寿光市委",
        "level": "county",
        "granted_date": DAY,
    }
    made = organizer.post("/api/v1/honours/", body, format="json")
    assert made.status_code == 201
    assert rest(city.leader).post("/api/v1/honours/", body, format="json").status_code == 403
    assert rest(city.stranger).get(f"/api/v1/honours/{made.json()['id']}/").status_code == 404
    tick = {"item": item.pk, "mandate": city.mandate.pk, "evidence": "看大棚", "on": DAY}
    ticked = hers.post("/api/v1/duty-ticks/", tick, format="json")
    assert (ticked.status_code, ticked.json()["quantity"]) == (201, 1)
    line = DutyRecord.objects.get(kind="honour")
    wrong = {"mandate": city.mandate.pk, "kind": "wrong", "record": line.pk, "text": "不是我的"}
    raised = hers.post("/api/v1/duty-objections/", wrong, format="json")
    assert (raised.status_code, raised.json()["allowed_verbs"]) == (201, ["withdraw"])
    assert organizer.post("/api/v1/duty-objections/", wrong, format="json").status_code == 403
    told = hers.get(f"/api/v1/mandates/{city.mandate.pk}/duty-file/?year={TODAY.year}").json()
    assert (told["next_step"], told["lines"], told["honours"]) == ("还差 1 次调研", 1, [made.json()["id"]])
    assert [(row["text"], row["done"], row["missing"]) for row in told["duty_list"]] == [
        ("调研", 1, 1),
        ("驻室接待", 0, 2),
    ]
    assert hers.get(f"/api/v1/mandates/{city.mandate.pk}/duty-file/?year=去年").status_code == 400
    refused = rest(city.colleague).get(f"/api/v1/mandates/{city.mandate.pk}/duty-file/")
    assert refused.status_code == 403
    address = f"/api/v1/duty-objections/{raised.json()['id']}"
    answered = organizer.post(f"{address}/refuse/", {"answer": "核对过文件。"}, format="json")
    assert (answered.status_code, answered.json()["status"]) == (200, "refused")
    assert organizer.post(f"{address}/accept/", {"answer": "改"}, format="json").status_code == 409
    found = organizer.get(f"/api/v1/duty-records/?kind=honour&year={TODAY.year}&standing=true").json()
    assert [row["id"] for row in found["results"]] == [line.pk]
    gone = organizer.post(f"/api/v1/honours/{made.json()['id']}/withdraw/", {"reason": "重了"}, format="json")
    assert gone.status_code == 200 and gone.json()["withdraw_reason"] == "重了"
    kept = organizer.patch(f"/api/v1/duty-items/{item.pk}/", {"wanted": 3}, format="json")
    assert (kept.status_code, kept.json()["wanted"]) == (200, 3)
    assert rest(city.stranger).patch(f"/api/v1/duty-items/{item.pk}/", {"wanted": 9}).status_code == 404


def test_archives_are_started_at_both_doors_and_kept_within_the_place(city, browser, monkeypatch):  # noqa: F811
    monkeypatch.setattr("records.jobs._send", lambda job_id: None)
    monkeypatch.setattr("representatives.papers.archive.pdf_problem", lambda: "")
    desk = browser(city.organizer)
    assert "开始打包" in desk.page(f"{DESK}dutyitem/archives/")
    answer = desk.post(f"{DESK}dutyitem/archives/", {"place": city.county.pk, "year": TODAY.year})
    job = Job.objects.get()
    assert answer["Location"] == f"{DESK}dutyitem/archives/{job.pk}/"
    assert "排队等候" in desk.page(answer["Location"])
    desk.page(f"{DESK}dutyitem/archives/{job.pk}/progress/")
    early = desk.get(f"{DESK}dutyitem/archives/{job.pk}/file/")
    assert early.status_code == 409
    assert browser(city.stranger).get(f"{DESK}dutyitem/archives/{job.pk}/").status_code == 404
    assert browser(city.leader).get(f"{DESK}dutyitem/archives/").status_code in (302, 403)
    body = {"organization": city.county.pk, "year": TODAY.year}
    started = rest(city.organizer).post("/api/v1/duty-records/archive/", body, format="json")
    assert (started.status_code, started.json()["kind"]) == (202, "archive-duty-files")
    assert rest(city.leader).post("/api/v1/duty-records/archive/", body, format="json").status_code == 403
    pk = started.json()["id"]
    assert rest(city.organizer).get(f"/api/v1/duty-records/archive/{pk}.zip/").status_code == 409
    assert rest(city.stranger).get(f"/api/v1/duty-records/archive/{pk}.zip/").status_code == 404


@pytest.mark.parametrize("register", ["honour", "dutytick", "dutyobjection", "dutyitem"])
def test_lists_ask_as_much_for_one_as_for_three(city, item, register):
    desk = Client()
    desk.force_login(city.organizer, backend="allauth.account.auth_backends.AuthenticationBackend")

    def add(number):
        mandate = make_mandate(city.town)
        at = timezone.now()
        if register == "honour":
            Honour.objects.create(
                mandate=mandate,
                title="先进",
                granted_by="市委",
                level="city",
                granted_date=TODAY,
                recorded_at=at,
            )
        elif register == "dutytick":
            DutyTick.objects.create(item=item, mandate=mandate, on=TODAY, evidence="看", recorded_at=at)
        elif register == "dutyobjection":
            DutyObjection.objects.create(
                mandate=mandate, kind="missing", duty_kind="training", on=TODAY, text="少", made_at=at
            )
        else:
            DutyItem.objects.create(organization=city.county, year=TODAY.year, text=f"事项{number}")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"{DESK}{register}/").status_code == 200
        return len(queries)

    add(1)
    asked()
    one = asked()
    add(2)
    add(3)
    assert asked() == one <= 12
