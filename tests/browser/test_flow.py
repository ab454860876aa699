"""One matter from the phone to the archive and back to the phone."""

import pytest
from django.utils import timezone

from petitions.actions import perform
from petitions.models import Petition
from tests.factories import acting, leaf_category, make_petition

pytestmark = pytest.mark.browser


def at_the_desk(city, petition, verb, **data):
    petition.refresh_from_db()
    perform(verb, petition, by=acting(city.organizer), at=timezone.now(), data=data)


def test_from_the_door_to_the_archive(visitor, city):
    her = visitor()
    her.sign_in(city.representative)
    page = her.page

    page.get_by_role("link", name="记一件事").first.click()
    page.get_by_label("什么事").fill("屯西村村口三盏路灯坏了半个月。晚上老人出门不便。")
    page.get_by_role("radio", name="意见", exact=True).check()
    page.get_by_role("textbox", name="姓名").fill("李桂兰")
    page.get_by_role("textbox", name="电话").fill("13900002210")
    page.get_by_role("radio", name="工作室接待").check()
    page.get_by_role("button", name="记下这件事").click()
    page.get_by_text("已记下，编号").wait_for()

    petition = Petition.objects.get()
    assert page.url.endswith(f"/matters/{petition.pk}/")
    assert page.get_by_role("heading", level=1).inner_text() == "屯西村村口三盏路灯坏了半个月"
    assert page.get_by_text("李桂兰").count() == 0

    at_the_desk(city, petition, "register", category=leaf_category())
    at_the_desk(city, petition, "assign", organization=city.unit)
    at_the_desk(city, petition, "reply", content="三盏路灯已更换。", outcome="A")

    her.go("/notices/")
    page.get_by_role("button", name="去看看").click()
    page.get_by_text("三盏路灯已更换。").wait_for()

    page.get_by_role("link", name="查看联系方式").click()
    page.get_by_label("查看原因").fill("电话告知办理结果")
    page.get_by_role("button", name="查看", exact=True).click()
    page.get_by_text("13900002210").wait_for()
    her.go(f"/matters/{petition.pk}/")
    assert page.get_by_text("13900002210").count() == 0

    page.get_by_role("link", name="已告知本人").click()
    page.get_by_role("radio", name="电话告知", exact=True).check()
    page.get_by_label("本人怎么说").fill("路灯亮了，很满意")
    page.get_by_role("group", name="给结果打几分").get_by_role("radio", name="很满意", exact=True).check()
    page.get_by_role("button", name="已告知本人").click()
    page.get_by_text("已告知本人，等待归档").wait_for()

    at_the_desk(city, petition, "archive")
    her.go("/matters/?tab=closed")
    page.get_by_role("link", name="屯西村村口三盏路灯坏了半个月").click()
    page.get_by_text("已归档").first.wait_for()
    petition.refresh_from_db()
    assert (petition.status, petition.rating) == ("archived", 5)


def test_two_taps_on_a_slow_line_are_one_step(visitor, city):
    petition = make_petition(city, status="feedback", at=timezone.now())
    her = visitor()
    her.sign_in(city.representative)
    page = her.go(f"/matters/{petition.pk}/feedback/")
    page.get_by_role("radio", name="电话告知", exact=True).check()
    page.get_by_role("button", name="已告知本人").dblclick()
    page.get_by_text("已记下：本人知道了结果。").wait_for()
    assert petition.feedbacks.count() == 1


def test_tabs_answer_in_place_and_the_way_back_leads_back(visitor, city):
    make_petition(city, status="archived", at=timezone.now(), title="办结的那件")
    make_petition(city, status="handling", at=timezone.now(), title="在办的那件")
    her = visitor()
    her.sign_in(city.representative)
    page = her.go("/matters/")
    page.evaluate("window.stillHere = true")
    page.get_by_role("link", name="已办结").click()
    page.get_by_text("办结的那件").wait_for()
    assert page.evaluate("window.stillHere") is True
    assert "tab=closed" in page.url
    page.get_by_label("找一件事").fill("没有的词")
    page.get_by_role("button", name="查找").click()
    page.get_by_text("没有找到").wait_for()
    page.go_back()
    page.get_by_text("办结的那件").wait_for()
