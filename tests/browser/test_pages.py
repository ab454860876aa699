"""Every page at the size of a phone and of a desk: what checks.js can find, and what the console says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from tests.browser.conftest import DESK, NARROW, PHONE
from tests.factories import make_petition

pytestmark = pytest.mark.browser

LONG = "灌溉渠淤堵下游三个村浇不上地群众着急盼望赶在封冻前清淤疏通" * 3


@pytest.fixture
def pages(city):
    """Addresses of all pages, in a house with a matter in every state."""
    now = timezone.now()
    matters = {
        status: make_petition(
            city, status=status, at=now - timedelta(days=days), title=f"{status} {LONG}"[:100]
        )
        for status, days in (
            ("received", 0),
            ("registered", 1),
            ("handling", 90),
            ("feedback", 2),
            ("told", 3),
            ("archived", 9),
            ("withdrawn", 9),
        )
    }
    for number in range(21):
        make_petition(city, at=now, title=f"第{number}件")
    Notice.objects.create(user=city.representative, title=LONG, body="370783-2026-000001", created_at=now)
    waiting = matters["feedback"].pk
    return [
        "/",
        "/matters/",
        "/matters/?tab=all",
        "/matters/?tab=closed&whose=group",
        "/matters/?q=没有的词",
        "/matters/new/",
        *[f"/matters/{petition.pk}/" for petition in matters.values()],
        f"/matters/{waiting}/feedback/",
        f"/matters/{waiting}/reopen/",
        f"/matters/{waiting}/unmask/",
        "/me/",
        "/notices/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/logout/",
    ]


@pytest.mark.parametrize("viewport", [PHONE, NARROW, DESK], ids=["phone", "narrow", "desk"])
def test_every_page_is_well_made(visitor, city, pages, viewport):
    her = visitor(viewport)
    her.go("/accounts/login/")
    assert her.faults() == []
    her.sign_in(city.representative)
    found = {}
    for address in pages:
        page = her.go(address)
        for fold in page.locator("summary").all():
            fold.click()
        if faults := her.faults():
            found[address] = faults
    assert found == {}


def test_a_faulty_form_is_well_made_too(visitor, city):
    her = visitor()
    her.sign_in(city.representative)
    page = her.go("/matters/new/")
    her.expected.append("400 (Bad Request)")
    page.get_by_role("button", name="记下这件事").click()
    page.get_by_text("请填写内容。").wait_for()
    page.wait_for_function("document.activeElement.name === 'content'")
    assert her.faults() == []


def test_without_scripts_the_list_and_the_steps_work(chromium, live_server, city):
    petition = make_petition(city, status="feedback", at=timezone.now())
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/matters/?tab=todo")
    page.get_by_label("用户名").fill(city.representative.username)
    page.get_by_label("密码").fill("liaison-pass-1")
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("link", name=petition.title).click()
    page.get_by_role("link", name="查看联系方式").click()
    page.get_by_label("查看原因").fill("电话告知")
    page.get_by_role("button", name="查看").click()
    assert page.get_by_text(petition.petitioner_phone).is_visible()
    page.goto(f"{live_server.url}/matters/{petition.pk}/feedback/")
    page.get_by_role("radio", name="电话告知", exact=True).check()
    page.get_by_role("group", name="给结果打几分").get_by_role("radio", name="很满意", exact=True).check()
    page.get_by_role("button", name="已告知本人").click()
    assert page.get_by_text("已记下：本人知道了结果。").is_visible()
    context.close()
