"""No figure tells an office of a complaint about it: whatever is counted for her opens as many records as it says.

The number less the records would be the number of secret complaints.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from evaluations.enums import IndicatorSource, SubjectKind
from evaluations.venue_measures import explain_measure
from petitions.actions import perform
from petitions.actions.disputes import open_dispute, perform_dispute
from petitions.confidential import ids_hidden_from
from petitions.models import Petition, Recovery
from records.metrics import Reader, all_metrics, compute, compute_all, get_metric, records_of
from records.models import Event
from representatives.models import DutyRecord
from studios.models import StudioTarget
from tests.evaluations.world import make_cycle, make_evaluation
from tests.factories import MONDAY, acting, add_helper, leaf_category, make_petition, make_user

pytestmark = pytest.mark.django_db
DAYS = date(2026, 1, 1), date(2026, 11, 30)
PERIOD = "from=2026-01-01&as_of=2026-11-30"
MATTERS = ("collected", "clues", "collected_clue", "state_received", "disputes", "money_claimed")


@pytest.fixture
def official(city):
    return make_user(Role.ORGANIZER, city.town, name="镇组工")


@pytest.fixture
def plain(city):
    return make_petition(city, kind="clue", title="厂里欠着两个月工钱")


@pytest.fixture
def secret(city, plain):
    """A complaint about the town, which has become a dispute with money paid."""
    petition = make_petition(city, kind="clue", title="镇里压着工程款不给", accused=[city.town])
    dispute = open_dispute(
        by=acting(city.organizer),
        at=MONDAY,
        studio=city.studio,
        title="工程队讨要尾款",
        kind="wages",
        claimed="8000.00",
        claimant="赵大勇",
        respondent="某镇",
        respondent_is_firm=True,
        petition=petition,
    )
    paid = {"paid_on": MONDAY.date(), "amount": "500", "payer": "某镇"}
    perform_dispute("add_recovery", dispute, by=acting(city.organizer), at=MONDAY, data=paid)
    return petition


def told(place, user):
    figures = compute_all(place, *DAYS, reader=Reader(user) if user else None)
    return {figure.metric.code: figure.value for figure in figures}


def test_the_office_is_told_the_number_of_what_it_may_open(city, official, plain):
    """Every figure of the register is for the office what it was before anybody complained of it."""
    handler, leader = make_user(Role.HANDLER, city.town), make_user(Role.LEADER, city.town)
    before = told(city.town, None)
    make_petition(city, kind="clue", title="镇里压着工程款不给", accused=[city.town], mandate=None)
    after = told(city.town, None)
    assert (before["collected"], after["collected"]) == (1, 2)
    for user in (official, handler, leader):
        assert told(city.town, user) == before, user
    # Of the town as a part of the county she is told no more than of the town alone.
    assert told(city.county, official)["collected"] == 1


def test_disputes_and_money_are_kept_back_too(city, official, secret):
    assert [told(city.town, None)[code] for code in MATTERS] == [2, 1, 2, 2, 1, Decimal("8000.00")]
    assert told(city.town, None)["money_recovered"] == Decimal("500.00")
    seen = told(city.town, official)
    assert [seen[code] for code in MATTERS] == [1, 0, 1, 1, 0, Decimal("0.00")]
    assert (seen["money_recovered"], seen["clues_mediated_rate"]) == (Decimal("0.00"), None)
    assert compute(get_metric("clues"), city.town, *DAYS, reader=Reader(official)).value == 0
    rows = records_of(get_metric("money_recovered"), city.town, *DAYS, reader=Reader(official))
    assert not rows.exists() and Recovery.objects.exists()


def test_nobody_else_is_told_anything_new(city, secret):
    """Above the office and beside it: the official numbers, for one small question more."""
    metrics = [metric for metric in all_metrics() if metric.code in MATTERS]
    for user in (city.organizer, city.leader, city.assessor, city.stranger, city.representative):
        assert told(city.county, user) == told(city.county, None)
        with CaptureQueriesContext(connection) as plain_ones:
            compute_all(city.county, *DAYS, metrics)
        with CaptureQueriesContext(connection) as asked:
            compute_all(city.county, *DAYS, metrics, reader=Reader(user))
        assert len(asked) <= len(plain_ones) + 1 + 1  # her memberships, and which complaints concern her


def test_each_number_opens_its_records_by_the_leaders_door(city, official, secret, client):
    client.force_login(official)
    page = client.get(f"/figures/?{PERIOD}")
    shown = {
        figure.metric.code: figure.value
        for section in page.context["sections"]
        for figure in [*section.headlines, *(one for part in section.families for one in part.figures)]
    }
    for code in MATTERS:
        answer = client.get(f"/figures/{code}/?{PERIOD}")
        assert answer.context["figure"].value == shown[code] == told(city.town, official)[code], code
        assert "镇里压着" not in answer.content.decode() and "工程队讨要尾款" not in answer.content.decode()
        count = answer.context["page"].paginator.count
        assert count == len(answer.context["rows"])
        assert code.startswith("money") or count == shown[code], code
    client.force_login(city.organizer)
    answer = client.get(f"/figures/clues/?{PERIOD}")
    assert (answer.context["figure"].value, len(answer.context["rows"])) == (1, 1)
    assert "镇里压着工程款不给" in answer.content.decode()


def test_each_number_opens_its_records_over_rest(city, official, secret, client):
    asked = f"organization={city.town.code}&{PERIOD}"
    base = "/api/v1/metrics/"
    for user, expected in ((official, told(city.town, official)), (city.organizer, told(city.town, None))):
        client.force_login(user)
        listed = {row["code"]: row["value"] for row in client.get(f"{base}?{asked}").json()}
        for code in ("collected", "clues", "state_received", "disputes"):
            one = client.get(f"{base}{code}/?{asked}").json()["value"]
            records = client.get(f"{base}{code}/records/?{asked}").json()["results"]
            assert one == listed[code] == len(records) == expected[code], (user, code)


def test_targets_of_venues_count_no_secret_for_the_office(city, official, secret, client):
    StudioTarget.objects.create(studio=city.studio, year=MONDAY.year, kind="matters", target=10)
    address = f"/admin/studios/studiotarget/gaps/?year={MONDAY.year}"
    for user, actual in ((official, 1), (city.keeper, 1), (city.organizer, 2)):
        client.force_login(user)
        (name, gaps, _link) = client.get(address).context["venues"][0]
        assert (name, gaps[0].actual) == (city.studio.name, actual), user


def test_the_records_of_a_venues_share_hide_it(city, official):
    """Answered in time; the score has counted it, but the office is shown neither its line nor a nameless one."""
    petitions = [
        make_petition(city, status="told"),
        make_petition(city, title="股长不给盖章", accused=[city.town]),
    ]
    organizer = acting(city.organizer)
    for verb, data in (
        ("register", {"category": leaf_category()}),
        ("assign", {"organization": add_helper(city)}),
        ("reply", {"content": "已批评教育。", "outcome": "A"}),
        ("feedback", {"method": "phone", "rating": 5}),
    ):
        perform(verb, petitions[1], by=organizer, at=MONDAY, data=data)
    cycle = make_cycle(city, kind=SubjectKind.STUDIO, year=MONDAY.year)
    evaluation = make_evaluation(cycle, city.studio)
    today = date(2026, 12, 20)
    for user, count in ((city.organizer, 2), (None, 2), (official, 1), (city.keeper, 1)):
        lines = explain_measure(evaluation, IndicatorSource.MATTERS, reader=user, on=today)
        assert (lines.under, len(lines.rows)) == (count, count), user
    assert "看不到" not in lines.rows[0].what


def test_which_complaints_are_kept_from_whom(city, official, secret):
    """The short list is the rule's own: what is not about her office is never on it."""
    for user in (official, city.keeper, city.handler, city.organizer, city.leader, city.stranger):
        shown = Petition.objects.not_about_office_of(user).values("pk")
        expected = set(Petition.objects.exclude(pk__in=shown).values_list("pk", flat=True))
        assert set(ids_hidden_from(user)) == expected
    assert set(ids_hidden_from(official)) == {secret.pk}
    # Once said, and taken back: whoever is named no more is told again.
    Petition.objects.filter(pk=secret.pk).update(is_accusation=False)
    assert not set(ids_hidden_from(official))


def test_neither_the_trail_nor_the_duty_ledger_tells_of_it(city, official, secret):
    """The dispute and its money leave events, the representative who heard it a line: none of them is for the office."""
    heard = make_petition(
        city, kind="clue", title="镇里的人吃拿卡要", accused=[city.town], mandate=city.mandate
    )
    about = {
        ("petitions.petition", secret.pk),
        ("petitions.petition", heard.pk),
        ("petitions.dispute", Recovery.objects.get().dispute_id),
    }
    seen = Event.objects.visible_to(official).values_list("subject_type", "subject_id")
    assert not about & set(seen)
    assert about <= set(Event.objects.visible_to(city.organizer).values_list("subject_type", "subject_id"))
    line = DutyRecord.objects.filter(source_type="petitions.petition", source_id=heard.pk)
    assert line.visible_to(city.organizer).count() == 1
    assert not line.visible_to(official).exists()
    # Whoever took it down goes on reading her own file.
    assert line.visible_to(city.representative).count() == 1
    with CaptureQueriesContext(connection) as asked:
        list(DutyRecord.objects.visible_to(official))
    assert len(asked) <= 4
