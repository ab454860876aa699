"""No list or page asks the database more than twelve times, and none asks more because there is more to show."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.models import Supplement
from petitions.searches import save_search
from tests.access.routes import Examples, all_routes, methods_of
from tests.access.visitor import hand_out_words
from tests.factories import make_petition

pytestmark = pytest.mark.django_db
MOST = 12
DESK, API = "/admin/petitions/petition/", "/api/v1/petitions/"
ELSEWHERE = ("metrics", "candidates", "takers", "open-work", "duty-file")
"""Limits of other rooms: a query for each figure of the city, a whole roster weighed, one for each kind of open
work, or of the lines of a duty file."""
PROBE = int(connection.vendor == "postgresql")
"""A search on PostgreSQL asks the newest matters which way will be quick, and then goes it."""

# (address, who asks, how often the database is asked); session, account and posts are the first three of each, the
# unread notices the last one of a page.
LISTS = [
    ("/admin/", "organizer", 11),
    ("/admin/", "keeper", 8),
    ("/admin/", "handler", 8),
    (DESK, "organizer", 9),
    (DESK, "keeper", 9),
    (DESK, "handler", 9),
    (f"{DESK}?mark=overdue&tab=handling&rated=none", "organizer", 9),
    (f"{DESK}?q=路灯", "organizer", 9 + 2 * PROBE),
    (f"{DESK}searches/", "organizer", 5),
    (API, "organizer", 5),
    (API, "handler", 6),
    (f"{API}?search=路灯", "organizer", 5 + 2 * PROBE),
    (f"{API}?search=路灯", "handler", 5 + 2 * PROBE),
    ("/api/v1/saved-searches/", "organizer", 4),
    ("/", "representative", 12),
    ("/matters/?tab=all&whose=group", "representative", 7),
    ("/matters/?whose=recent", "representative", 5),
    ("/matters/?q=路灯", "representative", 7 + PROBE),
]
PAGES = [
    (DESK + "{pk}/change/", "organizer"),
    (DESK + "{pk}/change/", "keeper"),
    (DESK + "{pk}/change/", "handler"),
    (DESK + "{pk}/change/", "leader"),
    (API + "{pk}/", "organizer"),
    (API + "{pk}/events/", "organizer"),
    ("/matters/{pk}/", "representative"),
]
STATES = ["received", "registered", "handling", "feedback", "told", "archived", "withdrawn"]


def asked(user, address):
    """What a page asks the database, once all is remembered that is remembered between pages."""
    client = Client()
    client.force_login(user)
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def make_another(city):
    """One more of everything a list shows."""
    petition = make_petition(city, status="handling", at=timezone.now())
    for user in (city.organizer, city.keeper, city.handler, city.representative):
        save_search(user=user, name=f"筛选{petition.pk}", query="tab=overdue")
    client = Client()
    client.force_login(city.representative)
    client.get(f"/matters/{petition.pk}/")


@pytest.mark.parametrize(("address", "who", "count"), LISTS)
def test_a_list_asks_the_same_for_one_and_for_three(city, address, who, count):
    assert count <= MOST
    make_another(city)
    one = asked(city.user(who), address)
    make_another(city)
    make_another(city)
    three = asked(city.user(who), address)
    assert (len(one), len(three)) == (count, count), "\n".join(three)


def test_a_list_of_many_pages_asks_once_more(city, monkeypatch):
    """First which rows, then the rows: also a search stays within the limit."""
    monkeypatch.setattr("petitions.admin.matters.PetitionAdmin.list_per_page", 2)
    for _each in range(3):
        make_another(city)
    for address, count in ((f"{DESK}?p=2", 10), (f"{DESK}?q=路灯", 10 + 2 * PROBE)):
        assert len(asked(city.organizer, address)) == count


@pytest.mark.parametrize(("address", "who"), PAGES)
def test_no_page_of_a_matter_asks_more_than_twelve_times(city, address, who):
    """Whatever stage it is in, and whatever has been added to it."""
    for state in STATES:
        if who == "handler" and state in ("received", "registered", "withdrawn"):
            continue
        petition = make_petition(city, status=state, at=timezone.now())
        Supplement.objects.create(petition=petition, content="又添两盏", added_at=timezone.now())
        sql = asked(city.user(who), address.format(pk=petition.pk))
        assert len(sql) <= MOST, f"{state}: " + "\n".join(sql)


def test_no_page_of_this_room_asks_more_than_twelve_times(city, monkeypatch):
    """Every page that can be opened by an organizer at the desk or over REST, with one thing of each kind."""
    hand_out_words(monkeypatch)
    examples, over = Examples(city), {}
    for route, pattern in all_routes().items():
        is_ours = route.startswith(("admin/petitions/", "api/v1/^")) and not any(
            name in route for name in ELSEWHERE
        )
        if not is_ours or "GET" not in methods_of(pattern):
            continue
        try:
            address = examples.address_of(route)
        except KeyError:
            continue
        if is_page(city.organizer, address) and len(sql := asked(city.organizer, address)) > MOST:
            over[address] = len(sql)
    assert over == {}


def is_page(user, address):
    """Does the address answer a page or an object? Papers and files are neither."""
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code == 200 and answer["Content-Type"].split(";")[0] in (
        "text/html",
        "application/json",
    )
