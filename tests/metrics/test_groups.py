"""The figures of groups (R14), each as of a day and by the settings nearest above."""

from datetime import date

import pytest

from records.metrics import compute, get_metric
from representatives.enums import Level
from representatives.models import Group, GroupPolicy, Mandate
from tests.factories import make_group, make_mandate

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 16)


def value(city, code, *, place=None, on=DAY):
    return compute(get_metric(code), place or city.county, date(2026, 1, 1), on).value


@pytest.fixture
def office(city):
    """Beside the two frontline representatives: a group of three officials and a farmer, and one that is empty."""
    group = make_group(city.town)
    for _turn in range(3):
        make_mandate(city.town, group=group, is_frontline=False)
    make_mandate(city.town, group=group)
    make_group(city.town)
    return group


def test_frontline_groups_are_those_of_mostly_frontline_people(city, office):
    assert [value(city, code) for code in ("groups", "groups_frontline")] == [2, 1]
    Mandate.objects.filter(group=office, is_frontline=False).update(end_date=date(2026, 6, 1))
    assert value(city, "groups_frontline") == 2
    assert value(city, "groups_frontline", on=date(2026, 5, 31)) == 1


def test_the_nearest_settings_say_what_is_proper(city, office):
    assert value(city, "groups_proper") == 0
    GroupPolicy.objects.create(organization=city.root, size=3, tolerance=1)
    assert value(city, "groups_proper", place=city.root) == 2  # not that of one next door
    GroupPolicy.objects.create(organization=city.county, size=5, tolerance=1)
    assert [value(city, "groups_proper", place=place) for place in (city.root, city.county)] == [1, 1]
    assert value(city, "groups_proper_rate") == 50


def test_who_leads(city, office):
    Group.objects.filter(pk=office.pk).update(leader=office.mandates.first())
    assert value(city, "groups_led") == 1


def test_who_has_a_seat_and_who_should(city, office):
    make_mandate(city.town)
    make_mandate(city.town, level=Level.PROVINCIAL)
    codes = ("frontline", "seatable_frontline", "seated_frontline", "seated_frontline_rate")
    assert [value(city, code) for code in codes] == [5, 4, 3, 75]
