"""Duties on the phone and the public's reception days, as a browser finds them; and the door without any script."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studios.codes import code_at
from studios.models import Duty, Leave, ReceptionDay, ReceptionRule, SwapRequest
from tests.browser.conftest import DESK, NARROW, PHONE
from tests.factories import make_mandate, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def days(city):
    """Today's and a coming one of hers, one that a colleague offers, and one that is over."""
    now, today = timezone.now(), timezone.localdate()
    colleague = city.colleague.person.mandates.get()
    make_mandate(city.town, user=make_user("representative", city.town, name="钱建国"), group=city.group)
    ReceptionRule.objects.create(
        studio=city.studio, rrule="FREQ=MONTHLY;BYMONTHDAY=1,15", start_date=today - timedelta(days=400)
    )

    def seat(mandate, ahead, **fields):
        day = ReceptionDay.objects.create(
            studio=city.studio,
            date=today + timedelta(days=ahead),
            start_time="09:00",
            end_time="11:30",
            status=fields.pop("day_status", "published"),
            moved_reason="原定那天放假，顺延到下一个工作日。",
            published_at=now,
        )
        reason = "近12个月轮值最少，上次轮值已过去三个月。"
        return Duty.objects.create(
            day=day, mandate=mandate, person=mandate.person, date=day.date, reason=reason, **fields
        )

    city.today = seat(city.mandate, 0)
    city.coming = seat(city.mandate, 40)
    city.past = seat(city.mandate, -7, day_status="held", status="served")
    offered = seat(colleague, 20)
    city.swap = SwapRequest.objects.create(duty=offered, note="那天赶集", offered_at=now)
    Leave.objects.create(
        person=city.mandate.person,
        start_date=city.coming.date,
        end_date=city.coming.date + timedelta(days=3),
        reason="外出培训",
        recorded_at=now,
    )
    return city


@pytest.mark.parametrize("viewport", [PHONE, NARROW, DESK], ids=["phone", "narrow", "desk"])
def test_every_page_of_duties_is_well_made(visitor, days, viewport):
    her = visitor(viewport)
    her.sign_in(days.representative)
    found = {}
    for address in (
        "/",
        "/duties/",
        f"/duties/{days.today.pk}/",
        f"/duties/{days.coming.pk}/",
        f"/duties/{days.past.pk}/",
        f"/duties/{days.coming.pk}/offer/",
        f"/duties/{days.coming.pk}/ask_leave/",
        f"/duties/{days.today.pk}/check_in/",
        f"/swaps/{days.swap.pk}/",
        "/leaves/",
        "/me/calendar/",
    ):
        her.go(address)
        if faults := her.faults():
            found[address] = faults
    her.page.get_by_role("button", name="开通").click()
    her.page.get_by_text("只显示这一次").wait_for()
    if faults := her.faults():
        found["the new address"] = faults
    assert found == {}


@pytest.mark.parametrize("viewport", [PHONE, NARROW, DESK], ids=["phone", "narrow", "desk"])
def test_every_public_page_of_days_is_well_made(visitor, days, viewport):
    anybody = visitor(viewport)
    found = {}
    for address in (
        "/venues/",
        "/venues/?county=370783",
        f"/venues/?month={days.today.date:%Y-%m}",
        f"/venues/?month={days.today.date:%Y-%m}&county=370783",
        f"/venues/?date={days.today.date:%Y-%m-%d}",
        f"/venues/{days.studio.code}/",
    ):
        page = anybody.go(address)
        for fold in page.locator("summary").all():
            fold.click()
        if faults := anybody.faults():
            found[address] = faults
    assert found == {}


def test_without_scripts_a_duty_is_checked_in_and_a_venue_found(chromium, live_server, days):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/venues/")
    page.get_by_role("link", name="寿光市").click()
    page.get_by_role("link", name=days.studio.name).click()
    assert page.get_by_text("杨守伟（镇级）").first.is_visible()
    page.goto(f"{live_server.url}/")
    page.get_by_label("用户名").fill(days.representative.username)
    page.get_by_label("密码").fill("liaison-pass-1")
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("link", name="签到", exact=True).click()
    page.get_by_label("屏幕上的 6 位数字").fill(code_at(days.today.day.code_secret, timezone.now()))
    page.get_by_role("button", name="签到", exact=True).click()
    assert page.get_by_text("已签到。辛苦了。").is_visible()
    context.close()
