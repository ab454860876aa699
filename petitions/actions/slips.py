"""Many matters at once: the slips of an opinion box (R46) and what was said in a WeChat group (R47).

A page of rows is kept all or nothing. Each row has a key of its own, so that a page sent twice makes its matters once.
"""

import re

from django.db import IntegrityError, transaction

from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions import rules
from petitions.actions.engine import perform
from petitions.actions.receiving import receive_petition
from petitions.chat import as_said, split_chat
from petitions.enums import Kind, Status
from petitions.models import BoxOpening, Channel, PastedChat, Petition
from petitions.notices import tell_keepers_of_many
from records.actions import record_event
from records.moves import Given, clean_given
from records.verbs import register_verbs

MOST_ROWS = 50
KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")
TEXT = "content"

OPEN_BOX = (
    Given("studio", "工作室（站）", "model", options=rules.staffed_studios),
    Given("place", "意见箱位置", max_length=100, help="如：便民服务大厅门口"),
    Given("opened_at", "开箱时间", "datetime"),
    Given("opener_one", "开箱人一", max_length=40),
    Given("opener_two", "开箱人二", max_length=40, help="须两人同时在场"),
    Given("slip_count", "箱内件数", "integer", minimum=0, maximum=500, help="没有来信也要记，填 0"),
    Given("note", "说明", "long_text", required=False, max_length=500),
)
CORRECT_COUNT = (
    Given("slip_count", "箱内件数", "integer", minimum=0, maximum=500),
    Given("reason", "原因", max_length=200),
)
PASTE_CHAT = (
    Given("studio", "工作室（站）", "model", options=rules.staffed_studios),
    Given("group_name", "群名", max_length=60),
    Given("text", "原文", "long_text", max_length=50000, help="从群里复制后整段粘贴，不用整理，原文照存"),
)
SLIP = (
    Given("content", "内容", "long_text", max_length=10000),
    Given("kind", "类别", "choice", options=Kind),
    Given("category", "问题分类", "model", required=False, options=rules.open_categories),
    Given("place", "地点", required=False, max_length=100),
    Given("petitioner_name", "姓名", required=False, max_length=40),
    Given("petitioner_phone", "电话", required=False, max_length=20),
)
UNMASK_CHAT = (Given("reason", "查看原因", max_length=200, help="如：核对联系电话。查看会留痕。"),)

register_verbs("petitions.boxopening", {"open": "开箱", "enter": "录入来信", "correct_count": "更正件数"})
register_verbs("petitions.pastedchat", {"paste": "粘贴群聊", "enter": "摘出事项"})


NOT_HERS = "只有这个工作室（站）的联络员和主管单位的组工干部可以办，请联系他们。"


def check_may_staff(user, studio):
    if not rules.may_staff(user, studio):
        raise NotAllowed(NOT_HERS)


def check_may_work_on(user, owner):
    """Whoever staffs the venue, unless this box or chat is withheld from her: then the office above goes on with it,
    and the same sentence tells her nothing."""
    check_may_staff(user, owner.studio)
    if type(owner).objects.filter(pk=owner.pk).ids_withheld_from(user).exists():
        raise NotAllowed(NOT_HERS)


@transaction.atomic
def open_box(*, by, at, **data):
    """Record that a box was opened by two people; the keys of `OPEN_BOX`. Returns the BoxOpening."""
    given = clean_given(OPEN_BOX, data, None, by.user, step="开箱")
    given["place"] = " ".join(given["place"].split())
    if given["opened_at"] > at:
        raise InvalidInput({"opened_at": ["开箱时间不能晚于现在，请核对。"]})
    one, two = ("".join(given[name].split()) for name in ("opener_one", "opener_two"))
    if one == two:
        raise InvalidInput({"opener_two": ["开箱须两人同时在场，请填另一个人的姓名。"]})
    try:
        with transaction.atomic():
            opening = BoxOpening.objects.create(**given, created_by=by.user, created_at=at)
    except IntegrityError as error:
        # One sentence for everybody: it may be one that is withheld from her.
        raise Conflict(
            "这个意见箱在这个时间的开箱已经记过了，请到列表里打开那一次接着录；列表里没有的，请联系主管单位的组工干部。"
        ) from error
    record_event(
        opening,
        "open",
        by=by,
        at=at,
        organization=opening.studio.organization,
        after={"place": opening.place, "slip_count": opening.slip_count},
    )
    return opening


@transaction.atomic
def correct_count(opening, *, by, at, **data):
    """The number of slips was miscounted."""
    check_may_work_on(by.user, opening)
    given = clean_given(CORRECT_COUNT, data, opening, by.user, step="更正件数")
    opening = BoxOpening.objects.select_for_update(of=("self",)).select_related("studio__organization").get(pk=opening.pk)  # fmt: skip
    entered = opening.petitions.count()
    if given["slip_count"] < entered:
        raise InvalidInput({"slip_count": [f"已经录入 {entered} 件，箱内件数不能比它少。"]})
    before, opening.slip_count = opening.slip_count, given["slip_count"]
    opening.save(update_fields=["slip_count"])
    record_event(
        opening,
        "correct_count",
        by=by,
        at=at,
        organization=opening.studio.organization,
        before={"slip_count": before},
        after={"slip_count": opening.slip_count},
        note=given["reason"],
    )
    return opening


@transaction.atomic
def enter_slips(opening, slips, *, by, at):
    """Take down slips found in the box: rows of `SLIP`, each with a `key`. All or none; returns the Petitions.

    Raises InvalidInput with names like "slips.2.content" (rows count from 0).
    """
    check_may_work_on(by.user, opening)
    opening = BoxOpening.objects.select_for_update(of=("self",)).select_related("studio__organization").get(pk=opening.pk)  # fmt: skip
    known = {_folded(content) for content in opening.petitions.values_list("content", flat=True)}
    made = _take_rows(
        opening, slips, by=by, at=at, channel="box", known=known, link={"box_opening": opening}, prefix="box"
    )
    if opening.petitions.count() > opening.slip_count:
        raise InvalidInput(
            {
                "__all__": [
                    f"开箱时记的是 {opening.slip_count} 件，录入的会比它多。请先核对，数错了的用「更正件数」改过来。"
                ]
            }
        )
    return made


@transaction.atomic
def paste_chat(*, by, at, **data):
    """Keep the words of a group as they came; the keys of `PASTE_CHAT`. Returns the PastedChat."""
    text = data.get("text")
    given = clean_given(PASTE_CHAT, data, None, by.user, step="粘贴群聊")
    # As it came: the cleaning has only looked at it.
    chat = PastedChat.objects.create(**given | {"text": text}, created_by=by.user, created_at=at)
    after = {"signs": len(text)}
    record_event(chat, "paste", by=by, at=at, organization=chat.studio.organization, after=after)
    return chat


@transaction.atomic
def enter_from_chat(chat, items, *, by, at):
    """Take down what a clerk picked out of a chat: rows of `SLIP`, each with a `key`. All or none."""
    check_may_work_on(by.user, chat)
    chat = PastedChat.objects.select_for_update(of=("self",)).select_related("studio__organization").get(pk=chat.pk)  # fmt: skip
    known = {_folded(content) for content in chat.petitions.values_list("content", flat=True)}
    if isinstance(items, list):
        bodies = [message.body for message in split_chat(chat.text)]
        items = [_with_numbers(item, bodies) for item in items]
    return _take_rows(
        chat, items, by=by, at=at, channel="wechat", known=known, link={"chat": chat}, prefix="chat"
    )


@transaction.atomic
def unmask_chat(chat, *, by, at, **data):
    """The text with the numbers people wrote into it; looking is an event."""
    check_may_work_on(by.user, chat)
    given = clean_given(UNMASK_CHAT, data, chat, by.user, step="查看原文")
    organization = chat.studio.organization
    record_event(chat, "unmasked", by=by, at=at, organization=organization, note=given["reason"])
    return chat.text


def _with_numbers(item, bodies):
    """A clerk picks what she is shown masked; what is kept is what was said."""
    content = item.get("content") if isinstance(item, dict) else None
    return item | {"content": as_said(content, bodies)} if isinstance(content, str) else item


def _folded(content):
    return "".join(content.split())


def _take_rows(owner, rows, *, by, at, channel, known, link, prefix):
    _check_rows(rows)
    channel = _channel(channel)
    made, errors, seen = [], {}, {}
    for number, row in enumerate(rows):
        try:
            with transaction.atomic():
                given, key = _clean_row(owner, row, by)
                source_key = f"{prefix}:{owner.pk}:{key}"
                folded = _folded(given["content"])
                if earlier := Petition.objects.filter(source_key=source_key).first():
                    if _folded(earlier.content) != folded:
                        raise Conflict(f"这一行已录成 {earlier.number}，内容不同。请刷新页面后另起一行。")
                    continue
                if folded in known:
                    raise InvalidInput(
                        {TEXT: ["这一件已经录过了，请核对；确是两张一样的，在末尾注明「另一张」。"]}
                    )
                if folded in seen:
                    raise InvalidInput(
                        {TEXT: [f"和第 {seen[folded] + 1} 行一样，请去掉一行；确是两张的，在末尾注明。"]}
                    )
                seen[folded] = number
                made.append(_take_one(owner, given, source_key, channel=channel, link=link, by=by, at=at))
        except InvalidInput as fault:
            errors |= {f"slips.{number}.{name}": words for name, words in fault.errors.items()}
    if errors:
        raise InvalidInput(errors)
    if made:
        after = {"petitions": [petition.number for petition in made]}
        record_event(owner, "enter", by=by, at=at, organization=owner.studio.organization, after=after)
        waiting = [petition for petition in made if petition.status == Status.RECEIVED]
        tell_keepers_of_many(owner.studio, waiting, at=at, unless=by.user)
    return made


def _check_rows(rows):
    if not isinstance(rows, (list, tuple)) or not rows or not all(isinstance(row, dict) for row in rows):
        raise InvalidInput({"slips": ["请至少填一件。"]})
    if len(rows) > MOST_ROWS:
        raise InvalidInput({"slips": [f"一次最多录 {MOST_ROWS} 件，请分几次。"]})


def _channel(code):
    channel = Channel.objects.filter(code=code).first()
    if channel is None or not channel.is_active:
        raise InvalidInput({"__all__": ["这个来源渠道已停用，请市级组工干部在「来源渠道」里启用后再录。"]})
    return channel


def _clean_row(owner, row, by):
    row = dict(row)
    key = row.pop("key", None)
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise InvalidInput({"key": ["每一行要有自己的标识 key：1到24个字母或数字，重发时不变。"]})
    return clean_given(SLIP, row, owner, by.user, step="录入"), key


def _take_one(owner, given, source_key, *, channel, link, by, at):
    category = given.pop("category")
    # A slip in a box has no name on it unless somebody wrote one.
    nameless = not (given["petitioner_name"] or given["petitioner_phone"])
    data = given | {"studio": owner.studio, "channel": channel, "anonymous": nameless}
    petition = receive_petition(by=by, at=at, source_key=source_key, tells=False, **data)
    for name, value in link.items():
        setattr(petition, name, value)
    petition.save(update_fields=list(link))
    if category:
        perform("register", petition, by=by, at=at, data={"category": category})
    return petition
