"""Notices leave the house by channels: only to where the administrator allows, once, and without a person."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from accounts.actions import notify
from accounts.channels import (
    DISCREET,
    LOST_AFTER,
    MOST_ATTEMPTS,
    NOT_REACHED,
    UNCLEAR,
    UNREADABLE,
    add_channel,
    deliver,
    outside_text,
    remove_channel,
    sweep_deliveries,
    try_channel,
)
from accounts.enums import NoticeKind, Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Notice, NoticeChannel, NoticeDelivery
from petitions.reminder_words import Item, outside_words
from records.models import Event
from tests.factories import MONDAY, acting, make_user

pytestmark = pytest.mark.django_db
ALL = NoticeKind.values


class Receiver:
    """A service that takes what apprise sends; `answer` is what it says to it."""

    def __init__(self):
        self.got, self.answer, self.headers = [], 200, {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, json.loads(body)))
                self.send_response(receiver.answer)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def texts(self):
        return [body["message"] for _path, body in self.got]


@pytest.fixture
def receiver(settings):
    receiver = Receiver()
    settings.NOTICE_HOSTS = [f"json://{receiver.host}"]
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def add(user, receiver, *, kinds=ALL, **fields):
    address = f"json://{receiver.host}/token-7f3a"
    return add_channel(by=acting(user), at=MONDAY, name="我的微信", address=address, kinds=kinds, **fields)


def tell(users, **fields):
    fields = {
        "title": "新交办事项：路灯不亮",
        "body": "370783-2026-000001　李桂兰来电",
        "at": MONDAY,
    } | fields
    notify(users, **fields)


def test_what_is_told_inside_also_leaves_by_the_channel(city, receiver, django_capture_on_commit_callbacks):
    add(city.handler, receiver)
    with django_capture_on_commit_callbacks(execute=True):
        tell([city.handler, city.keeper])
    assert city.handler.notices.count() == city.keeper.notices.count() == 1
    assert receiver.texts == ["新交办事项：路灯不亮（370783-2026-000001）"]
    delivery = NoticeDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == ("sent", 1, "")
    delivery.channel.refresh_from_db()
    assert delivery.channel.last_sent_at is not None


def test_nothing_leaves_if_the_deed_is_undone(city, receiver):
    """Written in the transaction; sending waits for the commit."""
    add(city.handler, receiver)
    tell([city.handler])
    assert receiver.got == []
    assert NoticeDelivery.objects.get().state == "waiting"


def test_a_second_run_sends_nothing_twice(city, receiver):
    add(city.handler, receiver)
    tell([city.handler])
    delivery = NoticeDelivery.objects.get()
    assert deliver(delivery.pk, at=MONDAY) == "sent"
    assert deliver(delivery.pk, at=MONDAY) is None
    assert sweep_deliveries(at=MONDAY + timedelta(days=1)) == 0
    assert len(receiver.got) == 1


def test_the_sweep_sends_what_the_broker_lost(city, receiver):
    add(city.handler, receiver)
    tell([city.handler])
    assert sweep_deliveries(at=MONDAY + timedelta(minutes=1)) == 1
    assert len(receiver.got) == 1


def test_failures_are_tried_again_later_and_told_in_the_end(city, receiver):
    channel = add(city.handler, receiver)
    tell([city.handler])
    receiver.answer = 500
    at = MONDAY
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert sweep_deliveries(at=at) == 1
        assert sweep_deliveries(at=at) == 0
        assert NoticeDelivery.objects.get().attempts == attempt
        at += timedelta(hours=3)
    delivery = NoticeDelivery.objects.get()
    assert (delivery.state, delivery.error) == ("failed", NOT_REACHED)
    assert sweep_deliveries(at=at + timedelta(days=9)) == 0
    channel.refresh_from_db()
    assert channel.last_error == NOT_REACHED


def test_cut_off_while_sending_it_is_told_and_not_sent_again(city, receiver):
    add(city.handler, receiver)
    tell([city.handler])
    NoticeDelivery.objects.update(state="sending", claimed_at=MONDAY)
    assert sweep_deliveries(at=MONDAY + LOST_AFTER / 2) == 0
    assert NoticeDelivery.objects.get().state == "sending"
    assert sweep_deliveries(at=MONDAY + LOST_AFTER * 2) == 0
    assert (NoticeDelivery.objects.get().state, NoticeDelivery.objects.get().error) == ("failed", UNCLEAR)
    assert receiver.got == []


def test_kinds_that_were_left_out_and_channels_that_are_off(city, receiver):
    add(city.handler, receiver, kinds=["reminder"])
    tell([city.handler])
    assert NoticeDelivery.objects.count() == 0
    tell([city.handler], kind=NoticeKind.REMINDER)
    assert NoticeDelivery.objects.count() == 1
    NoticeChannel.objects.update(is_active=False)
    tell([city.handler], kind=NoticeKind.REMINDER)
    assert NoticeDelivery.objects.count() == 1


def test_a_duty_phone_rings_once_for_the_whole_office(city, receiver):
    second = make_user(Role.HANDLER, city.unit)
    add(city.handler, receiver, organization=city.unit)
    tell([city.handler, second, city.keeper])
    assert NoticeDelivery.objects.count() == 1
    tell([city.keeper])
    assert NoticeDelivery.objects.count() == 1


def test_nobody_adds_a_duty_phone_to_an_office_not_her_own(city, receiver):
    for organization in (city.neighbour_unit, city.county):
        with pytest.raises(NotAllowed):
            add(city.handler, receiver, organization=organization)
    with pytest.raises(NotAllowed):
        add(city.representative, receiver, organization=city.town)


def test_only_number_and_title_leave_and_of_secret_matters_not_even_these():
    assert (
        outside_text("路灯不亮", "370783-2026-000001　李桂兰", discreet=False)
        == "路灯不亮（370783-2026-000001）"
    )
    assert outside_text("电话13812342210没人接", "说明", discreet=False) == "电话（电话已隐去）没人接"
    assert outside_text("反映住建局刁难", "370783-2026-000001", discreet=True) == DISCREET


def test_a_discreet_notice_goes_out_discreetly(city, receiver):
    add(city.organizer, receiver)
    tell([city.organizer], title="反映住建局刁难办事群众", discreet=True)
    sweep_deliveries(at=MONDAY)
    assert receiver.texts == [DISCREET]
    assert "住建局" not in json.dumps(receiver.got, ensure_ascii=False)


@pytest.mark.parametrize(
    "address",
    [
        "json://10.0.0.1/",
        "json://127.0.0.1:1/",
        "jsons://example.com/",
        "file:///etc/passwd",
        "mailto://user:pass@example.com?smtp=10.0.0.1",
        "http://127.0.0.1/",
        "随便写写",
        "wecombot://",
    ],
)
def test_addresses_that_are_not_let_in(city, receiver, address):
    with pytest.raises(InvalidInput) as refusal:
        add_channel(by=acting(city.handler), at=MONDAY, name="x", address=address, kinds=ALL)
    assert list(refusal.value.errors) == ["address"]
    assert NoticeChannel.objects.count() == 0


def test_a_mail_address_may_not_name_another_server(city, settings):
    settings.NOTICE_HOSTS = ["mailtos://smtp.weifang.gov.cn"]
    by = acting(city.handler)
    good = "mailtos://u:p@weifang.gov.cn?smtp=smtp.weifang.gov.cn&to=x@weifang.gov.cn"
    assert add_channel(by=by, at=MONDAY, name="邮箱", address=good, kinds=ALL).shown == "mailtos://****"
    with pytest.raises(InvalidInput):
        add_channel(by=by, at=MONDAY, name="邮箱", address=good.replace("=smtp.", "=evil."), kinds=ALL)


def test_a_redirect_is_not_followed(city, receiver):
    channel = add(city.handler, receiver)
    inner = Receiver()
    try:
        receiver.answer, receiver.headers = 307, {"Location": f"http://{inner.host}/inside"}
        assert try_channel(channel, at=MONDAY) == NOT_REACHED
        assert (len(receiver.got), inner.got) == (1, [])
    finally:
        inner.server.shutdown()
        inner.server.server_close()


def test_what_is_allowed_no_longer_is_not_used_any_more(city, receiver, settings):
    channel = add(city.handler, receiver)
    settings.NOTICE_HOSTS = []
    assert "没有开放" in try_channel(channel, at=MONDAY)
    assert receiver.got == []


def test_the_address_is_sealed_and_never_shown_again(city, receiver, settings):
    channel = add(city.handler, receiver)
    row = NoticeChannel.objects.values().get()
    assert "token-7f3a" not in str(row)
    assert row["shown"] == "json://****"
    event = Event.objects.about(channel).get(verb="created")
    assert "token-7f3a" not in str(event.after)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    assert try_channel(channel, at=MONDAY) == ""
    settings.SECRET_KEY_FALLBACKS = []
    assert try_channel(channel, at=MONDAY) == UNREADABLE


def test_removed_with_a_trace(city, receiver):
    channel = add(city.handler, receiver)
    tell([city.handler])
    remove_channel(channel, by=acting(city.handler), at=MONDAY)
    assert (NoticeChannel.objects.count(), NoticeDelivery.objects.count()) == (0, 0)
    assert Event.objects.filter(verb="deleted", subject_type="accounts.noticechannel").count() == 1


def test_what_a_reminder_says_outside():
    """One digest, one message; of a complaint, nothing but that there is something."""
    one = Item(1, "370783-2026-000001", "路灯不亮", "overdue", 2, MONDAY.date(), False, False)
    notice = Notice(title="逾期 2 个工作日：路灯不亮", body="370783-2026-000001　路灯不亮")
    assert outside_words(notice, [one]) == "逾期 2 个工作日：路灯不亮（370783-2026-000001）"
    assert outside_words(notice, [replace(one, is_accusation=True)]) == DISCREET
