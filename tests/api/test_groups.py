"""Groups at the REST door: the noun, moving people, officers, dissolving, the proposal."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.models import Job
from representatives.models import Group, Mandate
from studios.actions import plan_groups
from tests.factories import event_verbs, make_group, make_mandate

pytestmark = pytest.mark.django_db


@pytest.fixture
def teachers(city):
    """A group with two teachers, beside that of 杨守伟 and 王雯."""
    group = make_group(city.town, studio=city.studio, field="教育")
    return group, [make_mandate(city.town, group=group, field="教育") for _turn in range(2)]


def test_a_group_is_made_and_renamed_and_keeps_its_place(city, door):
    organizer = door("organizer")
    made = organizer.post("groups/", {"name": "洛城二组", "organization": city.town.pk, "field": "农业"})
    assert made.status_code == 201, made.told
    assert (made.told["people"], made.told["warning"]) == (0, "只有0名，少于15名")
    address = f"groups/{made.told['id']}/"
    assert organizer.patch(address, {"name": "洛城三组"}).told["name"] == "洛城三组"
    for body in ({"organization": city.county.pk}, {"leader": city.mandate.pk}):
        refused = organizer.patch(address, body)
        assert (refused.status_code, list(refused.told["errors"])) == (400, list(body))
    assert door("keeper").patch(f"groups/{city.group.pk}/", {"name": "x"}).status_code == 403
    assert door("stranger").patch(address, {"name": "x"}).status_code == 404


def test_people_are_moved_all_or_none(city, door, teachers):
    group, (first, second) = teachers
    moved = door("organizer").post(
        "groups/move/",
        {"mandates": [first.pk, city.mandate.pk], "group": group.pk, "note": "住得近", "keep": True},
    )
    # One of the two sat there already.
    assert moved.told == {"moved": [city.mandate.pk], "group": group.pk}
    first.refresh_from_db()
    assert (first.is_group_fixed, first.group_note) == (True, "住得近")
    foreign = Mandate.objects.get(person__user=city.stranger_representative)
    refused = door("organizer").post(
        "groups/move/", {"mandates": [second.pk, foreign.pk], "group": city.group.pk}
    )
    assert (refused.status_code, list(refused.told["errors"])) == (400, ["mandates"])
    second.refresh_from_db()
    assert second.group == group
    out = door("organizer").post("groups/move/", {"mandates": [second.pk]})
    assert out.told == {"moved": [second.pk], "group": None}
    assert event_verbs(second) == ["ungrouped"]


@pytest.mark.parametrize(
    ("who", "status"), [("keeper", 403), ("leader", 403), ("representative", 403), ("stranger", 400)]
)
def test_only_her_own_organizer_moves_her(city, door, teachers, who, status):
    group, _members = teachers
    answer = door(who).post("groups/move/", {"mandates": [city.mandate.pk], "group": group.pk})
    assert answer.status_code == status
    city.mandate.refresh_from_db()
    assert city.mandate.group == city.group


def test_officers_are_two_members(city, door, teachers):
    group, (first, second) = teachers
    address = f"groups/{group.pk}/officers/"
    named = door("organizer").post(address, {"leader": first.pk, "secretary": second.pk})
    assert (named.told["leader"], named.told["secretary"]) == (first.pk, second.pk)
    twice = door("organizer").post(address, {"leader": first.pk, "secretary": first.pk})
    assert list(twice.told["errors"]) == ["secretary"]
    guest = door("organizer").post(address, {"leader": city.mandate.pk})
    assert list(guest.told["errors"]) == ["leader"]
    assert door("leader").post(address, {"leader": second.pk}).status_code == 403
    assert door("stranger").post(address, {}).status_code == 404
    assert event_verbs(group) == ["officers"]


def test_only_an_empty_group_is_dissolved(city, door, teachers):
    group, members = teachers
    address = f"groups/{group.pk}/dissolve/"
    full = door("organizer").post(address)
    assert (full.status_code, full.told["code"]) == (409, "group-not-empty")
    door("organizer").post("groups/move/", {"mandates": [m.pk for m in members], "group": city.group.pk})
    assert door("organizer").post(address).told["dissolved_date"]
    assert door("organizer").post(address).told["code"] == "wrong-state"
    back = door("organizer").post("groups/move/", {"mandates": [members[0].pk], "group": group.pk})
    assert list(back.told["errors"]) == ["group"]
    standing = door("organizer").get("groups/", standing="true").told["results"]
    assert [row["id"] for row in standing] == [city.group.pk]


def test_members_with_the_reason(city, door, teachers):
    group, (first, _second) = teachers
    Group.objects.filter(pk=group.pk).update(leader=first)
    rows = door("representative").get(f"groups/{city.group.pk}/members/").told
    assert [row["person_name"] for row in rows] == ["杨守伟", "王雯"]
    rows = door("organizer").get(f"groups/{group.pk}/members/").told
    assert (rows[0]["office"], rows[0]["is_behind"]) == ("组长", True)
    assert rows[0]["reason"] == "同在洛城街道，与本组另外1名同属教育"
    assert door("stranger").get(f"groups/{group.pk}/members/").status_code == 404
    assert door("representative").get(f"groups/{group.pk}/members/").status_code == 404


def test_the_proposal_and_what_becomes_of_it(city, door, django_capture_on_commit_callbacks):
    for _turn in range(16):
        make_mandate(city.town, field="教育")
    organizer = door("organizer")
    told = organizer.get("groups/proposal/", organization="370783").told
    assert (told["newcomers"], told["moved"], told["dissolved"]) == (16, 0, [])
    (only,) = told["changed"]
    assert (only["group"], only["people"], len(only["arrivals"])) == (city.group.pk, 18, 16)
    assert only["arrivals"][0]["reason"].startswith("编入有空位的本组：")
    with django_capture_on_commit_callbacks(execute=True):
        answer = organizer.post("groups/form/", {"organization": "370783", "plan": told["plan"]})
    assert answer.status_code == 202
    assert Job.objects.get(pk=answer.told["id"]).result["newcomers"] == 16
    assert plan_groups(city.county).is_empty


def test_the_proposal_is_the_organizers_own(city, door):
    assert door("keeper").get("groups/proposal/", organization="370783").status_code == 403
    assert door("organizer").get("groups/proposal/", organization="370725").status_code == 400
    assert door("organizer").get("groups/proposal/").status_code == 400
    assert door("organizer").get("groups/proposal/", organization="3707").status_code == 403
    upwards = door("organizer").post("groups/form/", {"organization": "3707", "plan": "0" * 16})
    assert upwards.status_code == 403
    assert not Job.objects.exists()


def test_settings_of_groups(city, door):
    made = door("organizer").post(
        "group-policies/", {"organization": city.county.pk, "size": 15, "tolerance": 3}
    )
    assert made.status_code == 201, made.told
    address = f"group-policies/{made.told['id']}/"
    assert door("organizer").patch(address, {"tolerance": 4}).told["tolerance"] == 4
    assert door("organizer").patch(address, {"size": 1}).status_code == 400
    assert door("leader").get(address).status_code == 403
    assert door("stranger").get(address).status_code == 404
    row = door("organizer").get(f"groups/{city.group.pk}/").told
    assert row["warning"] == "只有2名，少于11名"


@pytest.mark.parametrize("address", ["groups/", "members"])
def test_lists_cost_the_same_with_more_rows(city, door, teachers, address):
    address = address if address == "groups/" else f"groups/{teachers[0].pk}/members/"
    costs = []
    for _turn in range(2):
        organizer = door("organizer")
        with CaptureQueriesContext(connection) as queries:
            assert organizer.get(address).status_code == 200
        costs.append(len(queries))
        for _row in range(2):
            make_mandate(city.town, group=teachers[0])
            make_group(city.town, studio=city.studio)
    assert costs[0] == costs[1] <= 12
