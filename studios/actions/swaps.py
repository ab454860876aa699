"""Swaps (换班): offer a duty to colleagues who can, take one, approve (R21). Only what keeps every hard rule is offered,
and it is looked at again, under a lock, when it is done. Two who take one offer: one wins, the other is told."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.enums import NoticeKind
from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import record_event
from records.moves import Given, clean_given
from representatives.models import Mandate
from studios import roster, rules
from studios.actions.offers import exchange_of, handing_over, is_exchangeable, takers
from studios.actions.seats import board_around, day_id_of, hold_people, leave_seat, take_seat, tell_new_sitter
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, ReceptionDay, SwapRequest
from studios.notices import tell_keepers, tell_sitter, when
from studios.policies import Policies

OFFER = (Given("note", "说明", required=False, max_length=200, help="写给同事看，可以不填"),)
REFUSE = (Given("reason", "不同意的原因", max_length=200),)
GONE = {
    SwapState.TAKEN: "刚才已有同事先接了这一班，不用您再来。谢谢您。",
    SwapState.DONE: "这一班已经换给别的同事了，不用您再来。谢谢您。",
    SwapState.WITHDRAWN: "提出换班的代表已经撤回，这一班不用接了。谢谢您。",
    SwapState.EXPIRED: "这次换班已经结束，不能再接。谢谢您。",
}
"""Why an offer can no longer be taken, to who comes too late."""


@transaction.atomic
def offer_swap(duty, *, by, at, **data):
    """Ask colleagues to take a duty over. Those who can are told. Returns the SwapRequest."""
    if not rules.hers_or_staff(by.user, duty):
        raise NotAllowed("只能换自己的班。")
    given = clean_given(OFFER, data, duty, by.user, step="请人换班")
    duty = _locked_duty(duty.pk)
    _check_swappable(duty, at)
    if SwapRequest.objects.open().filter(duty=duty).exists():
        raise Conflict("这一班已经在等人接了，不用再提。", code="already-offered")
    swap = SwapRequest.objects.create(duty=duty, note=given["note"], offered_at=at)
    _record(swap, "offer", by=by, at=at, note=given["note"])
    for mandate in takers(swap):
        _tell_taker(swap, mandate, at=at)
    return swap


@transaction.atomic
def take_swap(swap, mandate, *, by, at, in_return=None):
    """A colleague takes the duty over. Done at once where the policy says so, else staff approve. Returns the swap."""
    if mandate.pk not in {one.pk for one in _own_mandates(by.user)}:
        raise NotAllowed("只能用自己的代表资格接班。")
    swap = _locked_swap(swap.pk)
    if swap.state != SwapState.OPEN:
        raise Conflict(GONE.get(swap.state, GONE[SwapState.EXPIRED]), code="swap-gone")
    duty = swap.duty
    _check_swappable(duty, at)
    _check_holds(swap, mandate, in_return, at=at)
    swap.state, swap.taken_by, swap.in_return, swap.taken_at = SwapState.TAKEN, mandate, in_return, at
    if (
        SwapRequest.objects.filter(pk=swap.pk, state=SwapState.OPEN).update(
            state=SwapState.TAKEN, taken_by=mandate, in_return=in_return, taken_at=at
        )
        != 1
    ):
        raise Conflict(GONE[SwapState.TAKEN], code="swap-gone")
    _record(swap, "take", by=by, at=at, after={"mandate": mandate.pk})
    if Policies().of(duty.day.studio).approves_swaps_itself:
        _complete(swap, by=by, at=at)
    else:
        body = f"{duty.person.name} → {mandate.person.name}，请同意或说明原因。"
        tell_keepers(duty.day, "换班待同意", at=at, body=body)
    return swap


def _own_mandates(user):
    return Mandate.objects.in_office().filter(person__user_id=user.pk)


def _check_holds(swap, mandate, in_return, *, at):
    """Every hard rule, on what the database says now."""
    duty = swap.duty
    if mandate.person_id == duty.person_id:
        raise InvalidInput({"mandate": ["这是您自己的班，不能自己接。要来就请撤回换班。"]})
    hold_people(mandate.person_id, duty.person_id)
    loaded = board_around(duty.day)
    if in_return is None:
        change = handing_over(duty, mandate.person_id)
    else:
        in_return = Duty.objects.select_related("day").get(pk=in_return.pk)
        is_hers = in_return.person_id == mandate.person_id and day_id_of(in_return) in loaded.days
        if not is_hers or in_return.day.studio_id != duty.day.studio_id:
            raise InvalidInput({"in_return": ["只能拿自己在本室的班来换，请另选。"]})
        if not is_exchangeable(in_return, on=timezone.localdate(at)):
            raise InvalidInput({"in_return": ["这一班现在不能拿来换了，请另选一班。"]})
        change = exchange_of(duty, in_return)
    effect = roster.what_if(loaded.board, change)
    if not effect.is_valid:
        raise InvalidInput({"mandate": [effect.breaches[0].told]})


@transaction.atomic
def approve_swap(swap, *, by, at):
    """Staff agree; the rules are looked at once more, for days may have passed."""
    swap = _locked_swap(swap.pk)
    _check_decider(swap, by)
    _check_swappable(swap.duty, at)
    _check_holds(swap, swap.taken_by, swap.in_return, at=at)
    return _complete(swap, by=by, at=at)


@transaction.atomic
def refuse_swap(swap, *, by, at, **data):
    """Staff do not agree, and say why; the duty stays where it was."""
    swap = _locked_swap(swap.pk)
    _check_decider(swap, by)
    given = clean_given(REFUSE, data, swap, by.user, step="不同意换班")
    _end(swap, SwapState.REFUSED, by=by, at=at, note=given["reason"])
    _record(swap, "refuse", by=by, at=at, note=given["reason"])
    tell_sitter(swap.duty, "换班没有同意，这一班仍请您来", at=at, body=given["reason"])
    _tell_who_took(swap, "换班没有同意，您不用来接班", at=at, body=given["reason"])
    return swap


@transaction.atomic
def withdraw_swap(swap, *, by, at):
    """She comes herself after all."""
    swap = _locked_swap(swap.pk)
    if not rules.hers_or_staff(by.user, swap.duty):
        raise NotAllowed("只有提出换班的人可以撤回。")
    if swap.state not in SwapState.open_states():
        raise Conflict(f"这次换班「{swap.get_state_display()}」，不能撤回。", code="wrong-state")
    _end(swap, SwapState.WITHDRAWN, by=by, at=at)
    _record(swap, "withdraw", by=by, at=at)
    _tell_who_took(swap, f"{swap.duty.person.name}代表撤回了换班，您不用来接班", at=at)
    return swap


@transaction.atomic
def give_back_swap(swap, *, by, at):
    """She who took it cannot come after all, and staff have not agreed yet: the offer stands open again."""
    swap = _locked_swap(swap.pk)
    if swap.taken_by is None or swap.taken_by.person.user_id != by.user.pk:
        raise NotAllowed("只有接班的代表可以收回。")
    if swap.state != SwapState.TAKEN:
        raise Conflict(
            f"这次换班「{swap.get_state_display()}」，不能收回。来不了请请假。", code="wrong-state"
        )
    fields = {"state": SwapState.OPEN, "taken_by": None, "in_return": None, "taken_at": None}
    if SwapRequest.objects.filter(pk=swap.pk, state=SwapState.TAKEN).update(**fields) != 1:
        raise Conflict("刚才已有人先办了这次换班。请刷新页面。")
    name = swap.taken_by.person.name
    for field, value in fields.items():
        setattr(swap, field, value)
    _record(swap, "give_back", by=by, at=at)
    tell_sitter(swap.duty, f"{name}代表来不了，仍在等人接班", at=at)
    return swap


def expire_swaps(*, on, by, at):
    """Offers whose day has come and that nobody took. Returns how many."""
    late = SwapRequest.objects.open().filter(duty__date__lte=on)
    ids = list(late.values_list("pk", flat=True))
    for pk in ids:
        with transaction.atomic():
            swap = _locked_swap(pk)
            if swap.state in SwapState.open_states():
                _end(swap, SwapState.EXPIRED, by=by, at=at)
                _record(swap, "expire", by=by, at=at)
                if swap.duty.is_ahead:
                    words = "换班还没有同意" if swap.taken_by else "没有人接班"
                    tell_sitter(swap.duty, f"{words}，这一班仍请您来", at=at)
                    _tell_who_took(swap, "换班没有办成，您不用来接班", at=at)
    return len(ids)


def _check_decider(swap, by):
    if not rules.may_staff(by.user, swap.duty.day.studio):
        raise NotAllowed("只有本室的联络员和主管单位的组工干部可以同意换班。")
    if swap.taken_by and swap.taken_by.person.user_id == by.user.pk or swap.duty.person.user_id == by.user.pk:
        raise NotAllowed("自己的换班须由别的工作人员同意。")
    if swap.state != SwapState.TAKEN:
        raise Conflict(f"这次换班「{swap.get_state_display()}」，不用再办。", code="wrong-state")


def _complete(swap, *, by, at):
    duty, mandate, other = swap.duty, swap.taken_by, swap.in_return
    leave_seat(duty, DutyStatus.SWAPPED, at=at, reason=f"换给{mandate.person.name}代表。")
    if other:
        other = Duty.objects.select_related("day__studio", "person__user", "mandate").get(pk=other.pk)
        leave_seat(other, DutyStatus.SWAPPED, at=at, reason=f"换给{duty.person.name}代表。")
    words = f"与{duty.person.name}代表换班。"
    fresh = take_seat(
        duty.day, mandate, at=at, reason=words, replaces=duty, status=DutyStatus.CONFIRMED, is_pinned=True
    )
    if other:
        words = f"与{mandate.person.name}代表换班。"
        take_seat(
            other.day,
            duty.mandate,
            at=at,
            reason=words,
            replaces=other,
            status=DutyStatus.CONFIRMED,
            is_pinned=True,
        )
    _end(swap, SwapState.DONE, by=by, at=at)
    if other:
        # She may have been looking for somebody for that day: it has just found her.
        SwapRequest.objects.open().filter(duty=other).update(state=SwapState.WITHDRAWN, decided_at=at)
    _record(
        swap, "approve", by=by, at=at, after={"mandate": mandate.pk, "in_return": other.pk if other else None}
    )
    tell_sitter(
        duty, f"已换给{mandate.person.name}代表", at=at, body=f"您改为{when(other.day)}。" if other else ""
    )
    tell_new_sitter(fresh, at=at)
    return swap


def _end(swap, state, *, by, at, note=""):
    fields = {"state": state, "decided_at": at, "decided_by": by.user, "decision_note": note}
    if SwapRequest.objects.filter(pk=swap.pk, state=swap.state).update(**fields) != 1:
        raise Conflict("刚才已有人先办了这次换班。请刷新页面。")
    for name, value in fields.items():
        setattr(swap, name, value)


def _check_swappable(duty, at):
    if duty.day.status != DayStatus.PUBLISHED or not duty.is_ahead:
        raise Conflict("这一班现在不能换。请刷新页面，看最新安排。", code="wrong-state")
    if duty.date <= timezone.localdate(at):
        raise Conflict("当天的班来不及换了，请直接请假，联络员会找人接替。", code="too-late-to-swap")


def _locked_duty(pk):
    """The duty with its day held: seats of one day change one after the other."""
    duty = Duty.objects.select_related("day__studio__organization", "person__user", "mandate__person").get(
        pk=pk
    )
    list(ReceptionDay.objects.select_for_update().filter(pk=duty.day_id).values_list("pk"))
    duty.refresh_from_db(fields=["status", "sequence"])
    return duty


def _locked_swap(pk):
    list(SwapRequest.objects.select_for_update().filter(pk=pk).values_list("pk"))
    swap = SwapRequest.objects.select_related(
        "duty__day__studio__organization",
        "duty__person__user",
        "duty__mandate__person",
        "taken_by__person__user",
        "in_return",
    ).get(pk=pk)
    list(ReceptionDay.objects.select_for_update().filter(pk=swap.duty.day_id).values_list("pk"))
    return swap


def _record(swap, verb, *, by, at, after=None, note=""):
    record_event(
        swap,
        verb,
        by=by,
        at=at,
        organization=swap.duty.day.studio.organization,
        after={"date": swap.duty.date.isoformat(), **(after or {})},
        note=note,
    )


def _tell_taker(swap, mandate, *, at):
    user = mandate.person.user if mandate.person.user_id else None
    if user:
        duty = swap.duty
        notify(
            [user],
            title=f"{duty.person.name}代表请人接班：{when(duty.day)}",
            body=f"{duty.day.studio.name}　{swap.note}",
            link=f"/swaps/{swap.pk}/",
            at=at,
            kind=NoticeKind.DUTY,
        )


def _tell_who_took(swap, title, *, at, body=""):
    """Her who was ready to come: nobody leaves her waiting."""
    if swap.taken_by and swap.taken_by.person.user_id:
        day = swap.duty.day
        notify(
            [swap.taken_by.person.user],
            title=f"{title}：{when(day)}",
            body=f"{day.studio.name}　{body}".strip(),
            link=f"/swaps/{swap.pk}/",
            at=at,
            kind=NoticeKind.DUTY,
        )
