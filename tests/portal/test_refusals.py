"""The pages that say no: in Chinese, with a way out, and without a word about what is behind them."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.factories import make_petition
from tests.portal.conftest import read

pytestmark = pytest.mark.django_db


def test_a_matter_of_the_neighbours_is_not_there(phone, city):
    stranger = city.stranger_representative.person.mandates.get()
    theirs = make_petition(
        city, by=city.stranger, studio=city.neighbour_studio, mandate=stranger, title="邻县的事"
    )
    for step in ("", "feedback/", "reopen/", "unmask/"):
        text = read(phone.get(f"/matters/{theirs.pk}/{step}"), status=404)
        assert "没有找到这一页" in text
        assert "邻县的事" not in text
    assert read(phone.post(f"/matters/{theirs.pk}/unmask/", {"reason": "看看"}), status=404)


def test_a_form_that_lay_too_long_says_so(city):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.representative)
    assert "页面放得太久了" in read(client.post("/matters/new/", {}), status=403)


def test_the_page_of_a_broken_step_needs_nothing_to_be_drawn():
    text = render_to_string("500.html")
    assert "系统出错了" in text
    assert "«undefined" not in text


def test_methods_that_change_nothing_are_not_taken_for_those_that_do(phone, city):
    petition = make_petition(city, status="feedback")
    assert phone.post("/matters/").status_code == 405
    assert phone.post(f"/matters/{petition.pk}/").status_code == 405
    assert phone.get("/notices/read/").status_code == 405
    assert phone.put(f"/matters/{petition.pk}/feedback/").status_code == 405
