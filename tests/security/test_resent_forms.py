"""A form that arrives twice is done once; what was refused, and what is meant a second time, is not held up."""

import re
import threading

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from petitions.models import Channel, Petition
from weifang_liaison import resent

pytestmark = pytest.mark.django_db
NEW = "/admin/petitions/petition/add/"


@pytest.fixture
def desk(city):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.organizer)
    return client


def filled_in(desk, city, **changes):
    """The form as a browser sends it: every page has a token of its own."""
    page = desk.get(NEW).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    given = {
        "csrfmiddlewaretoken": token,
        "studio": city.studio.pk,
        "channel": Channel.objects.get(code="studio").pk,
        "kind": "opinion",
        "content": "村口三盏路灯坏了半个月，晚上老人出门不便。",
    }
    return given | changes


def count(words):
    return Petition.objects.filter(content=words).count()


def test_sent_twice_is_taken_down_once(desk, city):
    form = filled_in(desk, city)
    first = desk.post(NEW, form)
    assert first.status_code == 302, first.content.decode()[-3000:]
    again = desk.post(NEW, form, follow=True)
    assert again.redirect_chain == [(first["Location"], 302)]
    assert "没有重复登记" in again.content.decode()
    assert count(form["content"]) == 1


def test_opened_again_it_is_meant_a_second_time(desk, city):
    form = filled_in(desk, city)
    desk.post(NEW, form)
    desk.post(NEW, filled_in(desk, city))
    assert count(form["content"]) == 2


def test_gone_back_and_changed_it_is_another(desk, city):
    form = filled_in(desk, city)
    desk.post(NEW, form)
    desk.post(NEW, form | {"content": "另一件事：自来水发黄三天了。"})
    assert count(form["content"]) == 1
    assert count("另一件事：自来水发黄三天了。") == 1


def test_what_was_refused_may_be_sent_again(desk, city):
    form = filled_in(desk, city, content="")
    assert {desk.post(NEW, form).status_code for _ in range(2)} == {400}
    assert not Petition.objects.filter(content="").exists()


def test_the_second_waits_for_the_first(desk, city, monkeypatch):
    """Both on their way at once: the later one is sent to where the first went."""
    keys = []
    monkeypatch.setattr(
        resent, "_key_of", lambda request, of=resent._key_of: keys.append(of(request)) or keys[-1]
    )
    form = filled_in(desk, city)
    first = desk.post(NEW, form)
    cache.set(keys[0], resent.UNDER_WAY, 60)
    threading.Timer(0.3, cache.set, (keys[0], first["Location"], 60)).start()
    assert desk.post(NEW, form)["Location"] == first["Location"]
    assert count(form["content"]) == 1


def test_an_answer_without_a_name_stays_without_one(client, city):
    """What is said in a survey leaves nothing that knows who sent it."""
    request = RequestFactory().post("/survey/x/", {"csrfmiddlewaretoken": "x"})
    request.user, request.htmx = city.organizer, False
    resent.ResentFormMiddleware(lambda request: None).process_view(request, None, (), {})
    assert not hasattr(request, "_form_key")
