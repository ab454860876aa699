"""Paper: what stands on it and in which order, who may have it, what is masked, and the trace it leaves."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import ImageFile

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions.actions import perform
from petitions.models import Accused, Petition
from petitions.papers.ledger import HEADERS, ledger_rows, start_export
from petitions.papers.making import make_paper, make_unmasked_paper
from petitions.papers.qr import draw_png, draw_svg_address
from petitions.papers.word_templates import make_templates
from records.attachments import attach_file
from records.jobs import run_job
from records.models import Event, Job
from records.papers import rendering
from tests.admin.conftest import at_desk  # noqa: F401  (a fixture)
from tests.api.conftest import Caller, json_requests  # noqa: F401  (fixtures)
from tests.factories import MONDAY, acting, event_verbs, make_petition, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # No engine changes what stands on paper.
PDF_PROBLEM = rendering.pdf_problem()
needs_pdf = pytest.mark.skipif(bool(PDF_PROBLEM), reason=PDF_PROBLEM or "PDF")
PHONE, NAME = "13900002210", "李桂兰"
FILES = [
    ("form", "docx"),
    ("letter", "docx"),
    *(pytest.param(code, "pdf", marks=needs_pdf) for code in ("form", "letter", "folder")),
]


def words_of(made):
    """All words of a file in their order, without spaces and line ends."""
    if made.filename.endswith(".pdf"):
        from pypdf import PdfReader

        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    else:
        text = docx_words(made.content)
    return re.sub(r"\s", "", text)


def docx_words(content):
    from docx import Document

    return "".join(node.text or "" for node in Document(io.BytesIO(content)).element.body.iter() if node.text)


def in_order(text, *words):
    """Each of the words comes after the one before it."""
    place = 0
    for word in words:
        found = text.find(word, place)
        assert found >= 0, f"{word} is missing after {text[max(0, place - 60) : place]}"
        place = found + len(word)


def make(petition, code, ending, user, **options):
    found = Petition.objects.visible_to(user).with_names().get(pk=petition.pk)
    how = make_unmasked_paper if "reason" in options else make_paper
    return how(found, code, ending, by=acting(user), at=MONDAY, **options)


@pytest.mark.parametrize(("code", "ending"), FILES)
def test_masked_as_it_is_kept(code, ending, city):
    petition = make_petition(city, status="archived", content=f"路灯坏了，请打{PHONE}找{NAME}。")
    made = make(petition, code, ending, city.keeper)
    text = words_of(made)
    assert PHONE not in text and NAME not in text
    assert "已更换三盏路灯，当晚恢复照明。" in text and petition.number in text
    event = Event.objects.about(petition).get(verb="printed")
    assert (event.actor, event.after["format"], event.note) == (city.keeper, ending, "")


@pytest.mark.parametrize("ending", ["docx", pytest.param("pdf", marks=needs_pdf)])
def test_the_form_says_everything_in_its_order(ending, city):
    petition = make_petition(city, status="archived")
    text = words_of(make(petition, "form", ending, city.organizer))
    in_order(
        text,
        "党员群众意见建议办理表",
        "反映人",
        "李*",
        "139****2210",
        "杨守伟",
        "村口三盏路灯半个月不亮",
        "屯西村村口三盏路灯坏了半个月",
        "登记人：孙组工",
        "主办：寿光市住房和城乡建设局",
        "已更换三盏路灯",
        "答复类别：A已解决",
        "电话告知：满意",
        "结果满意度5分",
        "档案号",
    )


@pytest.mark.parametrize("ending", ["docx", pytest.param("pdf", marks=needs_pdf)])
def test_the_letter_speaks_to_the_person_for_a_reason_only(ending, city):
    petition = make_petition(city, status="feedback")
    blank = words_of(make(petition, "letter", ending, city.keeper))
    in_order(
        blank,
        "洛城街道党代表工作室",
        "关于“村口三盏路灯半个月不亮”的答复函",
        "反映人：",
        "（手填）",
        "您反映的问题已经解决。",
    )
    told = make(petition, "letter", ending, city.keeper, reason="当面送达")
    in_order(
        words_of(told),
        "的答复函",
        f"{NAME}：",
        "寿光市住房和城乡建设局",
        "您反映的问题已经解决。",
        "2026年11月16日",
    )
    event = Event.objects.about(petition).get(verb="unmasked")
    assert event.note == "打印答复函：当面送达"


def test_no_letter_before_the_reply(city):
    petition = make_petition(city, status="handling")
    with pytest.raises(Conflict):
        make(petition, "letter", "docx", city.keeper)
    assert "printed" not in event_verbs(petition)


def test_no_letter_of_a_reply_that_was_rejected(city, client):
    """Answered, told, taken up again: until the unit has answered anew, no door prints the old answer."""
    petition = make_petition(city, status="told")
    assert make(petition, "letter", "docx", city.keeper).content
    organizer = acting(city.organizer)
    perform("reopen", petition, by=organizer, at=MONDAY, data={"reason": "又不亮了"})
    client.force_login(city.organizer)
    desk = f"/admin/petitions/petition/{petition.pk}/papers/"
    rest = f"/api/v1/petitions/{petition.pk}/papers/"
    sentence = "原来的答复不再作数"
    page = client.get(desk).content.decode()
    assert "form.docx" in page and "letter" not in page
    for ending in ("docx", "pdf"):
        refused = [
            client.get(f"{desk}letter.{ending}"),
            client.post(desk, {"paper": f"letter.{ending}", "reason": "当面送达"}),
            client.get(f"{rest}letter.{ending}/"),
            client.post(f"{rest}letter.{ending}/", {"reason": "当面送达"}, "application/json"),
        ]
        for answer in refused:
            assert answer.status_code == 409, answer
            assert sentence in answer.content.decode() or sentence in str(answer.json())
    # What is for the office itself goes on telling of both.
    assert "已更换三盏路灯" in words_of(make(petition, "form", "docx", city.keeper))
    perform("reply", petition, by=organizer, at=MONDAY, data={"content": "已换线缆。", "outcome": "A"})
    assert "letter.docx" in client.get(desk).content.decode()
    letter = words_of(make(petition, "letter", "docx", city.keeper))
    assert "已换线缆。" in letter and "已更换三盏路灯" not in letter


@needs_pdf
def test_a_row_of_the_form_stays_on_one_page(city):
    """A cell is never parted from its label, whatever stands above it; only a row longer than a page goes on."""
    from pypdf import PdfReader

    def pages_of(petition):
        made = make(petition, "form", "pdf", city.organizer)
        pages = PdfReader(io.BytesIO(made.content)).pages
        return [re.sub(r"\s", "", page.extract_text()) for page in pages]

    broken = 0
    for lines in range(8, 26, 3):
        petition = make_petition(city, status="told", content="\n".join(["路灯坏了半个月。"] * lines))
        pages = pages_of(petition)
        broken += len(pages) > 1
        for page in pages:
            assert ("反馈情况" in page) == ("告知人（签字）" in page) == ("电话告知：满意" in page), lines
            assert ("办理答复" in page) == ("承办单位（盖章）" in page) == ("已更换三盏路灯" in page), lines
    assert broken
    long = make_petition(city, status="told", content="\n".join(f"第{n}行。" for n in range(120)))
    pages = pages_of(long)
    assert sum("行。" in page for page in pages) > 1
    in_order("".join(pages), *(f"第{n}行。" for n in range(120)))


@needs_pdf
def test_the_folder_holds_all_that_happened(city):
    petition = make_petition(city, status="asked")
    perform("approve_extension", petition, by=acting(city.organizer), at=MONDAY, data={"work_days": 5})
    perform(
        "reply",
        petition,
        by=acting(city.organizer),
        at=MONDAY,
        data={"content": "灯已换好。", "outcome": "A"},
    )
    file = SimpleUploadedFile("现场.txt", "照片说明".encode())
    attachment = attach_file(petition, file, by=acting(city.keeper), at=MONDAY)
    text = words_of(make(petition, "folder", "pdf", city.organizer))
    in_order(text, "党员群众意见建议卷宗", "卷内目录", "一、反映的情况", "七、办理经过", "一、反映的情况")
    in_order(
        text[text.rindex("一、反映的情况") :],
        "李*",
        "二、交办与承办",
        "三、延期、停表与督办",
        "配件要从外地调运。",
        "四、办理答复",
        "灯已换好。",
        "五、反馈与评价",
        "六、附件目录",
        "现场.txt",
        attachment.sha256[:16],
        "七、办理经过",
        "孙组工",
    )
    assert "查看个人信息" not in text


@needs_pdf
@pytest.mark.parametrize("number", [0, 20])
def test_long_words_odd_signs_and_many_files(number, city):
    odd = "".join(map(chr, [0x2028, 0x2029, 0x200B, 0x7, 0xC])) + "<b>&{{ x }}{% y %}𠮷㊣😀"
    petition = make_petition(city, status="archived", content=odd + "长" * 9000 + "A" * 600)
    for one in range(number):
        file = SimpleUploadedFile(f"附件{one}.txt", f"内容{one}".encode())
        attach_file(petition, file, by=acting(city.organizer), at=MONDAY)
    for code, ending in [("form", "pdf"), ("form", "docx"), ("folder", "pdf")]:
        text = words_of(make(petition, code, ending, city.organizer))
        assert "<b>&{{x}}{%y%}" in text and text.count("长") >= 9000, (code, ending)
    assert ("附件目录" in text) == bool(number)


@needs_pdf
def test_setting_a_page_leaves_pillow_as_strict_as_before(city):
    """WeasyPrint makes Pillow take torn pictures for the whole process: the public's photos would come in half."""
    make(make_petition(city, status="archived"), "form", "pdf", city.organizer)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


@needs_pdf
def test_pages_are_numbered_and_fonts_embedded(city):
    from pypdf import PdfReader

    petition = make_petition(city, status="archived", content="长" * 9000)
    pages = PdfReader(io.BytesIO(make(petition, "folder", "pdf", city.organizer).content)).pages
    assert "— 1 —" not in pages[0].extract_text() + pages[1].extract_text()
    for number, page in enumerate(pages[2:], start=1):
        assert f"— {number} —" in page.extract_text()
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    kept = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert kept and all("/FontFile3" in one or "/FontFile2" in one for one in kept)


@needs_pdf
def test_queries_do_not_grow_with_the_file(city, django_assert_max_num_queries):
    from django.db import connection

    few = make_petition(city, status="archived")
    many = make_petition(city, status="archived")
    for _again in range(6):
        for verb, data in (
            ("reopen", {"reason": "又不亮了"}),
            ("reply", {"content": "又换了。", "outcome": "A"}),
            ("feedback", {"method": "phone", "rating": 4}),
            ("archive", {}),
        ):
            perform(verb, many, by=acting(city.organizer), at=MONDAY, data=data)
    counts = []
    for petition in (few, many):
        with CaptureQueriesContext(connection) as queries:
            make(petition, "folder", "pdf", city.organizer)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_may_print_names(city):
    petition = make_petition(city, status="feedback")
    for user in (city.leader, city.colleague):
        with pytest.raises(NotAllowed):
            make(petition, "letter", "docx", user, reason="看看")
    with pytest.raises(InvalidInput) as fault:
        make(petition, "letter", "docx", city.keeper, reason=" ")
    assert list(fault.value.errors) == ["reason"]
    assert "unmasked" not in event_verbs(petition)


def test_a_complaint_leaves_names_on_paper_by_organizers_alone(city):
    petition = make_petition(city, status="feedback")
    Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
    Accused.objects.create(petition=petition, organization=city.town)
    chief = city.organizer
    assert NAME in docx_words(make(petition, "form", "docx", chief, reason="移交").content)
    # The keeper belongs to the town complained about: the matter does not exist for her.
    assert not Petition.objects.visible_to(city.keeper).filter(pk=petition.pk).exists()
    with pytest.raises(NotAllowed):
        make(petition, "form", "docx", city.handler, reason="移交")


@pytest.mark.parametrize("who", ["stranger", "keeper"])
def test_outsiders_and_the_accused_get_nothing_through_any_door(who, city, at_desk):  # noqa: F811
    petition = make_petition(city, status="feedback")
    Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
    Accused.objects.create(petition=petition, organization=city.town)
    user = city.user(who)
    desk = at_desk(user)
    page = reverse("admin:petitions_petition_papers", args=[petition.pk])
    file = reverse("admin:petitions_petition_paper", args=[petition.pk, "form", "docx"])
    assert [desk.get(page).status_code, desk.post(page, {}).status_code, desk.get(file).status_code] == [
        404
    ] * 3
    assert Caller(user).client.get(f"/api/v1/petitions/{petition.pk}/papers/form.docx/").status_code == 404
    assert list(ledger_rows([petition.pk], user)) == []


def test_at_the_desk(city, at_desk):  # noqa: F811
    petition = make_petition(city, status="feedback")
    client = at_desk(city.keeper)
    html = client.get(reverse("admin:petitions_petition_change", args=[petition.pk])).content.decode()
    assert f"/{petition.pk}/papers/form.docx" in html and "带姓名和电话打印" in html
    answer = client.get(reverse("admin:petitions_petition_paper", args=[petition.pk, "form", "docx"]))
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert "filename*=utf-8''%E5%8A%9E%E7%90%86%E8%A1%A8" in answer["Content-Disposition"]
    page = reverse("admin:petitions_petition_papers", args=[petition.pk])
    assert client.get(page).status_code == 200
    refused = client.post(page, {"paper": "letter.docx", "reason": ""})
    assert refused.status_code == 400 and "请填写查看原因。" in refused.content.decode()
    assert client.post(page, {"paper": "x.exe", "reason": "送达"}).status_code == 400
    printed = client.post(page, {"paper": "letter.docx", "reason": "送达"})
    assert NAME in docx_words(printed.content)
    assert at_desk(city.leader).get(page).status_code == 403
    assert client.get(f"/admin/petitions/petition/{petition.pk}/papers/folder.docx").status_code == 404


def test_over_rest(city):
    petition = make_petition(city, status="handling")
    caller = Caller(city.client)
    answer = caller.client.get(f"/api/v1/petitions/{petition.pk}/papers/form.docx/")
    assert answer.status_code == 200 and PHONE not in docx_words(answer.content)
    assert caller.get(f"petitions/{petition.pk}/papers/letter.docx/").status_code == 409
    assert caller.client.get(f"/api/v1/petitions/{petition.pk}/papers/folder.docx/").status_code == 404


def test_with_names_over_rest_for_a_reason_only(city):
    petition = make_petition(city, status="feedback")
    path = f"petitions/{petition.pk}/papers/letter.docx/"
    organizer = Caller(city.organizer)
    assert organizer.post(path, {}).told["errors"] == {"reason": ["请填写查看原因。"]}
    assert Caller(city.leader).post(path, {"reason": "看看"}).status_code == 403
    assert Caller(city.stranger).post(path, {"reason": "看看"}).status_code == 404
    assert "unmasked" not in event_verbs(petition)
    answer = organizer.client.post(f"/api/v1/{path}", {"reason": "寄给本人"}, format="json")
    assert answer.status_code == 200 and NAME in docx_words(answer.content)
    event = Event.objects.about(petition).get(verb="unmasked")
    assert (event.note, event.door) == ("打印答复函：寄给本人", "api")


@pytest.mark.logs_errors
def test_without_pango_word_still_works_and_pdf_says_why(city, at_desk, monkeypatch):  # noqa: F811
    def refuse():
        raise rendering.PdfUnavailable(rendering.NO_PANGO)

    monkeypatch.setattr(rendering, "_load", refuse)
    petition = make_petition(city, status="handling")
    client = at_desk(city.keeper)
    answer = client.get(reverse("admin:petitions_petition_paper", args=[petition.pk, "form", "pdf"]))
    assert answer.status_code == 503 and "请改下 Word 版" in answer.content.decode()
    assert "printed" not in event_verbs(petition)
    assert make(petition, "form", "docx", city.keeper).content[:2] == b"PK"


def sheet_of(content):
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_the_ledger_of_the_present_filters(city, at_desk):  # noqa: F811
    make_petition(city, title="=HYPERLINK(1)", content=f"打{PHONE}找{NAME}")
    make_petition(city, status="archived")
    client = at_desk(city.organizer)
    address = reverse("admin:petitions_petition_export")
    assert (
        f"{address}?tab=received"
        in client.get(reverse("admin:petitions_petition_changelist") + "?tab=received").content.decode()
    )
    answer = client.post(address + "?tab=received", {})
    rows = sheet_of(b"".join(answer.streaming_content))
    assert rows[0] == HEADERS and len(rows) == 2
    told = dict(zip(HEADERS, rows[1], strict=True))
    assert (told["反映人"], told["联系电话"], told["标题"]) == ("李*", "139****2210", "=HYPERLINK(1)")
    assert PHONE not in told["内容"] and NAME not in told["内容"]
    event = Event.objects.get(verb="exported")
    assert (event.after["rows"], event.organization) == (1, city.county)


def test_a_ledger_with_names_wants_a_reason(city, at_desk):  # noqa: F811
    make_petition(city)
    client, address = at_desk(city.organizer), reverse("admin:petitions_petition_export")
    assert client.post(address, {"unmask": "on", "reason": ""}).status_code == 400
    assert not Event.objects.filter(verb="exported").exists()
    answer = client.post(address, {"unmask": "on", "reason": "年度核对"})
    told = dict(zip(HEADERS, sheet_of(b"".join(answer.streaming_content))[1], strict=True))
    assert (told["反映人"], told["联系电话"]) == (NAME, PHONE)
    assert Event.objects.get(verb="exported").note == "年度核对"
    leader = at_desk(city.leader)
    assert 'name="unmask"' not in leader.get(address).content.decode()
    masked = sheet_of(b"".join(leader.post(address, {"unmask": "on", "reason": "看看"}).streaming_content))
    assert PHONE not in str(masked) and len(masked) == 2
    with pytest.raises(NotAllowed):
        start_export([1], by=acting(city.leader), at=MONDAY, unmask=True, reason="看看")


def test_names_of_complaints_only_for_organizers(city):
    petition = make_petition(city)
    Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
    Accused.objects.create(petition=petition, organization=city.unit)
    shown = [next(ledger_rows([petition.pk], user, unmask=True))[6] for user in (city.organizer, city.keeper)]
    assert shown == [NAME, "李*"]


def test_a_long_ledger_is_a_job_with_progress(city, at_desk, monkeypatch, django_capture_on_commit_callbacks):  # noqa: F811
    monkeypatch.setattr("petitions.admin.papers.AT_ONCE", 2)
    monkeypatch.setattr("petitions.papers.ledger.CHUNK", 2)
    seen = [make_petition(city).pk for _one in range(5)]
    client = at_desk(city.organizer)
    with django_capture_on_commit_callbacks(execute=False):
        answer = client.post(reverse("admin:petitions_petition_export"), {})
    job = Job.objects.get(kind="export-ledger")
    assert answer.url == reverse("admin:petitions_petition_exported", args=[job.pk])
    assert "正在导出台账" in client.get(answer.url).content.decode()
    file = reverse("admin:petitions_petition_ledger", args=[job.pk])
    assert client.get(file).status_code == 302
    job = run_job(job.pk)
    assert (job.state, job.done, job.total, job.result) == ("done", 5, 5, {"rows": 5})
    rows = sheet_of(b"".join(client.get(file).streaming_content))
    assert [row[0] for row in rows[1:]] == [1, 2, 3, 4, 5]
    assert {row[1] for row in rows[1:]} == set(
        Petition.objects.filter(pk__in=seen).values_list("number", flat=True)
    )
    assert "下载台账" in client.get(answer.url).content.decode()
    # Another organizer of the same county sees the job, not the file.
    assert at_desk(make_user(Role.ORGANIZER, city.county)).get(file).status_code == 404


def test_the_ledger_over_rest(city):
    make_petition(city)
    make_petition(city, status="archived")
    caller = Caller(city.organizer)
    answer = caller.post("petitions/export/?status=archived", {})
    assert answer.status_code == 202, answer.told
    run_job(answer.told["id"])
    assert caller.get("jobs/" + str(answer.told["id"]) + "/").told["state"] == "done"
    book = caller.client.get(f"/api/v1/petitions/export/{answer.told['id']}.xlsx/")
    rows = sheet_of(b"".join(book.streaming_content))
    assert len(rows) == 2 and PHONE not in str(rows)
    stranger = Caller(city.stranger).client
    assert stranger.get(f"/api/v1/petitions/export/{answer.told['id']}.xlsx/").status_code == 404
    assert Caller(city.assessor).post("petitions/export/", {}).status_code == 403
    assert caller.post("petitions/export/", {"unmask": True}).status_code == 400


def test_two_queries_for_a_chunk(city, django_assert_num_queries):
    ids = [make_petition(city).pk for _one in range(3)]
    list(ledger_rows(ids, city.organizer))
    with django_assert_num_queries(1):
        assert len(list(ledger_rows(ids, city.organizer))) == 3


def test_templates_are_what_the_script_makes(tmp_path):
    from petitions.papers.word import TEMPLATES

    make_templates(tmp_path)
    for file in TEMPLATES.glob("*.docx"):
        assert docx_words(file.read_bytes()) == docx_words((tmp_path / file.name).read_bytes())


def test_a_code_is_a_picture_that_needs_no_net():
    assert draw_svg_address("https://example.org/box/abc/").startswith("data:image/svg+xml")
    assert draw_png("https://example.org/box/abc/")[:4] == b"\x89PNG"
