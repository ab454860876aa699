"""The phone's page of one's own group."""

import pytest
from django.urls import reverse

from representatives.enums import DutyKind
from representatives.models import DutyRecord, Group, Mandate
from tests.factories import make_group, make_mandate
from tests.studios.desk import make_day, today

pytestmark = pytest.mark.django_db


def address(group):
    return reverse("portal:group", args=[group.pk])


def write(mandate, source_id):
    DutyRecord.objects.create(
        mandate=mandate,
        kind=DutyKind.RECEPTION,
        on=today(),
        source_type="studios.duty",
        source_id=source_id,
    )


@pytest.fixture
def mine(city, client):
    client.force_login(city.representative)
    return client


def test_members_venue_days_and_the_year(city, mine):
    make_day(city.studio, days=3, sitters=[city.mandate])
    for number in range(2):
        write(city.mandate, number)
    page = mine.get(address(city.group)).content.decode()
    for words in (
        "2 名代表",
        city.studio.name,
        "王雯",
        "同在洛城街道",
        "1 / 2 名",
        "2 / 2 次",
        "要来的接待",
    ):
        assert words in page, words
    assert page.count("杨守伟") >= 2  # among the members, and on the day to come
    # What each has done is the officers' business.
    assert "驻室接待 2/2" not in page


def test_officers_see_what_each_has_done(city, mine):
    Group.objects.filter(pk=city.group.pk).update(leader=city.mandate)
    write(city.mandate, 1)
    page = mine.get(address(city.group)).content.decode()
    assert "驻室接待 1/2" in page
    assert "驻室接待 0/2" in page


def test_other_groups_are_not_there(city, mine, client):
    other = make_group(city.town)
    assert mine.get(address(other)).status_code == 404
    client.force_login(city.stranger_representative)
    assert client.get(address(city.group)).status_code == 404
    client.force_login(city.organizer)
    assert client.get(address(city.group)).status_code == 403


def test_a_suspended_seat_opens_no_group(city, mine):
    Mandate.objects.filter(pk=city.mandate.pk).update(status="suspended")
    assert mine.get(address(city.group)).status_code == 404
    assert address(city.group) not in mine.get(reverse("portal:me")).content.decode()


def test_my_page_leads_there(city, mine):
    assert address(city.group) in mine.get(reverse("portal:me")).content.decode()


def test_it_costs_the_same_with_more_members(city, mine, django_assert_num_queries):
    mine.get(address(city.group))
    costs = []
    for turn in range(2):
        with django_assert_num_queries(12, exact=False) as queries:
            mine.get(address(city.group))
        costs.append(len(queries))
        members = [make_mandate(city.town, group=city.group) for _row in range(3)]
        make_day(city.studio, days=5 + turn, sitters=members)
    assert costs[0] == costs[1]
