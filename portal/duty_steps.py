"""What a representative does about one duty, as her phone words it; the verbs themselves are the venue's."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.errors import Conflict
from studios.actions.duties import ask_leave, confirm_duty
from studios.actions.swaps import OFFER, offer_swap
from studios.actions.the_day import CODE, check_in_by_code
from studios.moves import DUTIES


@dataclass(frozen=True)
class DutyStep:
    """`may` names the property of the line that says whether the step is open; `closed` what is said where not."""

    verb: str
    title: str
    button: str
    done: str
    closed: str
    may: str
    do: Callable
    needs: tuple = ()
    hint: str = ""
    template: str = "duty_step"
    has_page: bool = True

    def check(self, line):
        if not getattr(line, self.may):
            raise Conflict(self.closed, code="wrong-state")

    def dress(self, form):
        """Digits are typed large, on the number pad, and no phone offers yesterday's."""
        if "code" in form.fields:
            form.fields["code"].widget.attrs |= {
                "inputmode": "numeric",
                "autocomplete": "off",
                "pattern": "[0-9 ]*",
                "maxlength": 10,
                "autofocus": True,
            }


def _confirm(duty, *, by, at, data):
    return confirm_duty(duty, by=by, at=at)


def _ask_leave(duty, *, by, at, data):
    return ask_leave(duty, by=by, at=at, **data)


def _offer(duty, *, by, at, data):
    return offer_swap(duty, by=by, at=at, **data)


def _check_in(duty, *, by, at, data):
    return check_in_by_code(duty, by=by, at=at, code=data["code"])


NOT_AHEAD = "这一班现在不能再改。有出入的请联系联络员。"

STEPS = {
    step.verb: step
    for step in (
        DutyStep(
            verb="confirm",
            title="确认到岗",
            button="确认到岗",
            done="已确认，到时候见。前一天还会提醒您。",
            closed="这一班不用再确认。",
            may="can_confirm",
            do=_confirm,
            has_page=False,
        ),
        DutyStep(
            verb="ask_leave",
            title="请假",
            button="请假",
            done="已请假，联络员收到了通知，会另找人接替。",
            closed=NOT_AHEAD,
            may="is_ahead",
            do=_ask_leave,
            needs=DUTIES["ask_leave"].needs,
            hint="席位空出来，联络员马上收到通知，另找代表接替。",
        ),
        DutyStep(
            verb="offer",
            title="请人换班",
            button="请他们来接",
            done="已通知能接的同事，有人接了就告诉您。",
            closed="这一班现在不能换。当天来不了，请直接请假。",
            may="can_offer",
            do=_offer,
            needs=OFFER,
            hint="能接的同事都会收到通知，谁先接就是谁。",
        ),
        DutyStep(
            verb="check_in",
            title="签到",
            button="签到",
            done="已签到。辛苦了。",
            closed="现在不用签到。签到只在接待日当天，事后补签请联系联络员。",
            may="can_check_in",
            do=_check_in,
            needs=(CODE,),
            template="duty_check_in",
        ),
    )
}
