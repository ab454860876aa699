"""A matter at the desk: taken down without a mouse, walked step by step, refused in a sentence."""

import re

import pytest
from django.urls import reverse

from petitions.desk import buttons_of
from petitions.models import Petition
from petitions.moves import TABLE
from records.models import Event
from tests.factories import event_verbs, leaf_category, make_petition

WALK = [
    ("register", "organizer", lambda city: {"category": leaf_category().pk}),
    ("assign", "organizer", lambda city: {"organization": city.unit.pk, "note": "请核实"}),
    ("reply", "handler", lambda city: {"content": "已修好。", "outcome": "A"}),
    ("feedback", "keeper", lambda city: {"method": "phone", "content": "满意", "rating": "5"}),
    ("archive", "keeper", lambda city: {}),
]


def page_of(petition):
    return reverse("admin:petitions_petition_change", args=[petition.pk])


def step_of(petition, verb):
    return reverse("admin:petitions_petition_step", args=[petition.pk, verb])


def offered(client, petition):
    html = client.get(page_of(petition)).content.decode()
    return re.findall(rf"/admin/petitions/petition/{petition.pk}/step/([a-z_]+)/", html)


def receipt(city, **more):
    return {
        "studio": city.studio.pk,
        "channel": "1",
        "kind": "opinion",
        "content": "村口三盏路灯坏了半个月。晚上出门不便。",
        "petitioner_name": "李桂兰",
        "petitioner_phone": "139 0000 2210",
    } | more


def test_a_matter_goes_through_five_stages_at_the_desk(city, at_desk):
    petition = make_petition(city)
    for verb, role, data in WALK:
        client = at_desk(city.user(role))
        assert verb in offered(client, petition)
        assert client.get(step_of(petition, verb)).status_code == 200
        answer = client.post(step_of(petition, verb), data(city))
        assert (answer.status_code, answer.url) == (302, page_of(petition)), verb
        petition.refresh_from_db()
    assert petition.status == "archived"
    assert event_verbs(petition) == ["receive", "register", "assign", "reply", "feedback", "archive"]


@pytest.mark.parametrize("status", ["received", "registered", "handling", "feedback", "told", "archived"])
@pytest.mark.parametrize("role", ["organizer", "keeper", "handler", "leader"])
def test_the_buttons_are_the_steps_of_the_table_and_no_others(role, status, city, at_desk):
    petition = make_petition(city, status=status)
    user = city.user(role)
    client = at_desk(user)
    if not Petition.objects.visible_to(user).filter(pk=petition.pk).exists():
        assert client.get(page_of(petition)).status_code == 404
        return
    drawn = buttons_of(TABLE.allowed(petition, user))
    assert offered(client, petition) == [move.verb for move, _tone in [*drawn.shown, *drawn.more]]


def test_a_missing_field_is_told_at_the_field_and_nothing_moves(city, at_desk):
    petition = make_petition(city)
    answer = at_desk(city.keeper).post(step_of(petition, "register"), {})
    assert answer.status_code == 400
    assert "请选择问题分类。" in answer.content.decode()
    petition.refresh_from_db()
    assert petition.status == "received"


def test_who_comes_second_is_told_and_sees_the_newest(city, at_desk):
    petition = make_petition(city, status="registered")
    answer = at_desk(city.organizer).post(step_of(petition, "register"), {"category": leaf_category().pk})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "请刷新页面" in page and "下面已经是最新情况" in page


def test_a_step_of_another_post_is_refused_in_a_sentence(city, at_desk):
    petition = make_petition(city, status="handling")
    answer = at_desk(city.keeper).post(step_of(petition, "reply"), {"content": "好", "outcome": "A"})
    assert answer.status_code == 403
    assert "您的岗位不能对这件事做「答复」" in answer.content.decode()
    assert at_desk(city.keeper).get(step_of(petition, "no-such")).status_code == 404


def test_taking_down_without_a_category_waits_for_registration(city, at_desk):
    from petitions.models import Channel

    client = at_desk(city.keeper)
    assert "autofocus" in client.get(reverse("admin:petitions_petition_add")).content.decode()
    channel = Channel.objects.get(code="studio")
    answer = client.post(reverse("admin:petitions_petition_add"), receipt(city, channel=channel.pk))
    petition = Petition.objects.get()
    assert answer.url == page_of(petition)
    assert (petition.status, petition.studio, petition.petitioner_phone) == (
        "received",
        city.studio,
        "13900002210",
    )
    assert petition.title == "村口三盏路灯坏了半个月"


def test_with_a_category_it_is_registered_in_the_same_stroke(city, at_desk):
    from petitions.models import Channel

    data = receipt(
        city,
        channel=Channel.objects.get(code="studio").pk,
        category=leaf_category().pk,
        mandate=city.mandate.pk,
        _addanother="1",
    )
    answer = at_desk(city.keeper).post(reverse("admin:petitions_petition_add"), data)
    petition = Petition.objects.get()
    assert answer.url == reverse("admin:petitions_petition_add")
    assert (petition.status, petition.mandate) == ("registered", city.mandate)
    assert event_verbs(petition) == ["receive", "register"]


def test_a_bad_category_takes_nothing_down(city, at_desk):
    from petitions.models import Channel

    data = receipt(city, channel=Channel.objects.get(code="studio").pk, category="999999")
    answer = at_desk(city.keeper).post(reverse("admin:petitions_petition_add"), data)
    assert answer.status_code == 400
    assert (Petition.objects.count(), Event.objects.filter(verb="receive").count()) == (0, 0)


def test_the_contact_is_shown_for_a_reason_that_stays(city, at_desk):
    petition = make_petition(city)
    client = at_desk(city.keeper)
    address = reverse("admin:petitions_petition_unmask", args=[petition.pk])
    assert "13900002210" not in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 400
    shown = client.post(address, {"reason": "电话告知办理结果"})
    assert "13900002210" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Event.objects.about(petition).get(verb="unmasked").note == "电话告知办理结果"


def test_the_look_up_offers_who_is_in_office_and_tells_namesakes_apart(city, at_desk):
    asked = {"app_label": "representatives", "model_name": "group", "field_name": "leader", "term": "杨"}
    client = at_desk(city.keeper)
    offers = client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [offer["id"] for offer in offers] == [str(city.mandate.pk)]
    assert city.mandate.certificate_number in offers[0]["text"]
    type(city.mandate).objects.filter(pk=city.mandate.pk).update(status="suspended")
    assert client.get(reverse("admin:autocomplete"), asked).json()["results"] == []
    assert at_desk(city.stranger).get(reverse("admin:autocomplete"), asked).json()["results"] == []


@pytest.mark.parametrize("name", ["category", "studio", "unit", "county", "tab"])
def test_each_filter_narrows_the_list_to_what_it_says(name, city, at_desk):
    waiting, handled = make_petition(city), make_petition(city, status="handling")
    top = handled.category.path[:8]
    wanted = {
        "category": (top, [handled]),
        "studio": (city.studio.pk, [waiting, handled]),
        "unit": (city.unit.pk, [handled]),
        "county": (city.county.pk, [waiting, handled]),
        "tab": ("received", [waiting]),
    }
    value, found = wanted[name]
    page = at_desk(city.organizer).get(reverse("admin:petitions_petition_changelist"), {name: value})
    assert {row.pk for row in page.context["cl"].result_list} == {petition.pk for petition in found}


@pytest.mark.parametrize("query", ["studio=x", "unit=９９", "category=%00", "county=-1", "tab=none"])
def test_a_filter_that_makes_no_sense_breaks_nothing(query, city, at_desk):
    address = reverse("admin:petitions_petition_changelist")
    assert at_desk(city.organizer).get(f"{address}?{query}").status_code in (200, 302, 400)
