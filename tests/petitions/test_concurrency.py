"""Twenty clerks press the same button at once: one step, one event, nineteen refusals. On both engines."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.errors import Conflict
from petitions.actions import perform
from petitions.models import Petition
from records.models import Event
from tests.factories import ASIDE, MONDAY, acting, leaf_category, make_petition

CLERKS = 20

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(work):
    """Run `work(turn)` in CLERKS threads that start together; returns the outcomes, exceptions included."""
    barrier = Barrier(CLERKS)

    def one(turn):
        try:
            barrier.wait(timeout=30)
            return work(turn)
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(CLERKS) as pool:
        return list(pool.map(one, range(CLERKS)))


STEPS = {
    "register": ("received", lambda city: {"category": leaf_category().pk}),
    "assign": ("registered", lambda city: {"organization": city.unit.pk}),
    "reply": ("handling", lambda city: {"content": "已解决。", "outcome": "A"}),
    "feedback": ("feedback", lambda city: {"method": "phone", "rating": 5}),
    "archive": ("told", lambda city: {}),
    "reopen": ("archived", lambda city: {"reason": "不满意"}),
    "withdraw": ("received", lambda city: {"reason": "登记有误"}),
    "extend": ("handling", lambda city: ASIDE["asked"][1]),
    "approve_extension": ("asked", lambda city: {}),
    "refuse_extension": ("asked", lambda city: {"reason": "可在原期限内办完"}),
    "pause": ("handling", lambda city: ASIDE["paused"][1]),
    "resume": ("paused", lambda city: {}),
    "supervise": ("handling", lambda city: ASIDE["supervised"][1]),
    "end_supervision": ("supervised", lambda city: {"result": "已回报"}),
}


@pytest.mark.parametrize("verb", STEPS)
def test_one_of_twenty_wins(city, verb):
    state, data = STEPS[verb]
    petition = make_petition(city, status=state)
    data = data(city)
    clerk = city.handler if verb == "extend" else city.organizer

    def press(_turn):
        mine = Petition.objects.select_related("organization", "lead_unit", "mandate").get(pk=petition.pk)
        return perform(verb, mine, by=acting(clerk), at=MONDAY, data=data)

    outcomes = all_at_once(press)
    assert sum(isinstance(outcome, Petition) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == CLERKS - 1
    assert Event.objects.about(petition).filter(verb=verb).count() == 1


def test_twenty_matters_at_once_get_twenty_numbers(city):
    outcomes = all_at_once(lambda turn: make_petition(city, title=f"第{turn}件"))
    expected = {f"370783-2026-{n:06d}" for n in range(1, CLERKS + 1)}
    assert {petition.number for petition in outcomes} == expected
