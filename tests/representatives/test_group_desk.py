"""The desk of groups: the board, moving people, officers, dissolving, and the page of a group."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.errors import Conflict
from records.models import Event
from representatives.actions import perform
from representatives.actions.groups import appoint_officers, move_people
from representatives.enums import Level
from representatives.models import Group, GroupPolicy, Mandate
from tests.factories import MONDAY, acting, event_verbs, make_group, make_mandate, make_user
from tests.studios.desk import make_day

pytestmark = pytest.mark.django_db
BOARD = "admin:representatives_group_board"


def at_desk(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def desk(city):
    return at_desk(city.organizer)


@pytest.fixture
def teachers(city):
    group = make_group(city.town, studio=city.studio, field="教育")
    return group, [make_mandate(city.town, group=group, field="教育") for _turn in range(3)]


def move(client, place, **data):
    return client.post(reverse(BOARD), {"place": place.pk, **data})


def test_the_board_shows_groups_and_who_waits(city, desk, teachers):
    waiting = make_mandate(city.town, field="金融服务")
    provincial = make_mandate(city.town, level=Level.PROVINCIAL)
    page = desk.get(f"{reverse(BOARD)}?place={city.town.pk}").content.decode()
    for words in (
        city.group.name,
        teachers[0].name,
        "1 名还没有小组",
        "只有3名，少于15名",
        "2 个小组没有组长",
        waiting.person.name,
        "同在洛城街道，与本组另外2名同属教育",
        'draggable="true"',
    ):
        assert words in page, words
    # R10: she belongs to a workroom, not to a group.
    assert f'value="{provincial.pk}"' not in page


def test_ticked_people_are_moved_with_a_note(city, desk, teachers):
    group, (first, second, third) = teachers
    answer = move(
        desk,
        city.town,
        mandates=[first.pk, second.pk],
        group=city.group.pk,
        note="住得近",
        keep="true",
    )
    assert answer.status_code == 302
    first.refresh_from_db()
    assert (first.group, first.is_group_fixed, first.group_note) == (city.group, True, "住得近")
    third.refresh_from_db()
    assert third.group == group
    line = Event.objects.about(first).get()
    assert (line.verb, line.before, line.after, line.note) == (
        "grouped",
        {"group": group.name},
        {"group": city.group.name},
        "住得近",
    )
    assert [event_verbs(one) for one in (group, city.group)] == [["regrouped"], ["regrouped"]]
    page = desk.get(answer["Location"]).content.decode()
    assert f"已把{first.person.name}、{second.person.name}调到{city.group.name}。" in page


def test_who_is_moved_learns_of_it(city, desk, teachers):
    move(desk, city.town, mandates=[city.mandate.pk], group=teachers[0].pk)
    notice = city.representative.notices.get()
    assert (notice.title, notice.link) == (f"您已编入{teachers[0].name}", f"/groups/{teachers[0].pk}/")
    client = at_desk(city.representative)
    assert client.get(notice.link).status_code == 200


def test_a_leader_who_leaves_leads_no_more(city, desk, teachers):
    group, (first, second, _third) = teachers
    Group.objects.filter(pk=group.pk).update(leader=first, secretary=second)
    move(desk, city.town, mandates=[first.pk, second.pk], group="none")
    group.refresh_from_db()
    assert (group.leader, group.secretary) == (None, None)
    first.refresh_from_db()
    assert (first.group, first.is_group_fixed) == (None, False)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "请选择调到哪个小组。"),
        ({"group": "none"}, "请先勾选要调整的代表。"),
        ({"group": "999999", "mandates": "hers"}, "没有这个小组，或这件事不能用它"),
    ],
)
def test_what_is_missing_is_said(city, desk, given, sentence):
    answer = move(desk, city.town, **{k: city.mandate.pk if v == "hers" else v for k, v in given.items()})
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)


def test_what_was_ticked_stays_ticked(city, desk, teachers):
    page = move(desk, city.town, mandates=[teachers[1][0].pk], note="甲").content.decode()
    assert f'value="{teachers[1][0].pk}" checked' in page
    assert 'value="甲"' in page


def test_who_does_not_fit_is_named(city, desk, teachers):
    ended = make_mandate(city.town, group=city.group, status="ended", end_date="2026-01-01")
    national = make_mandate(city.town, level=Level.NATIONAL)
    page = move(desk, city.town, mandates=[ended.pk], group=teachers[0].pk).content.decode()
    assert f"{ended.person.name}已不在任，请去掉。" in page
    page = move(desk, city.town, mandates=[national.pk], group=teachers[0].pk).content.decode()
    assert f"{national.person.name}是全国或省级代表，随工作室活动，不编小组，请去掉。" in page


def test_people_of_another_county_are_not_there(city, desk, teachers):
    foreign = Mandate.objects.get(person__user=city.stranger_representative)
    assert move(desk, city.town, mandates=[foreign.pk], group=teachers[0].pk).status_code == 400
    assert desk.get(f"{reverse(BOARD)}?place={city.neighbour_town.pk}").status_code == 404
    organizer = make_user("organizer", city.root, name="市组工")
    page = move(at_desk(organizer), city.town, mandates=[foreign.pk], group=teachers[0].pk)
    assert "不在这个小组所在的县市区，请去掉。" in page.content.decode()


def test_a_leader_looks_on(city, teachers):
    client = at_desk(city.leader)
    page = client.get(f"{reverse(BOARD)}?place={city.town.pk}").content.decode()
    assert "draggable" not in page.replace('draggable="false"', "")
    assert move(client, city.town, mandates=[city.mandate.pk], group=teachers[0].pk).status_code == 403
    city.mandate.refresh_from_db()
    assert city.mandate.group == city.group


def test_somebody_else_was_first(city, teachers):
    """Two looked at the same board: the second is told instead of overwriting."""
    stale = Mandate.objects.select_related("person", "organization", "group").get(pk=city.mandate.pk)
    Mandate.objects.filter(pk=stale.pk).update(group=None)
    from representatives.actions import groups

    with pytest.raises(Conflict, match="刚刚已被别人调整"):
        groups._take_seat(stale, teachers[0], note="", keep=False)


def test_a_second_press_changes_nothing(city, teachers):
    by = acting(city.organizer)
    data = {"mandates": [city.mandate.pk], "group": teachers[0].pk}
    assert [m.pk for m in move_people(by=by, at=MONDAY, **data)] == [city.mandate.pk]
    assert move_people(by=by, at=MONDAY, **data) == []
    assert event_verbs(city.mandate) == ["grouped"]


def test_officers_are_chosen_from_the_members(city, desk, teachers):
    address = reverse("admin:representatives_group_officers", args=[city.group.pk])
    page = desk.get(address).content.decode()
    assert "杨守伟" in page
    assert teachers[1][0].person.name not in page
    colleague = Mandate.objects.get(person__user=city.colleague)
    done = desk.post(address, {"leader": city.mandate.pk, "secretary": colleague.pk})
    assert done.status_code == 302
    city.group.refresh_from_db()
    assert (city.group.leader, city.group.secretary) == (city.mandate, colleague)
    assert city.representative.notices.get().title == f"请您担任{city.group.name}的组长"
    same = desk.post(address, {"leader": city.mandate.pk, "secretary": city.mandate.pk})
    assert "联络员要和组长是两个人" in same.content.decode()
    assert at_desk(city.leader).get(address).status_code == 403
    assert at_desk(city.stranger).get(address).status_code == 404


def test_two_who_name_officers_at_once(city):
    first, second = (Group.objects.get(pk=city.group.pk) for _turn in range(2))
    appoint_officers(first, by=acting(city.organizer), at=MONDAY, leader=city.mandate.pk)
    with pytest.raises(Conflict):
        appoint_officers(second, by=acting(city.organizer), at=MONDAY, secretary=city.mandate.pk)


def test_whose_mandate_ends_leads_no_more(city):
    Group.objects.filter(pk=city.group.pk).update(leader=city.mandate)
    data = {
        "ground": "resigned",
        "proposer": "洛城街道党工委",
        "decided_by": "洛城街道党工委",
        "decision_date": "2026-11-13",
    }
    perform("end", city.mandate, by=acting(city.organizer), at=MONDAY, data=data)
    city.group.refresh_from_db()
    assert city.group.leader is None


def test_only_an_empty_group_is_dissolved(city, desk, teachers):
    group, members = teachers
    address = reverse("admin:representatives_group_dissolve", args=[group.pk])
    refused = desk.post(address)
    assert (refused.status_code, "还有在任代表" in refused.content.decode()) == (409, True)
    move(desk, city.town, mandates=[member.pk for member in members], group=city.group.pk)
    page = desk.get(reverse("admin:representatives_group_change", args=[group.pk])).content.decode()
    assert "撤并" in page
    assert desk.post(address).status_code == 302
    group.refresh_from_db()
    assert not group.is_standing
    listed = reverse("admin:representatives_group_changelist")
    assert f"{group.name}已撤并。" in desk.get(listed).content.decode()
    assert group.name not in desk.get(listed).content.decode()
    assert group.name in desk.get(f"{listed}?state=gone").content.decode()
    assert group.name not in desk.get(f"{reverse(BOARD)}?place={city.town.pk}").content.decode()
    assert desk.get(reverse("admin:representatives_group_change", args=[group.pk])).status_code == 200


def test_the_page_of_a_group(city, desk, teachers):
    make_day(city.studio, days=3, sitters=[city.mandate])
    page = desk.get(reverse("admin:representatives_group_change", args=[city.group.pk])).content.decode()
    for words in (
        "2 名在任",
        city.studio.name,
        "还没有确定",
        "0 / 2 名达到每年 2 次",
        "驻室接待 0/2 次",
        "要来的接待",
        "只有2名，少于15名",
    ):
        assert words in page, words


def test_the_list_warns_by_the_settings_of_the_place(city, desk, teachers):
    address = reverse("admin:representatives_group_changelist")
    page = desk.get(address).content.decode()
    assert "2 名，宜 20 名左右" in page
    small = desk.get(f"{address}?state=small").content.decode()
    assert city.group.name in small
    GroupPolicy.objects.create(organization=city.county, size=3, tolerance=1)
    page = desk.get(address).content.decode()
    assert "宜" not in page.split("<tbody")[1]
    assert city.group.name not in desk.get(f"{address}?state=small").content.decode()
    assert city.group.name in desk.get(f"{address}?state=leaderless").content.decode()


def test_settings_are_the_business_of_counties(city, desk):
    address = reverse("admin:representatives_grouppolicy_add")
    assert desk.post(address, {"organization": city.county.pk, "size": 18, "tolerance": 3}).status_code == 302
    assert GroupPolicy.objects.get().size == 18
    town = at_desk(make_user("organizer", city.town))
    assert town.get(address).status_code == 403
    foreign = desk.post(address, {"organization": city.neighbour.pk, "size": 18, "tolerance": 3})
    assert (foreign.status_code, GroupPolicy.objects.count()) == (200, 1)


@pytest.mark.parametrize("page", ["board", "group", "list"])
def test_pages_cost_the_same_with_more_rows(city, desk, teachers, page):
    address = {
        "board": f"{reverse(BOARD)}?place={city.town.pk}",
        "group": reverse("admin:representatives_group_change", args=[teachers[0].pk]),
        "list": reverse("admin:representatives_group_changelist"),
    }[page]
    desk.get(address)
    costs = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(address).status_code == 200
        costs.append(len(queries))
        for _row in range(2):
            make_mandate(city.town, group=make_group(city.town, studio=city.studio))
            make_mandate(city.town, group=teachers[0])
            make_mandate(city.town)
    assert costs[0] == costs[1] <= 16
