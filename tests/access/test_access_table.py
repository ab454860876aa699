"""Who may open what: every route × every role × own county, county next door, nobody.

The expectation is tests/access/expected.csv; a new route without a row fails. A cell is the status code, or `login`
where a page sends to the login, or empty where it is not asked. To see what changed after a deliberate change, write the table anew and read the diff:

    WRITE_ACCESS_TABLE=1 .venv/bin/pytest tests/access -n 0
"""

import csv
import os
import re
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from accounts.enums import Role
from studios.models import Keeper
from tests.access.routes import Examples, all_routes, methods_of, walked_routes
from tests.access.visitor import Visitor, hand_out_words
from tests.factories import make_user
from tests.security.test_masking_everywhere import SECRETS, name_everybody, words_of

TABLE = Path(__file__).parent / "expected.csv"
WHO = ["anonymous", *(f"{role}{side}" for role in Role.values for side in ("", "_next"))]
ON_EACH_ENGINE = ["organizer", "handler", "keeper", "representative", "assessor", "auditor"]
"""Who may is decided before an engine is asked. On the second one nobody is sent where she is turned away; a list is
opened by each of these, as each has a scope of her own, and anything else by the first for whom it is made."""
TURNED_AWAY = {"302", "403", "404", "405", "login"}
HOMES = {
    Role.HANDLER: ("unit", "neighbour_unit"),
    Role.KEEPER: ("town", "neighbour_town"),
    Role.REPRESENTATIVE: ("town", "neighbour_town"),
}


def read_table():
    if not TABLE.exists():
        return {}
    with TABLE.open(encoding="utf-8") as lines:
        return {(row["method"], row["route"]): row for row in csv.DictReader(lines)}


def caller(who, city):
    """A client that comes in as `who`; other systems come with a token, everybody else with a session."""
    client = Visitor()
    if who == "anonymous":
        return client, {}
    role = Role(who.removesuffix("_next"))
    user = _user(role, city, next_door=who.endswith("_next"))
    if role == Role.CLIENT:
        application = Application.objects.create(
            name=who,
            user=user,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        )
        expires = timezone.now() + timezone.timedelta(hours=1)
        AccessToken.objects.create(
            application=application, token=f"t-{who}", expires=expires, scope="read write"
        )
        return client, {"HTTP_AUTHORIZATION": f"Bearer t-{who}"}
    client.force_login(user)
    return client, {}


def _user(role, city, *, next_door):
    if not next_door:
        return city.user(role.value)
    if role == Role.ORGANIZER:
        return city.stranger
    if role == Role.REPRESENTATIVE:
        return city.stranger_representative
    home = HOMES.get(role, ("county", "neighbour"))[1]
    user = make_user(role, getattr(city, home), is_service=role == Role.CLIENT)
    if role == Role.KEEPER:
        Keeper.objects.create(user=user, studio=city.neighbour_studio, start_date="2022-01-01")
    return user


def look_at(response):
    """The answer as a cell of the table, and the secrets that it tells."""
    words = words_of(response)
    to_login = response.status_code == 302 and response["Location"].startswith("/accounts/login")
    cell = "login" if to_login else str(response.status_code)
    return cell, [secret for secret in SECRETS if secret in words]


@pytest.fixture
def answers(city, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    hand_out_words(monkeypatch)
    examples, table = Examples(city), read_table()
    name_everybody()

    def of(who):
        """{(method, route): what `look_at` saw}"""
        client, headers = caller(who, city)
        return {
            (method, route): client.ask(method, examples.address_of(route), look_at, headers)
            for route, pattern in walked_routes().items()
            if is_asked(who, route)
            for method in methods_of(pattern)
            if connection.vendor == "sqlite" or meets_the_engine(who, method, route, table[method, route])
        }

    return of


def is_asked(who, route):
    """Who comes from next door is asked for one of our things only: her own lists are those of her role."""
    return not who.endswith("_next") or "<" in route


def meets_the_engine(who, method, route, row):
    served = [one for one in ON_EACH_ENGINE if row[one] not in TURNED_AWAY]
    return who in served and (who == served[0] or (method == "GET" and "<" not in route))


@pytest.mark.django_db
@pytest.mark.skipif("WRITE_ACCESS_TABLE" not in os.environ, reason="only to write the table anew")
def test_write_the_table(answers):
    columns = {who: answers(who) for who in WHO}
    with TABLE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["method", "route", *WHO])
        for method, route in columns["anonymous"]:
            writer.writerow([method, route, *(columns[who].get((method, route), [""])[0] for who in WHO)])


def test_every_route_has_its_row():
    routes = {(method, route) for route, pattern in all_routes().items() for method in methods_of(pattern)}
    table = set(read_table())
    assert routes - table == set(), "routes without an expectation: decide who may open them"
    assert table - routes == set(), "rows whose route is gone"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", [who if who in ON_EACH_ENGINE else pytest.param(who, marks=pytest.mark.once) for who in WHO]
)
def test_who_may_open_what_and_nobody_is_named(answers, who):
    """One walk asks both: is it the right answer, and does it show who brought a matter, or anybody's phone? Nobody is
    shown that who gave no reason and left no trace."""
    table = read_table()
    wrong, leaks = {}, {}
    for (method, route), (got, secrets) in answers(who).items():
        if (row := table.get((method, route))) and row[who] != got:
            wrong[method, route] = f"{got}, expected {row[who]}"
        if secrets:
            leaks[method, route] = secrets
    assert wrong == {}
    assert leaks == {}


OURS = {
    "mandate",
    "person",
    "petition",
    "studio",
    "user",
    "group",
    "representative",
    "matter",
    "event",
    "document",
    "file",
    "receptionday",
    "reception-day",
    "duty",
    "duties",
    "swap",
    "swaprequest",
    "swap-request",
    "leave",
    "helper",
    "mandateplacement",
    "mandate-placement",
    "reception-rule",
    "receptionpolicy",
    "reception-policies",
    "studiotarget",
    "studio-target",
    "contactlink",
    "contact-link",
    "contact",
    "linkpolicy",
    "mentorpair",
    "pair",
    "pairpolicy",
    "training",
    "trainingplan",
    "training-plan",
    "enrolment",
    "needsurvey",
    "need-survey",
    "grouppolicy",
    "group-policy",
    "evaluation-cycle",
    "evaluation",
    "studio-assessment",
    "appeal",
    "assessor-sheet",
    "appraisal",
    "publicity",
    "survey",
}


def names_one_of_ours(route):
    """Does the route name one thing that belongs to a county (and not, say, a channel, which is everybody's)?"""
    before = re.split(r"<int:pk>|<int:cycle>|<path:object_id>|\(\?P<pk>", route)
    noun = before[0].rstrip("/").split("/")[-1].lstrip("^")
    return len(before) > 1 and bool({noun, noun.removesuffix("s")} & OURS)


def test_the_table_itself_keeps_the_rules():
    """Whoever comes from next door never gets at one of our things, and nothing ends in an error of ours."""
    refused = {"404", "403", "login", "302", "405"}
    next_door = [who for who in WHO if who.endswith("_next")]
    for name, row in read_table().items():
        assert "500" not in row.values(), name
        if names_one_of_ours(row["route"]):
            assert {row[who] for who in next_door} <= refused, name
