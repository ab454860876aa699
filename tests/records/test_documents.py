"""The document library: a new rule with its file replaces an old one; rules come from above."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.documents import supersede_document
from records.models import Attachment, Document
from tests.factories import MONDAY, acting, event_verbs

pytestmark = pytest.mark.django_db
ADD = "/admin/records/document/add/"


def make_document(organization, title="管理考核办法", start=date(2024, 1, 1), **fields):
    return Document.objects.create(
        kind="regulation", title=title, organization=organization, in_force_from=start, **fields
    )


def test_an_old_rule_ends_the_day_before_the_new_one(city):
    old, new = make_document(city.county), make_document(city.county, start=date(2026, 1, 1))
    supersede_document(old, successor=new, by=acting(city.organizer), at=MONDAY)
    assert (old.superseded_by, old.in_force_to) == (new, date(2025, 12, 31))
    assert list(Document.objects.in_force(on=date(2026, 1, 1))) == [new]
    assert event_verbs(old) == ["superseded"]
    with pytest.raises(Conflict):
        supersede_document(old, successor=new, by=acting(city.organizer), at=MONDAY)


def test_what_ended_earlier_does_not_live_on(city):
    old = make_document(city.county, in_force_to=date(2025, 6, 30))
    new = make_document(city.county, start=date(2026, 1, 1))
    supersede_document(old, successor=new, by=acting(city.organizer), at=MONDAY)
    assert old.in_force_to == date(2025, 6, 30)


def test_what_cannot_replace(city):
    old, new = make_document(city.county), make_document(city.county, start=date(2026, 1, 1))
    dateless = make_document(city.county, start=None)
    earlier = make_document(city.county, start=date(2023, 1, 1))
    for successor in (old, dateless, earlier):
        with pytest.raises(InvalidInput):
            supersede_document(old, successor=successor, by=acting(city.organizer), at=MONDAY)
    for user in (city.stranger, city.keeper, city.leader):
        with pytest.raises(NotAllowed):
            supersede_document(old, successor=new, by=acting(user), at=MONDAY)
    old.refresh_from_db()
    assert old.superseded_by is None


def test_rules_come_from_above_and_not_from_next_door(city):
    above, own, below, beside = map(
        make_document, (city.root, city.county, city.town, city.neighbour), "市县镇邻"
    )
    assert set(Document.objects.visible_to(city.organizer)) == {above, own, below}
    assert set(Document.objects.visible_to(city.keeper)) == {above, own, below}
    assert set(Document.objects.visible_to(city.stranger)) == {above, beside}


def fields(home, **more):
    return {
        "kind": "regulation",
        "title": "新办法",
        "document_number": "",
        "organization": home.pk,
        "in_force_from": "2026-01-01",
        "in_force_to": "",
        "summary": "",
        **more,
    }


@pytest.fixture
def desk(city, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(city.organizer)
    return client


def test_a_new_rule_at_the_desk_with_its_file(city, desk):
    old = make_document(city.county)
    upload = SimpleUploadedFile("办法.pdf", b"%PDF-1.7\n%")
    response = desk.post(ADD, fields(city.county, replaces=old.pk, upload=upload))
    assert response.status_code == 302
    new = Document.objects.get(title="新办法")
    old.refresh_from_db()
    assert (old.superseded_by, Attachment.objects.about(new).get().original_name) == (new, "办法.pdf")
    assert event_verbs(new) == ["created", "attached"]
    # Its readers find the file on the page; the neighbours find neither.
    link = reverse("records:attachment", args=[Attachment.objects.get().pk])
    page = reverse("admin:records_document_change", args=[new.pk])
    desk.force_login(city.keeper)
    assert link in desk.get(page).text
    assert b"".join(desk.get(link).streaming_content) == b"%PDF-1.7\n%"
    assert 'name="upload"' not in desk.get(page).text
    desk.force_login(city.stranger)
    assert (desk.get(page).status_code, desk.get(link).status_code) == (404, 404)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"upload": SimpleUploadedFile("x.pdf", b"MZ\x90\x00")}, "只能上传图片"),
        ({"in_force_from": "", "replaces": "old"}, "请填写新文件的施行日期"),
        ({"in_force_from": "2023-01-01", "replaces": "old"}, "须晚于旧文件的2024-01-01"),
        ({"replaces": "beside"}, "选择一个有效的选项"),
        ({"organization": "above"}, "选择一个有效的选项"),
    ],
)
def test_a_faulty_form_keeps_nothing(city, desk, more, sentence):
    known = {
        "old": make_document(city.county).pk,
        "beside": make_document(city.neighbour).pk,
        "above": city.root.pk,
    }
    sent = {
        name: known.get(value, value) if isinstance(value, str) else value for name, value in more.items()
    }
    assert sentence in desk.post(ADD, fields(city.county, **sent)).text
    assert not Document.objects.filter(title="新办法").exists()


@pytest.mark.logs_errors
def test_a_file_that_is_gone_is_not_a_crash(city, desk, tmp_path):
    desk.post(ADD, fields(city.county, upload=SimpleUploadedFile("办法.txt", "正文".encode())))
    kept = Attachment.objects.get()
    kept.file.storage.delete(kept.file.name)
    assert desk.get(reverse("records:attachment", args=[kept.pk])).status_code == 404
