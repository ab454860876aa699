"""群众评议: on a phone from the slip to the thanks, and at the desk from the draft to the bars."""

import pytest
from django.utils import timezone

from tests.browser.conftest import DESK, PHONE
from tests.evaluations.surveys import answered, issue, open_survey

pytestmark = pytest.mark.django_db(transaction=True)


def test_four_taps_on_one_screen(visitor, city):
    now = timezone.now()
    survey = open_survey(city, of="mandate", at=now)
    (code,) = issue(city, survey, 1, at=now)
    phone = visitor(PHONE)
    page = phone.go(f"/survey/{code}/")
    assert phone.faults() == []
    button = page.get_by_role("button", name="送出评议").bounding_box()
    assert button["y"] + button["height"] <= PHONE["height"], "all questions and the button fit on one screen"
    page.get_by_role("button", name="送出评议").click()
    phone.expected.append("400")
    assert page.get_by_text("请选一项。").count() == 4
    assert phone.faults() == []
    for question in page.get_by_role("group").all():
        question.get_by_text("满意", exact=True).click()
    page.get_by_role("button", name="送出评议").click()
    page.get_by_text("谢谢您，评议已经记下").wait_for()
    assert phone.faults() == []
    assert phone.context.cookies() == []


def test_results_at_the_desk(visitor, city):
    survey = answered(city, [5, 5, 4, 4, 3, 2], at=timezone.now())
    desk = visitor(DESK)
    desk.sign_in(city.organizer)
    page = desk.go(f"/admin/evaluations/survey/{survey.pk}/change/")
    assert page.get_by_text("6 份的平均").is_visible()
    assert page.locator("meter").count() == 20
