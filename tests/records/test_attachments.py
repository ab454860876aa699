"""Files: known by their content, named at random, given to whoever may see their owner."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.errors import InvalidInput
from records.attachments import attach_file, sniff_type
from records.models import Attachment
from tests.factories import MONDAY, acting, event_verbs, make_petition

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def office(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 32, "image/jpeg"),
        (b"%PDF-1.7\n%", "application/pdf"),
        ("路灯坏了\n".encode(), "text/plain"),
        (
            office("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (office("xl/workbook.xml", "xl/vbaProject.bin"), None),
        (office("anything.txt"), None),
        (b"PK\x03\x04 torn", None),
        (b"<html><script>alert(1)</script>", None),
        (b"MZ\x90\x00" + b"\x00" * 64, None),
        (b"\x00\x01\x02", None),
        ("国".encode("gbk"), None),
    ],
)
def test_the_content_tells_the_type(content, mime):
    assert sniff_type(content) == mime


@pytest.fixture
def petition(city, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_petition(city)


def attach(petition, user, name="现场.png", content=PNG):
    return attach_file(petition, SimpleUploadedFile(name, content), by=acting(user), at=MONDAY)


@pytest.mark.django_db
def test_a_photo_is_kept_under_a_random_name(city, petition):
    attachment = attach(petition, city.keeper, name="../../etc/现场.exe")
    assert (attachment.original_name, attachment.content_type) == ("现场.exe.png", "image/png")
    assert attachment.file.name.endswith(".png")
    assert "现场" not in attachment.file.name
    assert event_verbs(petition) == ["receive", "attached"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "word"), [(b"", "空的"), (b"MZ\x90\x00\x03", "只能上传"), (b"x" * 2048, "太大")]
)
def test_what_is_refused_leaves_nothing(city, petition, settings, content, word, tmp_path):
    settings.ATTACHMENT_MAX_BYTES = 1024
    with pytest.raises(InvalidInput) as fault:
        attach(petition, city.keeper, content=content)
    assert word in fault.value.errors["file"][0]
    assert Attachment.objects.count() == 0
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.django_db
def test_if_the_row_fails_the_file_goes_too(city, petition, monkeypatch, tmp_path):
    monkeypatch.setattr("records.attachments.record_event", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        attach(petition, city.keeper)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.django_db
def test_whoever_sees_the_matter_may_have_its_files(city, petition, client):
    url = reverse("records:attachment", args=[attach(petition, city.keeper).pk])
    assert client.get(url).status_code == 302
    client.force_login(city.stranger)
    assert client.get(url).status_code == 404
    client.force_login(city.organizer)
    response = client.get(url)
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert event_verbs(petition)[-1] == "downloaded"
