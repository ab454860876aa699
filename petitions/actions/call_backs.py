"""What a call-back found, written down by somebody who had no hand in the matter (R56)."""

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions.call_backs import awaits_answer, may_call, may_settle, with_settled, write_settled
from petitions.enums import CallBackState
from petitions.models import CallBack
from records.actions import record_event
from records.moves import Given, clean_given
from records.verbs import register_verbs

register_verbs("petitions.callback", {"recorded": "记录回访", "settled": "说明不重新办理"})

RECORD = (
    Given(
        "reached",
        "打通了吗",
        "boolean",
        required=False,
        help=f"没打通的不要勾，也不用填下面几项；{settings.CALL_BACK_TRIES} 次都没打通，就记为联系不上",
    ),
    Given("was_told", "确已告知本人", "boolean", required=False, help="本人说没有人告诉过结果的，不要勾"),
    Given("handling_rating", "办理满意度", "integer", required=False, minimum=1, maximum=5),
    Given("result_rating", "结果满意度", "integer", required=False, minimum=1, maximum=5),
    Given("remark", "本人怎么说", "long_text", required=False, max_length=2000),
)


SETTLE = (Given("reason", "为什么不重新办理", "long_text", max_length=1000),)


def check_may_record(call_back, *, by):
    if not may_call(by.user, call_back):
        raise NotAllowed(
            "回访须由没有经手这件事的组工干部来做：不能是承办单位、登记的联络员，也不能是告知本人的人。"
        )
    if call_back.state != CallBackState.WAITING:
        raise Conflict(f"这件已是「{call_back.get_state_display()}」，不用再回访。", code="wrong-state")


@transaction.atomic
def record_call_back(call_back, *, by, at, **data):
    """One call: not reached (after the last try it is closed so), or what she said. Returns the CallBack."""
    check_may_record(call_back, by=by)
    given = clean_given(RECORD, data, call_back, by.user, step="记录回访")
    if given["reached"]:
        changes = _answers(given) | {"state": CallBackState.DONE}
    else:
        if given["was_told"] or given["handling_rating"] or given["result_rating"]:
            raise InvalidInput({"reached": ["填了本人的回答，请先勾「打通了吗」；没打通就不要填。"]})
        last = call_back.tries + 1 >= settings.CALL_BACK_TRIES
        changes = {"state": CallBackState.UNREACHED if last else CallBackState.WAITING}
        changes["remark"] = given["remark"]
    waiting = CallBack.objects.filter(pk=call_back.pk, state=CallBackState.WAITING, tries=call_back.tries)
    if waiting.update(tries=F("tries") + 1, called_at=at, called_by=by.user, **changes) != 1:
        raise Conflict("刚才已有人记下了这次回访。请刷新页面，看最新情况。")
    call_back.refresh_from_db()
    _record(call_back, by=by, at=at)
    return call_back


def _answers(given):
    for name, label in (("handling_rating", "办理"), ("result_rating", "结果")):
        if given["was_told"] and given[name] is None:
            raise InvalidInput({name: [f"请问一下本人对{label}满意不满意，打个分。"]})
    return {name: given[name] for name in ("was_told", "handling_rating", "result_rating", "remark")}


def _record(call_back, *, by, at):
    """In the time line of the matter, and in its own; what she said stays in the row."""
    petition = call_back.petition
    after = {
        "state": call_back.state,
        "was_told": call_back.was_told,
        "handling_rating": call_back.handling_rating,
        "result_rating": call_back.result_rating,
    }
    for subject, verb in ((call_back, "recorded"), (petition, "called_back")):
        record_event(subject, verb, by=by, at=at, organization=petition.organization, after=after)


@transaction.atomic
def settle_call_back(call_back, *, by, at, **data):
    """She is not satisfied, or was never told, and it is not handled again: the reason why (R56)."""
    if not may_settle(by.user, call_back):
        raise NotAllowed("是否重新办理，由主管单位的组工干部决定，承办单位不能代写。请联系他们。")
    given = clean_given(SETTLE, data, call_back, by.user, step="说明不重新办理")
    locked = CallBack.objects.select_for_update(of=("self",)).filter(pk=call_back.pk)
    call_back = with_settled(locked).select_related("petition__organization", "petition__studio").get()
    if not awaits_answer(call_back):
        raise Conflict("这次回访没有要说明的：本人满意，或已重新办理，或已写明理由。请刷新页面。")
    write_settled(call_back, by=by, at=at, reason=given["reason"])
    call_back.is_settled = True
    return call_back
