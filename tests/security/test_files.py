"""Files that want to be something else on the desk of whoever opens them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from records.attachments import attach_file, safe_name
from tests.factories import MONDAY, acting, make_petition, make_user

PLAIN, PDF = "text/plain", "application/pdf"


@pytest.mark.parametrize(
    ("sent", "mime", "kept"),
    [
        ("通知.txt", PLAIN, "通知.txt"),
        ("名单.CSV", PLAIN, "名单.CSV"),
        ("照片.jpeg", "image/jpeg", "照片.jpeg"),
        ("通知.bat", PLAIN, "通知.bat.txt"),
        ("通知.html", PLAIN, "通知.html.txt"),
        ("通知.pdf", PLAIN, "通知.pdf.txt"),
        ("通知\u202efdp.exe", PDF, "通知fdp.exe.pdf"),
        ("零\u200b宽.pdf", PDF, "零宽.pdf"),
        ("../../etc/passwd", PLAIN, "passwd.txt"),
        ("", PLAIN, "附件.txt"),
        ("长" * 300 + ".exe", PDF, "长" * 112 + ".exe.pdf"),
    ],
)
def test_a_file_is_called_what_it_is(sent, mime, kept):
    assert safe_name(sent, mime) == kept


def test_a_script_that_passes_as_words_is_given_out_as_words(city, at_desk):
    matter = make_petition(city)
    upload = SimpleUploadedFile("通知.hta", b"rem <script>alert(1)</script>")
    kept = attach_file(matter, upload, by=acting(city.organizer), at=MONDAY)
    answer = at_desk(city.organizer).get(f"/files/{kept.pk}/")
    assert answer.getvalue().startswith(b"rem")
    assert answer.headers["Content-Type"] == PLAIN
    assert answer.headers["Content-Disposition"].endswith(".hta.txt")
    assert at_desk(city.stranger).get(f"/files/{kept.pk}/").status_code == 404


@pytest.mark.parametrize(
    "content", [b"2027\x00", b'{"year": 2027, "days": [{"name": "a\\u0000", "date": "2027-01-01"}]}']
)
def test_a_notice_with_a_nul_is_no_text(content, city, at_desk):
    clerk = make_user(Role.ORGANIZER, city.root)
    sent = {"file": SimpleUploadedFile("n.json", content), "_enter": "1"}
    answer = at_desk(clerk).post("/admin/workdays/calendaryear/notice/", sent)
    assert answer.status_code == 400
    assert "文件不是文本" in answer.content.decode()
