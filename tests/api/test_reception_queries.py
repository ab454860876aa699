"""Lists of reception days cost the same however long; whatever is sent is never our own fault; every verb is described."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studios.actions.duties import LEAVE
from studios.actions.schedule import RULE
from studios.actions.seats import SEAT, UNSEAT
from studios.actions.swaps import OFFER, REFUSE
from studios.actions.the_day import CODE, COMPANION, VISIT
from studios.models import (
    Duty,
    Helper,
    Leave,
    MandatePlacement,
    ReceptionDay,
    ReceptionPolicy,
    ReceptionRule,
    StudioTarget,
    SwapRequest,
    Visit,
)
from studios.moves import DAYS, DUTIES, JOIN, LEAVE_OFF
from tests.api.test_random_bodies import encodable, values
from tests.factories import make_mandate, make_person, make_studio

pytestmark = pytest.mark.django_db

LIMITS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
QUERIES = {
    "reception-days/": 4,
    "duties/": 4,
    "swap-requests/": 4,
    "leaves/": 3,
    "reception-rules/": 3,
    "reception-policies/": 3,
    "helpers/": 3,
    "mandate-placements/": 3,
    "studio-targets/": 3,
}


def grow(city):
    """One more of everything at a venue of its own."""
    today, now = timezone.localdate(), timezone.now()
    studio = make_studio(city.town)
    mandate = make_mandate(city.town, group=city.group)
    day = ReceptionDay.objects.create(
        studio=studio, date=today, start_time="09:00", end_time="11:00", status="published", published_at=now
    )
    duty = Duty.objects.create(day=day, mandate=mandate, person=mandate.person, date=today)
    Visit.objects.create(day=day, count=2, recorded_at=now)
    SwapRequest.objects.create(duty=duty, offered_at=now, taken_by=mandate, state="taken")
    Leave.objects.create(
        person=mandate.person, start_date=today, end_date=today, reason="出差", recorded_at=now
    )
    ReceptionRule.objects.create(studio=studio, rrule="FREQ=WEEKLY;BYDAY=WE", start_date=today)
    ReceptionPolicy.objects.create(organization=_place(city))
    Helper.objects.create(person=make_person(), studio=studio, kind="volunteer", joined_date=today)
    MandatePlacement.objects.create(mandate=mandate, studio=studio, start_date=today)
    StudioTarget.objects.create(studio=studio, year=2026, kind="visits", target=1)


def _place(city):
    known = ReceptionPolicy.objects.values_list("organization_id", flat=True)
    return next(one for one in (city.root, city.county, city.town, city.unit) if one.pk not in set(known))


@pytest.mark.parametrize("path", QUERIES)
def test_queries_do_not_grow_with_the_list(city, door, path):
    grow(city)
    counts = []
    for size in (1, 3):
        caller = door("organizer")
        with CaptureQueriesContext(connection) as queries:
            answer = caller.get(path)
        assert len(answer.told["results"]) == size
        counts.append(len(queries))
        grow(city)
        grow(city) if size == 1 else None
    assert counts == [QUERIES[path]] * 2, [query["sql"][:200] for query in queries]


NAMES = sorted(
    {
        given.name
        for needs in (
            *(move.needs for move in [*DAYS, *DUTIES]),
            *(SEAT, UNSEAT, VISIT, COMPANION, OFFER, REFUSE, LEAVE, RULE, JOIN, LEAVE_OFF, (CODE,)),
        )
        for given in needs
    }
    | {"studio", "duty", "visit", "companion", "month", "organization", "by", "at", "year", "target"}
)
bodies = (st.dictionaries(st.sampled_from(NAMES), values, max_size=8) | values).filter(encodable)
DAY_VERBS = [
    *(move.verb for move in DAYS),
    *("seat", "unseat", "what-if", "record-visit", "cancel-visit", "add-companion", "remove-companion"),
]
DUTY_VERBS = [*(move.verb for move in DUTIES), "offer-swap", "check-in-by-code"]


@LIMITS
@given(verb=st.sampled_from(DAY_VERBS), body=bodies)
def test_whatever_is_sent_to_a_day(door, receptions, verb, body):
    answer = door("keeper").post(f"reception-days/{receptions.now.pk}/{verb.replace('_', '-')}/", body)
    assert answer.status_code in (200, 400, 409)


@LIMITS
@given(verb=st.sampled_from(DUTY_VERBS), body=bodies, who=st.sampled_from(["keeper", "zhao"]))
def test_whatever_is_sent_to_a_duty(door, receptions, verb, body, who):
    duty = Duty.objects.filter(mandate=receptions.mandates["zhao"]).order_by("pk").first()
    answer = door(who).post(f"duties/{duty.pk}/{verb.replace('_', '-')}/", body)
    assert answer.status_code in (200, 201, 400, 403, 409)


NOUNS = ["leaves", "reception-rules", "reception-policies", "helpers", "mandate-placements", "studio-targets"]


@LIMITS
@given(noun=st.sampled_from([*NOUNS, "reception-days/plan"]), body=bodies)
def test_whatever_is_sent_to_make_something(door, receptions, noun, body):
    assert door("organizer").post(f"{noun}/", body).status_code in (201, 202, 400, 403, 409)


queries = st.dictionaries(
    st.sampled_from(["text", "year", "holiday_policy", "instead_of", "studio", "date_after", "status"]),
    st.text(max_size=20).filter(lambda each: each.isprintable())
    | st.sampled_from(["\x00", "每月31日", "9" * 30]),
    max_size=3,
)


@LIMITS
@given(query=queries)
def test_whatever_is_asked(door, receptions, query):
    keeper = door("keeper")
    for path in (
        "reception-rules/preview/",
        f"reception-days/{receptions.planned.pk}/candidates/",
        "reception-days/",
        "duties/",
    ):
        assert keeper.get(path, **query).status_code in (200, 400)
