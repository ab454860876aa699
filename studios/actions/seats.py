"""Who sits on which seat: staff put somebody there, take her off, or let the duty go with a day that is put off."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import record_event
from records.moves import Given, clean_given
from representatives.models import Mandate, Person
from studios import roster, rules
from studios.actions.publishing import tell_published
from studios.boards import day_id, eligible_mandates, load_board, neighbours_of
from studios.enums import DayStatus, DutyStatus
from studios.models import Duty, ReceptionDay
from studios.notices import tell_sitter

AROUND = timedelta(days=75)
"""How far around a day the board is read to answer questions about one seat: adjacent days lie within it."""


def board_around(day):
    """The board of the day's venue, and of the other venues where its people may sit, around the day."""
    first, last = day.date - AROUND, day.date + AROUND
    return load_board(neighbours_of(day.studio, on=day.date), first, last, as_it_stands=True)


def hold_people(*ids):
    """Until the end of the transaction nobody else gives these people a duty: two days that are next to each other have
    a row each, and only the person is the same. Ask the board after this."""
    rows = Person.objects.filter(pk__in=ids).select_for_update(no_key=True)
    list(rows.order_by("pk").values_list("pk"))


def sitters_options(day, _user):
    """Mandates that belong to the day's venue."""
    return Mandate.objects.filter(
        pk__in=[mandate.pk for _studio, mandate in eligible_mandates([day.studio_id], on=day.date)]
    )


SEAT = (
    Given("mandate", "代表", "model", options=sitters_options),
    Given("instead_of", "接替谁", "model", required=False, options=lambda day, _user: day.duties.holding()),
    Given("reason", "说明", required=False, max_length=200),
)
UNSEAT = (Given("reason", "原因", max_length=200),)


def candidates(day, *, instead_of=None):
    """[(Mandate, roster.Candidate)] of everybody who belongs to the venue, the best first, the impossible last."""
    return _candidates(board_around(day), day, instead_of)


def _candidates(loaded, day, instead_of):
    leaving = instead_of.person_id if instead_of and instead_of.is_holding else None
    found = roster.valid_substitutes(loaded.board, day_id(day), leaving=leaving)
    return [
        (loaded.mandate(one.person, day.studio_id), one)
        for one in found
        if (one.person, day.studio_id) in loaded.mandates
    ]


@dataclass(frozen=True)
class SeatChoice:
    """Somebody who could be put on a seat, with what it would do; `effect` is None where it cannot be."""

    mandate: Mandate
    candidate: roster.Candidate
    effect: roster.Effect | None

    @property
    def key(self):
        """The mandate's id as a form sends it."""
        return str(self.mandate.pk)


def seat_choices(day, *, instead_of=None):
    """As `candidates`, each with what choosing her would do to fairness. The board is read once."""
    loaded = board_around(day)
    return [
        SeatChoice(mandate, one, _effect(loaded, day, mandate, instead_of) if one.is_valid else None)
        for mandate, one in _candidates(loaded, day, instead_of)
    ]


def without(board, duties):
    """The board as if these duties (our rows) had been given up."""
    gone = {(day_id_of(duty), duty.person_id) for duty in duties}
    kept = tuple(one for one in board.duties if (one.day, one.person) not in gone)
    return roster.Board(board.people, board.days, kept, board.earlier, board.until)


def day_id_of(duty):
    return f"{duty.day_id:012d}"


def effect_of(day, mandate, *, instead_of=None):
    """What it would do to put her there (in the place of somebody): roster.Effect."""
    return _effect(board_around(day), day, mandate, instead_of)


def _effect(loaded, day, mandate, instead_of):
    change = roster.Change(
        remove=(roster.Duty(day_id(day), instead_of.person_id),) if instead_of else (),
        add=(roster.Duty(day_id(day), mandate.person_id),),
    )
    return roster.what_if(loaded.board, change)


@transaction.atomic
def seat(day, *, by, at, **data):
    """Put a representative on a day, in the place of another one or on a free seat. Returns the Duty.

    InvalidInput where a hard rule forbids it (leave, another duty that day, adjacent days, mandate), with the rule.
    """
    day = _locked(day, by=by, at=at)
    given = clean_given(SEAT, data, day, by.user, step="安排代表")
    mandate, instead_of = given["mandate"], given["instead_of"]
    if instead_of is None and day.duties.holding().count() >= day.seats:
        raise InvalidInput({"instead_of": [f"这一天的 {day.seats} 个席位已排满，请选择接替谁。"]})
    if instead_of and instead_of.status == DutyStatus.SERVED:
        raise Conflict("这位代表已经签到，不能再换人。", code="wrong-state")
    hold_people(mandate.person_id)
    effect = effect_of(day, mandate, instead_of=instead_of)
    if not effect.is_valid:
        raise InvalidInput({"mandate": [effect.breaches[0].told]})
    if instead_of:
        leave_seat(instead_of, DutyStatus.REPLACED, at=at, reason=given["reason"] or "由工作人员调整。")
    duty = take_seat(
        day,
        mandate,
        at=at,
        reason=given["reason"] or "由工作人员选定。",
        replaces=instead_of,
        is_pinned=True,
    )
    record_event(
        day,
        "seat",
        by=by,
        at=at,
        organization=day.studio.organization,
        before={"mandate": instead_of.mandate_id} if instead_of else {},
        after={"mandate": mandate.pk, "date": day.date.isoformat()},
        note=given["reason"],
    )
    if day.status == DayStatus.PUBLISHED:
        if instead_of:
            tell_sitter(instead_of, "您的驻室已取消", at=at, body=given["reason"])
        tell_new_sitter(duty, at=at)
    return duty


@transaction.atomic
def unseat(day, duty, *, by, at, **data):
    """Take somebody off a day; the seat stays free until somebody is put there."""
    day = _locked(day, by=by, at=at)
    given = clean_given(UNSEAT, data, day, by.user, step="撤下代表")
    if duty.day_id != day.pk or not duty.is_ahead:
        raise Conflict("这一席现在不能撤下。请刷新页面，看最新安排。", code="wrong-state")
    leave_seat(duty, DutyStatus.REPLACED, at=at, reason=given["reason"])
    record_event(
        day,
        "unseat",
        by=by,
        at=at,
        organization=day.studio.organization,
        before={"mandate": duty.mandate_id},
        after={"date": day.date.isoformat()},
        note=given["reason"],
    )
    if day.status == DayStatus.PUBLISHED:
        tell_sitter(duty, "您的驻室已取消", at=at, body=given["reason"])
    return duty


def _locked(day, *, by, at):
    """The day as it now is, held until the transaction is over: seats are not filled twice."""
    if not rules.may_staff(by.user, day.studio):
        raise NotAllowed("只有本室的联络员和主管单位的组工干部可以排班，请联系他们。")
    rows = ReceptionDay.objects.select_for_update(of=("self",)).select_related("studio__organization")
    day = rows.get(pk=day.pk)
    if not day.is_coming:
        raise Conflict(f"这个接待日现在是「{day.get_status_display()}」，不能再排班。", code="wrong-state")
    if day.date < timezone.localdate(at):
        raise Conflict("这一天已经过去，不能再排班。请登记接待情况。", code="wrong-day")
    return day


def leave_seat(duty, status, *, at, reason):
    """The seat is no longer hers. Conflict where somebody was first."""
    rows = Duty.objects.filter(pk=duty.pk, status__in=DutyStatus.ahead())
    fields = {"status": status, "left_reason": reason[:200], "changed_at": at, "sequence": duty.sequence + 1}
    if rows.update(**fields) != 1:
        raise Conflict("刚才已有人改了这一席的安排。请刷新页面，看最新情况。")
    for name, value in fields.items():
        setattr(duty, name, value)


def take_seat(day, mandate, *, at, reason, replaces=None, is_pinned=False, status=DutyStatus.ASSIGNED):
    """A new duty. Conflict where the database refuses it: she sits somewhere that day already."""
    try:
        with transaction.atomic():
            return Duty.objects.create(
                day=day,
                mandate=mandate,
                person_id=mandate.person_id,
                date=day.date,
                status=status,
                reason=reason[:300],
                replaces=replaces,
                is_pinned=is_pinned,
                changed_at=at,
            )
    except IntegrityError as fault:
        raise Conflict(
            f"{mandate.person.name}那天刚刚排了别的班。请刷新页面，看最新安排。", code="double-booking"
        ) from fault


def tell_new_sitter(duty, *, at):
    duties = list(duty.day.duties.holding().select_related("person__user", "mandate", "day__studio"))
    tell_published(duty.day, duties, at=at)


def move_seats(day, later, *, by, at, reason):
    """The day was put off: whoever can sit on the later day goes with it; of the others the seat is free."""
    duties = list(
        day.duties.filter(status__in=DutyStatus.ahead()).select_related("mandate__person", "person__user")
    )
    loaded = board_around(later)
    unable = []
    board = without(loaded.board, duties)
    for duty in duties:
        duty.day = day
        leave_seat(duty, DutyStatus.REPLACED, at=at, reason=f"改到{later.date.month}月{later.date.day}日。")
        effect = roster.what_if(board, roster.Change(add=(roster.Duty(day_id(later), duty.person_id),)))
        if effect.is_valid:
            take_seat(later, duty.mandate, at=at, reason=duty.reason, replaces=duty, is_pinned=duty.is_pinned)
        else:
            unable.append(f"{duty.person.name}：{effect.breaches[0].told}")
            if day.published_at:
                tell_sitter(duty, "接待日改期，您不用来了", at=at, body=effect.breaches[0].told)
    if unable:
        later.unfilled_reason = "；".join(unable)[:300]
        later.save(update_fields=["unfilled_reason"])
    if later.status == DayStatus.PUBLISHED:
        kept = list(later.duties.holding().select_related("person__user", "mandate"))
        tell_published(later, kept, at=at)
