"""A seat ends while somebody takes down work for it: the work may not be left with nobody."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.errors import Conflict, InvalidInput
from petitions.models import Petition
from representatives.actions import perform
from representatives.enums import OpenWorkFate
from representatives.models import Mandate
from tests.factories import MONDAY, acting, make_petition

pytestmark = pytest.mark.django_db(transaction=True)

DECISION = {
    "ground": "resigned",
    "proposer": "屯西村党支部",
    "decided_by": "洛城街道党工委",
    "decision_date": "2026-11-16",
}


def at_once(*deeds):
    barrier = Barrier(len(deeds))

    def one(deed):
        try:
            barrier.wait(timeout=30)
            return deed()
        except (Conflict, InvalidInput) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


@pytest.mark.parametrize("turn", range(3))
def test_no_work_comes_to_a_seat_that_ends_meanwhile(turn, city):
    fate = next(value for value in OpenWorkFate.values if value != OpenWorkFate.HAND_OVER)

    def end():
        mine = Mandate.objects.select_related("congress__organization", "organization").get(
            pk=city.mandate.pk
        )
        data = DECISION | {"fate": fate}
        return perform("end", mine, by=acting(city.organizer), at=MONDAY, data=data)

    outcomes = at_once(end, end, *[lambda: make_petition(city)] * 4)
    assert sum(isinstance(outcome, Mandate) for outcome in outcomes) == 1
    assert not Petition.objects.open().filter(mandate=city.mandate).exists()
    # Whatever was taken down in time is still there, at the venue.
    taken = sum(isinstance(outcome, Petition) for outcome in outcomes)
    assert Petition.objects.filter(mandate=None, studio=city.studio).count() == taken


def test_two_who_end_in_each_others_favour_do_not_wait_for_ever(city):
    other = Mandate.objects.get(person__user=city.colleague)
    make_petition(city)
    make_petition(city, mandate=other)

    def end(one, successor):
        mine = Mandate.objects.select_related("congress__organization", "organization").get(pk=one)
        data = DECISION | {"fate": OpenWorkFate.HAND_OVER, "successor": successor}
        return perform("end", mine, by=acting(city.organizer), at=MONDAY, data=data)

    pair = (city.mandate.pk, other.pk)
    outcomes = at_once(lambda: end(*pair), lambda: end(*pair[::-1]))
    assert sum(isinstance(outcome, Mandate) for outcome in outcomes) == 1
    assert not Petition.objects.open().exclude(mandate__status="in_office").exists()
