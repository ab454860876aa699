"""The workflow table: every pair of state and verb, the forbidden ones too; every role at every step."""

from contextlib import contextmanager

import pytest
from django.db import transaction

from accounts.actions import create_organization
from accounts.enums import OrganizationKind
from accounts.errors import Conflict, NotAllowed
from accounts.models import Organization
from petitions.actions import perform
from petitions.enums import Status
from petitions.models import Petition
from petitions.moves import TABLE
from tests.factories import (
    ASIDE,
    MONDAY,
    ROUTED,
    acting,
    add_helper,
    event_verbs,
    leaf_category,
    make_petition,
)

pytestmark = pytest.mark.django_db

STATES = [
    *("received", "registered", "handling", "feedback", "answered", "told", "archived", "withdrawn"),
    *ASIDE,
    *("helped", "merged", "routed_out", "unrated"),
]
"""`told` is the stage feedback after the person was told, `unrated` the same without her rating, `answered` the stage
before she was told with nothing solved yet; ASIDE are states of the clock within handling, `helped` is handled with a
co-unit."""

FROM_HANDLING = {
    "reply": Status.FEEDBACK,
    "withdraw": Status.WITHDRAWN,
    "co_units": Status.HANDLING,
    "hand_back": Status.REGISTERED,
    "hand_on": Status.HANDLING,
    "take_over": Status.HANDLING,
    "name_accused": Status.HANDLING,
    "route_out": Status.ROUTED_OUT,
}
"""Steps that any matter in handling may take, however its clock stands."""
NOT_SO = {
    # The co-unit has not countersigned yet.
    ("helped", "reply"),
    # A clock that stands is set going before the matter changes hands.
    ("paused", "hand_on"),
    ("paused", "take_over"),
}
LEADS_TO = {
    ("received", "register"): Status.REGISTERED,
    ("received", "withdraw"): Status.WITHDRAWN,
    ("registered", "assign"): Status.HANDLING,
    ("registered", "withdraw"): Status.WITHDRAWN,
    ("registered", "route_out"): Status.ROUTED_OUT,
    ("routed_out", "receipt"): Status.ROUTED_OUT,
    ("routed_out", "take_back"): Status.REGISTERED,
    ("received", "name_accused"): Status.RECEIVED,
    ("registered", "name_accused"): Status.REGISTERED,
    ("feedback", "name_accused"): Status.FEEDBACK,
    ("told", "name_accused"): Status.FEEDBACK,
    ("answered", "resolve"): Status.FEEDBACK,
    ("answered", "feedback"): Status.FEEDBACK,
    ("answered", "reopen"): Status.HANDLING,
    ("answered", "supervise"): Status.FEEDBACK,
    ("answered", "name_accused"): Status.FEEDBACK,
    ("helped", "countersign"): Status.HANDLING,
    ("helped", "decline"): Status.HANDLING,
    ("helped", "extend"): Status.HANDLING,
    ("helped", "pause"): Status.HANDLING,
    ("helped", "supervise"): Status.HANDLING,
    ("helped", "merge"): Status.FEEDBACK,
    ("feedback", "feedback"): Status.FEEDBACK,
    ("feedback", "reopen"): Status.HANDLING,
    ("told", "archive"): Status.ARCHIVED,
    ("unrated", "rate"): Status.FEEDBACK,
    ("unrated", "archive"): Status.ARCHIVED,
    ("unrated", "reopen"): Status.HANDLING,
    ("unrated", "name_accused"): Status.FEEDBACK,
    ("told", "reopen"): Status.HANDLING,
    ("archived", "reopen"): Status.HANDLING,
    ("handling", "extend"): Status.HANDLING,
    ("supervised", "extend"): Status.HANDLING,
    ("asked", "approve_extension"): Status.HANDLING,
    ("asked", "refuse_extension"): Status.HANDLING,
    ("handling", "pause"): Status.HANDLING,
    ("asked", "pause"): Status.HANDLING,
    ("supervised", "pause"): Status.HANDLING,
    ("paused", "resume"): Status.HANDLING,
    ("received", "supervise"): Status.RECEIVED,
    ("registered", "supervise"): Status.REGISTERED,
    ("handling", "supervise"): Status.HANDLING,
    ("asked", "supervise"): Status.HANDLING,
    ("paused", "supervise"): Status.HANDLING,
    ("feedback", "supervise"): Status.FEEDBACK,
    ("supervised", "end_supervision"): Status.HANDLING,
    # Into a matter that is answered already: the source is answered with it.
    ("received", "merge"): Status.FEEDBACK,
    ("registered", "merge"): Status.FEEDBACK,
    ("handling", "merge"): Status.FEEDBACK,
    ("supervised", "merge"): Status.FEEDBACK,
    ("merged", "unmerge"): Status.HANDLING,
    ("merged", "withdraw"): Status.WITHDRAWN,
    ("merged", "supervise"): Status.HANDLING,
}
LEADS_TO |= {
    (state, verb): target
    for state in ("handling", "helped", *ASIDE)
    for verb, target in FROM_HANDLING.items()
    if (state, verb) not in NOT_SO
}
MAY = {
    "register": {"organizer", "keeper"},
    "assign": {"organizer"},
    "reply": {"organizer", "handler"},
    "feedback": {"organizer", "keeper", "representative"},
    "rate": {"organizer", "keeper", "representative"},
    "archive": {"organizer", "keeper"},
    "reopen": {"organizer", "representative"},
    "withdraw": {"organizer", "keeper"},
    "extend": {"handler"},
    "approve_extension": {"organizer"},
    "refuse_extension": {"organizer"},
    "pause": {"organizer", "handler"},
    "resume": {"organizer", "handler"},
    "supervise": {"organizer", "leader"},
    "end_supervision": {"organizer", "leader"},
    "merge": {"organizer", "keeper"},
    "unmerge": {"organizer", "keeper"},
    "countersign": {"helper"},
    "decline": {"helper"},
    "hand_back": {"handler"},
    "co_units": {"organizer"},
    "hand_on": {"organizer"},
    "take_over": {"organizer"},
    "name_accused": {"organizer"},
    "route_out": {"organizer"},
    "receipt": {"organizer", "keeper"},
    "take_back": {"organizer"},
    "resolve": {"organizer", "handler"},
}
CO = {"countersign", "decline"}
"""Steps of a co-unit: who is none is refused before the state is looked at."""
USERS = [
    "organizer",
    "keeper",
    "handler",
    "helper",
    "representative",
    "colleague",
    "leader",
    "assessor",
    "auditor",
    "client",
    "stranger",
    "stranger_representative",
]


def what_it_needs(verb, city):
    return {
        "register": {"category": leaf_category()},
        "assign": {"organization": city.unit},
        "reply": {"content": "已解决。", "outcome": "A"},
        "feedback": {"method": "phone", "rating": 4},
        "rate": {"method": "phone", "handling_rating": 4, "rating": 4},
        "archive": {},
        "reopen": {"reason": "不满意"},
        "withdraw": {"reason": "登记有误"},
        "extend": ASIDE["asked"][1],
        "approve_extension": {},
        "refuse_extension": {"reason": "可在原期限内办完。"},
        "pause": ASIDE["paused"][1],
        "resume": {},
        "supervise": ASIDE["supervised"][1],
        "end_supervision": {"result": "已按要求回报。"},
        "merge": {"main": verb == "merge" and make_petition(city, status="feedback")},
        "unmerge": {"reason": "并错了。"},
        "countersign": {"content": "道路部分由我局负责，同意主办单位意见。"},
        "decline": {"reason": "不涉及本单位职责。"},
        "hand_back": {"reason": "不属本单位职责。"},
        "co_units": {"co_units": [add_third(city)], "reason": "增加协办。"},
        "hand_on": {"organization": add_helper(city), "reason": "职责调整。"},
        "take_over": {"reason": "由本级直接协调。"},
        "name_accused": {"accused": [city.town]},
        "route_out": ROUTED,
        "receipt": {"receipt_on": MONDAY.date()},
        "take_back": {"reason": "接收机关认为不属其受理范围。"},
        "resolve": {"note": "月底已通水。"},
    }[verb]


def add_third(city):
    known = Organization.objects.filter(code="370783-U03").first()
    return known or create_organization(
        code="370783-U03", name="寿光市水利局", kind=OrganizationKind.UNIT, parent=city.county
    )


def make(city, state):
    """A matter in a state; `merged` is one that follows another in handling."""
    if state != "merged":
        return make_petition(city, status=state)
    petition = make_petition(city)
    main = make_petition(city, status="handling")
    return perform("merge", petition, by=acting(city.organizer), at=MONDAY, data={"main": main})


def who_does(verb, city):
    """The organizer may take every step but those that are a unit's own."""
    return city.organizer if "organizer" in MAY[verb] else city.user(next(iter(MAY[verb])))


def test_the_expectation_names_every_verb():
    assert {verb for _state, verb in LEADS_TO} == {move.verb for move in TABLE} == set(MAY)


@contextmanager
def undone():
    """Whatever happens inside has not happened afterwards: one city serves all the tries of a test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("state", STATES)
def test_every_verb_in_every_state(city, state):
    add_helper(city)
    petition = make(city, state)
    before = (petition.status, event_verbs(petition))
    for verb in MAY:
        with undone():
            try_verb(city, state, verb, Petition.objects.get(pk=petition.pk), before)


def try_verb(city, state, verb, petition, before):
    expected = LEADS_TO.get((state, verb))
    step = {"by": acting(who_does(verb, city)), "at": MONDAY, "data": what_it_needs(verb, city)}
    # A unit that never had the matter in hand is refused before the state is looked at.
    refusal = Conflict if "organizer" in MAY[verb] or petition.lead_unit and verb not in CO else NotAllowed
    if expected:
        perform(verb, petition, **step)
        assert Petition.objects.get(pk=petition.pk).status == expected, verb
        left = ["problem_left"] if (state, verb) == ("merged", "withdraw") else []
        assert event_verbs(petition) == [*before[1], *left, verb]
    else:
        with pytest.raises(refusal):
            perform(verb, petition, **step)
            pytest.fail(f"{verb} in {state}")
        assert (Petition.objects.get(pk=petition.pk).status, event_verbs(petition)) == before, verb


@pytest.mark.parametrize("verb", MAY)
def test_every_role_at_every_verb(city, verb):
    state = next(state for (state, other) in LEADS_TO if other == verb)
    add_helper(city)
    petition = make(city, state)
    for user in USERS:
        with undone():
            step = {"by": acting(city.user(user)), "at": MONDAY, "data": what_it_needs(verb, city)}
            fresh = Petition.objects.get(pk=petition.pk)
            if user in MAY[verb]:
                perform(verb, fresh, **step)
            else:
                with pytest.raises(NotAllowed):
                    perform(verb, fresh, **step)
                    pytest.fail(f"{user} may {verb}")


SEES = {
    "organizer": True,
    "keeper": True,
    "handler": True,
    "representative": True,
    "colleague": True,
    "leader": True,
    "client": True,
    "assessor": False,
    "auditor": False,
    "stranger": False,
    "stranger_representative": False,
}


@pytest.mark.parametrize(("user", "sees"), SEES.items())
def test_who_sees_a_matter_in_handling(city, user, sees):
    make_petition(city, status="handling")
    assert Petition.objects.visible_to(city.user(user)).count() == int(sees)


def test_a_unit_sees_nothing_before_it_was_given(city):
    make_petition(city, status="registered")
    assert Petition.objects.visible_to(city.handler).count() == 0
