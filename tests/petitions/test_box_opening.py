"""An anonymous slip in a box (R46): two open it, the slips are taken down, and one goes all the way to the archive."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from petitions.actions import perform
from petitions.actions.slips import correct_count, enter_slips, open_box
from petitions.models import BoxOpening, Petition
from studios.models import Keeper
from tests.access.routes import PNG
from tests.factories import MONDAY, acting, event_verbs, leaf_category, make_user

pytestmark = pytest.mark.django_db


def opened(city, **fields):
    data = {
        "studio": city.studio,
        "place": "便民服务大厅门口",
        "opened_at": MONDAY - timedelta(hours=1),
        "opener_one": "许磊",
        "opener_two": "孙敏",
        "slip_count": 3,
    } | fields
    return open_box(by=acting(city.keeper), at=MONDAY, **data)


def slip(key, content="村口公厕没人打扫", **fields):
    return {"key": key, "content": content, "kind": "opinion"} | fields


def enter(opening, city, *slips, by=None):
    return enter_slips(opening, list(slips), by=acting(by or city.keeper), at=MONDAY)


def test_an_anonymous_slip_in_a_box(city):
    opening = opened(city)
    first, second = enter(
        opening,
        city,
        slip("t-0"),
        slip("t-1", "河边缺护栏", kind="suggestion", category=leaf_category().pk, petitioner_name="高秀英"),
    )
    first.refresh_from_db()
    assert (first.anonymous, first.petitioner_name, first.status) == (True, "", "received")
    assert (first.box_opening, first.channel.code) == (opening, "box")
    assert (second.anonymous, second.status) == (False, "registered")
    for verb, data in (
        ("register", {"category": leaf_category()}),
        ("assign", {"organization": city.unit}),
        ("reply", {"content": "已安排保洁员每日打扫。", "outcome": "A"}),
        ("feedback", {"method": "public", "content": "张贴在意见箱旁。"}),
        ("archive", {}),
    ):
        perform(verb, first, by=acting(city.organizer), at=MONDAY, data=data)
    first.refresh_from_db()
    assert first.status == "archived"
    assert event_verbs(first) == ["receive", "register", "assign", "reply", "feedback", "archive"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"opener_two": "许 磊"}, "opener_two"),
        ({"opener_two": ""}, "opener_two"),
        ({"opened_at": MONDAY + timedelta(minutes=1)}, "opened_at"),
        ({"slip_count": -1}, "slip_count"),
        ({"place": " "}, "place"),
    ],
)
def test_an_opening_needs_two_and_a_past_time(city, fields, name):
    with pytest.raises(InvalidInput) as fault:
        opened(city, **fields)
    assert list(fault.value.errors) == [name]
    assert not BoxOpening.objects.exists()


def test_one_opening_is_recorded_once(city):
    opened(city)
    with pytest.raises(Conflict, match="已经记过"):
        opened(city)


def test_all_rows_or_none(city):
    opening = opened(city)
    with pytest.raises(InvalidInput) as fault:
        enter(
            opening,
            city,
            slip("t-0"),
            slip("t-1", "", kind="rumour"),
            slip("t-2", "第三件", petitioner_phone="一二三"),
        )
    assert set(fault.value.errors) == {"slips.1.content", "slips.1.kind", "slips.2.petitioner_phone"}
    assert not Petition.objects.exists()


def test_a_page_sent_twice_makes_its_matters_once(city):
    opening = opened(city)
    rows = [slip("t-0"), slip("t-1", "路边树枝挡灯")]
    assert len(enter(opening, city, *rows)) == 2
    assert enter(opening, city, *rows) == []
    assert Petition.objects.count() == 2
    with pytest.raises(Conflict, match="另起一行"):
        enter(opening, city, slip("t-0", "内容改过了"))


def test_the_same_slip_typed_again_is_caught(city):
    opening = opened(city)
    enter(opening, city, slip("t-0"))
    with pytest.raises(InvalidInput, match="已经录过"):
        enter(opening, city, slip("other-5", "村口公厕 没人打扫"))
    with pytest.raises(InvalidInput, match="和第 1 行一样"):
        enter(opening, city, slip("u-0", "新的一件"), slip("u-1", "新的一件"))


def test_no_more_slips_than_were_found(city):
    opening = opened(city, slip_count=1)
    with pytest.raises(InvalidInput, match="更正件数"):
        enter(opening, city, slip("t-0"), slip("t-1", "第二件"))
    assert not Petition.objects.exists()
    correct_count(opening, by=acting(city.keeper), at=MONDAY, slip_count=2, reason="两张粘在一起")
    assert len(enter(opening, city, slip("t-0"), slip("t-1", "第二件"))) == 2
    with pytest.raises(InvalidInput, match="不能比它少"):
        correct_count(opening, by=acting(city.keeper), at=MONDAY, slip_count=1, reason="数错")


def test_only_the_venue_enters(city):
    opening = opened(city)
    assert enter(opening, city, slip("t-9"), by=city.organizer)
    for user in (city.stranger, city.representative, city.handler, city.leader, city.client):
        with pytest.raises(NotAllowed):
            enter(opening, city, slip("t-0", "别的"), by=user)


def test_what_was_typed_stays_on_the_page(city, client):
    opening = opened(city)
    client.force_login(city.keeper, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/admin/petitions/boxopening/{opening.pk}/change/"
    page = client.get(address).content.decode()
    assert "还差 3 件" in page
    assert page.count('data-row="') == 3
    sent = {
        "token": "abc",
        "row-0-content": "路灯不亮",
        "row-0-kind": "opinion",
        "row-4-content": "没选类别的一件",
    }
    answer = client.post(address, sent)
    assert answer.status_code == 400
    words = answer.content.decode()
    assert "请选择类别" in words
    assert "路灯不亮" in words
    assert "没选类别的一件" in words
    assert not Petition.objects.exists()
    sent["row-4-kind"] = "request"
    assert client.post(address, sent).status_code == 302
    assert "还差 1 件" in client.get(address).content.decode()
    client.force_login(city.leader, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(address, sent).status_code == 403
    client.force_login(city.stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(address).status_code == 404


def test_the_form_knows_what_is_most_often_right(city, client):
    client.force_login(city.keeper)
    opened(city)
    page = client.get("/admin/petitions/boxopening/add/").content.decode()
    assert 'value="便民服务大厅门口"' in page
    assert "checked" in page.split("工作室（站）", 1)[1].split("</fieldset>")[0]
    assert f'value="{city.keeper.display_name}"' in page


def test_slips_taken_down_together_are_told_in_one_notice(city):
    other = make_user(Role.KEEPER, city.town, name="同室联络员")
    Keeper.objects.create(user=other, studio=city.studio, start_date=MONDAY.date())
    waiting = slip("t-0"), slip("t-1", "河边缺护栏")
    made = enter(opened(city), city, *waiting, slip("t-2", "路不平", category=leaf_category().pk))
    told = Notice.objects.get(user=other)
    assert told.title == "2 件新事项待登记"
    assert [line[:12] for line in told.body.split("\n")] == [petition.number[:12] for petition in made[:2]]
    assert not Notice.objects.filter(user=city.keeper).exists()
    enter(opened(city, place="村口", opener_two="高青"), city, slip("u-0", "井盖松动"))
    assert Notice.objects.filter(user=other, title__startswith="新事项待登记").count() == 1


def test_a_photo_may_come_later(city, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    opening = opened(city)
    client.force_login(city.keeper)
    address = f"/admin/petitions/boxopening/{opening.pk}/photo/"
    assert "请先选一个文件" in client.post(address, {}).content.decode()
    photo = SimpleUploadedFile("开箱.png", PNG)
    assert client.post(address, {"file": photo}, follow=True).status_code == 200
    page = client.get(f"/admin/petitions/boxopening/{opening.pk}/change/").content.decode()
    assert "开箱.png" in page
    client.force_login(city.leader)
    assert client.get(address).status_code == 403
