"""Scope: role @ organisation gives path prefixes; everything starts from there."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from accounts.masking import mask_name, mask_phone
from accounts.models import Membership, Organization, User
from accounts.scope import Scope, successor, under
from tests.factories import make_user

digits = st.text("0123456789", min_size=4, max_size=4).filter(lambda step: step < "9998")
paths = st.lists(digits, min_size=1, max_size=5).map("".join)


@given(paths, paths)
def test_the_range_of_a_path_is_its_subtree(path, other):
    assert (path <= other < successor(path)) == other.startswith(path)


@pytest.mark.django_db
def test_a_subtree_is_a_range(city):
    assert set(Organization.objects.within(city.county)) == {city.county, city.town, city.unit}
    assert list(Organization.objects.filter(under("path", []))) == []


@pytest.mark.django_db
def test_a_membership_counts_from_its_first_to_its_last_day(city):
    user = make_user(Role.ORGANIZER, city.county)
    membership = user.memberships.get()
    for start, end, held in [
        (date(2020, 1, 1), None, True),
        (date(2020, 1, 1), date(2020, 12, 31), False),
        (date(2999, 1, 1), None, False),
    ]:
        Membership.objects.filter(pk=membership.pk).update(start_date=start, end_date=end)
        scope = Scope.of(User.objects.get(pk=user.pk))
        assert scope.covers(city.town, Role.ORGANIZER) is held


@pytest.mark.django_db
def test_scope_is_read_once(city, django_assert_num_queries):
    user = User.objects.get(pk=city.organizer.pk)
    with django_assert_num_queries(1):
        assert Scope.of(user).covers(city.town, Role.ORGANIZER)
        assert not Scope.of(user).covers(city.neighbour_town, Role.ORGANIZER)


@pytest.mark.django_db
def test_an_account_put_to_rest_sees_nothing(city):
    city.organizer.is_active = False
    assert Scope.of(city.organizer).prefixes() == []


@pytest.mark.parametrize(("name", "masked"), [("李小明", "李*"), ("张", "张*"), ("", "")])
def test_names_are_masked(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [("13812342210", "138****2210"), ("5551234", "*****34"), ("", "")]
)
def test_phones_are_masked(phone, masked):
    assert mask_phone(phone) == masked
