"""What the person herself does, without an account: bring a matter in, and with its code rate, add, withdraw.

Who may is settled before: the form's token or the tracking code. Each deed leaves an event with the door "public" and
without an address.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from accounts.errors import Conflict, DomainError, InvalidInput
from petitions import public_notices
from petitions.actions.engine import perform
from petitions.actions.receiving import check_phone, first_sentence, plain_phone, take_down
from petitions.actions.stages import UNSATISFIED, tell_person
from petitions.enums import FeedbackMethod, Status
from petitions.models import Channel, Feedback, Petition, Supplement, TrackingCode
from petitions.moves import RECEIVE_FROM_PUBLIC, TABLE
from petitions.tracking import code_for, digest_of, source_key_of
from records.actions import record_event
from records.attachments import attach_file
from records.models import Event
from records.moves import Given, clean_given

WHY_LENGTH = 1000
WITHDRAWN_ONLINE = "本人凭查询码撤回"

RATE = (
    Given("handling_rating", "办得怎么样", "integer", minimum=1, maximum=5, missing="请给办理过程打个分。"),
    Given("rating", "结果怎么样", "integer", minimum=1, maximum=5, missing="请给办理结果打个分。"),
    Given("content", "还有什么话要说", "long_text", required=False, max_length=WHY_LENGTH),
)
ADD = (Given("content", "补充什么", "long_text", max_length=5000, missing="请写下要补充的内容。"),)
WITHDRAW = (Given("reason", "为什么撤回", "long_text", required=False, max_length=WHY_LENGTH),)


@transaction.atomic
def receive_from_public(studio, *, token, photos=(), by, at, **data):
    """Take in what somebody sent from her phone: the keys of `RECEIVE_FROM_PUBLIC` in `data`, photos as `clean_photos`
    gives them. Returns (petition, tracking code, whether it is new).

    `token` belongs to the form: sent twice it makes one matter, and the answer is the same.
    """
    key = source_key_of(token)
    given = clean_receipt(data)
    if known := Petition.objects.filter(source_key=key).first():
        return known, _hand_out_code(known, token, at=at), False
    given["studio"] = studio
    given["channel"] = Channel.objects.get(code="web")
    given["title"] = first_sentence(given["content"])
    given["anonymous"] = not (given["petitioner_name"] or given["petitioner_phone"])
    petition = take_down(given, by=by, at=at, source_key=key)
    for photo in photos:
        attach_file(petition, photo, by=by, at=at)
    return petition, _hand_out_code(petition, token, at=at), True


def clean_receipt(data):
    data = {**data, "petitioner_phone": plain_phone(data.get("petitioner_phone"))}
    given = clean_given(RECEIVE_FROM_PUBLIC, data, None, None, step="送出")
    check_phone(given["petitioner_phone"])
    return given


def _hand_out_code(petition, token, *, at):
    code = code_for(token)
    TrackingCode.objects.update_or_create(
        petition=petition,
        defaults={"digest": digest_of(code)},
        create_defaults={"digest": digest_of(code), "created_at": at},
    )
    return code


def add_from_public(petition, *, by, at, content):
    """More about the matter, while it is open. The same words twice are one addition (a line that broke)."""
    given = clean_given(ADD, {"content": content}, petition, None, step="补充")
    if not petition.is_open:
        raise Conflict("这件事已经办结，不能再补充。有新情况，请扫工作室的二维码另外反映。")
    with transaction.atomic():
        Petition.objects.select_for_update().get(pk=petition.pk)
        before = list(petition.supplements.filter(added_by=None).values_list("content", flat=True))
        if given["content"] in before:
            return None
        if len(before) >= settings.TRACK_ADDITIONS:
            raise InvalidInput(
                {"content": [f"已补充 {len(before)} 次，请等办理；有急事请打 {settings.PUBLIC_PHONE}。"]}
            )
        added = Supplement.objects.create(petition=petition, content=given["content"], added_at=at)
        record_event(petition, "add", by=by, at=at, organization=petition.organization)
        public_notices.tell_added(petition, at=at)
    return added


def may_rate(petition, *, at):
    """An answered matter, until some weeks after its file was closed."""
    if petition.status == Status.FEEDBACK:
        return True
    last = timedelta(days=settings.PUBLIC_RATE_DAYS)
    return petition.status == Status.ARCHIVED and at <= petition.archived_at + last


def rate_from_public(petition, *, by, at, **data):
    """Her own word on handling and result, apart. Not satisfied, it goes back to the unit, or to the organizer once
    she has used up her own reopenings. Returns "rated", "reopened" or "asked"."""
    given = clean_given(RATE, data, petition, None, step="评价")
    unsatisfied = min(given["rating"], given["handling_rating"]) <= UNSATISFIED
    if unsatisfied and not given["content"]:
        raise InvalidInput({"content": ["请说说哪里不满意，好让承办单位重新办理。"]})
    if not may_rate(petition, at=at):
        raise Conflict("这件事现在不能评价：还没有答复，或评价的时间已过。下面是最新进展。")
    with transaction.atomic():
        _write_rating(petition, given, by=by, at=at)
        if not unsatisfied:
            return "rated"
        return _send_back(petition, given, by=by, at=at)


def _write_rating(petition, given, *, by, at):
    ratings = {"rating": given["rating"], "handling_rating": given["handling_rating"]}
    if petition.fed_back_at is None:
        # Nobody had told her yet: she has read the answer herself.
        told = {"method": FeedbackMethod.ONLINE.value, "content": given["content"], "by_person": True}
        tell_person(petition, TABLE["feedback"], by=by, at=at, **told, **ratings)
        return
    if Petition.objects.filter(pk=petition.pk, status=petition.status).update(**ratings) != 1:
        raise Conflict("这件事刚刚有了新进展，评价没有记下。下面是最新进展，请看过再评。")
    petition.rating, petition.handling_rating = given["rating"], given["handling_rating"]
    Feedback.objects.create(
        petition=petition,
        method=FeedbackMethod.ONLINE,
        content=given["content"],
        by_person=True,
        told_at=at,
        **ratings,
    )
    record_event(petition, "rate", by=by, at=at, organization=petition.organization, after=ratings)


def _send_back(petition, given, *, by, at):
    why = f"本人不满意（办理 {given['handling_rating']} 分，结果 {given['rating']} 分）：{given['content']}"
    if own_reopenings(petition) < settings.PUBLIC_REOPENS:
        try:
            with transaction.atomic():
                perform("reopen", petition, by=by, at=at, data={"reason": why[:WHY_LENGTH]})
        except DomainError:
            # A closed unit, a merged matter: an organizer finds the way.
            petition.refresh_from_db()
        else:
            public_notices.tell_sent_back(petition, at=at)
            return "reopened"
    record_event(petition, "ask_reopen", by=by, at=at, organization=petition.organization, note=why)
    public_notices.tell_reopen_asked(petition, at=at)
    return "asked"


def own_reopenings(petition):
    """How often the person has sent her matter back herself."""
    return Event.objects.about(petition).filter(verb="reopen", door="public").count()


def withdraw_from_public(petition, *, by, at, reason=""):
    """She does not want it pursued any more; possible until it is answered."""
    given = clean_given(WITHDRAW, {"reason": reason}, petition, None, step="撤回")
    words = f"{WITHDRAWN_ONLINE}：{given['reason']}" if given["reason"] else WITHDRAWN_ONLINE
    perform("withdraw", petition, by=by, at=at, data={"reason": words[:WHY_LENGTH]})
    public_notices.tell_withdrawn(petition, at=at)
    return petition
