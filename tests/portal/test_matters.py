import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from petitions.actions import perform
from petitions.models import Petition
from records.models import Event
from tests.factories import acting, event_verbs, make_petition
from tests.portal.conftest import read

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.now() - timedelta(days=days)


def titles(response):
    return [row.petition.title for row in response.context["rows"]]


# --- the list ------------------------------------------------------------------------------------


def test_each_tab_holds_its_matters_and_says_how_many(phone, city):
    make_petition(city, status="feedback", at=ago(1), title="等告知")
    make_petition(city, status="handling", at=ago(100), title="逾期的")
    make_petition(city, status="told", at=ago(2), title="已告知")
    make_petition(city, status="archived", at=ago(9), title="归档的")
    make_petition(city, status="withdrawn", at=ago(9), title="撤回的")
    expected = {
        "todo": ["等告知"],
        "overdue": ["逾期的"],
        "open": ["等告知", "已告知", "逾期的"],
        "closed": ["撤回的", "归档的"],
        "all": ["等告知", "已告知", "撤回的", "归档的", "逾期的"],
    }
    for tab, names in expected.items():
        response = phone.get("/matters/", {"tab": tab})
        read(response)
        assert titles(response) == names
        assert {t.code: n for t, n in response.context["tabs"]}[tab] == len(names)


def test_without_a_tab_she_sees_what_waits_for_her(phone, city):
    make_petition(city, status="handling", at=ago(1), title="在办")
    assert titles(phone.get("/matters/")) == ["在办"]
    make_petition(city, status="feedback", at=ago(1), title="等告知")
    assert titles(phone.get("/matters/")) == ["等告知"]


def test_her_own_and_her_groups_but_never_the_neighbours(phone, city):
    colleague = city.colleague.person.mandates.get()
    stranger = city.stranger_representative.person.mandates.get()
    make_petition(city, title="我的", at=ago(3))
    make_petition(city, title="同组的", mandate=colleague, at=ago(2))
    theirs = make_petition(
        city, by=city.stranger, studio=city.neighbour_studio, mandate=stranger, title="邻县的", at=ago(1)
    )
    assert titles(phone.get("/matters/", {"tab": "all"})) == ["我的"]
    assert titles(phone.get("/matters/", {"tab": "all", "whose": "group"})) == ["同组的", "我的"]
    assert phone.get(f"/matters/{theirs.pk}/").status_code == 404


def test_the_row_says_whose_turn_it_is(phone, city):
    colleague = city.colleague.person.mandates.get()
    for mandate in (city.mandate, colleague, None):
        make_petition(city, status="feedback", at=ago(1), mandate=mandate)
    rows = phone.get("/matters/", {"tab": "todo", "whose": "group"}).context["rows"]
    assert [row.where for row in rows] == ["已答复，等您告知群众", "已答复，等王雯代表告知群众"]


def test_search_reads_number_title_and_content_but_not_the_person(phone, city):
    petition = make_petition(city, title="路灯不亮", content="村口三盏", petitioner_name="李桂兰")
    make_petition(city, title="公交太少", content="末班车早")
    for words in (petition.number, "路灯", "三盏", "路灯 三盏"):
        assert titles(phone.get("/matters/", {"q": words})) == ["路灯不亮"]
    for words in ("李桂兰", "13900002210", "路灯 末班车", "\x00"):
        assert titles(phone.get("/matters/", {"q": words, "tab": "all"})) != ["路灯不亮"]
    assert "没有找到" in read(phone.get("/matters/", {"q": "没有的词"}))


def test_pages_hold_twenty_and_a_page_too_far_is_the_last(phone, city):
    for number in range(21):
        make_petition(city, title=f"第{number}件", at=ago(1))
    first, second = (phone.get("/matters/", {"tab": "all", "page": n}) for n in (1, 2))
    assert (len(titles(first)), len(titles(second))) == (20, 1)
    assert titles(phone.get("/matters/", {"tab": "all", "page": 99})) == titles(second)
    assert "第 1 / 2 页" in read(first)


def test_htmx_gets_the_same_part_without_the_frame(phone, city):
    make_petition(city, title="路灯不亮")
    whole = read(phone.get("/matters/", {"tab": "all"}))
    part = read(phone.get("/matters/", {"tab": "all"}, headers={"HX-Request": "true"}))
    assert part.strip() in whole
    assert "<html" not in part


@pytest.mark.parametrize("whose", ["mine", "group"])
def test_list_queries_do_not_grow(phone, city, whose, django_assert_num_queries):
    for rounds in (1, 3):
        for _round in range(rounds):
            make_petition(city, status="handling", at=ago(1))
        phone.get("/matters/")
        with django_assert_num_queries(LIST_QUERIES):
            phone.get("/matters/", {"tab": "all", "whose": whose})


LIST_QUERIES = 7
"""Session, user, scope, tab counts, which rows, the rows, unread notices."""


# --- one matter ------------------------------------------------------------------------------------


def test_the_page_tells_stage_date_reply_and_time_line(phone, city):
    petition = make_petition(city, status="feedback", at=ago(1))
    response = phone.get(f"/matters/{petition.pk}/")
    text = read(response)
    assert [stage.state for stage in response.context["stages"]] == ["done", "done", "done", "now", "later"]
    assert petition.number in text
    assert "A 已解决" in text
    assert "已更换三盏路灯，当晚恢复照明。" in text
    assert "怎么算的" in text
    assert [entry.event.verb for entry in response.context["timeline"]] == [
        "reply",
        "assign",
        "register",
        "receive",
    ]
    assert [label for _move, label in response.context["buttons"]] == ["不满意，重新办理", "已告知本人"]


@pytest.mark.parametrize(
    ("status", "states", "left"),
    [
        ("received", ["now", "later", "later", "later", "later"], "还剩"),
        ("registered", ["done", "now", "later", "later", "later"], "还剩"),
        ("handling", ["done", "done", "now", "later", "later"], "还剩"),
        ("told", ["done", "done", "done", "now", "later"], "已告知本人，等待归档"),
        ("archived", ["done"] * 5, "已归档"),
        ("withdrawn", ["now", "later", "later", "later", "later"], "已撤回"),
    ],
)
def test_every_state_is_drawn(phone, city, status, states, left):
    petition = make_petition(city, status=status, at=timezone.now())
    response = phone.get(f"/matters/{petition.pk}/")
    read(response)
    assert [stage.state for stage in response.context["stages"]] == states
    assert left in response.context["due"].left


def test_a_colleague_sees_it_but_has_no_buttons(client, city):
    petition = make_petition(city, status="feedback")
    client.force_login(city.colleague)
    response = client.get(f"/matters/{petition.pk}/")
    read(response)
    assert response.context["buttons"] == []
    assert response.context["can_unmask"] is False


def test_no_page_leaks_the_person(phone, city):
    petition = make_petition(
        city, status="feedback", at=ago(1), petitioner_name="李桂兰", petitioner_phone="13900002210"
    )
    pages = ["/", "/matters/?tab=all", f"/matters/{petition.pk}/", "/me/", "/notices/"]
    pages += [f"/matters/{petition.pk}/{step}/" for step in ("feedback", "reopen", "unmask")]
    for page in pages:
        text = read(phone.get(page))
        assert "李桂兰" not in text, page
        assert "13900002210" not in text, page
        assert city.representative.person.phone not in text, page


def test_name_and_phone_are_shown_for_a_reason_and_leave_a_trace(phone, city):
    petition = make_petition(
        city, status="feedback", petitioner_name="李桂兰", petitioner_phone="13900002210"
    )
    address = f"/matters/{petition.pk}/unmask/"
    refused = read(phone.post(address, {"reason": " "}), status=400)
    assert "请填写查看原因。" in refused
    assert "李桂兰" not in refused
    shown = phone.post(address, {"reason": "电话告知结果"})
    assert "李桂兰" in read(shown)
    assert 'href="tel:13900002210"' in read(shown)
    assert "no-store" in shown["Cache-Control"]
    event = Event.objects.about(petition).first()
    assert (event.verb, event.note, event.actor) == ("unmasked", "电话告知结果", city.representative)
    assert "李桂兰" not in read(phone.get(address))


def test_a_colleague_may_not_unmask(client, city):
    petition = make_petition(city, petitioner_name="李桂兰")
    client.force_login(city.colleague)
    for response in (
        client.get(f"/matters/{petition.pk}/unmask/"),
        client.post(f"/matters/{petition.pk}/unmask/", {"reason": "看看"}),
    ):
        assert "李桂兰" not in read(response, status=403)
    assert "unmasked" not in event_verbs(petition)


def test_page_queries_do_not_grow_with_the_time_line(phone, city, django_assert_num_queries):
    petition = make_petition(city, status="feedback", at=ago(3))
    for _round in range(2):
        phone.get(f"/matters/{petition.pk}/")
        with django_assert_num_queries(PAGE_QUERIES):
            phone.get(f"/matters/{petition.pk}/")
        perform("reopen", petition, by=acting(city.organizer), at=ago(2), data={"reason": "没修好"})
        perform(
            "reply",
            petition,
            by=acting(city.organizer),
            at=ago(1),
            data={"content": "又修了", "outcome": "A"},
        )


PAGE_QUERIES = 11
"""Session, user, scope, the matter, that she saw it, her mandates, replies, feedbacks, time line, files, notices."""


# --- the steps -------------------------------------------------------------------------------------


def test_she_feeds_back_with_a_rating(phone, city):
    petition = make_petition(city, status="feedback", at=ago(1))
    address = f"/matters/{petition.pk}/feedback/"
    read(phone.get(address))
    response = phone.post(address, {"method": "phone", "content": "很满意", "rating": "5"}, follow=True)
    assert "已记下：本人知道了结果。" in read(response)
    petition.refresh_from_db()
    assert petition.fed_back_at is not None
    assert petition.feedbacks.values_list("method", "content", "rating").get() == ("phone", "很满意", 5)
    assert event_verbs(petition)[-1] == "feedback"


def test_a_fault_is_told_at_the_field_and_nothing_is_lost(phone, city):
    petition = make_petition(city, status="feedback")
    response = phone.post(f"/matters/{petition.pk}/feedback/", {"content": "很满意", "rating": "9"})
    text = read(response, status=400)
    assert response.context["form"].errors == {
        "method": ["请选择告知方式。"],
        "rating": ["结果满意度须在1到5之间。"],
    }
    assert "很满意" in text
    petition.refresh_from_db()
    assert petition.fed_back_at is None


def test_she_sends_it_back_with_a_reason(phone, city):
    petition = make_petition(city, status="archived")
    response = phone.post(f"/matters/{petition.pk}/reopen/", {"reason": "路灯又灭了"}, follow=True)
    assert "已退回承办单位重新办理。" in read(response)
    petition.refresh_from_db()
    assert (petition.status, petition.reopen_count) == ("handling", 1)


def test_a_step_somebody_else_made_first_is_a_sentence_above_the_fresh_page(phone, city):
    petition = make_petition(city, status="feedback")
    perform("feedback", petition, by=acting(city.organizer), at=timezone.now(), data={"method": "phone"})
    response = phone.post(f"/matters/{petition.pk}/feedback/", {"method": "in_person"})
    text = read(response, status=409)
    assert "已经告知过本人了" in text
    assert "已告知本人，等待归档" in text
    assert petition.feedbacks.count() == 1


@pytest.mark.parametrize("verb", ["feedback", "reopen"])
def test_the_wrong_state_is_refused_before_the_form_is_shown(phone, city, verb):
    petition = make_petition(city, status="received")
    assert "这件事现在是「接待」" in read(phone.get(f"/matters/{petition.pk}/{verb}/"), status=409)


@pytest.mark.parametrize("verb", ["register", "assign", "reply", "archive", "withdraw"])
def test_steps_of_the_desk_are_not_hers(phone, city, verb):
    status = {"register": "received", "assign": "registered", "reply": "handling", "archive": "told"}
    petition = make_petition(city, status=status.get(verb, "received"))
    before = Petition.objects.values().get(pk=petition.pk)
    for response in (
        phone.get(f"/matters/{petition.pk}/{verb}/"),
        phone.post(f"/matters/{petition.pk}/{verb}/", {"reason": "x"}),
    ):
        assert "您的岗位不能" in read(response, status=403)
    assert Petition.objects.values().get(pk=petition.pk) == before


def test_an_unknown_step_does_not_exist(phone, city):
    petition = make_petition(city)
    assert phone.get(f"/matters/{petition.pk}/explode/").status_code == 404


def test_staff_do_not_come_in_by_this_door(client, city):
    petition = make_petition(city)
    client.force_login(city.organizer)
    for page in ("/matters/", "/matters/new/", f"/matters/{petition.pk}/", "/me/"):
        assert "这里是党代表的页面" in read(client.get(page), status=403)


def test_the_letter_of_reply_on_the_phone(client, city):
    """Hers and her group's, without a name; not before there is a reply, and not for others."""
    answered, open_one = make_petition(city, status="feedback"), make_petition(city, status="handling")
    letter = reverse("portal:matter_letter", args=[answered.pk, "docx"])
    client.force_login(city.representative)
    assert letter in client.get(reverse("portal:matter", args=[answered.pk])).content.decode()
    answer = client.get(letter)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    words = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert "已更换三盏路灯" in words and "李桂兰" not in words and "13900002210" not in words
    assert Event.objects.about(answered).get(verb="printed").door == "portal"
    early = client.get(reverse("portal:matter_letter", args=[open_one.pk, "docx"]))
    assert early.status_code == 409 and "还没有答复" in early.content.decode()
    assert "答复函" not in client.get(reverse("portal:matter", args=[open_one.pk])).content.decode()
    assert client.get(reverse("portal:matter_letter", args=[answered.pk, "exe"])).status_code == 404
    client.force_login(city.stranger_representative)
    assert client.get(letter).status_code == 404
