"""年度考评 at a browser: the report written on a phone with a bad line, and the assessor's sheet from the desk's first page
to the seal."""

import pytest

from evaluations.models import Assessor, Evaluation
from tests.browser.conftest import DESK, PHONE
from tests.evaluations.present import REPORT, walk_year

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def kept(city):
    return Evaluation.objects.get(pk=city.hers.pk).report


def test_what_is_typed_stays_with_the_line_and_without(visitor, city):
    walk_year(city, "reporting")
    phone = visitor(PHONE)
    phone.sign_in(city.representative)
    page = phone.page
    page.get_by_role("link", name="写述职").click()
    assert phone.faults() == []
    words = page.get_by_label("述职", exact=True)
    words.fill("写了一半。")
    page.get_by_text("草稿已保存").wait_for()
    assert kept(city) == "写了一半。"

    phone.context.set_offline(True)
    phone.expected += ["ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest"]
    words.fill("写了一半，断了线。")
    page.get_by_text("先存在这台手机上").wait_for()
    phone.context.set_offline(False)
    page.goto(page.url)
    page.get_by_text("已接着这台手机上没存到系统里的内容").wait_for()
    assert page.get_by_label("述职", exact=True).input_value() == "写了一半，断了线。"
    assert kept(city) == "写了一半。"
    assert phone.faults() == []

    page.get_by_label("述职", exact=True).fill(REPORT)
    page.get_by_label("自评分").fill("90")
    page.get_by_role("button", name="上报述职").click()
    page.get_by_text("述职已上报。截止前").wait_for()
    assert phone.faults() == []
    row = Evaluation.objects.get(pk=city.hers.pk)
    assert (row.status, row.report, row.self_mark) == ("reported", REPORT, 90)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_first_page_to_the_seal(visitor, city, size):
    cycle = walk_year(city, "assessing")
    desk = visitor(size)
    desk.sign_in(city.assessor)
    page = desk.page
    page.get_by_role("link", name=f"测评表：{cycle.title}").click()
    for row in Evaluation.objects.with_names().filter(cycle=cycle):
        page.get_by_label(f"{row.name}的测评分").fill("88")
    page.get_by_role("button", name="保存这一页").click()
    page.get_by_role("link", name="封存测评表").click()
    page.get_by_role("button", name="封存").click()
    page.get_by_text("已封存").first.wait_for()
    assert Assessor.objects.get(cycle=cycle, user=city.assessor).sealed_at
