"""The page 通知方式: for a representative on her phone, and for staff from the account menu."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import NoticeKind
from accounts.models import NoticeChannel
from tests.accounts.test_notice_channels import Receiver

pytestmark = pytest.mark.django_db
PAGE = "/me/notice-channels/"


@pytest.fixture
def receiver(settings):
    receiver = Receiver()
    settings.NOTICE_HOSTS = [f"json://{receiver.host}"]
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def given(receiver, **fields):
    address = f"json://{receiver.host}/token-7f3a"
    return {"name": "科室群", "address": address, "kinds": NoticeKind.values} | fields


def test_add_try_switch_and_remove(city, client, receiver):
    client.force_login(city.representative)
    assert "添加一种方式" in client.get(PAGE).content.decode()
    assert client.post(PAGE, given(receiver)).status_code == 302
    channel = NoticeChannel.objects.get()
    page = client.get(PAGE).content.decode()
    assert "json://****" in page
    assert "token-7f3a" not in page
    page = client.post(f"{PAGE}{channel.pk}/try/", follow=True).content.decode()
    assert "已发到「科室群」" in page
    assert "能收到" in page
    assert len(receiver.got) == 1
    receiver.answer = 500
    page = client.post(f"{PAGE}{channel.pk}/try/", follow=True).content.decode()
    assert "没有送达：对方没有接收或连不上" in page
    assert "已停用" in client.post(f"{PAGE}{channel.pk}/switch/", follow=True).content.decode()
    assert "启用" in client.post(f"{PAGE}{channel.pk}/switch/", follow=True).content.decode()
    assert client.post(f"{PAGE}{channel.pk}/remove/").status_code == 302
    assert not NoticeChannel.objects.exists()


def test_faults_stand_at_their_fields(city, client, receiver):
    client.force_login(city.handler)
    wrong = given(receiver, name="", kinds=[], address="json://10.0.0.1/")
    page = client.post(PAGE, wrong)
    assert page.status_code == 400
    assert "请给它起个名字" in page.content.decode()
    assert "请至少选一类" in page.content.decode()
    page = client.post(PAGE, given(receiver, address="json://10.0.0.1/")).content.decode()
    assert "管理员没有开放这台主机" in page


def test_a_duty_phone_for_ones_own_office(city, client, receiver):
    client.force_login(city.handler)
    assert "住建局的值班电话" in client.get(PAGE).content.decode()
    client.post(PAGE, given(receiver, organization=city.unit.pk))
    channel = NoticeChannel.objects.get()
    assert (channel.organization, channel.user) == (city.unit, None)
    assert client.post(PAGE, given(receiver, organization=city.county.pk)).status_code == 200
    assert NoticeChannel.objects.count() == 1


def test_nobody_gets_at_the_channels_of_others(city, client, receiver):
    client.force_login(city.handler)
    client.post(PAGE, given(receiver))
    channel = NoticeChannel.objects.get()
    client = Client()
    client.force_login(city.colleague)
    assert "科室群" not in client.get(PAGE).content.decode()
    for verb in ("try", "switch", "remove"):
        assert client.post(f"{PAGE}{channel.pk}/{verb}/").status_code == 404
    client.logout()
    assert client.get(PAGE).status_code == 302


def test_the_way_there(city, client):
    client.force_login(city.representative)
    assert PAGE in client.get(reverse("portal:me")).content.decode()
    client.force_login(city.organizer)
    desk = client.get(reverse("admin:index")).content.decode()
    assert PAGE in desk
    assert reverse("portal:notices") in desk
    city.organizer.notices.create(title="新事项", created_at="2026-11-16T09:00+08:00")
    assert '<b>1<span class="sr-only">条未读' in client.get(reverse("admin:index")).content.decode()
