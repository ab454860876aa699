"""A box and a chat from which a complaint about an office was taken are kept from that office as the complaint is: the
words, the count and the trail would each tell it. The office above goes on with them.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.errors import Conflict, NotAllowed
from petitions.actions import perform
from petitions.actions.slips import (
    correct_count,
    enter_from_chat,
    enter_slips,
    open_box,
    paste_chat,
    unmask_chat,
)
from petitions.models import BoxOpening, PastedChat, Petition
from records.attachments import attach_file, owner_for
from records.models import Event
from tests.access.routes import PNG
from tests.factories import MONDAY, acting, add_helper, leaf_category, make_user
from tests.security.test_masking_everywhere import words_of

pytestmark = pytest.mark.django_db
COMPLAINT = "镇里管项目的每回都要好处才盖章"
PLAIN = "村口路灯坏了三天了"
SPEAKER, PHONE = "闻人密报", "13712349876"
PLACE, GROUP = "二楼拐角的意见箱", "屯西村邻里群"
TEXT = f"{SPEAKER} 10:23\n{COMPLAINT}，可以打{PHONE}找我\n高秀英 10:30\n{PLAIN}\n"
SECRETS = (COMPLAINT, SPEAKER, PHONE, PLACE, GROUP)
KINDS = ["boxopening", "pastedchat"]
NOUNS = {"boxopening": "box-openings", "pastedchat": "pasted-chats"}
MODELS = {"boxopening": BoxOpening, "pastedchat": PastedChat}
VERBS = {
    "boxopening": {
        "enter": {"slips": [{"key": "z-0", "content": COMPLAINT, "kind": "clue"}]},
        "correct-count": {"slip_count": 1, "reason": "数错"},
    },
    "pastedchat": {
        "enter": {"slips": [{"key": "z-0", "content": COMPLAINT, "kind": "clue"}]},
        "unmask": {"reason": "看看是谁"},
    },
}


def box_of(city, place=PLACE):
    data = {
        "studio": city.studio,
        "place": place,
        "opener_one": "许磊",
        "opener_two": "孙敏",
        "slip_count": 3,
    }
    return open_box(by=acting(city.keeper), at=MONDAY, opened_at=MONDAY, **data)


def chat_of(city, group_name=GROUP):
    return paste_chat(by=acting(city.keeper), at=MONDAY, studio=city.studio, group_name=group_name, text=TEXT)


def make(kind, city, *, names=(), **fields):
    """Two matters come out of it, as told by the keeper; then the county finds that one is about an office."""
    rows = [{"key": f"a-{n}", "content": words, "kind": "clue"} for n, words in enumerate((COMPLAINT, PLAIN))]
    owner, enter = (
        (box_of(city, **fields), enter_slips)
        if kind == "boxopening"
        else (chat_of(city, **fields), enter_from_chat)
    )
    made = enter(owner, rows, by=acting(city.keeper), at=MONDAY)
    if names:
        data = {"category": leaf_category(), "accused": list(names)}
        perform("register", made[0], by=acting(city.organizer), at=MONDAY, data=data)
    return owner, made


def addresses(kind, owner):
    desk, noun = f"/admin/petitions/{kind}/{owner.pk}", f"/api/v1/{NOUNS[kind]}/{owner.pk}"
    own = {"boxopening": ["count", "photo"], "pastedchat": ["unmask"]}[kind]
    return [
        f"{desk}/change/",
        *(f"{desk}/{page}/" for page in own),
        f"{noun}/",
        f"{noun}/events/",
        f"{noun}/attachments/",
    ]


def lists(kind):
    return [
        f"/admin/petitions/{kind}/",
        f"/admin/petitions/{kind}/?q={PLACE if kind == 'boxopening' else GROUP}",
        f"/api/v1/{NOUNS[kind]}/",
        f"/api/v1/{NOUNS[kind]}/?search={PLACE if kind == 'boxopening' else GROUP}",
    ]


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def town_people(city):
    """Each in one post of the town; the keeper is she who wrote the slips down."""
    return [make_user(Role.ORGANIZER, city.town), make_user(Role.LEADER, city.town), city.keeper]


@pytest.mark.parametrize("kind", KINDS)
def test_the_office_finds_it_nowhere(city, kind):
    owner, made = make(kind, city, names=[city.town])
    for user in town_people(city):
        client = signed_in(user)
        for address in addresses(kind, owner):
            assert client.get(address).status_code == 404, (user, address)
        for address in lists(kind):
            answer = client.get(address)
            assert answer.status_code == 200
            found = answer.json()["results"] if "api" in address else list(answer.context["cl"].result_list)
            assert found == [], (user, address)
            # A search says again what was searched for.
            assert "?" in address or not [secret for secret in SECRETS if secret in words_of(answer)]
        assert not MODELS[kind].objects.visible_to(user).exists()
    # The other matter of it is plain, and stays with the venue.
    assert list(Petition.objects.visible_to(city.keeper)) == [made[1]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_office_can_do_nothing_with_it(city, kind):
    """Neither from the desk nor by REST: no refusal counts what was entered, or says that a guess is right."""
    owner, made = make(kind, city, names=[city.town])
    for user in (make_user(Role.ORGANIZER, city.town), city.keeper):
        client = signed_in(user)
        for verb, body in VERBS[kind].items():
            address = f"/api/v1/{NOUNS[kind]}/{owner.pk}/{verb}/"
            answer = client.post(address, body, content_type="application/json")
            assert answer.status_code == 404
            assert made[0].number not in words_of(answer) and "2 件" not in words_of(answer)
        page = f"/admin/petitions/{kind}/{owner.pk}/change/"
        row = {"token": "z", "row-0-pick": "on", "row-0-content": COMPLAINT, "row-0-kind": "clue"}
        assert client.post(page, row).status_code == 404
        own = {"boxopening": ["count", "photo"], "pastedchat": ["unmask"]}[kind]
        for step in own:
            address = f"/admin/petitions/{kind}/{owner.pk}/{step}/"
            assert client.post(address, {"slip_count": 1, "reason": "看看"}).status_code == 404
    assert owner.petitions.count() == 2
    assert set(Event.objects.about(owner).values_list("verb", flat=True)) <= {"open", "paste", "enter"}


def test_the_verbs_themselves_refuse_with_words_that_tell_nothing(city):
    """Whatever door calls them: as somebody is refused who never had the venue."""
    opening, _made = make("boxopening", city, names=[city.town])
    chat, _made = make("pastedchat", city, names=[city.town])
    row = [{"key": "z-0", "content": COMPLAINT, "kind": "clue"}]
    verbs = [
        lambda by: enter_slips(opening, row, by=by, at=MONDAY),
        lambda by: correct_count(opening, by=by, at=MONDAY, slip_count=1, reason="数错"),
        lambda by: enter_from_chat(chat, row, by=by, at=MONDAY),
        lambda by: unmask_chat(chat, by=by, at=MONDAY, reason="看看"),
    ]
    for verb in verbs:
        told = set()
        for user in (city.keeper, make_user(Role.ORGANIZER, city.town), city.stranger):
            with pytest.raises(NotAllowed) as refusal:
                verb(acting(user))
            told.add(refusal.value.message)
        assert len(told) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_its_trail_and_its_files_are_kept_back_too(city, kind, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    owner, made = make(kind, city, names=[city.town])
    file = attach_file(owner, SimpleUploadedFile("来信.png", PNG), by=acting(city.keeper), at=MONDAY)
    auditor = make_user(Role.AUDITOR, city.town)
    address = f"/api/v1/events/?subject_type=petitions.{kind}"
    for user in (auditor, make_user(Role.ORGANIZER, city.town)):
        answer = signed_in(user).get(address)
        assert answer.json()["results"] == [] and made[0].number not in words_of(answer)
        assert not Event.objects.visible_to(user).filter(subject_type=f"petitions.{kind}").exists()
        assert owner_for(file, user) is None
    assert made[0].number in words_of(signed_in(city.auditor).get(address))
    assert owner_for(file, city.organizer) == owner


@pytest.mark.parametrize("kind", KINDS)
def test_the_office_above_goes_on_with_it(city, kind):
    owner, made = make(kind, city, names=[city.town])
    for user in (city.organizer, city.leader):
        client = signed_in(user)
        assert client.get(f"/admin/petitions/{kind}/{owner.pk}/change/").status_code == 200
        told = client.get(f"/api/v1/{NOUNS[kind]}/{owner.pk}/").json()
        assert told["petitions"] == [petition.pk for petition in made]
        assert [row["id"] for row in client.get(lists(kind)[-1]).json()["results"]] == [owner.pk]
    by = acting(city.organizer)
    rest = [{"key": "b-0", "content": "第三件事：河边缺护栏", "kind": "opinion"}]
    if kind == "boxopening":
        correct_count(owner, by=by, at=MONDAY, slip_count=4, reason="夹层里还有一张")
        assert len(enter_slips(owner, rest, by=by, at=MONDAY)) == 1
        page = signed_in(city.organizer).get(f"/admin/petitions/boxopening/{owner.pk}/change/")
        assert "已录入 3 件" in words_of(page)
    else:
        assert len(enter_from_chat(owner, rest, by=by, at=MONDAY)) == 1
        assert unmask_chat(owner, by=by, at=MONDAY, reason="核对") == TEXT


@pytest.mark.parametrize("kind", KINDS)
def test_a_complaint_about_another_office_withholds_nothing_from_the_venue(city, kind):
    owner, made = make(kind, city, names=[city.unit, add_helper(city)])
    for user in town_people(city):
        assert MODELS[kind].objects.visible_to(user).get() == owner
    told = signed_in(city.keeper).get(f"/api/v1/{NOUNS[kind]}/{owner.pk}/").json()
    assert told["petitions"] == [petition.pk for petition in made]
    assert Event.objects.visible_to(make_user(Role.AUDITOR, city.town)).about(owner).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_boxes_and_chats_of_the_venue_stay(city, kind):
    make(kind, city, names=[city.town])
    other = {"place": "大厅门口的箱"} if kind == "boxopening" else {"group_name": "河东群"}
    plain, made = make(kind, city, **other)
    for user in town_people(city):
        assert MODELS[kind].objects.visible_to(user).get() == plain
    rows = signed_in(city.keeper).get(f"/api/v1/{NOUNS[kind]}/").json()["results"]
    assert [row["id"] for row in rows] == [plain.pk]
    page = signed_in(city.keeper).get(f"/admin/petitions/{kind}/{plain.pk}/change/")
    assert made[0].number in words_of(page)


def test_it_is_withheld_from_the_moment_the_office_is_named(city):
    chat, made = make("pastedchat", city)
    organizer, client = make_user(Role.ORGANIZER, city.town), Client()
    client.force_login(organizer)
    address = f"/api/v1/pasted-chats/{chat.pk}/"
    assert client.get(address).status_code == 200
    by = acting(city.organizer)
    perform("register", made[0], by=by, at=MONDAY, data={"category": leaf_category()})
    perform("name_accused", made[0], by=by, at=MONDAY, data={"accused": [city.town]})
    assert client.get(address).status_code == 404


def test_a_new_opening_neither_recalls_it_nor_sends_anybody_to_look_for_it(city):
    make("boxopening", city, names=[city.town])
    page = signed_in(city.keeper).get("/admin/petitions/boxopening/add/")
    assert PLACE not in words_of(page)
    plain = box_of(city, place="大厅门口的箱")
    told = set()
    for place in (PLACE, plain.place):
        with pytest.raises(Conflict) as refusal:
            box_of(city, place=place)
        told.add(refusal.value.message)
    assert len(told) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_lists_cost_the_same_however_many_are_withheld(city, kind):
    def cost(address):
        client = signed_in(make_user(Role.ORGANIZER, city.town))
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def another(turn, **fields):
        name = f"第{turn}个"
        return make(
            kind, city, **({"place": name} if kind == "boxopening" else {"group_name": name}), **fields
        )

    another(0)
    another(1, names=[city.town])
    asked = [f"/admin/petitions/{kind}/", f"/api/v1/{NOUNS[kind]}/", "/api/v1/events/"]
    few = [cost(address) for address in asked]
    for turn in range(2, 8):
        another(turn, names=[city.town] if turn % 2 else ())
    assert [cost(address) for address in asked] == few
