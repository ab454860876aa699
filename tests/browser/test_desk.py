"""At the desk, with the keyboard alone: a keeper takes down what a visitor says, and registers it."""

import pytest

from petitions.models import Petition
from tests.browser.conftest import DESK
from tests.factories import leaf_category

pytestmark = pytest.mark.browser


def pick(page, label, typed, wanted):
    """Press Tab as far as the searchable list of that label, open it, type, and take the first offer."""
    field = page.locator(".desk-field", has=page.locator("label", has_text=label))
    for _press in range(20):
        page.keyboard.press("Tab")
        if field.locator(".select2-selection:focus").count():
            break
    page.keyboard.press("Enter")
    page.keyboard.type(typed)
    page.locator(".select2-results__option--highlighted", has_text=wanted).wait_for()
    page.keyboard.press("Enter")


def test_a_keeper_registers_a_visit_without_a_mouse(visitor, city):
    desk = visitor(DESK)
    desk.sign_in(city.keeper)
    page = desk.go("/admin/petitions/petition/add/")
    # Nobody types before the cursor stands in the first field.
    page.wait_for_function("document.activeElement.id === 'id_content'")
    page.keyboard.type("村口三盏路灯坏了半个月。晚上老人出门不便。")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # 意见 → 建议
    page.keyboard.press("Tab")
    page.keyboard.type("李桂兰")
    page.keyboard.press("Tab")
    page.keyboard.type("139 0000 2210")
    category = leaf_category()
    pick(page, "问题分类", category.name, category.name)
    pick(page, "接待代表", "杨守", "杨守伟")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/change/")
    petition = Petition.objects.get()
    assert (petition.status, petition.kind, petition.category.name) == (
        "registered",
        "suggestion",
        category.name,
    )
    assert (petition.studio, petition.mandate) == (city.studio, city.mandate)
    assert (petition.petitioner_name, petition.petitioner_phone) == ("李桂兰", "13900002210")
