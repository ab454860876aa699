"""Who is put on the roster of a session: by its rule, or by hand (R28, R30)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import record_event
from records.bulk import EventRow, record_events
from records.moves import Given, clean_given
from representatives.models import Mandate
from studios.models import Leave
from training import rules
from training.audiences import audience_of, one_seat_each, placed_ahead, reason_for, trained_between
from training.enums import EnrolmentSource, EnrolmentStatus, TrainingStatus
from training.models import Enrolment, Training
from training.notices import tell_learners

BATCH = 500
PEOPLE = (
    Given("people", _("人员"), "models", options=rules.people_seen, help=_("代表，或陪同参训的结对青年干部")),
)
ONE = (Given("person", _("人员"), "model", options=rules.people_seen),)
BY_RULE = (
    Given(
        "only_missing",
        _("只列今年还没有参训的"),
        "boolean",
        required=False,
    ),
)


@dataclass(frozen=True)
class Listed:
    """What drawing up a roster has come to."""

    added: int
    on_leave: int = 0
    elsewhere: int = 0
    """Passed over: away on those days, or in another session at the time."""
    no_seat: int = 0
    """There was no place left for so many."""

    @property
    def words(self):
        parts = [f"列入 {self.added} 人"]
        if self.on_leave:
            parts.append(f"{self.on_leave} 人那几天请了假，没有列")
        if self.elsewhere:
            parts.append(f"{self.elsewhere} 人同一时间在别的班，没有列")
        if self.no_seat:
            parts.append(f"名额已满，还有 {self.no_seat} 人没有列上")
        return "；".join(parts) + "。"


def check_open_roster(training, *, by, at):
    """The roster of a session can be changed by its organizers until it is over."""
    if by.user is not None and not rules.may_organize(by.user, training):
        raise NotAllowed("只有主办单位的组工干部可以改名单，请联系他们。")
    if not training.is_coming:
        raise Conflict(f"这个班现在是「{training.get_status_display()}」，名单不能再改。", code="wrong-state")


def lock_training(training):
    """One writer at a time on one roster: seats are counted. Brings the row up to date."""
    fresh = Training.objects.select_for_update(no_key=True).get(pk=training.pk)
    training.status, training.seats, training.published_at = fresh.status, fresh.seats, fresh.published_at
    return training


def seats_taken(training):
    return training.enrolments.filter(status__in=EnrolmentStatus.placed()).count()


@transaction.atomic
def enrol_by_rule(training, *, by, at, data=None):
    """Everybody whom the rule of the session calls and who is not on the list yet, as far as there are seats; who was
    taken off stays off. Those not trained this year come first. Returns Listed."""
    given = clean_given(BY_RULE, data or {}, training, by.user, step="按规则列名单")
    lock_training(training)
    check_open_roster(training, by=by, at=at)
    if training.audience == "hand":
        raise Conflict("这个班的名单是逐人选定的。请逐人添加，或先修改名单规则。", code="no-rule")
    year = (training.start_date.replace(month=1, day=1), training.start_date)
    rows = audience_of(training).annotate(is_trained=trained_between(*year)).select_related("organization")
    if given["only_missing"]:
        rows = rows.filter(is_trained=False).exclude(placed_ahead(timezone.localdate(at)))
    known = set(training.enrolments.values_list("person_id", flat=True))
    seats = [seat for seat in one_seat_each(rows) if seat.person_id not in known]
    seats.sort(key=lambda seat: (seat.is_trained, seat.pk))
    return enrol_seats(training, seats, EnrolmentSource.RULE, by=by, at=at)


def enrol_seats(training, seats, source, *, by, at, reason=""):
    """Put these mandates on the roster of a locked session, as far as they are free and there is room."""
    away, busy = _away(training), _elsewhere(training)
    free, on_leave, elsewhere = [], 0, 0
    for seat in seats:
        if seat.person_id in away:
            on_leave += 1
        elif seat.person_id in busy:
            elsewhere += 1
        else:
            free.append(seat)
    room = max(training.seats - seats_taken(training), 0)
    taken = free[:room]
    is_open = training.status == TrainingStatus.OPEN
    rows = Enrolment.objects.bulk_create(
        [
            Enrolment(
                training=training,
                person_id=seat.person_id,
                mandate=seat,
                organization_id=seat.organization_id,
                status=EnrolmentStatus.INVITED if is_open else EnrolmentStatus.LISTED,
                source=source,
                reason=(reason or reason_for(training, seat))[:200],
                invited_at=at if is_open else None,
                changed_at=at,
            )
            for seat in taken
        ],
        batch_size=BATCH,
    )
    if rows:
        _tell_trail(training, rows, by=by, at=at)
        if is_open:
            invite(training, rows, at=at)
    return Listed(len(rows), on_leave, elsewhere, len(free) - len(rows))


def _tell_trail(training, rows, *, by, at):
    record_event(
        training,
        "enrol_by_rule" if rows[0].source == EnrolmentSource.RULE else "enrol",
        by=by,
        at=at,
        organization=training.organization,
        after={"people": len(rows), "source": str(rows[0].source)},
    )
    events = [
        EventRow(
            row.pk, "enrol", training.organization_id, after={"training": training.pk, "status": row.status}
        )
        for row in rows
    ]
    record_events(Enrolment, events, by=by, at=at)


def invite(training, rows, *, at):
    """Tell these people that they are called."""
    from accounts.models import User

    people = [row.person_id for row in rows]
    users = []
    for start in range(0, len(people), BATCH):
        users += User.objects.filter(person__in=people[start : start + BATCH], is_active=True)
    tell_learners(users, training, "请您参加培训", at=at, body="请点开确认参加；来不了的请写明事由请假。")


def _away(training):
    """People with leave on the session's first day: told by themselves, for whatever is asked of them."""
    return set(Leave.objects.covering(training.start_date).values_list("person_id", flat=True))


def _elsewhere(training):
    rows = Enrolment.objects.filter(
        status__in=EnrolmentStatus.placed(),
        training__status__in=TrainingStatus.coming(),
        training__start_date__lte=training.end_date,
        training__end_date__gte=training.start_date,
    )
    return set(rows.exclude(training=training).values_list("person_id", flat=True))


@transaction.atomic
def enrol_people(training, *, by, at, data):
    """Put people on the roster by hand: representatives, or a young cadre who comes along. Who was taken off comes back.
    Returns the Enrolments; all of them or none."""
    given = clean_given(PEOPLE, data, training, by.user, step="加人")
    lock_training(training)
    check_open_roster(training, by=by, at=at)
    return [_enrol_one(training, person, by=by, at=at) for person in given["people"]]


def _enrol_one(training, person, *, by, at):
    known = training.enrolments.filter(person=person).first()
    if known and known.status != EnrolmentStatus.REMOVED:
        raise InvalidInput({"people": [f"{person.name}已经在名单上。"]})
    if seats_taken(training) >= training.seats:
        raise Conflict(f"名额 {training.seats} 个已满。请先加名额，或移出不来的人。", code="no-seat")
    if person.pk in _elsewhere(training):
        raise InvalidInput({"people": [f"{person.name}同一时间在别的培训班，请先在那边移出。"]})
    seat = next(
        iter(one_seat_each(Mandate.objects.in_office().filter(person=person).select_related("organization"))),
        None,
    )
    is_open = training.status == TrainingStatus.OPEN
    fields = {
        "mandate": seat,
        "organization": seat.organization if seat else training.organization,
        "status": EnrolmentStatus.INVITED if is_open else EnrolmentStatus.LISTED,
        "source": EnrolmentSource.HAND,
        "reason": "主办单位逐人选定" if seat else "陪同参训（不是代表）",
        "leave_reason": "",
        "invited_at": at if is_open else None,
        "changed_at": at,
    }
    row, _new = Enrolment.objects.update_or_create(training=training, person=person, defaults=fields)
    record_event(
        row,
        "enrol",
        by=by,
        at=at,
        organization=training.organization,
        after={"training": training.pk, "status": row.status},
    )
    if is_open:
        invite(training, [row], at=at)
    return row
