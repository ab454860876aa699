"""查进展: what the person sees and does with her code, and what she never sees."""

from datetime import timedelta

import pytest
from django.utils import timezone

from petitions.actions import perform
from petitions.actions.public import receive_from_public
from petitions.models import Accused, Feedback, Petition, Routing, Supplement
from petitions.tracking import in_groups
from portal.views.public_track import new_pass
from records.data_requests import perform_request
from records.models import DataRequest, Event
from tests.factories import acting, event_verbs, leaf_category
from tests.portal.conftest import read
from tests.portal.public import SAID, hidden

pytestmark = pytest.mark.django_db

STEPS = {
    "register": lambda city: {"category": leaf_category()},
    "assign": lambda city: {"organization": city.unit, "note": "请尽快，许磊联系"},
    "reply": lambda city: {"content": "已更换三盏路灯，当晚恢复照明。", "outcome": "A"},
    "feedback": lambda city: {"method": "phone", "content": "内部记录", "rating": 5, "handling_rating": 5},
    "archive": lambda city: {"note": "内部归档说明"},
}


@pytest.fixture
def sent(city):
    from accounts.actor import Actor

    petition, code, _new = receive_from_public(
        city.studio,
        token="token-of-the-form",
        by=Actor.public(),
        at=timezone.now() - timedelta(hours=1),
        content=SAID,
        kind="opinion",
        petitioner_name="李桂兰",
        petitioner_phone="13900002210",
    )
    petition.code = in_groups(code)
    return petition


def walk(city, petition, *verbs):
    for verb in verbs:
        perform(verb, petition, by=acting(city.organizer), at=timezone.now(), data=STEPS[verb](city))


def look(client, petition, code=None):
    return client.post("/track/", {"code": code or petition.code})


def step(client, petition, verb, **data):
    """Send one of the page's forms, also one that the page no longer shows: it may have stood open for a while."""
    return client.post(f"/track/{verb}/", {"pass": new_pass(petition), **data})


@pytest.mark.parametrize(
    ("verbs", "words"),
    [
        ([], "已经收到"),
        (["register"], "已经登记"),
        (["register", "assign"], "正在办理"),
        (["register", "assign", "reply"], "已有答复"),
        (["register", "assign", "reply", "feedback"], "已经答复"),
        (["register", "assign", "reply", "feedback", "archive"], "已经办结"),
    ],
)
def test_each_state_in_plain_words(client, city, sent, verbs, words):
    walk(city, sent, *verbs)
    page = read(look(client, sent))
    assert f"<h1>{words}</h1>" in page
    assert ("已更换三盏路灯" in page) == ("reply" in verbs)


def test_it_shows_no_person_no_file_and_no_note(client, city, sent):
    walk(city, sent, "register", "assign", "reply", "feedback", "archive")
    page = read(look(client, sent))
    people = [city.keeper, city.organizer, city.handler, city.representative]
    hidden_words = ["李桂兰", "1390000", "李*", SAID, "许磊", "内部", *(user.display_name for user in people)]
    assert [word for word in hidden_words if word in page] == []
    assert "/files/" not in page


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
    ],
)
def test_the_code_is_read_with_patience(client, sent, typed):
    assert "已经收到" in read(look(client, sent, typed(sent.code)))


@pytest.mark.parametrize(
    "typed", ["", "1234", "AAAA-AAAA-AAAA-AAAA", "不记得了", "x" * 5000, "\x00", "%s" * 20]
)
def test_every_wrong_code_gets_the_same_answer(client, sent, typed):
    page = read(client.post("/track/", {"code": typed}), status=400)
    assert "没有查到。请照着纸上或截图里的 16 位查询码再输一次" in page


def test_satisfied_counts_as_told_by_herself(client, city, sent):
    walk(city, sent, "register", "assign", "reply")
    page = read(step(client, sent, "rate", handling_rating="5", rating="4", content="谢谢"))
    assert "您的评价已记下" in page
    sent.refresh_from_db()
    assert (sent.status, sent.rating, sent.handling_rating) == ("feedback", 4, 5)
    assert sent.fed_back_at is not None
    feedback = Feedback.objects.get()
    assert (feedback.method, feedback.by_person, feedback.content) == ("online", True, "谢谢")
    assert event_verbs(sent)[-1] == "feedback"
    assert Event.objects.about(sent).first().door == "public"


def test_a_matter_reopened_by_a_dissatisfied_villager_from_her_phone(client, city, sent):
    """The story: told by phone and filed, the lamps went out again; she says so, and the unit has it back."""
    walk(city, sent, "register", "assign", "reply", "feedback", "archive")
    refused = step(client, sent, "rate", handling_rating="4", rating="1")
    assert "请说说哪里不满意" in read(refused, status=400)
    page = read(step(client, sent, "rate", handling_rating="4", rating="1", content="修好三天又坏了"))
    assert "已退回承办单位重新办理" in page
    assert "<h1>正在办理</h1>" in page
    sent.refresh_from_db()
    assert (sent.status, sent.reopen_count, sent.lead_unit) == ("handling", 1, city.unit)
    assert event_verbs(sent)[-2:] == ["rate", "reopen"]
    reopened = Event.objects.about(sent).first()
    assert (reopened.door, reopened.actor) == ("public", None)
    assert "修好三天又坏了" in reopened.note
    assert city.handler.notices.filter(title__startswith="新交办事项").count() == 2
    # Handled again and again not well: now an organizer decides.
    walk(city, sent, "reply")
    page = read(step(client, sent, "rate", handling_rating="1", rating="1", content="还是不亮"))
    assert "由上级组工干部决定" in page
    sent.refresh_from_db()
    assert (sent.status, sent.rating) == ("feedback", 1)
    assert event_verbs(sent)[-1] == "ask_reopen"
    assert city.organizer.notices.filter(title__startswith="群众不满意，请您定是否重办").count() == 1


@pytest.mark.parametrize(
    ("verbs", "answers"),
    [([], 409), (["register", "assign"], 409), (["register", "assign", "reply"], 200)],
)
def test_only_an_answer_can_be_rated(client, city, sent, verbs, answers):
    walk(city, sent, *verbs)
    assert step(client, sent, "rate", handling_rating="5", rating="5").status_code == answers


def test_a_closed_file_can_be_rated_for_some_weeks_only(client, city, sent):
    walk(city, sent, "register", "assign", "reply", "feedback", "archive")
    Petition.objects.filter(pk=sent.pk).update(archived_at=timezone.now() - timedelta(days=91))
    assert step(client, sent, "rate", handling_rating="5", rating="5").status_code == 409


@pytest.mark.parametrize(
    "given", [{"rating": "5"}, {"handling_rating": "5"}, {"rating": "9", "handling_rating": "5"}]
)
def test_both_are_rated_and_from_one_to_five(client, city, sent, given):
    walk(city, sent, "register", "assign", "reply")
    assert "field is-wrong" in read(step(client, sent, "rate", **given), status=400)
    assert Feedback.objects.count() == 0


def test_adding(client, city, sent):
    walk(city, sent, "register", "assign")
    assert "补充的内容已记下" in read(step(client, sent, "add", content="东头那盏也坏了"))
    assert "已经收到过了" in read(step(client, sent, "add", content="东头那盏也坏了"))
    added = Supplement.objects.get()
    assert (added.content, added.added_by) == ("东头那盏也坏了", None)
    assert event_verbs(sent)[-1] == "add"
    assert city.handler.notices.filter(title__startswith="群众有补充").count() == 1
    assert "请写下要补充的内容" in read(step(client, sent, "add", content=" "), status=400)


def test_adding_has_an_end(client, city, sent, settings):
    settings.TRACK_ADDITIONS = 2
    for number in range(2):
        read(step(client, sent, "add", content=f"第{number}次"))
    assert "已补充 2 次" in read(step(client, sent, "add", content="第三次"), status=400)


def test_withdrawing(client, city, sent):
    walk(city, sent, "register")
    page = read(step(client, sent, "withdraw"))
    assert "<h1>已经撤回</h1>" in page
    sent.refresh_from_db()
    assert sent.status == "withdrawn"
    assert Event.objects.about(sent).first().note == "本人凭查询码撤回"
    assert step(client, sent, "withdraw").status_code == 409


def test_what_is_answered_is_not_withdrawn_any_more(client, city, sent):
    walk(city, sent, "register", "assign", "reply")
    assert "不想反映了" not in read(look(client, sent))
    assert step(client, sent, "withdraw").status_code == 409


def test_routed_out_says_where(client, city, sent):
    now = timezone.now()
    Petition.objects.filter(pk=sent.pk).update(status="routed_out", routed_out_at=now, due_date=None)
    Routing.objects.create(
        petition=sent, receiver="court", receiver_name="寿光市人民法院", reason="内部理由", routed_at=now
    )
    page = read(look(client, sent))
    assert "寿光市人民法院" in page
    assert "内部理由" not in page


def test_an_accusation_shows_only_that_it_is_handled_above(client, city, sent):
    walk(city, sent, "register", "assign", "reply")
    Petition.objects.filter(pk=sent.pk).update(is_accusation=True)
    Accused.objects.create(petition=sent, organization=city.town)
    page = read(look(client, sent))
    assert "由上级机关办理" in page
    for word in ("已更换三盏路灯", sent.number, city.unit.short_name, "补充情况", "您满意吗"):
        assert word not in page
    assert step(client, sent, "rate", handling_rating="1", rating="1", content="x").status_code == 409


def test_the_pass_is_for_this_matter_and_for_half_an_hour(client, city, sent):
    held = hidden(look(client, sent).content.decode())["pass"]
    for wrong in ("", "made-up", held[:-2], held.replace(":", "")):
        page = read(client.post("/track/add/", {"pass": wrong, "content": "我的话"}), status=400)
        assert "请再输一次查询码" in page
        assert "我的话" in page
    from unittest.mock import patch

    with patch("time.time", return_value=timezone.now().timestamp() + 31 * 60):
        assert client.post("/track/add/", {"pass": held, "content": "我的话"}).status_code == 400
    assert Supplement.objects.count() == 0


def test_a_step_that_is_none(client, city, sent):
    assert client.post("/track/archive/", {"pass": "x"}).status_code == 404
    assert client.get("/track/rate/").status_code == 405


def test_how_few_queries_a_look_takes(client, city, sent, django_assert_max_num_queries):
    walk(city, sent, "register", "assign", "reply")
    with django_assert_max_num_queries(7):
        look(client, sent)


def test_asking_about_her_own_data(client, city, sent):
    """What the office must answer; asked twice it is one request."""
    refused = step(client, sent, "request", kind="", reason="")
    assert "请选一项" in read(refused, status=400)
    assert "请填写更正后的姓名或电话" in read(
        step(client, sent, "request", kind="correct", reason="写错了"), status=400
    )
    for _twice in range(2):
        assert "已收到您的请求" in read(step(client, sent, "request", kind="delete", reason="不想再留电话"))
    request = DataRequest.objects.get()
    assert (request.kind, request.by_person, request.received_by) == ("delete", True, None)
    assert Event.objects.about(sent).filter(verb="data_requested", door="public").count() == 1


def test_to_go_on_is_offered_only_where_something_was_stopped(client, city, sent):
    page = read(look(client, sent))
    assert "停止处理" in page and "恢复处理" not in page
    Petition.objects.filter(pk=sent.pk).update(stop_processing_at=timezone.now())
    page = read(look(client, sent))
    assert "恢复处理" in page and 'value="stop"' not in page


def test_who_left_nothing_has_nothing_to_ask_for(client, city, sent):
    Petition.objects.filter(pk=sent.pk).update(anonymous=True, petitioner_name="", petitioner_phone="")
    assert "更正或删除我的信息" not in read(look(client, sent))


def test_it_waits_for_her_and_says_so(client, city, sent):
    walk(city, sent, "register", "assign")
    why = {"reason": "waiting_person", "note": "等她交合同，已打电话催过"}
    perform("pause", sent, by=acting(city.organizer), at=timezone.now(), data=why)
    page = read(look(client, sent))
    assert "<h1>等您补充材料</h1>" in page
    assert "<details open><summary>补充情况</summary>" in page
    assert "等她交合同" not in page


def test_an_answer_that_did_not_hold_is_called_the_one_before(client, city, sent):
    walk(city, sent, "register", "assign", "reply", "feedback")
    assert "<h2>答复</h2>" in read(look(client, sent))
    perform("reopen", sent, by=acting(city.organizer), at=timezone.now(), data={"reason": "灯又坏了"})
    page = read(look(client, sent))
    assert "<h2>之前的答复</h2>" in page
    assert "<h2>答复</h2>" not in page


def test_she_reads_there_what_came_of_it(client, city, sent):
    assert "删除我的信息</h2>" not in read(look(client, sent))
    step(client, sent, "request", kind="delete", reason="不想再留电话")
    request = DataRequest.objects.get()
    page = read(look(client, sent))
    assert "删除我的信息" in page and "待处理" in page and f"{request.due_date.day}日" in page
    given = {"answer": "事情还没有办完，办结以后再删。"}
    perform_request("refuse", request, by=acting(city.organizer), at=timezone.now(), data=given)
    page = read(look(client, sent))
    assert "未同意" in page and "事情还没有办完，办结以后再删。" in page
    # What somebody asked for at the office's own desk is not told to whoever holds a code.
    DataRequest.objects.update(by_person=False)
    assert "办结以后再删" not in read(look(client, sent))
