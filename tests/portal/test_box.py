"""The public's door: sending a matter from a phone after scanning the venue's code."""

import re

import pytest

from petitions.models import Petition, TrackingCode
from records.models import Attachment, Event
from studios.models import Studio
from tests.factories import make_studio
from tests.portal.conftest import read
from tests.portal.public import SAID, box_of, code_in, hidden, photo, send

pytestmark = pytest.mark.django_db


def test_an_anonymous_slip_by_qr_code(client, city):
    """The story: scanned, written, sent, a code in hand; the keeper has it to register."""
    page = read(client.get(box_of(city)))
    assert "有什么事，跟代表说" in page
    assert city.studio.name in page
    assert "您的信息怎么用" in page
    sent = send(client, box_of(city), place="屯西村村口")
    text = read(sent)
    petition = Petition.objects.get()
    assert (petition.status, petition.channel.code, petition.kind) == ("received", "web", "opinion")
    assert (petition.content, petition.place, petition.anonymous) == (SAID, "屯西村村口", True)
    assert (petition.organization, petition.created_by, petition.mandate) == (city.town, None, None)
    assert petition.due_date is not None
    assert petition.number in text
    assert "请拍照或截屏保存" in text
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code_in(sent))
    assert city.keeper.notices.get().title == f"新事项待登记：{petition.title}"
    event = Event.objects.about(petition).get()
    assert (event.verb, event.door, event.actor, event.actor_label, event.address) == (
        "receive",
        "public",
        None,
        "群众",
        None,
    )


def test_name_phone_and_kind_are_kept_when_given(client, city):
    send(client, box_of(city), kind="request", petitioner_name="李女士", petitioner_phone="139 0000-2210")
    petition = Petition.objects.get()
    assert (petition.petitioner_name, petition.petitioner_phone) == ("李女士", "13900002210")
    assert (petition.kind, petition.anonymous) == ("request", False)


def test_photos_hang_on_the_matter(client, city):
    read(send(client, box_of(city), photos=[photo(), photo(format="PNG"), photo(format="WEBP")]))
    files = Attachment.objects.about(Petition.objects.get())
    assert [file.content_type for file in files] == ["image/jpeg"] * 3
    assert [file.original_name for file in files] == ["照片1.jpg", "照片2.jpg", "照片3.jpg"]
    assert [file.uploaded_by for file in files] == [None] * 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"content": " "}, "请填写什么事。"),
        ({"content": "字" * 10001}, "什么事最多10000字，现有10001字，请删减。"),
        ({"kind": ""}, "请选择这是一个。"),
        ({"kind": "clue"}, "这是一个只能从这些里选"),
        ({"petitioner_phone": "不方便"}, "联系电话应为5到20位数字"),
        ({"place": "村" * 101}, "在哪里最多100字"),
    ],
)
def test_a_fault_is_told_at_the_field_and_nothing_typed_is_lost(client, city, given, sentence):
    typed = {"place": "屯西村", "petitioner_name": "李女士"} | given
    page = read(send(client, box_of(city), **typed), status=400)
    assert sentence in page
    assert 'class="field is-wrong"' in page or "field is-wrong" in page
    assert 'value="李女士"' in page
    if "content" not in given:
        assert SAID in page
    assert Petition.objects.count() == 0


def test_ten_thousand_characters_are_welcome(client, city):
    read(send(client, box_of(city), content="路" * 10000))
    assert len(Petition.objects.get().content) == 10000


def test_photos_have_to_be_chosen_again(client, city):
    page = read(send(client, box_of(city), content="", photos=[photo()]), status=400)
    assert "照片没有留住，请重新选择" in page


def test_sent_twice_it_is_one_matter_with_one_code(client, city):
    token = hidden(client.get(box_of(city)).content.decode())["token"]
    first = send(client, box_of(city), token=token, photos=[photo()])
    second = send(client, box_of(city), token=token, photos=[photo()])
    assert code_in(first) == code_in(second)
    assert Petition.objects.count() == TrackingCode.objects.count() == Attachment.objects.count() == 1
    assert city.keeper.notices.count() == 1


def test_another_matter_in_the_same_form_is_not_swallowed(client, city):
    token = hidden(client.get(box_of(city)).content.decode())["token"]
    code = code_in(send(client, box_of(city), token=token))
    page = read(send(client, box_of(city), token=token, content="还有一件：水管漏水。"), status=400)
    assert f"先前写的那一件已经收到，查询码 {code}" in page
    fresh = hidden(page)["token"]
    assert fresh != token
    read(send(client, box_of(city), token=fresh, content="还有一件：水管漏水。"))
    assert Petition.objects.count() == 2


@pytest.mark.parametrize("token", ["", "made-up", "WyJhIl0:1uX:xyz"])
def test_a_form_that_is_not_ours_is_given_a_new_one(client, city, token):
    page = read(client.post(box_of(city), {"content": SAID, "kind": "opinion", "token": token}), status=400)
    assert "页面放得太久了" in page
    assert SAID in page
    read(send(client, box_of(city), token=hidden(page)["token"]))
    assert Petition.objects.count() == 1


def test_a_form_of_another_venue_does_not_fit(client, city):
    token = hidden(client.get(f"/box/{city.neighbour_studio.code}/").content.decode())["token"]
    read(send(client, box_of(city), token=token), status=400)
    assert Petition.objects.count() == 0


def test_no_such_venue_and_a_closed_one(client, city):
    assert "二维码认不出来" in read(client.get("/box/aaaaaaaaaa/"), status=404)
    parent = make_studio(city.town, name="街道总室")
    Studio.objects.filter(pk=city.studio.pk).update(is_active=False, parent=parent)
    page = read(client.get(box_of(city)), status=404)
    assert "已停用" in page
    assert f"/box/{parent.code}/" in page
    read(client.post(box_of(city), {"content": SAID}), status=404)
    assert Petition.objects.count() == 0


def test_the_door_without_a_code_lists_no_venue(client, city):
    page = read(client.get("/box/"))
    assert "扫门口海报上的二维码" in page
    assert city.studio.name not in page
    assert city.studio.code not in page


def test_the_pages_lead_to_each_other(client, city):
    assert 'href="/track/"' in read(client.get(box_of(city)))
    assert 'href="/track/"' in read(send(client, box_of(city)))
    assert 'href="/box/"' in read(client.get("/track/"))


def test_a_kiosk_keeps_no_draft(client, city):
    assert "data-draft=" in read(client.get(box_of(city)))
    page = read(client.get(f"{box_of(city)}?kiosk=1"))
    assert "data-draft=" not in page
    assert f'action="{box_of(city)}?kiosk=1"' in page
    refused = send(client, f"{box_of(city)}?kiosk=1", content="")
    assert "data-draft=" not in read(refused, status=400)


def test_with_htmx_only_the_part_comes_and_the_draft_is_let_go(client, city):
    token = hidden(client.get(box_of(city)).content.decode())["token"]
    body = {"content": SAID, "kind": "opinion", "token": token}
    part = client.post(box_of(city), body, headers={"HX-Request": "true"})
    assert "<html" not in read(part)
    assert part["HX-Trigger"] == "intake-saved"
    wrong = client.post(box_of(city), body | {"content": ""}, headers={"HX-Request": "true"})
    assert "HX-Trigger" not in wrong
    assert "<html" not in read(wrong, status=400)


def test_staff_who_scan_it_stay_the_public(client, city):
    client.force_login(city.organizer)
    send(client, box_of(city))
    assert Petition.objects.get().created_by is None
    assert Event.objects.about(Petition.objects.get()).get().actor is None


def test_how_few_queries_a_visit_takes(client, city, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get(box_of(city))
