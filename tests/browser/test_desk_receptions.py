"""Reception days at the desk: the keeper's day in a handful of presses, and a person dragged onto a seat."""

import pytest

from representatives.models import Mandate
from studios.enums import DayStatus
from studios.models import Duty, ReceptionDay, Visit
from tests.browser.conftest import DESK, PHONE
from tests.studios.desk import make_day

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_keeper_closes_her_day(visitor, city, size):
    day = make_day(city.studio, sitters=list(Mandate.objects.filter(group=city.group)))
    desk = visitor(size)
    desk.sign_in(city.keeper)
    page = desk.go("/admin/")
    page.get_by_role("link", name="洛城街道党代表工作室").first.click()
    page.get_by_role("button", name="都到了，一起签到").click()
    page.get_by_role("button", name="群众 ＋1").click()
    page.get_by_label("小结").fill("一位村民问路灯。")
    page.get_by_label("接待时长（分钟）").fill("90")
    page.get_by_role("button", name="结束接待").click()
    page.get_by_text("已结束接待").wait_for()
    assert ReceptionDay.objects.get(pk=day.pk).status == DayStatus.HELD
    assert Visit.objects.get().count == 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_person_dragged_onto_a_seat_is_asked_about_before_anything_changes(visitor, city):
    sits, other = Mandate.objects.filter(group=city.group).order_by("pk")
    day = make_day(city.studio, days=9, sitters=[sits], status=DayStatus.PLANNED)
    desk = visitor(DESK)
    desk.sign_in(city.keeper)
    page = desk.go(f"/admin/studios/receptionday/board/{city.studio.pk}/{day.date:%Y-%m}/")
    row = page.locator(f"[data-mandate='{other.pk}']")
    row.drag_to(page.locator(".desk-seat", has_text=sits.person.name))
    page.wait_for_url("**/seat/**")
    assert page.locator(f"input[value='{other.pk}']").is_checked()
    assert Duty.objects.holding().get(day=day).mandate == sits
    page.get_by_role("button", name="排上").click()
    page.wait_for_url("**/board/**")
    assert Duty.objects.holding().get(day=day).mandate == other
