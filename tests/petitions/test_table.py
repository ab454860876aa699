"""The workflow table: every pair of state and verb, the forbidden ones too; every role at every step."""

import pytest

from accounts.errors import Conflict, NotAllowed
from petitions.actions import perform
from petitions.enums import Status
from petitions.models import Petition
from petitions.moves import TABLE
from tests.factories import ASIDE, MONDAY, acting, event_verbs, leaf_category, make_petition

pytestmark = pytest.mark.django_db

STATES = ["received", "registered", "handling", "feedback", "told", "archived", "withdrawn", *ASIDE, "merged"]
"""`told` is the stage feedback after the person was told; ASIDE are states of the clock within handling."""

FROM_HANDLING = {"reply": Status.FEEDBACK, "withdraw": Status.WITHDRAWN}
"""Steps that any matter in handling may take, however its clock stands."""
LEADS_TO = {
    ("received", "register"): Status.REGISTERED,
    ("received", "withdraw"): Status.WITHDRAWN,
    ("registered", "assign"): Status.HANDLING,
    ("registered", "withdraw"): Status.WITHDRAWN,
    ("handling", "reply"): Status.FEEDBACK,
    ("handling", "withdraw"): Status.WITHDRAWN,
    ("feedback", "feedback"): Status.FEEDBACK,
    ("feedback", "reopen"): Status.HANDLING,
    ("told", "archive"): Status.ARCHIVED,
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
} | {(aside, verb): target for aside in ASIDE for verb, target in FROM_HANDLING.items()}
MAY = {
    "register": {"organizer", "keeper"},
    "assign": {"organizer"},
    "reply": {"organizer", "handler"},
    "feedback": {"organizer", "keeper", "representative"},
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
}
USERS = [
    "organizer",
    "keeper",
    "handler",
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
    }[verb]


def make(city, state):
    """A matter in a state; `merged` is one that follows another in handling."""
    if state != "merged":
        return make_petition(city, status=state)
    petition = make_petition(city)
    main = make_petition(city, status="handling")
    return perform("merge", petition, by=acting(city.organizer), at=MONDAY, data={"main": main})


def who_does(verb, city):
    """The organizer may take every step but those that are the unit's own."""
    return city.handler if "organizer" not in MAY[verb] else city.organizer


def test_the_expectation_names_every_verb():
    assert {verb for _state, verb in LEADS_TO} == {move.verb for move in TABLE} == set(MAY)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", MAY)
def test_every_state_and_verb(city, state, verb):
    petition = make(city, state)
    before = (petition.status, event_verbs(petition))
    expected = LEADS_TO.get((state, verb))
    step = {"by": acting(who_does(verb, city)), "at": MONDAY, "data": what_it_needs(verb, city)}
    # A unit that never had the matter in hand is refused before the state is looked at.
    refusal = Conflict if petition.lead_unit or "organizer" in MAY[verb] else NotAllowed
    if expected:
        perform(verb, petition, **step)
        assert Petition.objects.get(pk=petition.pk).status == expected
        left = ["problem_left"] if (state, verb) == ("merged", "withdraw") else []
        assert event_verbs(petition) == [*before[1], *left, verb]
    else:
        with pytest.raises(refusal):
            perform(verb, petition, **step)
        assert (Petition.objects.get(pk=petition.pk).status, event_verbs(petition)) == before


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("verb", MAY)
def test_every_role_and_verb(city, user, verb):
    state = next(state for (state, other) in LEADS_TO if other == verb)
    petition = make(city, state)
    step = {"by": acting(city.user(user)), "at": MONDAY, "data": what_it_needs(verb, city)}
    if user in MAY[verb]:
        perform(verb, petition, **step)
    else:
        with pytest.raises(NotAllowed):
            perform(verb, petition, **step)


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
