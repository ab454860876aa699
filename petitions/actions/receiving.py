"""Taking down what somebody said (接待): where a matter begins."""

import re
import unicodedata

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions import notices, rules
from petitions.actions.moving import write_duty
from petitions.confidential import name_offices
from petitions.deadlines import step_due
from petitions.enums import Step
from petitions.models import Petition
from petitions.moves import RECEIVE
from petitions.numbers import next_petition_number
from records.actions import record_event
from records.moves import clean_given
from representatives.actions import hold_seats
from representatives.enums import DutyKind
from studios.enums import DayStatus

PHONE = re.compile(r"[0-9+][0-9]{4,19}")


@transaction.atomic
def receive_petition(*, by, at, source_key=None, reception_day=None, tells=True, **data):
    """Take down what somebody said (接待): the keys of `RECEIVE` in `data`. Returns a Petition in state received.

    `reception_day`: the reception day on which it was said, at the same venue.

    `source_key` names the draft or ledger row it comes from: a second call with the same key returns the matter
    made by the first, so that a form sent twice over a bad line makes one matter.

    With `tells=False` the caller tells the keepers: of many at once, in one notice.
    """
    if not rules.may_receive(by.user):
        raise NotAllowed("您的岗位不登记群众事项，请联系工作室（站）的联络员。")
    if source_key and (known := Petition.objects.filter(source_key=source_key).first()):
        return known
    given = _clean_receipt(data, by=by)
    if reception_day is not None:
        _check_reception_day(reception_day, given, at=at)
        given["reception_day"] = reception_day
    hold_seats(receiving=given["mandate"], field="mandate")
    return take_down(given, by=by, at=at, source_key=source_key, tells=tells)


def take_down(given, *, by, at, source_key=None, tells=True):
    """The matter itself, whoever brought it in: `given` is checked. Call it inside a transaction."""
    given = dict(given)
    accused = given.pop("accused", [])
    home = given["studio"].organization
    due_date, due_explained = step_due(Step.REGISTER, given["kind"], at=at, level=home.kind)
    petition = Petition.objects.create(
        **given,
        number=next_petition_number(home, year=timezone.localtime(at).year),
        organization=home,
        received_at=at,
        due_date=due_date,
        due_explained=due_explained,
        source_key=source_key,
        created_by=by.user,
        is_accusation=bool(accused),
    )
    if accused:
        name_offices(petition, accused)
    record_event(
        petition,
        "receive",
        by=by,
        at=at,
        organization=petition.organization,
        after={"status": petition.status, "channel": petition.channel.code, "kind": petition.kind},
    )
    write_duty(petition, DutyKind.PETITION_RECEIVED, petition, at=at)
    if tells:
        notices.tell_keepers(petition, at=at, unless=by.user)
    return petition


def _check_reception_day(day, given, *, at):
    """A matter belongs to a day on which the venue received: it has come, and was neither missed nor put off."""
    if day.studio_id != given["studio"].pk:
        raise InvalidInput(
            {"studio": [f"这个接待日是{day.studio.name}的，工作室（站）请选它；别处来的事请单独登记。"]}
        )
    if day.status not in (DayStatus.PUBLISHED, DayStatus.HELD):
        raise Conflict(
            f"这个接待日现在是「{day.get_status_display()}」，不能再记事。请单独登记。", code="wrong-state"
        )
    if day.date > timezone.localdate(at):
        raise Conflict("还没有到这个接待日，不能记它的事。请单独登记。", code="not-yet")


def _clean_receipt(data, *, by):
    data = {**data, "petitioner_phone": plain_phone(data.get("petitioner_phone"))}
    given = clean_given(RECEIVE, data, None, by.user, step="接待")
    check_phone(given["petitioner_phone"])
    if given["mandate"] and given["mandate"].level not in rules.Level.city_and_above():
        home, venue = given["mandate"].organization, given["studio"].organization
        if not home.path.startswith(venue.county_path):
            raise InvalidInput({"mandate": ["这位代表不属于该工作室（站）所在的县市区，请另选。"]})
    if given["anonymous"]:
        given["petitioner_name"] = given["petitioner_phone"] = ""
    given["title"] = " ".join(given["title"].split()) or first_sentence(given["content"])
    return given


def plain_phone(phone):
    """A phone number as it was typed or spoken into a form, without the signs between its digits."""
    if not isinstance(phone, str):
        return phone
    return re.sub(r"[\s\-—()]", "", unicodedata.normalize("NFKC", phone))


def check_phone(phone):
    if phone and not PHONE.fullmatch(phone):
        raise InvalidInput({"petitioner_phone": ["联系电话应为5到20位数字，可带区号，请核对后重填。"]})


def first_sentence(text, *, limit=30):
    """A title for a matter that was given none: its first sentence, cut at `limit` characters."""
    sentence = re.split(r"[。！？!?；;\n]", text.strip(), maxsplit=1)[0].strip() or text.strip()
    return sentence if len(sentence) <= limit else f"{sentence[: limit - 1]}…"
