"""What a representative does with her duty, or the staff for her: confirm, ask for leave (R21)."""

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import record_event
from records.moves import Given, check_move, clean_given, make_move
from studios import rules
from studios.actions.seats import candidates
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, Leave, SwapRequest
from studios.moves import DUTIES
from studios.notices import tell_keepers, when

LEAVE = (
    Given("start_date", "从哪天", "date"),
    Given("end_date", "到哪天", "date"),
    Given("reason", "事由", max_length=200, help="如外出务工、住院、培训"),
)


@transaction.atomic
def confirm_duty(duty, *, by, at):
    """She will be there."""
    move = DUTIES["confirm"]
    check_move(duty, move, by=by, status=DutyStatus)
    _check_ahead(duty, at)
    _make(duty, move, by=by, at=at, changes={"confirmed_at": at})
    return duty


@transaction.atomic
def ask_leave(duty, *, by, at, **data):
    """She cannot come. The seat is free; the keepers are told, with who could take it. Returns the Duty."""
    move = DUTIES["ask_leave"]
    check_move(duty, move, by=by, status=DutyStatus)
    given = move.clean(data, duty, by.user)
    _check_ahead(duty, at)
    _make(duty, move, by=by, at=at, changes={"left_reason": given["reason"]}, note=given["reason"])
    SwapRequest.objects.filter(duty=duty, state__in=SwapState.open_states()).update(
        state=SwapState.WITHDRAWN, decided_at=at
    )
    if not Leave.objects.covering(duty.date).filter(person=duty.person).exists():
        Leave.objects.create(
            person=duty.person,
            start_date=duty.date,
            end_date=duty.date,
            reason=given["reason"],
            recorded_at=at,
            recorded_by=by.user,
        )
    _tell_of_the_gap(duty, given["reason"], at=at, unless=by.user)
    return duty


def _tell_of_the_gap(duty, reason, *, at, unless):
    best = next((mandate for mandate, one in candidates(duty.day) if one.is_valid), None)
    hint = (
        f"建议由{best.person.name}代表接替。" if best else "本室没有别的代表能接，请改期或请别的工作室支援。"
    )
    tell_keepers(duty.day, f"{duty.person.name}代表请假", at=at, body=f"{reason}　{hint}", unless=unless)


def _check_ahead(duty, at):
    if duty.day.status != DayStatus.PUBLISHED:
        raise Conflict(f"这个接待日现在是「{duty.day.get_status_display()}」，不用再办。", code="wrong-state")
    if duty.date < timezone.localdate(at):
        raise Conflict("这一天已经过去，不能再改。有出入的请联系联络员。", code="wrong-day")


def _make(duty, move, *, by, at, changes=None, note=""):
    return make_move(
        duty,
        move,
        by=by,
        at=at,
        organization=duty.day.studio.organization,
        status=DutyStatus,
        changes={**(changes or {}), "changed_at": at, "sequence": duty.sequence + 1},
        after={"date": duty.date.isoformat()},
        note=note,
    )


@transaction.atomic
def record_leave(person, *, by, at, organization, **data):
    """Days on which she cannot sit, known ahead: the planner passes them over. Returns (Leave, [her duties within]).

    Duties that are published already stay hers until she asks for leave of each: the public counts on them.
    """
    if not _may_record(by.user, person):
        raise NotAllowed("只能给自己登记请假，或由联络员、组工干部代为登记。")
    given = clean_given(LEAVE, data, person, by.user, step="登记请假")
    if given["end_date"] < given["start_date"]:
        raise InvalidInput({"end_date": ["结束日期不能早于开始日期，请核对。"]})
    if given["end_date"] < timezone.localdate(at):
        raise InvalidInput({"end_date": ["这段日子已经过去，不用再登记。"]})
    if (given["end_date"] - given["start_date"]).days > 366:
        raise InvalidInput({"end_date": ["一次最多登记一年，请分次登记。"]})
    leave = Leave.objects.create(person=person, recorded_at=at, recorded_by=by.user, **given)
    record_event(
        leave,
        "record",
        by=by,
        at=at,
        organization=organization,
        after={"start_date": leave.start_date.isoformat(), "end_date": leave.end_date.isoformat()},
        note=leave.reason,
    )
    duties = Duty.objects.filter(
        person=person, status__in=DutyStatus.ahead(), date__range=(leave.start_date, leave.end_date)
    )
    return leave, list(duties.exclude(day__status=DayStatus.PLANNED).select_related("day__studio"))


@transaction.atomic
def withdraw_leave(leave, *, by, at, organization):
    if not _may_record(by.user, leave.person):
        raise NotAllowed("只能撤销自己的请假，或由联络员、组工干部代办。")
    if Leave.objects.filter(pk=leave.pk, withdrawn_at=None).update(withdrawn_at=at) != 1:
        raise Conflict("这条请假已经撤销了。")
    leave.withdrawn_at = at
    record_event(leave, "withdraw", by=by, at=at, organization=organization)
    return leave


def home_of(person):
    """Whose trail her leave stands in: the place of her newest mandate; None where she has none."""
    mandate = person.mandates.select_related("organization").order_by("-pk").first()
    return mandate.organization if mandate else None


def _may_record(user, person):
    """Herself, and whoever staffs a venue where she may sit."""
    if person.user_id == user.pk:
        return True
    staffed = rules.staffed_studios(None, user)
    seats = person.mandates.filter(group__placement__studio__in=staffed)
    return seats.exists() or person.mandates.filter(studio_placements__studio__in=staffed).exists()


def colleagues_of(duty):
    """Who sits on the same day."""
    return duty.day.duties.holding().exclude(pk=duty.pk).select_related("person", "mandate")


def words_of(duty):
    return f"{when(duty.day)}　{duty.day.studio.name}"
