"""What may become of a mandate (R9), and what becomes of the work that hangs on it."""

from datetime import date

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.models import Event
from representatives.actions import close_congress, perform, reveal_phone
from representatives.enums import Level, MandateStatus
from representatives.models import Mandate
from representatives.moves import TABLE
from representatives.open_work import open_work_of
from tests.factories import MONDAY, acting, event_verbs, make_mandate, make_petition, make_user

pytestmark = pytest.mark.django_db

DECISION = {"proposer": "屯西村党支部", "decided_by": "洛城街道党工委", "decision_date": "2026-11-16"}
GROUNDS = {"suspend": "investigated", "stop": "work_moved", "end": "resigned"}
LEADS_TO = {
    ("in_office", "suspend"): "suspended",
    ("in_office", "stop"): "stopped",
    ("in_office", "end"): "ended",
    ("suspended", "restore"): "in_office",
    ("suspended", "stop"): "stopped",
    ("suspended", "end"): "ended",
    ("stopped", "end"): "ended",
}


def decision(verb, **extra):
    ground = {"ground": GROUNDS[verb]} if verb in GROUNDS else {}
    return DECISION | ground | extra


def mandate_in(city, state):
    over = {} if state in MandateStatus.holding() else {"end_date": date(2026, 1, 5)}
    return make_mandate(city.town, status=state, **over)


@pytest.mark.parametrize("state", MandateStatus.values)
@pytest.mark.parametrize("verb", [move.verb for move in TABLE])
def test_every_state_and_verb(city, state, verb):
    mandate = mandate_in(city, state)
    expected = LEADS_TO.get((state, verb))
    if expected:
        perform(verb, mandate, by=acting(city.organizer), at=MONDAY, data=decision(verb))
        stored = Mandate.objects.get(pk=mandate.pk)
        assert stored.status == expected
        assert (stored.end_date is not None) == (expected in ("stopped", "ended"))
        assert stored.decisions.get().decided_by == "洛城街道党工委"
        assert event_verbs(stored) == [verb]
    else:
        with pytest.raises(Conflict):
            perform(verb, mandate, by=acting(city.organizer), at=MONDAY, data=decision(verb))
        assert Mandate.objects.get(pk=mandate.pk).status == state


def test_a_decision_names_its_ground_and_its_deciders(city):
    with pytest.raises(InvalidInput) as fault:
        perform("end", city.mandate, by=acting(city.organizer), at=MONDAY, data={})
    assert list(fault.value.errors) == ["ground", "proposer", "decided_by", "decision_date"]


def test_the_county_does_not_decide_on_a_city_mandate(city):
    mandate = make_mandate(city.town, level=Level.CITY, congress=None)
    Mandate.objects.filter(pk=mandate.pk).update(level=Level.CITY)
    mandate.congress.organization = city.root
    mandate.congress.save(update_fields=["organization"])
    with pytest.raises(NotAllowed):
        perform("suspend", mandate, by=acting(city.organizer), at=MONDAY, data=decision("suspend"))
    above = make_user(Role.ORGANIZER, city.root)
    perform("suspend", mandate, by=acting(above), at=MONDAY, data=decision("suspend"))
    assert mandate.status == MandateStatus.SUSPENDED


def test_ending_asks_what_becomes_of_the_open_work(city):
    make_petition(city, status="handling")
    make_petition(city, status="archived")
    [(source, items)] = open_work_of(city.mandate)
    assert (source.label, items.count()) == ("意见建议", 1)
    with pytest.raises(InvalidInput) as fault:
        perform("end", city.mandate, by=acting(city.organizer), at=MONDAY, data=decision("end"))
    assert fault.value.errors == {
        "fate": ["名下还有未办结的意见建议1件，请选择移交给谁，或交由工作室（站）办理。"]
    }
    city.mandate.refresh_from_db()
    assert city.mandate.status == MandateStatus.IN_OFFICE


def test_open_work_goes_to_a_colleague(city):
    petition = make_petition(city, status="handling")
    successor = city.colleague.person.mandates.get()
    data = decision("end", fate="hand_over", successor=successor.pk)
    perform("end", city.mandate, by=acting(city.organizer), at=MONDAY, data=data)
    petition.refresh_from_db()
    assert petition.mandate == successor
    assert event_verbs(petition)[-1] == "handed_over"
    assert city.colleague.notices.count() == 1


def test_open_work_stays_with_the_venue(city):
    petition = make_petition(city, status="registered")
    data = decision("stop", fate="leave_to_venue")
    perform("stop", city.mandate, by=acting(city.organizer), at=MONDAY, data=data)
    petition.refresh_from_db()
    assert petition.mandate is None
    assert open_work_of(city.mandate) == []


def test_handing_over_names_somebody(city):
    make_petition(city)
    data = decision("end", fate="hand_over")
    with pytest.raises(InvalidInput) as fault:
        perform("end", city.mandate, by=acting(city.organizer), at=MONDAY, data=data)
    assert fault.value.errors == {"successor": ["请选择接手的代表。"]}


def test_a_term_ends_for_all_who_still_hold_their_seat(city):
    congress = city.mandate.congress
    ended = make_mandate(city.town, status="ended", end_date=date(2025, 1, 1))
    expired = close_congress(congress, by=acting(city.organizer), at=MONDAY, end_date=date(2026, 11, 16))
    assert expired == 2
    statuses = Mandate.objects.filter(congress=congress).order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["expired", "expired", "ended"]
    assert Event.objects.about(ended).count() == 0
    with pytest.raises(Conflict):
        close_congress(congress, by=acting(city.organizer), at=MONDAY, end_date=date(2026, 11, 16))


def test_a_term_counts_its_years(city):
    congress = city.mandate.congress  # met on 2021-12-20
    assert congress.year_of_term(on=date(2021, 12, 19)) == 0
    assert congress.year_of_term(on=date(2022, 12, 19)) == 1
    assert congress.year_of_term(on=date(2022, 12, 20)) == 2


def test_a_phone_is_shown_for_a_reason(city):
    person = city.mandate.person
    phone = reveal_phone(
        person, by=acting(city.organizer), at=MONDAY, reason="通知参会", organization=city.town
    )
    assert phone == person.phone
    assert Event.objects.about(person).get().note == "通知参会"
    with pytest.raises(NotAllowed):
        reveal_phone(person, by=acting(city.leader), at=MONDAY, reason="看看", organization=city.town)


@pytest.mark.parametrize(("day", "word"), [("2026-11-17", "晚于今天"), ("2021-12-19", "早于当选日期")])
def test_a_decision_is_made_while_the_mandate_stands(city, day, word):
    data = decision("suspend", decision_date=day)
    with pytest.raises(InvalidInput) as fault:
        perform("suspend", city.mandate, by=acting(city.organizer), at=MONDAY, data=data)
    assert word in fault.value.errors["decision_date"][0]
