"""Groups of about twenty by place and field (R14, R15), each with its venue (R13): planned, confirmed, done."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.errors import Conflict, NotAllowed
from records.models import Event, Job
from representatives.enums import Level
from representatives.models import Group, GroupPolicy, Mandate
from studios.actions import form_groups, plan_groups
from studios.models import GroupPlacement
from tests.factories import MONDAY, acting, event_verbs, make_group, make_mandate, make_studio

pytestmark = pytest.mark.django_db


@pytest.fixture
def roll(city):
    """45 more in 洛城街道 without a group: farmers and teachers, one of the city's congress among them."""
    Mandate.objects.filter(organization=city.town).update(is_group_fixed=True, field="村级组织")
    for number in range(44):
        make_mandate(city.town, field="现代农业" if number < 25 else "教育")
    make_mandate(city.town, field="教育", certificate_number="SHI-1", level=Level.CITY)
    make_mandate(city.town, status="ended", end_date=date(2026, 1, 1))
    make_mandate(city.town, level=Level.PROVINCIAL)
    return city


def waiting_in(place):
    return Mandate.objects.in_office().filter(organization=place, group=None, level__in=Level.grouped())


def test_the_plan_names_place_venue_and_reason(roll):
    plan = plan_groups(roll.county)
    # Two sit in the group that stands, which takes newcomers; the rest is a group of its own, no larger than allowed.
    assert [(one.name, one.is_new, len(one.seats), len(one.arrivals)) for one in plan.groups] == [
        (roll.group.name, False, 22, 20),
        ("洛城街道现代农业第1代表小组", True, 25, 25),
    ]
    assert {one.studio for one in plan.groups} == {roll.studio}
    assert plan.groups[0].arrivals[0].reason.startswith("编入有空位的本组：同在洛城街道，")
    assert (plan.newcomers, plan.moved, plan.dissolved) == (45, 0, ())
    # Next door somebody sits alone, but that is not this county's.
    assert plan.strays == []
    assert Group.objects.count() == 2  # nothing was changed


def test_forming_does_what_was_planned(roll):
    second = make_studio(roll.town)
    plan = form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    assert not waiting_in(roll.town).exists()
    fresh = Group.objects.get(name=plan.new[0].name)
    assert (fresh.placement.studio, fresh.mandates.count()) == (second, len(plan.new[0].seats))
    assert event_verbs(fresh) == ["formed"]
    member = fresh.mandates.first()
    assert event_verbs(member) == ["grouped"]
    assert Event.objects.about(member).get().note.startswith("新编入：同在洛城街道，")
    # Neither who has left nor who belongs to a workroom only.
    assert Mandate.objects.filter(organization=roll.town, group=None).count() == 2
    assert plan_groups(roll.county).is_empty


def test_the_highest_level_leads(roll):
    Group.objects.filter(pk=roll.group.pk).delete()
    form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    led = Mandate.objects.get(certificate_number="SHI-1").group
    assert led.leader.certificate_number == "SHI-1"
    assert led.secretary not in (None, led.leader)
    assert led.secretary.group == led


def test_what_was_confirmed_is_what_is_formed(roll):
    seen = plan_groups(roll.county).digest
    make_mandate(roll.town, field="教育")
    with pytest.raises(Conflict):
        form_groups(roll.county, by=acting(roll.organizer), at=MONDAY, expected=seen)
    with pytest.raises(NotAllowed):
        form_groups(roll.county, by=acting(roll.stranger), at=MONDAY)
    assert Group.objects.count() == 2
    form_groups(roll.county, by=acting(roll.organizer), at=MONDAY, expected=plan_groups(roll.county).digest)
    assert Group.objects.count() == 3


def test_somebody_moved_meanwhile_undoes_the_whole(roll, monkeypatch):
    plan = plan_groups(roll.county)
    Mandate.objects.filter(pk=plan.groups[1].mandates[3]).update(group=roll.group)
    monkeypatch.setattr("studios.actions.grouping.plan_groups", lambda organization, size=None: plan)
    with pytest.raises(Conflict, match="有人改了同几名代表"):
        form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    assert (Group.objects.count(), waiting_in(roll.town).count()) == (2, 44)
    assert not Event.objects.filter(verb="grouped").exists()


def test_a_county_without_a_venue_gets_groups_all_the_same(roll):
    roll.studio.is_active = False
    roll.studio.save(update_fields=["is_active"])
    plan = form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    assert not hasattr(Group.objects.get(name=plan.new[0].name), "placement")


def test_a_group_without_a_venue_gets_one(roll):
    GroupPlacement.objects.all().delete()
    form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    assert Group.objects.get(pk=roll.group.pk).placement.studio == roll.studio


def test_a_group_that_everybody_left_is_dissolved(roll):
    form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    small = make_group(roll.town, studio=roll.studio)
    Mandate.objects.filter(pk__in=list(roll.group.mandates.values_list("pk", flat=True)[3:6])).update(
        group=small, is_group_fixed=False
    )
    suspended = make_mandate(roll.town, group=small, status="suspended")
    plan = form_groups(roll.county, by=acting(roll.organizer), at=MONDAY)
    assert ([group.pk for group in plan.dissolved], plan.moved) == ([small.pk], 3)
    small.refresh_from_db()
    assert (small.dissolved_date, event_verbs(small)) == (MONDAY.date(), ["dissolved"])
    suspended.refresh_from_db()
    assert suspended.group is None
    assert plan_groups(roll.county).is_empty


def test_settings_of_the_county_count(roll):
    GroupPolicy.objects.create(organization=roll.root, size=50, tolerance=5)
    assert [len(one.seats) for one in plan_groups(roll.county).groups] == [47]
    GroupPolicy.objects.create(organization=roll.county, size=10, tolerance=3)
    sizes = [len(one.seats) for one in plan_groups(roll.root).groups]
    assert sum(sizes) == 48  # with the one next door
    assert all(7 <= size <= 13 for size in sizes if size > 1)


def test_the_two_upper_levels_and_groups_of_the_whole_city_are_left_alone(roll):
    whole = make_group(roll.root)
    teacher = make_mandate(roll.town, field="教育", group=whole)
    plan = plan_groups(roll.root)
    assert teacher.pk not in [pk for one in plan.groups for pk in one.mandates]
    assert whole not in plan.dissolved


def test_seen_from_a_town_the_groups_of_its_county_are_left_alone(roll):
    joint = make_group(roll.county)
    Mandate.objects.filter(field="教育").update(group=joint)
    plan = plan_groups(roll.town)
    assert [one.group for one in plan.groups if not one.is_new] == [roll.group]
    assert not any(seat.member.field == "教育" for one in plan.groups for seat in one.seats)


def test_the_command_proposes_and_forms(roll, capsys):
    call_command("form_groups", "--organization", "370783", "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out)
    assert [(group["members"], group["arrivals"], group["is_new"]) for group in told["groups"]] == [
        (22, 20, False),
        (25, 25, True),
    ]
    call_command("form_groups", "--organization", "370783", "--size", "15")
    assert "已新编 2 个小组，编入 45 名代表，调整 0 名" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有代码为 999 的组织"):
        call_command("form_groups", "--organization", "999")
    with pytest.raises(CommandError, match="至少为 1"):
        call_command("form_groups", "--size", "0")


def test_the_page_shows_the_proposal_and_a_job_forms_it(roll, at_desk, django_capture_on_commit_callbacks):
    url = reverse("admin:studios_grouping")
    assert at_desk(roll.leader).get(url).status_code == 403
    desk = at_desk(roll.organizer)
    page = desk.get(url).content.decode()
    assert "建议新编 1 个小组，编入 45 名代表</h1>" in page
    assert "编入有空位的本组：同在洛城街道，" in page
    old = desk.post(url, {"place": roll.county.pk, "plan": "0" * 16})
    assert (old.status_code, "编组建议已更新" in old.content.decode()) == (409, True)
    with django_capture_on_commit_callbacks(execute=True):
        done = desk.post(url, {"place": roll.county.pk, "plan": plan_groups(roll.county).digest})
    assert done.status_code == 302
    job = Job.objects.get(kind="form-groups")
    assert (job.state, job.result["formed"], job.result["newcomers"]) == ("done", 1, 45)
    told = desk.get(done["Location"]).content.decode()
    assert "已新编 1 个小组，编入 45 名代表。" in told
    assert at_desk(roll.stranger).get(done["Location"]).status_code == 404
    assert "编组妥当，不用调整" in desk.get(f"{url}?place={roll.county.pk}").content.decode()
    assert desk.get(f"{url}?place={roll.neighbour.pk}").status_code == 404


def test_a_plan_that_changed_on_the_way_fails_with_a_sentence(
    roll, at_desk, django_capture_on_commit_callbacks
):
    desk, seen = at_desk(roll.organizer), plan_groups(roll.county).digest
    with django_capture_on_commit_callbacks() as callbacks:
        desk.post(reverse("admin:studios_grouping"), {"place": roll.county.pk, "plan": seen})
    make_mandate(roll.town, field="教育")
    for callback in callbacks:
        callback()
    job = Job.objects.get(kind="form-groups")
    assert (job.state, Group.objects.count()) == ("failed", 2)
    page = desk.get(reverse("admin:studios_grouping_work", args=[job.pk])).content.decode()
    assert "编组建议已更新" in page


def test_the_plan_costs_the_same_however_many_people(roll, django_assert_num_queries):
    with django_assert_num_queries(9):
        plan_groups(roll.county)
    for _number in range(5):
        make_mandate(roll.town, field="金融服务")
    make_group(roll.town)
    with django_assert_num_queries(9):
        plan_groups(roll.county)
