"""Who can take over whose duty: asked before a swap is offered, while the offer stands, and when it is taken (R21).

Only what keeps every hard rule counts. One board answers for everybody, so that the number of queries stays the same
however many colleagues, duties or offers there are.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from representatives.models import Mandate, Person
from studios import roster
from studios.actions.seats import AROUND, board_around, candidates, day_id_of
from studios.boards import load_board
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, SwapRequest


@dataclass(frozen=True)
class Partners:
    """Who could help out: those who can simply come, and those who can by giving a duty of theirs in return."""

    plain: list[Mandate]
    exchanges: list[tuple[Mandate, list[Duty]]]

    def __bool__(self):
        return bool(self.plain or self.exchanges)


@dataclass(frozen=True)
class OpenOffer:
    """A colleague's open offer, as one representative sees it."""

    swap: SwapRequest
    mandate: Mandate | None
    """With which she would take it; None where she does not sit at the venue."""
    refusal: str
    """Why she cannot simply come, in a sentence; empty where she can."""
    returns: list[Duty] = field(default_factory=list)
    """Duties of hers that she may give in return."""

    @property
    def is_plain(self):
        return self.mandate is not None and not self.refusal

    @property
    def can_be_taken(self):
        return self.mandate is not None and bool(self.is_plain or self.returns)


def takers(swap):
    """Mandates that may take it without anything in return: every hard rule holds for them."""
    return [mandate for mandate, one in candidates(swap.duty.day, instead_of=swap.duty) if one.is_valid]


def partners_of(duty, *, on):
    """Who could take this duty over, on the day `on`. Returns Partners."""
    plain = [mandate for mandate, one in candidates(duty.day, instead_of=duty) if one.is_valid]
    loaded = board_around(duty.day)
    of_person = {}
    for other in _exchangeable([duty.day.studio_id], on=on).exclude(day=duty.day_id):
        if other.person_id != duty.person_id and _can_exchange(loaded, duty, other):
            of_person.setdefault(other.person_id, []).append(other)
    simply = {mandate.person_id for mandate in plain}
    exchanges = [(rows[0].mandate, rows) for person, rows in of_person.items() if person not in simply]
    return Partners(plain, exchanges)


def returns_for(swap, mandate, *, on):
    """Her coming duties at the same venue that she may give in return: a true exchange that keeps every rule."""
    duty = swap.duty
    loaded = board_around(duty.day)
    own = _exchangeable([duty.day.studio_id], on=on).filter(person=mandate.person_id)
    return [other for other in own.exclude(day=duty.day_id) if _can_exchange(loaded, duty, other)]


def offers_to(user, *, on, swap=None):
    """The open offers of her colleagues at the venues where she sits (or `swap` alone), the soonest first: [OpenOffer]."""
    rows = SwapRequest.objects.visible_to(user)
    rows = rows.filter(pk=swap.pk) if swap else _to_be_taken(rows, on=on)
    rows = rows.exclude(duty__person__user_id=user.pk).select_related(
        "duty__day__studio", "duty__person", "duty__mandate"
    )
    swaps = list(rows.order_by("duty__date", "pk"))
    if not swaps:
        return []
    return _weigh(swaps, user, on=on)


def _to_be_taken(rows, *, on):
    return rows.filter(
        state=SwapState.OPEN,
        duty__status__in=DutyStatus.ahead(),
        duty__date__gt=on,
        duty__day__status=DayStatus.PUBLISHED,
    )


def _weigh(swaps, user, *, on):
    """What these people do at other venues the board tells as their history."""
    days = [swap.duty.day for swap in swaps]
    venues = {day.studio_id: day.studio for day in days}
    loaded = load_board(
        venues.values(),
        min(day.date for day in days) - AROUND,
        max(day.date for day in days) + AROUND,
        as_it_stands=True,
    )
    own = list(_exchangeable(venues, on=on).filter(person__user_id=user.pk))
    person = Person.objects.filter(user_id=user.pk).values_list("pk", flat=True).first()
    return [_offer(loaded, swap, person, own) for swap in swaps]


def _offer(loaded, swap, person, own):
    duty = swap.duty
    mandate = loaded.mandates.get((person, duty.day.studio_id))
    if mandate is None:
        return OpenOffer(swap, None, "您不在这个工作室轮值，接不了这一班。")
    if day_id_of(duty) not in loaded.days:
        return OpenOffer(swap, mandate, "这一天的安排有变动，现在不能接。")
    effect = roster.what_if(loaded.board, handing_over(duty, person))
    refusal = effect.breaches[0].told if effect.breaches else ""
    returns = [
        other
        for other in own
        if (other.day.studio_id, other.day_id != duty.day_id) == (duty.day.studio_id, True)
        and _can_exchange(loaded, duty, other)
    ]
    return OpenOffer(swap, mandate, refusal, returns)


def _exchangeable(venues, *, on):
    """Published duties ahead that may still change hands: from tomorrow on."""
    return (
        Duty.objects.ahead(on=on + timedelta(days=1))
        .filter(day__studio__in=venues, day__status=DayStatus.PUBLISHED)
        .select_related("day__studio", "person", "mandate__person")
        .order_by("date", "pk")
    )


def is_exchangeable(duty, *, on):
    """May this duty be given in return, as it now stands?"""
    return duty.day.status == DayStatus.PUBLISHED and duty.status in DutyStatus.ahead() and duty.date > on


def _can_exchange(loaded, duty, other):
    return day_id_of(other) in loaded.days and roster.what_if(loaded.board, exchange_of(duty, other)).is_valid


def handing_over(duty, person):
    """The change on the board: `person` comes in the place of who has the duty."""
    return roster.Change(
        remove=(roster.Duty(day_id_of(duty), duty.person_id),),
        add=(roster.Duty(day_id_of(duty), person),),
    )


def exchange_of(duty, other):
    """The change on the board: the two duties change their people."""
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
