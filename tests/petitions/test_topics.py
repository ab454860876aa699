"""Hot topics: what many speak of in the last weeks, for whom, and one click to merge."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from petitions.hot_topics import find_hot_topics, newest_topics, with_seen
from petitions.models import Accused, HotTopic, Petition, Problem
from petitions.topics import Heard, find_topics
from tests.factories import make_petition, make_user

TODAY = date(2026, 11, 23)
COLD = [
    "家里暖气不热，室温只有十四度，老人孩子都感冒了，供热公司说在检修。",
    "暖气不热，晚上室温不到十五度，给供热公司打电话没人来。",
    "供热半个月了暖气还是不热，室温十三度，老人受不了。",
    "今年暖气不热，白天室温十四度，供热公司来看过没修好。",
]
OTHERS = [
    "村口三盏路灯坏了半个月，晚上出门不便。",
    "大棚保险理赔迟迟不到账，影响补种。",
    "公交末班车太早，下夜班回不了家。",
    "学校门口卖零食的摊子不卫生。",
]


def heard(texts, *, on=TODAY, first=0, place="寿光市洛城街道锦绣花园"):
    return [
        Heard(first + n, text[:12], text, place, on - timedelta(days=n), 7) for n, text in enumerate(texts)
    ]


def test_what_many_say_is_one_topic_and_the_rest_is_none():
    told = heard(COLD) + heard(OTHERS, first=10, place="寿光市稻田镇")
    (topic,) = find_topics(told, on=TODAY, weeks=4)
    assert (set(topic.keys), topic.size, topic.previous, topic.category) == ({0, 1, 2, 3}, 4, 0, 7)
    assert topic.place == "寿光市洛城街道锦绣花园"
    assert "暖气" in topic.label


def test_growth_is_against_as_many_weeks_before():
    before = TODAY - timedelta(weeks=5)
    told = heard(COLD) + heard(COLD[:2], on=before, first=20) + heard(OTHERS, first=10)
    (topic,) = find_topics(told, on=TODAY, weeks=4)
    assert (topic.size, topic.previous) == (4, 2)
    assert find_topics(heard(COLD, on=before), on=TODAY, weeks=4) == []
    assert find_topics([], on=TODAY, weeks=4) == []


def test_of_several_places_the_common_part_is_named():
    told = [
        Heard(n, text[:12], text, f"寿光市洛城街道{village}", TODAY)
        for n, (text, village) in enumerate(
            zip(COLD, ["锦绣花园", "东城村", "金鼎小区", "文昌苑"], strict=True)
        )
    ]
    (topic,) = find_topics(told, on=TODAY, weeks=4)
    assert topic.place == "寿光市洛城街道"


@pytest.fixture
def cold(city, db):
    now = timezone.now()
    return [
        make_petition(
            city,
            content=text,
            title=text[:12],
            place="寿光市洛城街道锦绣花园",
            at=now - timedelta(days=n),
            petitioner_phone="",
        )
        for n, text in enumerate(COLD)
    ]


@pytest.mark.django_db
def test_a_second_run_of_a_day_changes_nothing(city, cold):
    today = timezone.localdate()
    # One for the county, one for the city above it; the county next door has none.
    assert find_hot_topics(on=today) == 2
    assert find_hot_topics(on=today) == 2
    assert sorted(HotTopic.objects.values_list("organization", "size")) == [
        (city.root.pk, 4),
        (city.county.pk, 4),
    ]


@pytest.mark.django_db
def test_what_is_said_against_an_office_enters_no_topic(city, cold):
    for petition in cold[:2]:
        Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
        Accused.objects.create(petition=petition, organization=city.unit)
    assert find_hot_topics(on=timezone.localdate()) == 0


@pytest.mark.django_db
def test_each_sees_the_topics_of_its_own_and_counts_what_it_may_see(city, cold):
    find_hot_topics(on=timezone.localdate())
    assert [t.organization for t in newest_topics(city.organizer)] == [city.county]
    assert [t.organization for t in newest_topics(city.leader)] == [city.county]
    assert newest_topics(make_user(Role.ORGANIZER, city.root)).count() == 2
    for user in (city.stranger, city.keeper, city.handler, city.representative):
        assert not newest_topics(user).exists()
    # Called an accusation only afterwards: the count follows at once.
    Petition.objects.filter(pk=cold[0].pk).update(is_accusation=True)
    Accused.objects.create(petition=cold[0], organization=city.county)
    (topic,) = with_seen(list(newest_topics(city.organizer)), city.organizer)
    assert (topic.size, topic.seen, topic.still_open) == (4, 3, 3)


@pytest.mark.django_db
def test_from_the_topic_to_one_problem(city, cold, client):
    find_hot_topics(on=timezone.localdate())
    topic = HotTopic.objects.get(organization=city.county)
    address = f"/admin/petitions/hottopic/{topic.pk}/"
    client.force_login(city.organizer)
    page = client.get("/admin/petitions/hottopic/").content.decode()
    assert topic.label in page
    assert "新出现" in page
    page = client.get(f"{address}change/").content.decode()
    assert all(petition.number in page for petition in cold)
    # Alike is not the same: nothing is ticked before somebody has looked.
    assert 'name="petitions"' in page and " checked" not in page
    assert client.post(f"{address}merge/", {"petitions": [cold[0].pk]}).status_code == 400
    assert not Problem.objects.exists()
    chosen = [petition.pk for petition in cold[:3]]
    response = client.post(f"{address}merge/", {"petitions": chosen})
    problem = Problem.objects.get()
    assert response["Location"] == f"/admin/petitions/problem/{problem.pk}/change/"
    # All stand alike: the one that came first leads.
    assert problem.main == cold[2]
    assert set(problem.petitions.values_list("pk", flat=True)) == set(chosen)
    client.force_login(city.leader)
    assert client.get(f"{address}change/").status_code == 200
    assert client.post(f"{address}merge/", {"petitions": chosen}).status_code == 403
    client.force_login(city.stranger)
    assert client.get(f"{address}change/").status_code == 404
    client.force_login(city.keeper)
    assert client.get(f"{address}change/").status_code == 403


@pytest.mark.django_db
def test_the_list_costs_the_same_with_more_topics(city, cold, client):
    client.force_login(city.organizer)

    def queries(number):
        HotTopic.objects.all().delete()
        for n in range(number):
            topic = HotTopic.objects.create(
                found_on=TODAY, organization=city.county, label=f"热点{n}", size=4, previous_size=n
            )
            topic.petitions.set(cold)
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/admin/petitions/hottopic/").content.decode()
        assert page.count("热点") >= number
        return len(captured)

    queries(1)
    assert queries(1) == queries(3) <= 12


@pytest.mark.django_db
def test_without_topics_the_page_says_when_there_will_be_some(city, client):
    client.force_login(city.organizer)
    assert "最近没有热点" in client.get("/admin/petitions/hottopic/").content.decode()
