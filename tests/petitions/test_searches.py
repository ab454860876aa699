"""What a person keeps for herself: named filters and the matters she looked at, at the desk, the phone and over REST."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InvalidInput
from petitions.actions import perform
from petitions.models import Petition, RecentView, SavedSearch
from petitions.searches import (
    MOST_SAVED,
    change_search,
    clean_query,
    forget_old_views,
    recent_matters,
    remember_view,
    save_search,
)
from tests.factories import MONDAY, acting, make_petition

pytestmark = pytest.mark.django_db
LIST = reverse("admin:petitions_petition_changelist")
PAGE = reverse("admin:petitions_petition_searches")


@pytest.fixture
def desk(client, city):
    client.force_login(city.organizer)
    return client


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("?tab=overdue&q=路灯&p=3&o=-1", "tab=overdue&q=%E8%B7%AF%E7%81%AF"),
        ("mark=paused&mark=supervised&studio=", "mark=paused&mark=supervised"),
        ("<script>=1&a b=2", ""),
        ("&".join(f"a=%{n}" for n in range(200)), ""),
        ("p=2", ""),
    ],
)
def test_what_of_an_address_is_kept(address, kept):
    assert clean_query(address) == kept


def test_names_are_her_own_and_once(city):
    search = save_search(user=city.organizer, name=" 本周  逾期 ", query="tab=overdue")
    assert (search.name, search.position) == ("本周 逾期", 1)
    save_search(user=city.keeper, name="本周 逾期", query="tab=overdue")
    for name, sentence in (
        ("本周 逾期", "您已有一个叫「本周 逾期」的筛选，请换个名字。"),
        ("", "请给这个筛选起个名字。"),
        ("长" * 31, "名字最多30字，现有31字，请删减。"),
    ):
        with pytest.raises(InvalidInput) as fault:
            save_search(user=city.organizer, name=name, query="q=灯")
        assert fault.value.errors == {"name": [sentence]}
    with pytest.raises(InvalidInput) as fault:
        save_search(user=city.organizer, name="空", query="p=2")
    assert list(fault.value.errors) == ["query"]
    second = save_search(user=city.organizer, name="灯", query="q=灯")
    with pytest.raises(InvalidInput):
        change_search(second, name="本周 逾期")
    assert SavedSearch.objects.get(pk=second.pk).name == "灯"


def test_there_is_an_end_to_keeping(city):
    for number in range(MOST_SAVED):
        save_search(user=city.organizer, name=f"第{number}个", query="q=灯")
    with pytest.raises(InvalidInput):
        save_search(user=city.organizer, name="又一个", query="q=灯")


def test_a_filter_is_kept_used_renamed_and_deleted_at_the_desk(desk, city):
    lit = make_petition(city)
    dark = make_petition(city, title="电梯停运", content="三号楼电梯停运。")
    html = desk.get(LIST, {"q": "路灯"}).content.decode()
    assert "保存这个筛选" in html
    answer = desk.post(PAGE, {"name": "灯的事", "query": "q=路灯"})
    assert answer.status_code == 302
    html = desk.get(answer.url).content.decode()
    assert "灯的事" in html and "保存这个筛选" not in html
    assert lit.number in html and dark.number not in html
    search = city.organizer.saved_searches.get()
    address = reverse("admin:petitions_petition_search", args=[search.pk])
    assert desk.post(address, {"name": ""}).status_code == 400
    assert desk.post(address, {"name": "路灯类"}).status_code == 302
    assert "路灯类" in desk.get(PAGE).content.decode()
    assert desk.post(address, {"_delete": "1"}).status_code == 302
    assert not city.organizer.saved_searches.exists()


def test_nobody_touches_the_filters_of_another(client, city):
    search = save_search(user=city.organizer, name="我的", query="q=灯")
    client.force_login(city.keeper)
    address = reverse("admin:petitions_petition_search", args=[search.pk])
    assert client.post(address, {"_delete": "1"}).status_code == 404
    assert client.get(f"/api/v1/saved-searches/{search.pk}/").status_code == 404
    assert client.get("/api/v1/saved-searches/").json()["results"] == []


def test_saved_searches_over_rest(desk, city):
    made = desk.post(
        "/api/v1/saved-searches/", {"name": "逾期", "query": "tab=overdue&p=4"}, "application/json"
    )
    assert (made.status_code, made.json()["query"]) == (201, "tab=overdue")
    address = f"/api/v1/saved-searches/{made.json()['id']}/"
    again = desk.post("/api/v1/saved-searches/", {"name": "逾期", "query": "q=1"}, "application/json")
    assert (again.status_code, list(again.json()["errors"])) == (400, ["name"])
    changed = desk.patch(address, {"name": "已逾期"}, "application/json")
    assert (changed.status_code, changed.json()["name"]) == (200, "已逾期")
    assert desk.delete(address).status_code == 204
    assert desk.get(address).status_code == 404


def test_what_was_opened_last_stands_first(client, city):
    first, second = make_petition(city, title="第一件事"), make_petition(city, title="第二件事")
    client.force_login(city.organizer)
    for petition in (first, second, first):
        assert client.get(reverse("admin:petitions_petition_change", args=[petition.pk])).status_code == 200
    assert recent_matters(city.organizer) == [first, second]
    assert recent_matters(city.keeper) == []
    assert "最近看过" in client.get(reverse("admin:index")).content.decode()
    assert "最近看过" in client.get(LIST).content.decode()
    client.force_login(city.representative)
    client.get(f"/matters/{second.pk}/")
    html = client.get("/matters/", {"whose": "recent"}).content.decode()
    assert "第二件事" in html and "第一件事" not in html


def test_what_may_no_longer_be_seen_is_not_shown(city):
    petition = make_petition(city)
    remember_view(petition, user=city.stranger, at=timezone.now())
    assert recent_matters(city.stranger) == []


def test_looking_costs_one_statement(city, django_assert_num_queries):
    petition, at = make_petition(city), timezone.now()
    for _again in range(2):
        with django_assert_num_queries(1):
            remember_view(petition, user=city.organizer, at=at)
    assert RecentView.objects.count() == 1


def test_old_views_are_forgotten(city):
    petition, at = make_petition(city), timezone.now()
    remember_view(petition, user=city.organizer, at=at - timedelta(days=100))
    remember_view(petition, user=city.keeper, at=at)
    assert forget_old_views(before=at - timedelta(days=90)) == 1
    assert recent_matters(city.keeper) == [petition]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"mark": "paused"}, False),
        ({"mark": ["anonymous", "overdue"]}, False),
        ({"mark": "overdue"}, True),
        ({"rated": "low"}, False),
        ({"q": "路灯", "mark": "overdue", "kind__exact": "opinion"}, True),
        ({"q": "路灯", "mark": "overdue", "kind__exact": "clue"}, False),
        ({"mark": "nonsense", "rated": "nonsense", "co_unit": "x"}, True),
        ({"due_date_from": "2026-01-01", "due_date_to": "2026-01-31"}, True),
        ({"due_date_from": "2026-02-01"}, False),
    ],
)
def test_filters_combine(desk, city, query, seen):
    from datetime import date

    petition = make_petition(city, status="handling")
    type(petition).objects.filter(pk=petition.pk).update(due_date=date(2026, 1, 15))
    assert (petition.number in desk.get(LIST, query).content.decode()) is seen
    assert desk.get(LIST, {"co_unit": str(city.unit.pk)}).content.decode().count(petition.number) == 0


def test_what_was_opened_lately_over_rest(client, city):
    first, second, hidden = (make_petition(city) for _ in range(3))
    client.force_login(city.organizer)
    for matter in (first, hidden, second):
        client.get(reverse("admin:petitions_petition_change", args=[matter.pk]))
    Petition.objects.filter(pk=hidden.pk).update(
        organization=city.neighbour_town, studio=city.neighbour_studio
    )
    told = client.get("/api/v1/petitions/recent/").json()
    assert [row["id"] for row in told] == [second.pk, first.pk]
    assert told[0]["petitioner_name"] == "李*"
    client.force_login(city.colleague)
    assert client.get("/api/v1/petitions/recent/").json() == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("merged=true", "merged"),
        ("routed_out=true", "routed_out"),
        ("resolved=true", "told"),
        ("reopened=true", ""),
        ("extended=true", ""),
        ("accusation=true", "accusation"),
        ("accusation=true&resolved=true", ""),
    ],
)
def test_filters_combine_over_rest(client, city, query, found):
    matters = {name: make_petition(city, status=name) for name in ("routed_out", "told")}
    matters["accusation"] = make_petition(city)
    Petition.objects.filter(pk=matters["accusation"].pk).update(is_accusation=True)
    matters["merged"] = make_petition(city)
    merge = {"main": make_petition(city, status="handling")}
    perform("merge", matters["merged"], by=acting(city.organizer), at=MONDAY, data=merge)
    client.force_login(city.organizer)
    ids = {row["id"] for row in client.get(f"/api/v1/petitions/?{query}").json()["results"]}
    names = {name for name, matter in matters.items() if matter.pk in ids}
    assert names == ({found} if found else set())
    assert client.get("/api/v1/petitions/?merged=maybe").status_code == 400
