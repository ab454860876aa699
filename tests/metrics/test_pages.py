"""The figures by the leader's door."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organization
from records.metrics import all_metrics, compute, get_metric
from tests.factories import MONDAY, make_petition, make_user

PERIOD = "from=2026-01-01&as_of=2026-11-30"
FIGURES = "/figures/"


@pytest.fixture
def leader(city, client):
    client.force_login(city.leader)
    return client


def login(client, user):
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", ["leader", "organizer", "assessor"])
@pytest.mark.parametrize("path", [FIGURES, "/figures/collected/"])
def test_readers_come_in(city, client, role, path):
    assert login(client, city.user(role)).get(path).status_code == 200


@pytest.mark.parametrize("role", ["keeper", "handler", "representative", "auditor", "client"])
@pytest.mark.parametrize("path", [FIGURES, "/figures/collected/"])
def test_others_do_not(city, client, role, path):
    assert login(client, city.user(role)).get(path).status_code == 403


@pytest.mark.parametrize("path", [FIGURES, "/figures/collected/"])
def test_a_unit_has_no_figures_of_its_own(city, client, path):
    """The office's leader is a reader, but figures are counted by city, county and town."""
    refused = login(client, make_user(Role.LEADER, city.unit)).get(path)
    assert refused.status_code == 403
    assert "按市、县、镇汇总" in refused.content.decode()


def test_a_stranger_signs_in_first(city, client):
    answer = client.get(FIGURES)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))


def test_every_figure_stands_on_the_page_and_opens(city, leader):
    make_petition(city, status="told")
    page = leader.get(f"{FIGURES}?{PERIOD}").content.decode()
    for metric in all_metrics():
        address = reverse("portal:figure_records", args=[metric.code])
        assert f'href="{address}?organization=370783&amp;from=2026-01-01&amp;as_of=2026-11-30"' in page
        answer = leader.get(f"{address}?{PERIOD}")
        assert answer.status_code == 200
        source = get_metric(metric.ratio[0]) if metric.ratio else metric
        value = compute(source, city.county, date(2026, 1, 1), date(2026, 11, 30)).value
        assert answer.context["page"].paginator.count == value
        assert len(answer.context["rows"]) == value


def test_pages_hold_the_right_slice(city, leader):
    for minute in range(53):
        make_petition(city, at=MONDAY + timedelta(minutes=minute))
    address = f"/figures/collected/?{PERIOD}"
    first, second = leader.get(address), leader.get(f"{address}&page=2")
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 3)


def test_nothing_of_the_petitioner_shows(city, leader):
    make_petition(city, petitioner_name="周吴郑", petitioner_phone="13912345678")
    page = leader.get(f"/figures/collected/?{PERIOD}").content.decode()
    assert "村口三盏路灯半个月不亮" in page
    assert "周吴郑" not in page
    assert "13912345678" not in page


def test_names_of_representatives_are_masked_for_a_leader_but_not_for_the_organizer(city, client):
    address = f"/figures/mandates/?{PERIOD}"
    shown = login(client, city.leader).get(address).content.decode()
    assert ("杨守伟" in shown, "杨*" in shown) == (False, True)
    assert "杨守伟" in login(client, city.organizer).get(address).content.decode()


def test_the_neighbours_figures_stay_closed(city, leader):
    make_petition(city)
    answer = leader.get(f"{FIGURES}?organization=370725&{PERIOD}")
    assert answer.context["period"].organization == city.county
    assert "没有这个组织，或您不能看它的数字" in answer.content.decode()
    assert {place.code[:6] for place in answer.context["places"]} == {"370783"}


def test_the_city_sees_its_counties(city, client):
    user = make_user(Role.LEADER, city.root)
    answer = login(client, user).get(FIGURES)
    assert [place.code for place in answer.context["places"]] == ["3707", "370783", "370725"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=昨天", "起始日请写成"),
        ("as_of=2026-13-01", "截至日请写成"),
        ("from=2026-12-01&as_of=2026-11-01", "起始日不能晚于截至日"),
    ],
)
def test_odd_days_get_a_sentence_and_the_page(city, leader, query, sentence):
    answer = leader.get(f"{FIGURES}?{query}")
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_an_unknown_figure_is_not_found(city, leader):
    assert leader.get("/figures/nothing/").status_code == 404


@pytest.mark.parametrize("code", ["collected", "resolved", "mandates", "venues", "groups", "persons"])
def test_a_list_costs_the_same_for_one_and_for_three(city, leader, django_assert_num_queries, code):
    address = f"/figures/{code}/?{PERIOD}"
    make_petition(city, status="archived")
    leader.get(address)
    # Of matters it is asked first which complain about the reader's own office.
    queries = LIST_QUERIES + (code in ("collected", "resolved"))
    with django_assert_num_queries(queries):
        leader.get(address)
    for _more in range(2):
        make_petition(city, status="archived")
    with django_assert_num_queries(queries):
        leader.get(address)


def test_the_page_costs_a_query_for_each_figure(city, leader, django_assert_num_queries):
    counted = [metric for metric in all_metrics() if not metric.ratio]
    with django_assert_num_queries(len(counted) + PAGE_QUERIES):
        leader.get(f"{FIGURES}?{PERIOD}")
    assert Organization.objects.count() == 7


LIST_QUERIES = 7
"""Session, user, memberships, places, the figure, its page of records, the bell."""
PAGE_QUERIES = 14
"""Session, user, memberships, places, which complaints are about the reader's own office, the channels that have a figure of their own, the yearly minimum that is set, the bell,
and of training: who trains whom and when terms began (twice), whose settings count for the quota (twice)."""
