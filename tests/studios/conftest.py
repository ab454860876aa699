from datetime import date, datetime, time

import pytest
from django.test import Client

from studios.models import ReceptionRule
from tests.factories import CHINA, make_mandate, make_user
from workdays.actions import load_calendar_seed

TWENTIETH = datetime(2026, 11, 20, 6, 5, tzinfo=CHINA)
"""The morning on which December is planned."""


@pytest.fixture
def calendar(db):
    from workdays.queries import load_calendar

    load_calendar_seed()
    return load_calendar()


@pytest.fixture
def workroom(city):
    """洛城街道's workroom: the 1st and 15th, two seats, five representatives with telephones."""
    for name in ("赵春兰", "钱建国", "孙秀英"):
        user = make_user("representative", city.town, name=name)
        setattr(city, name, user)
        make_mandate(city.town, user=user, group=city.group)
    ReceptionRule.objects.create(
        studio=city.studio,
        rrule="FREQ=MONTHLY;BYMONTHDAY=1,15",
        start_time=time(9),
        end_time=time(11, 30),
        start_date=date(2026, 1, 1),
    )
    return city.studio


@pytest.fixture
def at_desk():
    """A browser in which the user is signed in."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
