"""What a call-back found, written down by somebody who had no hand in the matter (R56)."""

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions.call_backs import may_call
from petitions.enums import CallBackState
from petitions.models import CallBack
from records.actions import record_event
from records.moves import Given, clean_given
from records.verbs import register_verbs

register_verbs("petitions.callback", {"recorded": "记录回访"})

RECORD = (
    Given("reached", "打通了吗", "boolean", required=False, help="没打通的不用填下面几项，打满几次为止"),
    Given("was_told", "确已告知本人", "boolean", required=False, help="本人说没人告诉过她的，不要勾"),
    Given("handling_rating", "办理满意度", "integer", required=False, minimum=1, maximum=5),
    Given("result_rating", "结果满意度", "integer", required=False, minimum=1, maximum=5),
    Given("remark", "本人怎么说", "long_text", required=False, max_length=2000),
)


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
