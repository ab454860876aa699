"""A suggestion becomes a session: a draft of one, with those who asked for the course on its roster (R32)."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, NotAllowed
from records.actions import record_event
from records.moves import Given, clean_given
from representatives.models import Mandate
from training import rules
from training.actions.enrolling import enrol_seats, lock_training
from training.actions.needs import active_courses, suggested_courses
from training.actions.sessions import give_code
from training.audiences import one_seat_each
from training.enums import Audience, EnrolmentSource, TrainingKind
from training.models import NeedAnswer, Training, TrainingPlan
from training.suggesting import CLASS_SIZE

LEAD_DAYS = 21
"""A class is not got together sooner."""
OFFER = (
    Given("course", "课程", "model", options=active_courses),
    Given("place", "地点", max_length=120, required=False),
    Given("teacher", "授课人", max_length=80, required=False),
    Given("start_date", "开始日期", "date", required=False, help="不填为三周后"),
)


@transaction.atomic
def offer_course(survey, *, by, at, data):
    """Draft a session of the course, with up to a class of those who need it. Returns (Training, Listed)."""
    if by.user is not None and not rules.may_organize(by.user, survey):
        raise NotAllowed("只有主办单位的组工干部可以开班，请联系他们。")
    given = clean_given(OFFER, data, survey, by.user, step="按需求开班")
    course = given["course"]
    found = suggested_courses(survey, NeedAnswer.objects.filter(survey=survey))
    suggestion = next((one for one in found if one.code == course.code), None)
    if suggestion is None:
        raise Conflict(f"没有人需要「{course.name}」，不用开班。", code="nobody-asked")
    start = given["start_date"] or timezone.localdate(at) + timedelta(days=LEAD_DAYS)
    days = max(int((course.hours + Decimal("7.9")) // 8), 1)
    training = Training.objects.create(
        plan=TrainingPlan.objects.filter(organization=survey.organization, year=start.year).first(),
        organization=survey.organization,
        kind=TrainingKind.TOPIC,
        title=f"{course.name}专题班",
        course=course,
        start_date=start,
        end_date=start + timedelta(days=days - 1),
        place=given["place"] or "待定",
        teacher=given["teacher"] or "待定",
        hours=course.hours,
        seats=CLASS_SIZE,
        audience=Audience.HAND,
    )
    give_code(training)
    after = {"title": training.title, "survey": survey.pk, "people": len(suggestion.people)}
    record_event(training, "created", by=by, at=at, organization=training.organization, after=after)
    lock_training(training)
    seats = Mandate.objects.in_office().filter(person__in=suggestion.people).select_related("organization")
    order = {person: position for position, person in enumerate(suggestion.people)}
    chosen = sorted(one_seat_each(seats), key=lambda seat: order[seat.person_id])
    reason = f"在「{survey.title}」里提出想学{course.name}"
    listed = enrol_seats(training, chosen, EnrolmentSource.NEED, by=by, at=at, reason=reason)
    return training, listed
