from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Notice
from portal.views.home import greeting
from tests.factories import make_petition, make_user
from tests.portal.conftest import read

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.now() - timedelta(days=days)


def test_without_matters_the_first_thing_to_do_is_to_take_one_down(phone):
    text = read(phone.get("/"))
    assert "杨守伟代表，" in text
    assert "今天有人跟您反映情况吗？" in text
    assert "还没有记过群众的事" in text


def test_an_answer_that_waits_for_her_comes_first(phone, city):
    make_petition(city, status="handling", at=ago(100), title="拖了很久的事")
    waiting = make_petition(city, status="feedback", at=ago(1), title="等您去说的事")
    text = read(phone.get("/"))
    lead = text[text.index("card--lead") : text.index("matters-title")]
    assert "等您去说的事" in lead
    assert f'href="/matters/{waiting.pk}/feedback/"' in lead


def test_with_nothing_to_tell_the_overdue_one_comes_first(phone, city):
    late = make_petition(city, status="handling", at=ago(100), title="拖了很久的事")
    text = read(phone.get("/"))
    lead = text[text.index("card--lead") : text.index("matters-title")]
    assert "拖了很久的事" in lead
    assert "逾期" in lead
    assert f'href="/matters/{late.pk}/"' in lead


def test_counts_are_her_own(phone, city):
    colleague = city.colleague.person.mandates.get()
    make_petition(city, status="feedback", at=ago(1))
    make_petition(city, status="handling", at=ago(100))
    make_petition(city, status="archived", at=ago(5))
    make_petition(city, status="feedback", at=ago(1), mandate=colleague)
    context = phone.get("/").context
    assert context["counts"] == {"todo": 1, "overdue": 1, "open": 2, "closed": 1, "all": 3}


def test_duty_of_the_year_comes_from_the_ledger(phone, city):
    petition = make_petition(city, status="feedback", at=ago(0))
    phone.post(f"/matters/{petition.pk}/feedback/", {"method": "phone", "rating": "5"})
    duty = {line.label: line.quantity for line in phone.get("/").context["duty"]}
    assert {label: quantity for label, quantity in duty.items() if quantity} == {
        "接收群众意见": 1,
        "向群众反馈": 1,
    }
    assert {"驻室接待", "参加培训"} <= set(duty)


def test_unread_notices_are_counted_at_the_bell(phone, city):
    assert "条未读" not in read(phone.get("/"))
    Notice.objects.create(user=city.representative, title="有新办法", created_at=timezone.now())
    assert '1<span class="visually-hidden">条未读</span>' in read(phone.get("/"))


@pytest.mark.parametrize(
    ("role", "door"),
    [
        (Role.ORGANIZER, "/admin/"),
        (Role.KEEPER, "/admin/"),
        (Role.HANDLER, "/admin/"),
        (Role.ASSESSOR, "/admin/"),
        (Role.AUDITOR, "/admin/"),
        (Role.LEADER, "/figures/"),
    ],
)
def test_staff_are_shown_to_their_own_door(client, city, role, door):
    client.force_login(city.user(role))
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, door)


def test_an_account_without_a_post_is_told_so(client, city):
    client.force_login(make_user(None, city.town))
    assert "您的账号还没有任职" in read(client.get("/"), status=403)


def test_a_stranger_goes_to_the_sign_in_page(client):
    response = client.get("/matters/?tab=open")
    assert (response.status_code, response["Location"]) == (
        302,
        "/accounts/login/?next=/matters/%3Ftab%3Dopen",
    )


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "夜深了"),
        (6, "早上好"),
        (8, "上午好"),
        (12, "中午好"),
        (14, "下午好"),
        (18, "晚上好"),
        (23, "晚上好"),
    ],
)
def test_greeting_follows_the_clock(hour, words):
    assert greeting(hour) == words


def test_queries_do_not_grow_with_matters(phone, city, django_assert_num_queries):
    for rounds in (1, 3):
        for _round in range(rounds):
            make_petition(city, status="feedback", at=ago(1))
        phone.get("/")
        with django_assert_num_queries(HOME_QUERIES):
            phone.get("/")


HOME_QUERIES = 12
"""Session, user, scope, the next duty, the next training, surveys that ask her, counts, matters, the lead, the ledger, unread notices; the calendar comes from the cache."""
