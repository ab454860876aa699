"""Lists: pages by cursor, filters, order, and a constant number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import create_organization, notify
from accounts.enums import OrganizationKind
from petitions import finding
from petitions.api import matters
from petitions.enums import AssignmentEnd, AssignmentRole
from petitions.models import Assignment, Petition
from petitions.models.handling import Accused
from petitions.representation import PetitionDetailSerializer, PetitionSerializer
from tests.factories import MONDAY, make_mandate, make_petition, make_studio

pytestmark = pytest.mark.django_db


def walk(caller, path, **query):
    """All pages forwards; returns them and the answer to the last one."""
    answer, pages = caller.get(path, **query), []
    while True:
        assert answer.status_code == 200, answer.told
        pages.append([row["id"] for row in answer.told["results"]])
        if not answer.told["next"]:
            return pages, answer
        answer = caller.get(answer.told["next"])


def walk_back(caller, answer):
    pages = []
    while True:
        pages.append([row["id"] for row in answer.told["results"]])
        if not answer.told["previous"]:
            return pages[::-1]
        answer = caller.get(answer.told["previous"])


@pytest.fixture
def seven(city):
    """Seven matters; two pairs came in at the same moment, three have no date due."""
    made = []
    for turn in range(7):
        petition = make_petition(city, at=MONDAY + timedelta(hours=turn // 2))
        if turn % 2:
            Petition.objects.filter(pk=petition.pk).update(due_date=None)
        made.append(petition.pk)
    return made


@pytest.mark.parametrize(
    "ordering", ["-received_at", "received_at", "due_date", "-due_date", "number", "-id"]
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_forth_and_back_hold_everything_once(door, seven, ordering, size):
    organizer = door("organizer")
    pages, last = walk(organizer, "petitions/", ordering=ordering, page_size=size)
    flat = [pk for page in pages for pk in page]
    assert sorted(flat) == seven
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert walk_back(organizer, last) == pages
    whole = organizer.get("petitions/", ordering=ordering).told["results"]
    assert [row["id"] for row in whole] == flat
    dates = [row["due_date"] for row in whole]
    if "due_date" in ordering:
        assert dates[-3:] == [None] * 3
        assert dates[:4] == sorted(dates[:4], reverse=ordering.startswith("-"))


@pytest.mark.parametrize("ordering", ["-received_at", "received_at"])
@pytest.mark.parametrize("spare", [0, 20])
@pytest.mark.parametrize(("asked", "common"), [({}, 8), ({"search": "路灯"}, 0), ({"search": "路灯"}, 8)])
def test_a_unit_pages_through_what_it_has_in_hand(city, door, monkeypatch, ordering, spare, asked, common):
    """The unit's lists begin at its assignments; what two of its offices have stands once, what is kept from it never.
    Of a word that is common, no more of its matters are asked for than fill a page."""
    monkeypatch.setattr(matters, "SPARE", spare)
    monkeypatch.setattr(finding, "COMMON", common)
    desk = create_organization(
        code="370783-U01-1", name="物业科", kind=OrganizationKind.UNIT, parent=city.unit
    )
    hers = []
    for turn in range(6):
        petition = make_petition(city, at=MONDAY + timedelta(hours=turn // 2), status="handling")
        if turn % 2:
            Assignment.objects.create(
                petition=petition, organization=desk, role=AssignmentRole.CO, assigned_at=MONDAY
            )
        hers.append(petition.pk)
    for _turn in range(3):
        about_them = make_petition(city, at=MONDAY + timedelta(hours=1), status="handling")
        Petition.objects.filter(pk=about_them.pk).update(is_accusation=True)
        Accused.objects.create(petition=about_them, organization=city.unit)
    ended = make_petition(city, status="handling")
    ended.assignments.update(ended_at=MONDAY, end_reason=AssignmentEnd.HANDED_BACK)
    make_petition(city)
    if asked:
        other = make_petition(city, at=MONDAY + timedelta(hours=1), status="handling")
        Petition.objects.filter(pk=other.pk).update(title="修桥", content="桥面塌了一角，无法通行。")
    pages, last = walk(door("handler"), "petitions/", ordering=ordering, page_size=2, **asked)
    backwards = ordering.startswith("-")
    rows = Petition.objects.filter(pk__in=hers).order_by(ordering, "-pk" if backwards else "pk")
    assert [pk for page in pages for pk in page] == list(rows.values_list("pk", flat=True))
    assert walk_back(door("handler"), last) == pages
    found = door("handler").get("petitions/", status="handling", page_size=100, **asked).told["results"]
    assert {row["id"] for row in found} == set(hers)


def test_a_page_stays_in_place_while_new_matters_come(city, door, seven):
    organizer = door("organizer")
    first = organizer.get("petitions/", page_size=3).told
    make_petition(city, at=MONDAY + timedelta(days=1))
    second = organizer.get(first["next"]).told
    assert [row["id"] for row in first["results"] + second["results"]] == seven[::-1][:6]


def test_filters(city, door):
    open_one = make_petition(city, kind="clue", at=MONDAY)
    done = make_petition(city, status="archived", at=MONDAY + timedelta(days=1), title="修桥")
    organizer = door("organizer")

    def found(**query):
        return [row["id"] for row in organizer.get("petitions/", **query).told["results"]]

    both = [done.pk, open_one.pk]
    assert found(status="archived") == [done.pk]
    assert found(status=["archived", "received"]) == both
    assert found(open="true") == [open_one.pk]
    assert found(open="false") == [done.pk]
    assert found(kind="clue") == [open_one.pk]
    assert found(channel="studio") == both
    assert found(channel="letter") == []
    assert found(category=done.category.code) == [done.pk]
    assert found(category=done.category.code, status="received") == []
    assert found(studio=city.studio.pk) == both
    assert found(organization=city.county.code) == both
    assert found(organization=city.town.pk) == both
    assert found(mandate=city.mandate.pk) == both
    assert found(lead_unit=city.unit.code) == [done.pk]
    assert found(outcome="A") == [done.pk]
    assert found(number=done.number) == [done.pk]
    assert found(search="修桥") == [done.pk]
    assert found(search="路灯 半个月") == both[::-1][:1] or found(search="路灯 半个月") == both
    assert found(received_after="2026-11-17T00:00:00+08:00") == [done.pk]
    assert found(received_before="2026-11-17") == [open_one.pk]
    assert found(overdue="true") == [open_one.pk]
    assert found(overdue="false") == [done.pk]
    assert found(due_before="2030-01-01") == [open_one.pk]


def test_a_neighbours_organization_is_no_filter(city, door):
    refused = door("organizer").get("petitions/", organization=city.neighbour.code)
    assert refused.status_code == 400
    assert list(refused.told["errors"]) == ["organization"]


def test_people_by_name_and_initials(city, door):
    person = city.mandate.person
    person.pinyin = "ysw"
    person.save(update_fields=["pinyin"])
    organizer = door("organizer")
    for search in ("杨守", "ysw", "YS"):
        rows = organizer.get("representatives/", search=search).told["results"]
        assert [row["name"] for row in rows] == ["杨守伟"]
    rows = organizer.get("mandates/", search="ysw").told["results"]
    assert [row["id"] for row in rows] == [city.mandate.pk]


def test_the_document_describes_what_is_sent(city, door):
    petition = make_petition(city, status="archived")
    organizer = door("organizer")
    row = organizer.get("petitions/").told["results"][0]
    assert set(row) == set(PetitionSerializer().fields)
    detail = organizer.get(f"petitions/{petition.pk}/").told
    assert set(detail) == set(PetitionDetailSerializer().fields)
    assert detail["received_at"] == "2026-11-16T09:00:00+08:00"
    assert detail["channel"] == "studio"
    assert (detail["studio"], detail["lead_unit"]) == (city.studio.pk, city.unit.pk)


QUERIES = {
    "petitions/": 3,
    "mandates/": 3,
    "representatives/": 4,
    "studios/": 4,
    "groups/": 4,
    "organizations/": 3,
    "users/": 5,
    "congresses/": 3,
    "duty-records/": 3,
    "channels/": 2,
    "categories/": 2,
    "notices/": 2,
    "events/": 3,
}
"""The ids of the page and its rows; one for the scope, where there is one; one for each kind of row joined to many. The
trail asks first which complaints are about the reader's own office."""


@pytest.mark.parametrize("path", QUERIES)
def test_queries_do_not_grow_with_the_list(city, door, path):
    def grow():
        make_petition(city)
        notify([city.organizer], title="有新事项", at=MONDAY)
        mandate = make_mandate(city.town, group=city.group)
        make_studio(city.town, lead=mandate)

    grow()
    counts = []
    for _size in (1, 3):
        caller = door("organizer")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert caller.get(path).status_code == 200
        counts.append(len(queries))
        grow()
        grow()
    assert counts == [QUERIES[path]] * 2, [query["sql"][:200] for query in queries]
