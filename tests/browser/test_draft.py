"""记一件事 on a bad line: nothing typed is lost, nothing is taken down twice."""

import pytest

from petitions.models import Petition

pytestmark = pytest.mark.browser

SAID = "屯西村村口三盏路灯坏了半个月。"


@pytest.fixture
def her(visitor, city):
    her = visitor()
    her.sign_in(city.representative)
    her.expected += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "htmx:sendError", "htmx:afterRequest"]
    return her


def type_matter(page):
    page.get_by_label("什么事").fill(SAID)
    page.get_by_role("radio", name="建议", exact=True).check()
    page.get_by_role("textbox", name="姓名").fill("李桂兰")
    page.get_by_role("radio", name="电话").check()


def test_what_was_typed_is_there_again_when_the_page_comes_back(her):
    page = her.go("/matters/new/")
    type_matter(page)
    page.get_by_text("草稿已存在这台手机上").wait_for()
    page.close()
    page = her.page = her.open_page()
    her.go("/matters/new/")
    page.get_by_text("没写完的内容").wait_for()
    assert page.get_by_label("什么事").input_value() == SAID
    assert page.get_by_role("textbox", name="姓名").input_value() == "李桂兰"
    assert page.get_by_role("radio", name="建议").is_checked()
    page.get_by_role("button", name="清空重写").click()
    page.wait_for_function("document.querySelector('[name=content]').value === ''")
    her.go("/matters/new/")
    assert page.get_by_label("什么事").input_value() == ""


def test_sent_without_a_line_it_is_kept_and_sent_again(her):
    page = her.go("/matters/new/")
    type_matter(page)
    her.context.set_offline(True)
    page.get_by_role("button", name="记下这件事").click()
    page.get_by_text("没有网络。内容已存在这台手机上").wait_for()
    assert Petition.objects.count() == 0
    her.context.set_offline(False)
    page.get_by_text("网络已恢复").wait_for()
    page.get_by_role("button", name="重新送出").click()
    page.get_by_text("已记下，编号").wait_for()
    assert Petition.objects.get().content == SAID
    her.go("/matters/new/")
    assert page.get_by_label("什么事").input_value() == ""


def test_when_only_the_answer_is_lost_the_second_sending_finds_the_first(her):
    page = her.go("/matters/new/")
    type_matter(page)

    def lose_the_answer(route):
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/matters/new/", lose_the_answer)
    page.get_by_role("button", name="记下这件事").click()
    page.get_by_text("没有网络。内容已存在这台手机上").wait_for()
    assert Petition.objects.count() == 1
    page.unroute("**/matters/new/")
    page.reload()
    page.get_by_text("还没送出").wait_for()
    page.get_by_role("button", name="重新送出").click()
    page.get_by_text("已记下，编号").wait_for()
    assert Petition.objects.count() == 1


def test_signing_out_takes_the_draft_off_the_phone(her):
    page = her.go("/matters/new/")
    type_matter(page)
    page.get_by_text("草稿已存在这台手机上").wait_for()
    her.go("/accounts/logout/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []
