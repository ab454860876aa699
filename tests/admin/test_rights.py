"""Who comes in, what stands in the side bar, what is not found, and what cannot be changed by hand."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Organization, User
from records.models import Event
from representatives.models import Congress, Group
from tests.factories import MONDAY, make_group, make_petition, make_user

OPEN_TO = {
    "petitions.petition": {"organizer", "keeper", "handler", "leader"},
    "petitions.channel": {"organizer"},
    "petitions.category": {"organizer"},
    "petitions.timelimit": {"organizer"},
    "petitions.reminderrule": {"organizer"},
    "petitions.replytemplate": {"organizer", "handler"},
    "petitions.problem": {"organizer", "keeper", "handler", "leader"},
    "petitions.hottopic": {"organizer", "leader"},
    "petitions.callback": {"organizer", "leader"},
    "petitions.boxopening": {"organizer", "keeper", "leader"},
    "petitions.pastedchat": {"organizer", "keeper", "leader"},
    "petitions.dispute": {"organizer", "keeper", "leader"},
    "records.datarequest": {"organizer"},
    "records.retentionrule": {"organizer", "auditor"},
    "records.retentionreport": {"organizer", "auditor"},
    "representatives.mandate": {"organizer", "keeper", "assessor", "leader"},
    "representatives.person": {"organizer", "keeper", "assessor", "leader"},
    "representatives.group": {"organizer", "keeper", "assessor", "leader"},
    "representatives.grouppolicy": {"organizer"},
    "representatives.congress": {"organizer", "keeper", "assessor", "leader"},
    "studios.studio": {"organizer", "keeper", "assessor", "leader"},
    "studios.checklistitem": {"organizer"},
    "studios.receptionday": {"organizer", "keeper", "leader"},
    "studios.duty": {"organizer", "keeper", "leader"},
    "studios.swaprequest": {"organizer", "keeper", "leader"},
    "studios.leave": {"organizer", "keeper", "leader"},
    "studios.helper": {"organizer", "keeper", "leader"},
    "studios.mandateplacement": {"organizer", "keeper", "assessor", "leader"},
    "studios.studiotarget": {"organizer", "keeper", "assessor", "leader"},
    "studios.receptionpolicy": {"organizer"},
    "representatives.contactlink": {"organizer", "keeper", "assessor", "leader"},
    "representatives.linkpolicy": {"organizer"},
    "training.mentorpair": {"organizer", "assessor", "leader"},
    "training.pairpolicy": {"organizer"},
    "training.training": {"organizer", "assessor", "leader"},
    "training.trainingplan": {"organizer", "assessor", "leader"},
    "training.enrolment": {"organizer", "assessor", "leader"},
    "training.needsurvey": {"organizer", "assessor", "leader"},
    "training.course": {"organizer", "assessor", "leader"},
    "training.trainingduty": {"organizer", "assessor", "leader"},
    "training.trainingpolicy": {"organizer"},
    "evaluations.scheme": {"organizer", "assessor", "leader"},
    "evaluations.cycle": {"organizer", "assessor", "leader"},
    "evaluations.evaluation": {"organizer", "keeper", "assessor", "leader"},
    "evaluations.appeal": {"organizer", "assessor", "leader"},
    # Whoever works at the desk may have been asked to assess; the list holds her own sheets.
    "evaluations.assessor": {"organizer", "keeper", "handler", "assessor", "leader", "auditor"},
    "evaluations.candidate": {"organizer", "assessor", "leader"},
    "evaluations.followuppolicy": {"organizer"},
    "evaluations.improvement": {"organizer", "keeper", "assessor", "leader"},
    "evaluations.remindertalk": {"organizer", "assessor", "leader"},
    "evaluations.survey": {"organizer", "keeper", "assessor", "leader"},
    "evaluations.surveyquestion": {"organizer", "assessor", "leader"},
    "evaluations.venuereport": {"keeper"},
    "representatives.dutyitem": {"organizer", "assessor", "leader"},
    "representatives.dutyobjection": {"organizer"},
    "representatives.dutytick": {"organizer", "keeper", "assessor", "leader"},
    "representatives.honour": {"organizer", "keeper", "assessor", "leader"},
    "accounts.organization": {"organizer", "leader", "auditor", "assessor"},
    "accounts.user": {"organizer"},
    "records.event": {"organizer", "auditor"},
    "records.document": {"organizer", "keeper", "handler", "assessor", "leader"},
    "workdays.calendaryear": {"organizer", "keeper", "handler", "assessor", "leader", "auditor"},
}


def list_of(label):
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


@pytest.mark.once
def test_each_list_opens_for_its_roles_and_for_no_other(city, at_desk):
    labels = {model._meta.label_lower for model in admin.site._registry}
    assert labels - set(OPEN_TO) == set(), "decide who may open these"
    assert labels == set(OPEN_TO)
    found = {label: set() for label in labels}
    for role in Role.staff_roles():
        client = at_desk(city.user(role))
        for label in labels:
            status = client.get(list_of(label)).status_code
            assert status in (200, 403), (role, label)
            if status == 200:
                found[label].add(str(role))
    assert found == OPEN_TO


@pytest.mark.parametrize("who", ["representative", "client"])
def test_who_has_no_post_at_the_desk_does_not_come_in(who, city, at_desk):
    answer = at_desk(getattr(city, who)).get("/admin/")
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")


def test_flags_do_not_open_the_desk(city, at_desk):
    flagged = make_user(None, None, name="有旗无岗", is_staff=True)
    assert at_desk(flagged).get("/admin/").status_code == 302


def test_a_locked_account_does_not_come_in(city, at_desk):
    client = at_desk(city.organizer)
    User.objects.filter(pk=city.organizer.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_the_county_next_door_does_not_exist(city, at_desk):
    matter = make_petition(city)
    client = at_desk(city.stranger)
    for name, pk in [
        ("petitions_petition", matter.pk),
        ("representatives_mandate", city.mandate.pk),
        ("representatives_person", city.mandate.person_id),
        ("representatives_group", city.group.pk),
        ("studios_studio", city.studio.pk),
        ("accounts_user", city.keeper.pk),
    ]:
        assert client.get(reverse(f"admin:{name}_change", args=[pk])).status_code == 404, name
    assert (
        client.get(reverse("admin:petitions_petition_step", args=[matter.pk, "register"])).status_code == 404
    )
    assert client.get(reverse("admin:petitions_petition_unmask", args=[matter.pk])).status_code == 404
    assert matter.number not in client.get(list_of("petitions.petition")).content.decode()


def test_a_handler_sees_what_was_assigned_to_her_unit_only(city, at_desk):
    assigned, other = make_petition(city, status="handling"), make_petition(city, status="registered")
    page = at_desk(city.handler).get(list_of("petitions.petition")).content.decode()
    assert (assigned.number in page, other.number in page) == (True, False)


def test_a_leader_reads_masked_and_changes_nothing(city, at_desk):
    matter = make_petition(city)
    client = at_desk(city.leader)
    page = client.get(reverse("admin:petitions_petition_change", args=[matter.pk])).content.decode()
    assert "139****2210" in page
    assert "13900002210" not in page and "李桂兰" not in page
    # All she may do is look in from above.
    assert re.findall(r"/step/(\w+)/", page) == ["supervise"] and "/unmask/" not in page
    group = reverse("admin:representatives_group_change", args=[city.group.pk])
    assert client.get(group).status_code == 200
    assert client.post(group, {"name": "改名"}).status_code == 403
    assert client.post(reverse("admin:petitions_petition_add"), {}).status_code == 403


def test_the_side_bar_holds_only_what_opens(city, at_desk):
    client = at_desk(city.handler)
    page = client.get("/admin/").content.decode()
    assert ("代表名册" in page, "账号" in page, "意见建议" in page) == (False, False, True)


def test_nothing_is_put_above_ones_own_scope(city, at_desk):
    """A county's organizer sees the city in lists of choice, but makes no congress or group of the city."""
    client = at_desk(city.organizer)
    refused = client.post(
        reverse("admin:representatives_congress_add"),
        {"level": "city", "organization": city.root.pk, "ordinal": 99, "name": "越级的届次"},
    )
    assert (refused.status_code, Congress.objects.filter(ordinal=99).count()) == (200, 0)
    client.post(
        reverse("admin:representatives_group_add"),
        {"organization": city.neighbour_town.pk, "name": "邻县小组"},
    )
    assert not Group.objects.filter(name="邻县小组").exists()
    client.post(
        reverse("admin:representatives_group_add"),
        {"organization": city.town.pk, "name": "新编小组", "field": ""},
    )
    assert Group.objects.filter(name="新编小组").count() == 1


def new_account(organization, role, **more):
    return {
        "username": "xinren",
        "display_name": "新人",
        "is_active": "on",
        "password_new": "a-long-first-pass",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-organization": organization.pk,
        "memberships-0-role": role,
        "memberships-0-start_date": "2026-11-01",
    } | more


def test_an_organizer_makes_accounts_in_her_own_subtree(city, at_desk):
    client = at_desk(city.organizer)
    client.post(reverse("admin:accounts_user_add"), new_account(city.town, "keeper"))
    made = User.objects.get(username="xinren")
    assert made.check_password("a-long-first-pass")
    assert list(made.memberships.values_list("organization", "role")) == [(city.town.pk, "keeper")]
    told = Event.objects.about(made).values_list("verb", "before", "after")
    assert "a-long-first-pass" not in str(list(told))


@pytest.mark.parametrize("place", ["root", "neighbour", "neighbour_town"])
def test_an_organizer_gives_no_right_beyond_her_own(place, city, at_desk):
    client = at_desk(city.organizer)
    data = new_account(getattr(city, place), "organizer")
    assert client.post(reverse("admin:accounts_user_add"), data).status_code == 200
    assert not Membership.objects.filter(user__username="xinren").exists()


def test_an_organizer_does_not_touch_the_account_of_her_superior(city, at_desk):
    boss = make_user(Role.ORGANIZER, city.root, name="市组工")
    Membership.objects.create(user=boss, organization=city.town, role=Role.KEEPER, start_date=MONDAY.date())
    address = reverse("admin:accounts_user_change", args=[boss.pk])
    data = {"username": boss.username, "is_active": "on", "password_new": "taken-over-1"}
    assert at_desk(city.organizer).post(address, data).status_code == 403
    boss.refresh_from_db()
    assert boss.check_password("liaison-pass-1")


def test_settings_of_the_city_are_not_the_countys(city, at_desk):
    organization = Organization.objects.get(pk=city.root.pk)
    address = reverse("admin:petitions_channel_add")
    data = {
        "name": "民声直通",
        "code": "minsheng",
        "position": 20,
        "aliases": "直通车、连心桥",
        "is_active": "on",
    }
    assert at_desk(city.organizer).post(address, data).status_code == 403
    assert at_desk(make_user(Role.ORGANIZER, organization)).post(address, data).status_code == 302
    from petitions.models import Channel

    assert Channel.objects.get(code="minsheng").aliases == ["直通车", "连心桥"]


def test_staff_need_not_invent_a_code_and_what_it_is_stays(city, at_desk):
    from petitions.models import Category, Channel

    boss = at_desk(make_user(Role.ORGANIZER, Organization.objects.get(pk=city.root.pk)))
    add = reverse("admin:petitions_channel_add")
    # Two names, one sound.
    for name in ("连心走访", "联心走访"):
        given = {"name": name, "position": 20, "is_active": "on"}
        assert boss.post(add, given).status_code == 302
    codes = list(
        Channel.objects.filter(name__endswith="心走访").order_by("pk").values_list("code", flat=True)
    )
    assert codes == ["lian-xin-zou-fang", "lian-xin-zou-fang-2"]
    # A name that a ledger already knows is refused at its field.
    again = boss.post(add, {"name": "入户走访", "position": 20, "is_active": "on"})
    assert again.status_code == 200
    assert "另取名称" in again.content.decode()
    assert boss.post(add, {"position": 20, "is_active": "on"}).status_code == 200
    # Renamed at will; the house itself looks for some channels by their code.
    web = Channel.objects.get(code="web")
    change = reverse("admin:petitions_channel_change", args=[web.pk])
    given = {"name": "扫码", "code": "other", "position": 7, "is_active": "on"}
    assert boss.post(change, given).status_code == 302
    web.refresh_from_db()
    assert (web.name, web.code) == ("扫码", "web")
    parent = Category.objects.filter(parent=None).first()
    given = {"name": "路灯", "parent": parent.pk, "is_active": "on"}
    assert boss.post(reverse("admin:petitions_category_add"), given).status_code == 302
    leaf = Category.objects.get(name="路灯")
    assert (leaf.code, leaf.full_name) == ("lu-deng", f"{parent.full_name} / 路灯")


def test_every_save_leaves_an_event_with_what_changed(city, at_desk):
    group = make_group(city.town, name="旧名小组", field="现代农业")
    data = {"name": "新名小组", "organization": city.town.pk, "field": "现代农业"}
    at_desk(city.organizer).post(reverse("admin:representatives_group_change", args=[group.pk]), data)
    event = Event.objects.about(group).get()
    assert (event.verb, event.actor, event.door) == ("updated", city.organizer, "admin")
    assert (event.before, event.after) == ({"name": "旧名小组"}, {"name": "新名小组"})


def test_the_trail_tells_the_time_of_the_place(city):
    event = Event.objects.about(make_petition(city)).first()
    assert str(event).startswith("2026-11-16 09:00 ")
