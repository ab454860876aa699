"""Who sees which days, duties and leave: the office what is planned, representatives what was told, strangers nothing."""

from datetime import date

import pytest

from studios.actions.days import perform_day
from studios.actions.planning import plan_month
from studios.models import Duty, Leave, MandatePlacement, ReceptionDay, Studio
from tests.factories import acting, make_group, make_mandate, make_user
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db


@pytest.fixture
def december(city, workroom, calendar):
    """The 1st is published, the 15th is planned."""
    studios = Studio.objects.filter(pk=workroom.pk)
    plan_month(date(2026, 12, 1), studios, by=acting(city.keeper), at=TWENTIETH, calendar=calendar)
    first, second = ReceptionDay.objects.select_related("studio__organization").order_by("date")
    perform_day("publish", first, by=acting(city.keeper), at=TWENTIETH)
    return first, second


def seen(model, user):
    return set(model.objects.visible_to(user).values_list("pk", flat=True))


def test_the_office_sees_what_is_planned_and_representatives_what_was_told(city, december):
    first, second = december
    for user in (city.organizer, city.keeper, city.leader, city.client):
        assert seen(ReceptionDay, user) == {first.pk, second.pk}
        assert seen(Duty, user) == set(Duty.objects.values_list("pk", flat=True))
    for user in (city.representative, city.colleague):
        assert seen(ReceptionDay, user) == {first.pk}
        assert seen(Duty, user) == set(first.duties.values_list("pk", flat=True))
    for user in (city.stranger, city.stranger_representative, city.handler):
        assert seen(ReceptionDay, user) == seen(Duty, user) == set()


def test_who_is_attached_in_person_or_leads_sees_the_venue(city, december):
    first, _second = december
    county_group = make_group(city.county)
    attached, leader = (make_user("representative", city.county) for _turn in range(2))
    mandates = [
        make_mandate(city.county, user=user, level="county", group=county_group)
        for user in (attached, leader)
    ]
    assert seen(Studio, attached) == seen(Studio, leader) == set()
    placement = MandatePlacement.objects.create(
        mandate=mandates[0], studio=first.studio, start_date=date(2026, 1, 1)
    )
    Studio.objects.filter(pk=first.studio_id).update(lead=mandates[1])
    for user in (attached, leader):
        assert seen(Studio, user) == {first.studio_id}
        assert seen(ReceptionDay, user) == {first.pk}
    placement.end_date = date(2026, 11, 1)
    placement.save(update_fields=["end_date"])
    assert seen(Studio, attached) == set()


def test_leave_is_the_offices_and_ones_own(city, december):
    leave = Leave.objects.create(
        person=city.mandate.person,
        start_date=date(2026, 12, 1),
        end_date=date(2026, 12, 3),
        reason="住院",
        recorded_at=TWENTIETH,
    )
    for user in (city.organizer, city.keeper, city.representative):
        assert seen(Leave, user) == {leave.pk}
    for user in (city.colleague, city.stranger, city.stranger_representative, city.handler):
        assert seen(Leave, user) == set()
