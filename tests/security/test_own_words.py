"""People begin with who they are: 「我叫……，电话……」. Their own words are masked as their name and phone are."""

import json

import pytest

from accounts.masking import scrub_person
from accounts.models import Notice
from petitions.actions import perform
from petitions.finding import search
from petitions.models import Petition, Supplement
from petitions.personal import correct_petition
from tests.admin.conftest import at_desk  # noqa: F401  (a fixture)
from tests.factories import MONDAY, acting, make_petition

pytestmark = pytest.mark.django_db
NAME, PHONE, CARD = "王秘密", "13855556666", "370783197001010011"
WORDS = f"我叫{NAME}，电话{PHONE}，身份证{CARD}。村口路灯不亮。"


@pytest.fixture
def petition(city):
    """Taken down without a title: it is the first sentence."""
    petition = make_petition(
        city, status="registered", title="", content=WORDS, petitioner_name=NAME, petitioner_phone=PHONE
    )
    perform("assign", petition, by=acting(city.organizer), at=MONDAY, data={"organization": city.unit.pk})
    Supplement.objects.create(
        petition=petition, content=f"还是我，{NAME}，另一个号码 13922223333。", added_at=MONDAY
    )
    return Petition.objects.get(pk=petition.pk)


def leaked(response):
    words = response.content.decode()
    if response.headers["Content-Type"].startswith("application/json"):
        words = json.dumps(json.loads(words), ensure_ascii=False)
    return [secret for secret in (NAME, PHONE, CARD, "13922223333") if secret in words]


def test_the_unit_reads_what_happened_and_not_who(city, petition, at_desk):  # noqa: F811
    unit = at_desk(city.handler)
    page = f"/admin/petitions/petition/{petition.pk}/change/"
    rest = f"/api/v1/petitions/{petition.pk}/"
    addresses = [
        page,
        "/admin/petitions/petition/",
        "/admin/",
        rest,
        "/api/v1/petitions/",
        f"{rest}supplements/",
    ]
    for address in addresses:
        answer = unit.get(address)
        assert answer.status_code == 200, address
        assert leaked(answer) == [], address
    assert "村口路灯不亮" in unit.get(page).content.decode()
    assert "我叫某某，电话（电话已隐去）" in unit.get(page).content.decode()


def test_her_notice_does_not_carry_it_out_of_the_house(city, petition):
    told = Notice.objects.filter(user=city.handler).values_list("title", "body")
    assert told
    assert not [line for line in told if NAME in str(line) or PHONE in str(line)]


def test_for_a_reason_they_are_shown_as_they_came(city, petition, at_desk):  # noqa: F811
    desk = at_desk(city.organizer)
    assert leaked(desk.get(f"/admin/petitions/petition/{petition.pk}/change/")) == []
    shown = desk.post(f"/admin/petitions/petition/{petition.pk}/unmask/", {"reason": "电话核实"})
    assert WORDS in shown.content.decode()
    assert "另一个号码 13922223333" in shown.content.decode()
    rest = desk.post(
        f"/api/v1/petitions/{petition.pk}/unmask/", {"reason": "电话核实"}, content_type="application/json"
    )
    assert rest.json()["content"] == WORDS


def test_the_representative_who_heard_it_reads_it_on_her_phone(city, petition, client):
    Petition.objects.filter(pk=petition.pk).update(mandate=city.mandate)
    client.force_login(city.representative)
    page = f"/matters/{petition.pk}/"
    assert leaked(client.get(page)) == []
    shown = client.post(f"{page}unmask/", {"reason": "电话告知结果"}).content.decode()
    assert WORDS in shown
    assert "另一个号码 13922223333" in shown


def test_numbers_alone_can_be_looked_at_too(city, at_desk):  # noqa: F811
    """Nobody left a name, but there is a number among the words."""
    nameless = make_petition(city, status="registered", content="骗子的电话是13700001111。", anonymous=True)
    desk = at_desk(city.organizer)
    page = desk.get(f"/admin/petitions/petition/{nameless.pk}/change/").content.decode()
    assert "13700001111" not in page
    assert f"/admin/petitions/petition/{nameless.pk}/unmask/" in page
    shown = desk.post(f"/admin/petitions/petition/{nameless.pk}/unmask/", {"reason": "核实骗子的电话"})
    assert "13700001111" in shown.content.decode()


def found(words):
    return search(Petition.objects.all(), words).exists()


@pytest.mark.parametrize("words", [NAME, "秘密", PHONE, "5555", CARD, "1970", "13922223333"])
def test_nobody_is_found_by_guessing(petition, words):
    assert found("村口路灯")
    assert not found(words)


def test_a_corrected_name_is_not_found_either(city, petition):
    """The index hears of it."""
    correct_petition(
        petition, name="李更正", phone=PHONE, by=acting(city.organizer), at=MONDAY, note="本人要求更正"
    )
    assert not found("更正")
    Petition.objects.filter(pk=petition.pk).update(content="我是李更正，路灯修好了。")
    assert not found("李更正")
    assert found("路灯修好了")


def test_a_name_of_one_sign_hides_no_words():
    assert scrub_person("王家村的王", name="王") == "王家村的王"
