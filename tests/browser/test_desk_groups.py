"""The board of groups in a browser: by dragging, and by ticking and choosing without a script."""

import pytest

from representatives.models import Mandate
from tests.browser.conftest import DESK, PHONE
from tests.factories import make_group, make_mandate

pytestmark = pytest.mark.browser


def board(desk, city):
    return desk.go(f"/admin/representatives/group/board/?place={city.town.pk}")


def test_whoever_is_ticked_is_dragged_along(visitor, city):
    other = make_group(city.town, name="洛城街道教育代表小组")
    members = list(Mandate.objects.filter(group=city.group).order_by("pk"))
    stays = make_mandate(city.town, group=city.group)
    desk = visitor(DESK)
    desk.sign_in(city.organizer)
    page = board(desk, city)
    for member in members:
        page.locator(f"[data-mandate='{member.pk}'] input").check()
    page.locator(f"[data-mandate='{members[0].pk}']").drag_to(
        page.locator(f"[data-group='{other.pk}'] header")
    )
    page.get_by_text(f"调到{other.name}。").wait_for()
    assert set(Mandate.objects.filter(group=other)) == set(members)
    stays.refresh_from_db()
    assert stays.group == city.group


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_ticking_and_choosing_moves_as_well(visitor, city, size):
    other = make_group(city.town, name="洛城街道教育代表小组")
    desk = visitor(size)
    desk.sign_in(city.organizer)
    page = board(desk, city)
    page.locator(f"[data-mandate='{city.mandate.pk}'] input").check()
    page.get_by_label("勾选的代表调到").select_option(str(other.pk))
    page.get_by_role("button", name="调整").click()
    page.get_by_text(f"调到{other.name}。").wait_for()
    city.mandate.refresh_from_db()
    assert (city.mandate.group, city.mandate.is_group_fixed) == (other, True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
