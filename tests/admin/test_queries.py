"""Lists cost the same with one row and with three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from tests.factories import make_group, make_mandate, make_petition, make_studio, make_user

MAKE = {
    "petitions_petition": lambda city: make_petition(city, status="handling"),
    "representatives_mandate": lambda city: make_mandate(city.town, group=city.group),
    "representatives_person": lambda city: make_mandate(city.town),
    "representatives_group": lambda city: make_group(city.town, studio=city.studio),
    "studios_studio": lambda city: make_studio(city.town),
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
    assert (count_queries(client, "/admin/"), one <= 8) == (one, True)


def test_taking_down_costs_the_same_however_long_the_roll(city, at_desk):
    client, address = at_desk(city.organizer), reverse("admin:petitions_petition_add")
    client.get(address)
    few = count_queries(client, address)
    for _row in range(3):
        make_mandate(city.town)
    assert count_queries(client, address) == few
