"""What was copied out of a WeChat group: split without losing a sign, and hints that never invent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import InvalidInput, NotAllowed
from petitions.actions.slips import enter_from_chat, paste_chat, unmask_chat
from petitions.chat import as_said, masked_text, propose, split_chat
from petitions.models import PastedChat, Petition
from records.models import Event
from tests.factories import MONDAY, acting

FORMS = {
    "on the computer": "张桂芳 2026/11/20 10:23:45\n村口路灯坏了三天了\n老李 2026/11/20 10:25:02\n收到，我去看看\n",
    "on a Mac": "张桂芳 2026年11月20日 10:23\n村口路灯坏了三天了\n\n老李 昨天 10:25\n收到，我去看看",
    "as a mail": "—————  2026-11-20  —————\n\n\n张桂芳  10:23\n\n村口路灯坏了三天了\n\n\n老李  10:25\n\n收到，我去看看\n",
    "in brackets": "[2026-11-20 10:23] 张桂芳: 村口路灯坏了三天了\n[2026-11-20 10:25] 老李: 收到，我去看看",
    "with colons": "张桂芳：村口路灯坏了三天了\r\n老李：收到，我去看看\r\n",
    "names on their own": "张桂芳:\n村口路灯坏了三天了\n\n老李:\n收到，我去看看\n",
    "day first": "2026-11-20 10:23:45 张桂芳\n村口路灯坏了三天了\n2026-11-20 10:25:45 老李\n收到，我去看看",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_tells_who_said_what(text):
    said = [message for message in split_chat(text) if message.body and not message.is_system]
    assert [(one.speaker, one.body) for one in said] == [
        ("张桂芳", "村口路灯坏了三天了"),
        ("老李", "收到，我去看看"),
    ]
    assert [one.is_matter for one in propose(said)] == [True, False]


@given(st.text(max_size=400))
def test_nothing_is_lost_whatever_is_pasted(text):
    messages = split_chat(text)
    assert "".join(message.raw for message in messages) == text
    for one in propose(messages):
        assert one.message.body in text.replace("\r\n", "\n") or not one.is_matter or "\n" in one.message.body
        assert not one.because or one.because == "问句" or one.because in one.message.body


LINES = st.sampled_from(
    [
        "张三 10:23",
        "李四：水管漏水没人管",
        "“王五”撤回了一条消息",
        "[图片]",
        "—— 2026-11-20 ——",
        "",
        "请问医保怎么交？",
        "地点：村东头",
        "2026-11-20 10:23 赵六",
        "  ",
    ]
)


@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_nothing_is_lost_of_what_looks_like_a_chat(lines, end):
    text = end.join(lines)
    messages = split_chat(text)
    assert "".join(message.raw for message in messages) == text
    kept = "".join("".join(message.body.split()) for message in messages)
    assert all(
        "".join(line.split("：")[-1].split()) in kept for line in lines if line.startswith(("李四", "请问"))
    )


def test_a_heading_with_a_colon_speaks_nobody():
    text = "张三 10:23\n反映一件事\n地点：村东头\n时间：昨晚"
    assert [message.speaker for message in split_chat(text)] == ["张三"]


def test_what_nobody_says_is_split_by_paragraphs():
    text = "路灯坏了没人管\n就在村口\n\n请问养老认证怎么办"
    assert [message.body for message in split_chat(text)] == [
        "路灯坏了没人管\n就在村口",
        "请问养老认证怎么办",
    ]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("请问老年卡怎么办理呀", "consultation"),
        ("建议在广场加几把长椅", "suggestion"),
        ("工地上拖欠工钱三个月了", "clue"),
        ("下水道又堵了，臭得开不了窗", "opinion"),
        ("有没有人知道这个怎么弄的吗", "consultation"),
        ("今天天气真好大家出来走走呀", ""),
        ("[图片]", ""),
        ("好的", ""),
        ("收到谢谢，辛苦了", ""),
    ],
)
def test_the_hint_names_the_kind_or_nothing(words, kind):
    (found,) = propose(split_chat(words))
    assert (found.kind, found.is_matter) == (kind, bool(kind))


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_is_shown_with_its_speakers_masked(text):
    """As the hints name them, and not a sign changed beside."""
    assert masked_text(text) == text.replace("张桂芳", "张*").replace("老李", "老*")


@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_who_speaks_is_masked_and_what_is_said_stays(lines, end):
    text = end.join(lines)
    shown = masked_text(text)
    speakers = {message.speaker for message in split_chat(text)} - {""}
    assert not [name for name in ("张三", "李四", "赵六") if name in shown]
    assert not (speakers and "王五" in shown)
    assert shown.count(end) == text.count(end)
    for one in split_chat(text):
        assert one.is_system or "".join(one.body.split()) in "".join(shown.split())


@given(st.text(max_size=400))
def test_whatever_is_pasted_can_be_shown(text):
    shown = masked_text(text)
    assert len(shown.splitlines()) == len(text.splitlines())
    if not any(message.speaker for message in split_chat(text)) and not any(map(str.isdigit, text)):
        assert shown == text


def test_the_lines_of_the_program_name_nobody_either():
    text = "孙爱国 10:23\n村口路灯坏了三天了\n孙爱国 撤回了一条消息\n“高秀英”邀请“王五六”加入了群聊\n"
    assert masked_text(text) == (
        "孙* 10:23\n村口路灯坏了三天了\n孙* 撤回了一条消息\n“高*”邀请“王*”加入了群聊\n"
    )


def test_a_heading_is_no_name_to_be_masked():
    text = "张三 10:23\n反映一件事\n地点：村东头\n电话：13900001234"
    assert masked_text(text) == "张* 10:23\n反映一件事\n地点：村东头\n电话：（电话已隐去）"


@pytest.mark.parametrize("head", ["孙爱国：", "[2026-11-20 10:23] 孙爱国: "])
def test_who_speaks_long_is_known_and_masked_all_the_same(head):
    """What stands on the line of the name may be longer than any head."""
    said = "村口的路灯已经坏了很久一直没有人管。" * 40
    (message,) = split_chat(head + said)
    assert (message.speaker, message.body) == ("孙爱国", said)
    assert masked_text(head + said) == head.replace("孙爱国", "孙*") + said


TEXT = "  张桂芳 10:23\n路灯坏了三天，电话13900001234\n\n"


def paste(city, **fields):
    data = {"studio": city.studio, "group_name": "屯西村邻里群", "text": TEXT} | fields
    return paste_chat(by=acting(city.keeper), at=MONDAY, **data)


def item(key="a-0", content="路灯坏了三天", **fields):
    return {"key": key, "content": content, "kind": "opinion"} | fields


@pytest.mark.django_db
def test_the_original_stays_and_matters_are_linked(city):
    chat = paste(city)
    (made,) = enter_from_chat(chat, [item(petitioner_name="张桂芳")], by=acting(city.keeper), at=MONDAY)
    chat.refresh_from_db()
    made.refresh_from_db()
    assert chat.text == TEXT
    assert (made.chat, made.channel.code, made.status, made.anonymous) == (chat, "wechat", "received", False)
    assert enter_from_chat(chat, [item()], by=acting(city.keeper), at=MONDAY) == []
    assert Petition.objects.count() == 1


@pytest.mark.django_db
def test_only_the_venue_reads_a_chat(city):
    chat = paste(city)
    for user in (city.organizer, city.keeper, city.leader):
        assert PastedChat.objects.visible_to(user).get() == chat
    for user in (city.stranger, city.representative, city.handler, city.auditor):
        assert not PastedChat.objects.visible_to(user).exists()
        with pytest.raises(NotAllowed):
            enter_from_chat(chat, [item()], by=acting(user), at=MONDAY)
        with pytest.raises(NotAllowed):
            unmask_chat(chat, by=acting(user), at=MONDAY, reason="看看")


@pytest.mark.django_db
def test_what_is_picked_masked_is_kept_as_it_was_said(city, client):
    """The clerk sees 「电话已隐去」; the file keeps the number, for whoever asks with a reason."""
    chat = paste(city)
    shown = "路灯坏了三天，电话（电话已隐去）"
    (made,) = enter_from_chat(chat, [item(content=shown)], by=acting(city.keeper), at=MONDAY)
    assert made.content == "路灯坏了三天，电话13900001234"
    assert made.shown_content == shown
    # At the desk, together with the line above it.
    other = paste(city, text="张桂芳 10:23\n路灯坏了三天\n李大山 10:24\n找我 13900005678\n")
    client.force_login(city.keeper, backend="allauth.account.auth_backends.AuthenticationBackend")
    rows = {"row-0-pick": "1", "row-0-content": "路灯坏了三天", "row-0-kind": "opinion"}
    rows |= {"row-1-pick": "1", "row-1-merge": "1", "row-1-content": "找我 （电话已隐去）", "token": "abc123"}
    answer = client.post(f"/admin/petitions/pastedchat/{other.pk}/change/", rows)
    assert answer.status_code == 302
    assert other.petitions.get().content == "路灯坏了三天\n找我 13900005678"


def test_two_numbers_that_look_alike_masked_are_not_guessed():
    bodies = ["找我 13900001234", "找我 13900005678"]
    assert as_said("找我 （电话已隐去）", bodies) == "找我 （电话已隐去）"
    assert as_said("找我 （电话已隐去）", bodies[:1]) == bodies[0]


@pytest.mark.django_db
def test_names_and_numbers_are_hidden_until_somebody_says_why(city, client):
    chat = paste(city)
    client.force_login(city.keeper, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/admin/petitions/pastedchat/{chat.pk}/"
    page = client.get(f"{address}change/").content.decode()
    assert "13900001234" not in page
    assert "张桂芳" not in page
    assert "张* 10:23" in page
    assert "电话已隐去" in page
    assert client.post(f"{address}unmask/", {"reason": ""}).status_code == 400
    full = client.post(f"{address}unmask/", {"reason": "核对电话"}).content.decode()
    assert "13900001234" in full
    assert "张桂芳 10:23" in full
    assert Event.objects.about(chat).filter(verb="unmasked").count() == 1


@pytest.mark.django_db
def test_rest_names_no_speaker_until_somebody_says_why(city, client):
    chat = paste(city)
    address = f"/api/v1/pasted-chats/{chat.pk}/"
    for user in (city.keeper, city.organizer, city.leader):
        client.force_login(user)
        answer = client.get(address)
        told = answer.json()
        assert told["text"] == "  张* 10:23\n路灯坏了三天，电话（电话已隐去）\n\n"
        assert told["proposals"][0]["speaker"] == "张*"
        assert "张桂芳" not in answer.content.decode()
    # The leader looks on; those who staff the venue say why.
    assert client.post(f"{address}unmask/", {"reason": "看看"}, "application/json").status_code == 403
    client.force_login(city.keeper)
    assert client.post(f"{address}unmask/", {}, "application/json").status_code == 400
    full = client.post(f"{address}unmask/", {"reason": "核对电话"}, "application/json").json()
    assert full["text"] == TEXT
    assert Event.objects.about(chat).filter(verb="unmasked").count() == 1


@pytest.mark.django_db
def test_what_is_picked_is_kept_as_it_came(city, client):
    """From the page with masked names: the words of the form are hers, and who spoke is kept by her full name."""
    said = "孙爱国家门口的路灯坏了三天"
    chat = paste(city, text=f"张桂芳 10:23\n{said}\n孙爱国 10:24\n收到")
    client.force_login(city.keeper)
    address = f"/admin/petitions/pastedchat/{chat.pk}/change/"
    row = client.get(address).context["rows"][0]
    assert row[1]["content"] == said
    sent = {"token": "abc", "row-0-pick": "on", "row-0-speaker": "on", "row-0-kind": "opinion"}
    assert client.post(address, sent | {"row-0-content": row[1]["content"]}).status_code == 302
    made = Petition.objects.get()
    assert (made.content, made.petitioner_name) == (said, "张桂芳")
    chat.refresh_from_db()
    assert chat.text.startswith("张桂芳 10:23")
    again = client.get(address)
    assert "张桂芳" not in again.content.decode()
    assert "已摘出" in again.context["rows"][0][3]


@pytest.mark.django_db
def test_the_clerk_ticks_and_merges_at_the_desk(city, client):
    chat = paste(city, text="张桂芳 10:23\n路灯坏了三天\n张桂芳 10:24\n就在小学门口\n老李 10:30\n收到")
    client.force_login(city.keeper, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent = {
        "token": "abc123",
        "row-0-pick": "on",
        "row-0-speaker": "on",
        "row-0-content": "路灯坏了三天",
        "row-0-kind": "opinion",
        "row-1-pick": "on",
        "row-1-merge": "on",
        "row-1-content": "就在小学门口",
        "row-2-content": "收到",
    }
    answer = client.post(f"/admin/petitions/pastedchat/{chat.pk}/change/", sent)
    assert answer.status_code == 302
    made = Petition.objects.get()
    assert (made.content, made.petitioner_name) == ("路灯坏了三天\n就在小学门口", "张桂芳")
    sent["row-0-kind"] = ""
    sent["row-0-content"] = "另一件还没选类别"
    sent["token"] = "def456"
    answer = client.post(f"/admin/petitions/pastedchat/{chat.pk}/change/", sent)
    assert answer.status_code == 400
    assert "请选择类别" in answer.content.decode()
    assert "另一件还没选类别" in answer.content.decode()
    assert Petition.objects.count() == 1


@pytest.mark.django_db
def test_an_empty_chat_is_refused(city):
    with pytest.raises(InvalidInput) as fault:
        paste(city, text="  \n ")
    assert list(fault.value.errors) == ["text"]
