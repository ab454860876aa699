"""Texts to begin an answer with, at the REST door: made by those who answer, read where they apply."""

import pytest

from petitions.models import ReplyTemplate
from records.models import Event

pytestmark = pytest.mark.django_db
ADDRESS = "reply-templates/"


def template_of(city, **changes):
    return {
        "organization": city.county.pk,
        "name": "路灯修好了",
        "content": "您反映的{标题}，我们已于{日期}派人修好。",
        "outcome": "A",
    } | changes


def test_made_changed_and_put_aside(city, door):
    made = door("organizer").post(ADDRESS, template_of(city))
    assert made.status_code == 201, made.told
    row = ReplyTemplate.objects.get(pk=made.told["id"])
    assert row.content.startswith("您反映的{标题}")
    changed = door("organizer").patch(f"{ADDRESS}{row.pk}/", {"is_active": False})
    assert changed.status_code == 200
    assert not ReplyTemplate.objects.get(pk=row.pk).is_active
    assert Event.objects.about(row).count() == 2
    active = door("organizer").get(ADDRESS, is_active="true").told
    assert row.pk not in [one["id"] for one in active["results"]]


def test_an_unknown_word_is_refused_at_its_field(city, door):
    answer = door("organizer").post(ADDRESS, template_of(city, content="您好，{姓名}。"))
    assert answer.status_code == 400
    assert "content" in answer.told["errors"]
    assert not ReplyTemplate.objects.filter(name="路灯修好了").exists()


def test_the_county_next_door_neither_reads_nor_writes_it(city, door):
    made = door("organizer").post(ADDRESS, template_of(city)).told
    assert door("stranger").get(f"{ADDRESS}{made['id']}/").status_code == 404
    assert door("stranger").patch(f"{ADDRESS}{made['id']}/", {"name": "x"}).status_code == 404
    assert door("stranger").post(ADDRESS, template_of(city)).status_code in (400, 403)
    assert ReplyTemplate.objects.get(pk=made["id"]).name == "路灯修好了"


@pytest.mark.parametrize("who", ["keeper", "representative", "leader", "auditor"])
def test_those_who_do_not_answer_write_none(city, door, who):
    assert door(who).post(ADDRESS, template_of(city)).status_code == 403
