"""Groups of about twenty by place and field (R14, R15), each with its venue (R13)."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import Conflict, NotAllowed
from representatives.enums import Level
from representatives.grouping import Member, propose_groups
from representatives.models import Group, Mandate
from studios.actions import form_groups, plan_groups
from tests.factories import MONDAY, acting, event_verbs, make_mandate, make_studio

members = st.lists(
    st.builds(
        Member,
        id=st.integers(1, 10**6),
        place=st.integers(1, 4),
        field=st.sampled_from(["现代农业", "教育", "医疗卫生", ""]),
        level_rank=st.integers(0, 4),
    ),
    unique_by=lambda member: member.id,
    max_size=150,
)


@given(members, st.integers(1, 40))
def test_everybody_is_in_exactly_one_group_of_her_place(people, size):
    groups = propose_groups(people, size=size)
    assert sorted(pk for group in groups for pk in group.members) == sorted(m.id for m in people)
    home = {member.id: member.place for member in people}
    assert all(home[pk] == group.place for group in groups for pk in group.members)


@given(members, st.integers(1, 40))
def test_sizes_within_a_place_are_even_and_near_the_wish(people, size):
    for place in {member.place for member in people}:
        sizes = [len(g.members) for g in propose_groups(people, size=size) if g.place == place]
        total = sum(sizes)
        assert max(sizes) - min(sizes) <= 1
        # One group more or one fewer would not come closer to the wished size.
        off = abs(total / len(sizes) - size)
        for other in (len(sizes) - 1, len(sizes) + 1):
            if 1 <= other <= total:
                assert off <= abs(total / other - size) + 1e-9


@given(members)
def test_the_order_of_the_roll_does_not_matter(people):
    assert propose_groups(people) == propose_groups(list(reversed(people)))


def test_a_size_is_at_least_one():
    with pytest.raises(ValueError, match="at least 1"):
        propose_groups([], size=0)


@pytest.fixture
def roll(city):
    """45 more in 洛城街道 without a group: farmers and teachers, one of the city's congress among them."""
    for number in range(44):
        make_mandate(city.town, field="现代农业" if number < 25 else "教育")
    make_mandate(city.town, field="教育", certificate_number="SHI-1", level=Level.CITY)
    make_mandate(city.town, status="ended", end_date=date(2026, 1, 1))
    return city


@pytest.mark.django_db
def test_the_plan_names_place_venue_and_reason(roll):
    plans = plan_groups(roll.county)
    assert [len(plan.mandates) for plan in plans] == [23, 22]
    assert [plan.name for plan in plans] == ["洛城街道现代农业第1代表小组", "洛城街道教育第1代表小组"]
    assert {plan.studio for plan in plans} == {roll.studio}
    assert plans[0].reason == "同在一地，共23名，全部属现代农业，便于组织、便于活动。"
    assert Group.objects.count() == 2  # nothing was changed


@pytest.mark.django_db
def test_forming_does_what_was_planned(roll):
    second = make_studio(roll.town)
    formed = form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    assert Mandate.objects.in_office().filter(organization=roll.town, group=None).count() == 0
    groups = Group.objects.filter(name__in=[plan.name for plan in formed])
    # The emptier venue is served first: one group was at the old one, so both new ones come to the new one.
    assert [studio.placements.count() for studio in (roll.studio, second)] == [1, 2]
    teachers = groups.get(field="教育")
    assert teachers.leader.certificate_number == "SHI-1"
    assert event_verbs(teachers) == ["formed"]
    assert plan_groups(roll.county) == []


@pytest.mark.django_db
def test_what_was_confirmed_is_what_is_formed(roll):
    with pytest.raises(Conflict):
        form_groups(roll.county, by=acting(roll.organizer), at=MONDAY, expected=7)
    with pytest.raises(NotAllowed):
        form_groups(roll.county, by=acting(roll.stranger), at=MONDAY)
    assert Group.objects.count() == 2


@pytest.mark.django_db
def test_a_county_without_a_venue_gets_groups_all_the_same(roll):
    roll.studio.is_active = False
    roll.studio.save(update_fields=["is_active"])
    form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    assert not hasattr(Group.objects.get(name="洛城街道教育第1代表小组"), "placement")


@pytest.mark.django_db
def test_the_command_proposes_and_forms(roll, capsys):
    call_command("form_groups", "--organization", "370783", "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out)["groups"]
    assert [group["members"] for group in told] == [23, 22]
    call_command("form_groups", "--organization", "370783")
    assert "已编 2 个小组，45 名代表。" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有代码为 999 的组织"):
        call_command("form_groups", "--organization", "999")


@pytest.mark.django_db
def test_the_page_shows_the_proposal_and_forms_it(roll, client):
    url = reverse("admin:studios_grouping")
    client.force_login(roll.leader)
    assert client.get(url).status_code == 403
    client.force_login(roll.organizer)
    page = client.get(url).content.decode()
    assert "建议编 2 个小组，45 名代表" in page
    assert client.post(url, {"place": roll.county.pk, "count": "9"}).status_code == 409
    assert client.post(url, {"place": roll.neighbour.pk, "count": "2"}).status_code == 404
    assert client.post(url, {"place": roll.county.pk, "count": "2"}).status_code == 302
    assert "在任代表都已编组" in client.get(url).content.decode()
