"""Two phones take one offer in the same moment: one has it, the other reads that somebody was first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Notice
from studios.actions.swaps import approve_swap, offer_swap
from studios.enums import SwapState
from studios.models import Duty
from tests.factories import acting, make_mandate, make_user
from tests.portal.reception import duty_of, free_colleague
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db(transaction=True)


def press_at_once(*presses):
    barrier = Barrier(len(presses))

    def one(press):
        try:
            barrier.wait(timeout=30)
            return press()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(one, presses))


@pytest.mark.parametrize("turn", range(2))
def test_one_wins_and_the_other_is_told(turn, city, december):
    user = make_user("representative", city.town, name="新同事")
    second = make_mandate(city.town, user=user, group=city.group)
    first = free_colleague_but(city, second)
    duty = duty_of(december[0])
    swap = offer_swap(duty, by=acting(duty.person.user), at=TWENTIETH)
    phones = [Client(), Client()]
    for phone, mandate in zip(phones, (first, second), strict=True):
        phone.force_login(mandate.person.user)
    answers = press_at_once(
        *(lambda phone=phone: phone.post(f"/swaps/{swap.pk}/take/", {"how": "plain"}) for phone in phones)
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert "刚才已有同事先接了这一班" in late.content.decode()
    swap.refresh_from_db()
    assert swap.state == SwapState.TAKEN
    assert Notice.objects.filter(user=city.keeper, title__startswith="换班待同意").count() == 1
    approve_swap(swap, by=acting(city.keeper), at=TWENTIETH)
    assert Duty.objects.get(replaces=duty).person_id == swap.taken_by.person_id
    assert Duty.objects.holding().filter(day=december[0]).count() == 2


def free_colleague_but(city, mandate):
    """The one of the five who sits on neither day; the newcomer came after the roster."""
    mandate.group = None
    mandate.save(update_fields=["group"])
    found = free_colleague(city)
    mandate.group = city.group
    mandate.save(update_fields=["group"])
    return found
