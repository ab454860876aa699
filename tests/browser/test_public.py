"""The public's door on a phone: on a bad line, and without any script."""

import io

import pytest
from django.utils import timezone
from PIL import Image

from petitions.actions import perform
from petitions.models import Petition
from records.models import Attachment
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.factories import acting, leaf_category, make_petition

pytestmark = pytest.mark.browser

SAID = "屯西村村口三盏路灯坏了半个月，晚上老人出门不便。"
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('draft:'))"


@pytest.fixture
def her(visitor):
    her = visitor()
    her.expected += ["ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest", "status of 400"]
    return her


@pytest.fixture
def scriptless(chromium, live_server, city):
    """A phone without JavaScript."""
    one = Visitor(chromium, live_server.url, PHONE)
    one.context.close()
    one.context = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    one.page = one.open_page()
    yield one
    one.context.close()


def photo():
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(out, "JPEG")
    return {"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def fill_in(page):
    page.get_by_label("什么事").fill(SAID)
    page.get_by_role("radio", name="求助").check(force=True)
    page.get_by_role("textbox", name="称呼").fill("李女士")


def answer_it(city, petition):
    steps = [
        ("register", {"category": leaf_category()}),
        ("assign", {"organization": city.unit}),
        ("reply", {"content": "已更换三盏路灯，当晚恢复照明。", "outcome": "A"}),
    ]
    for verb, data in steps:
        perform(verb, petition, by=acting(city.organizer), at=timezone.now(), data=data)


def test_from_the_poster_to_the_stars_over_a_bad_line(her, city):
    page = her.go(f"/box/{city.studio.code}/")
    fill_in(page)
    her.context.set_offline(True)
    page.get_by_role("button", name="送出").click()
    page.get_by_text("没有网络。内容已存在这台手机上").wait_for()
    assert Petition.objects.count() == 0
    her.context.set_offline(False)
    page.reload()
    page.get_by_text("还没送出").wait_for()
    assert page.get_by_label("什么事").input_value() == SAID
    assert page.get_by_role("radio", name="求助").is_checked()
    page.locator("input[type=file]").set_input_files([photo()])
    page.get_by_text("已选 1 张").wait_for()
    page.get_by_role("button", name="重新送出").click()
    page.get_by_text("请拍照或截屏保存").wait_for()
    code = page.locator("[data-code]").inner_text()
    assert page.evaluate(DRAFTS) == []
    assert code not in page.url
    petition = Petition.objects.get()
    assert (petition.content, petition.kind, Attachment.objects.count()) == (SAID, "request", 1)
    answer_it(city, petition)
    her.go("/track/")
    page.get_by_label("查询码").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="查进展").click()
    page.get_by_text("已更换三盏路灯").wait_for()
    page.get_by_role("radio", name="满意", exact=True).nth(0).check(force=True)
    page.get_by_role("radio", name="很满意").nth(1).check(force=True)
    page.get_by_role("button", name="送出评价").click()
    page.get_by_text("您的评价已记下").wait_for()
    petition.refresh_from_db()
    assert (petition.handling_rating, petition.rating) == (4, 5)
    assert code.replace("-", "") not in page.url


def test_a_fault_loses_neither_words_nor_photo(her, city):
    page = her.go(f"/box/{city.studio.code}/")
    page.get_by_role("textbox", name="称呼").fill("李女士")
    page.locator("input[type=file]").set_input_files([photo()])
    page.get_by_role("button", name="送出").click()
    page.get_by_text("请填写什么事").wait_for()
    assert page.get_by_role("textbox", name="称呼").input_value() == "李女士"
    page.get_by_label("什么事").fill(SAID)
    page.get_by_role("button", name="送出").click()
    page.get_by_text("请拍照或截屏保存").wait_for()
    assert Attachment.objects.count() == 1


def test_without_any_script(scriptless, city):
    page = scriptless.go(f"/box/{city.studio.code}/")
    fill_in(page)
    page.locator("input[type=file]").set_input_files([photo()])
    page.get_by_role("button", name="送出").click()
    page.get_by_text("请拍照或截屏保存").wait_for()
    petition = Petition.objects.get()
    assert Attachment.objects.count() == 1
    answer_it(city, petition)
    page.get_by_role("button", name="现在看进展").click()
    page.get_by_text("已更换三盏路灯").wait_for()
    page.get_by_role("radio", name="不满意", exact=True).nth(0).check(force=True)
    page.get_by_role("radio", name="很不满意").nth(1).check(force=True)
    page.get_by_role("textbox", name="还有什么话要说").fill("又不亮了")
    page.get_by_role("button", name="送出评价").click()
    page.get_by_text("已退回承办单位重新办理").wait_for()
    petition.refresh_from_db()
    assert (petition.status, petition.reopen_count) == ("handling", 1)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_the_door_is_sound(visitor, city, size):
    her = visitor(size)
    her.expected.append("status of 40")
    page = her.go(f"/box/{city.studio.code}/")
    found = {"box": her.faults()}
    page.get_by_text("您的信息怎么用").click()
    found["privacy"] = her.faults()
    page.get_by_role("button", name="送出").click()
    page.get_by_text("请填写什么事").wait_for()
    found["fault"] = her.faults()
    fill_in(page)
    page.get_by_role("button", name="送出").click()
    page.get_by_text("请拍照或截屏保存").wait_for()
    found["sent"] = her.faults()
    answer_it(city, Petition.objects.get())
    page.get_by_role("button", name="现在看进展").click()
    page.get_by_text("您满意吗").wait_for()
    page.get_by_text("补充情况").click()
    page.get_by_text("查阅、更正或删除我的信息").click()
    found["state"] = her.faults()
    for path in ("/track/", "/box/", "/box/aaaaaaaaaa/"):
        her.go(path)
        found[path] = her.faults()
    assert found == dict.fromkeys(found, [])


def test_the_call_back_page_on_the_desk(visitor, city):
    from datetime import date

    from accounts.enums import Role
    from petitions.models import CallBack
    from tests.factories import make_user

    call_back = CallBack.objects.create(
        petition=make_petition(city, status="told"), sampled_on=date(2026, 11, 23)
    )
    caller = visitor(DESK)
    caller.sign_in(make_user(Role.ORGANIZER, city.county, name="吴回访"))
    page = caller.go(f"/admin/petitions/callback/{call_back.pk}/change/")
    page.get_by_label("打通了吗").check()
    page.get_by_role("button", name="记下").click()
    page.get_by_text("本人说没人告诉过").wait_for()
    page.get_by_role("link", name="重新办理").wait_for()
