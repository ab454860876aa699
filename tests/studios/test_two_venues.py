"""One representative, two venues: whatever is planned first, she is never put in both on one day."""

from datetime import date, time
from functools import partial

import pytest

from studios.actions.planning import plan_month
from studios.models import Duty, MandatePlacement, ReceptionRule, Studio
from tests.factories import acting, make_studio
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


@pytest.fixture
def second(city, workroom):
    """A station with the same days, to which all five of the workroom are attached in person."""
    station = make_studio(city.town, kind="station")
    ReceptionRule.objects.create(
        studio=station,
        rrule="FREQ=MONTHLY;BYMONTHDAY=1,15",
        start_time=time(14),
        end_time=time(16),
        start_date=date(2026, 1, 1),
    )
    for mandate in city.group.mandates.all():
        MandatePlacement.objects.create(mandate=mandate, studio=station, start_date=date(2026, 1, 1))
    return station


def test_planning_one_venue_knows_what_its_people_do_elsewhere(city, workroom, second, calendar):
    for studio in (workroom, second):
        venue = Studio.objects.filter(pk=studio.pk)
        plan_month(DECEMBER, venue, by=acting(city.organizer), at=TWENTIETH, calendar=calendar)
    duties = list(Duty.objects.holding().values_list("person_id", "date"))
    assert (len(duties), len(set(duties))) == (8, 8)


def test_a_seat_that_only_somebody_busy_elsewhere_could_take_stays_free(city, workroom, second, calendar):
    plan = partial(plan_month, DECEMBER, by=acting(city.organizer), at=TWENTIETH, calendar=calendar)
    plan(Studio.objects.filter(pk=workroom.pk))
    busy = Duty.objects.holding().filter(day__studio=workroom).first()
    MandatePlacement.objects.exclude(mandate__person=busy.person).delete()
    plan(Studio.objects.filter(pk=second.pk))
    free = second.reception_days.get(date=busy.date)
    assert free.duties.count() == 0
    assert "1人当日另有轮值" in free.unfilled_reason
