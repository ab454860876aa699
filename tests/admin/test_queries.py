"""Lists cost the same with one row and with three."""

from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from studios.models import Helper, Leave, MandatePlacement, StudioTarget, SwapRequest
from tests.factories import (
    MONDAY,
    make_group,
    make_mandate,
    make_person,
    make_petition,
    make_studio,
    make_user,
)
from tests.studios.desk import make_day

_days = count(1)


def make_busy_day(city):
    """Each on a date of its own, with two sitters and a visitor."""
    sitters = [make_mandate(city.town, group=city.group) for _turn in range(2)]
    day = make_day(city.studio, days=next(_days), sitters=sitters)
    day.visits.create(count=2, recorded_at=MONDAY)
    return day


def make_swap(city):
    duty = make_busy_day(city).duties.first()
    SwapRequest.objects.create(
        duty=duty, state="taken", offered_at=MONDAY, taken_at=MONDAY, taken_by=make_mandate(city.town)
    )


def make_leave(city):
    Leave.objects.create(
        person=make_mandate(city.town, group=city.group).person,
        start_date=MONDAY.date(),
        end_date=MONDAY.date(),
        reason="出差",
        recorded_at=MONDAY,
        recorded_by=city.keeper,
    )


MAKE = {
    "petitions_petition": lambda city: make_petition(city, status="handling"),
    "representatives_mandate": lambda city: make_mandate(city.town, group=city.group),
    "representatives_person": lambda city: make_mandate(city.town),
    "representatives_group": lambda city: make_group(city.town, studio=city.studio),
    "studios_studio": lambda city: make_studio(city.town),
    "studios_receptionday": lambda city: make_busy_day(city),
    "studios_duty": lambda city: make_busy_day(city),
    "studios_swaprequest": lambda city: make_swap(city),
    "studios_leave": lambda city: make_leave(city),
    "studios_helper": lambda city: Helper.objects.create(
        person=make_person(), studio=city.studio, kind="volunteer", joined_date=MONDAY.date()
    ),
    "studios_mandateplacement": lambda city: MandatePlacement.objects.create(
        mandate=make_mandate(city.town), studio=city.studio, start_date=MONDAY.date()
    ),
    "studios_studiotarget": lambda city: StudioTarget.objects.create(
        studio=make_studio(city.town), year=2026, kind="visits", target=10
    ),
    "accounts_user": lambda city: make_user(Role.KEEPER, city.town),
    "records_event": lambda city: make_petition(city),
}


def count_queries(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", MAKE)
def test_a_list_costs_the_same_with_more_rows(name, city, at_desk):
    client, address = at_desk(city.organizer), reverse(f"admin:{name}_changelist")
    MAKE[name](city)
    client.get(address)
    one = count_queries(client, address)
    for _row in range(2):
        MAKE[name](city)
    assert count_queries(client, address) == one
    assert one <= 14


def test_the_first_page_costs_the_same_with_more_matters(city, at_desk):
    client = at_desk(city.organizer)
    make_petition(city)
    client.get("/admin/")
    one = count_queries(client, "/admin/")
    for _row in range(2):
        make_petition(city)
    assert (count_queries(client, "/admin/"), one <= 11) == (one, True)


def test_the_first_page_of_a_keeper_costs_the_same_with_more_days(city, at_desk):
    client = at_desk(city.keeper)
    make_day(city.studio)
    client.get("/admin/")
    one = count_queries(client, "/admin/")
    for number in range(2):
        make_day(city.studio, days=-1 - number)
    assert (count_queries(client, "/admin/"), one <= 10) == (one, True)


def test_taking_down_costs_the_same_however_long_the_roll(city, at_desk):
    client, address = at_desk(city.organizer), reverse("admin:petitions_petition_add")
    client.get(address)
    few = count_queries(client, address)
    for _row in range(3):
        make_mandate(city.town)
    assert count_queries(client, address) == few
