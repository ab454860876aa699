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
from studios.actions.seats import board_around, candidates, day_id_of, leave_seat, take_seat, tell_new_sitter
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, ReceptionDay, SwapRequest
from studios.notices import tell_keepers, tell_sitter, when
from studios.policies import Policies

OFFER = (Given("note", "说明", required=False, max_length=200, help="写给同事看，可以不填"),)
REFUSE = (Given("reason", "不同意的原因", max_length=200),)


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


def takers(swap):
    """Mandates that may take it without anything in return: every hard rule holds for them."""
    duty = swap.duty
    return [mandate for mandate, one in candidates(duty.day, instead_of=duty) if one.is_valid]


def returns_for(swap, mandate):
    """Her coming duties at the same venue that she may give in return: a true exchange that keeps every rule."""
    duty = swap.duty
    loaded = board_around(duty.day)
    own = (
        Duty.objects.filter(
            person=mandate.person_id,
            day__studio=duty.day.studio_id,
            day__status=DayStatus.PUBLISHED,
            status__in=DutyStatus.ahead(),
            date__gt=timezone.localdate(swap.offered_at),
        )
        .exclude(day=duty.day_id)
        .select_related("day__studio", "person")
    )
    return [
        other
        for other in own
        if day_id_of(other) in loaded.days and roster.what_if(loaded.board, _exchange(duty, other)).is_valid
    ]


def _exchange(duty, other):
    return roster.Change(
        remove=(
            roster.Duty(day_id_of(duty), duty.person_id),
            roster.Duty(day_id_of(other), other.person_id),
        ),
        add=(
            roster.Duty(day_id_of(duty), other.person_id),
            roster.Duty(day_id_of(other), duty.person_id),
        ),
    )


@transaction.atomic
def take_swap(swap, mandate, *, by, at, in_return=None):
    """A colleague takes the duty over. Done at once where the policy says so, else staff approve. Returns the swap."""
    if mandate.pk not in {one.pk for one in _own_mandates(by.user)}:
        raise NotAllowed("只能用自己的代表资格接班。")
    swap = _locked_swap(swap.pk)
    if swap.state != SwapState.OPEN:
        raise Conflict(f"这一班「{swap.get_state_display()}」，刚才已有人先接了。谢谢您。", code="swap-gone")
    duty = swap.duty
    _check_swappable(duty, at)
    _check_holds(swap, mandate, in_return)
    swap.state, swap.taken_by, swap.in_return, swap.taken_at = SwapState.TAKEN, mandate, in_return, at
    if (
        SwapRequest.objects.filter(pk=swap.pk, state=SwapState.OPEN).update(
            state=SwapState.TAKEN, taken_by=mandate, in_return=in_return, taken_at=at
        )
        != 1
    ):
        raise Conflict("刚才已有人先接了这一班。谢谢您。", code="swap-gone")
    _record(swap, "take", by=by, at=at, after={"mandate": mandate.pk})
    if Policies().of(duty.day.studio).approves_swaps_itself:
        _complete(swap, by=by, at=at)
    else:
        body = f"{duty.person.name} → {mandate.person.name}，请同意或说明原因。"
        tell_keepers(duty.day, "换班待同意", at=at, body=body)
    return swap


def _own_mandates(user):
    return Mandate.objects.in_office().filter(person__user_id=user.pk)


def _check_holds(swap, mandate, in_return):
    """Every hard rule, on what the database says now."""
    duty = swap.duty
    if mandate.person_id == duty.person_id:
        raise InvalidInput({"mandate": ["这是您自己的班，不能自己接。要来就请撤回换班。"]})
    loaded = board_around(duty.day)
    if in_return is None:
        change = roster.Change(
            remove=(roster.Duty(day_id_of(duty), duty.person_id),),
            add=(roster.Duty(day_id_of(duty), mandate.person_id),),
        )
    else:
        if in_return.person_id != mandate.person_id or day_id_of(in_return) not in loaded.days:
            raise InvalidInput({"in_return": ["只能拿自己在本室的班来换，请另选。"]})
        change = _exchange(duty, in_return)
    effect = roster.what_if(loaded.board, change)
    if not effect.is_valid:
        raise InvalidInput({"mandate": [effect.breaches[0].told]})


@transaction.atomic
def approve_swap(swap, *, by, at):
    """Staff agree; the rules are looked at once more, for days may have passed."""
    swap = _locked_swap(swap.pk)
    _check_decider(swap, by)
    _check_swappable(swap.duty, at)
    _check_holds(swap, swap.taken_by, swap.in_return)
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
                    tell_sitter(swap.duty, "没有人接班，这一班仍请您来", at=at)
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
