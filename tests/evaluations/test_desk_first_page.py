"""What the desk's first page tells each reader of the appraisal: the next thing to do, and nothing of another place."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.actions.appeals import lodge_appeal
from evaluations.actions.marks import give_marks, seal_sheet
from evaluations.models import Assessor, Evaluation, Improvement, Mark
from representatives.models import DutyObjection
from tests.evaluations.present import walk_year
from tests.factories import acting


@pytest.fixture
def first_page(city, browser):
    return lambda user: browser(user).page(reverse("admin:index"))


def test_an_assessor_meets_her_sheet_until_it_is_sealed(city, first_page):
    cycle = walk_year(city, "assessing")
    seat = Assessor.objects.get(cycle=cycle, user=city.assessor)
    page = first_page(city.assessor)
    assert f"测评表：{cycle.title}" in page and "还有 2 个没打分" in page
    assert reverse("admin:evaluations_assessor_change", args=[seat.pk]) in page
    assert "测评表：" not in first_page(city.stranger)
    assert "测评表：" not in first_page(city.organizer)
    marks = {city.hers.pk: 90, city.colleagues.pk: 80}
    give_marks(seat, marks, by=acting(city.assessor), at=timezone.now())
    assert "都打完了，请封存" in first_page(city.assessor)
    # A mark of somebody who no longer takes part does not count for the one who still waits.
    Evaluation.objects.filter(pk=city.hers.pk).update(status="excused")
    Mark.objects.filter(evaluation=city.colleagues).update(value=None)
    assert "还有 1 个没打分" in first_page(city.assessor)
    give_marks(seat, {city.colleagues.pk: 80}, by=acting(city.assessor), at=timezone.now())
    seal_sheet(seat, by=acting(city.assessor), at=timezone.now())
    assert "测评表：" not in first_page(city.assessor)


def test_an_organizer_meets_what_is_to_be_decided_and_answered(city, first_page):
    cycle = walk_year(city, "deciding")
    page = first_page(city.organizer)
    assert f"评定：{cycle.title}" in page
    assert "还有 2 个没登记评定" in page
    assert "评定：" not in first_page(city.stranger)
    assert "评定：" not in first_page(city.assessor)


def test_appeals_items_and_objections(city, first_page):
    walk_year(city, "publicity")
    data = {"content": "有一次驻室接待没有算进去。"}
    lodge_appeal(city.hers, by=acting(city.representative), at=timezone.now(), data=data)
    Improvement.objects.create(
        evaluation=city.hers,
        content="多到站里接待",
        owner=city.representative,
        due_date=date(2027, 6, 30),
        status="done",
        created_at=timezone.now(),
        done_at=timezone.now(),
    )
    DutyObjection.objects.create(
        mandate=city.mandate,
        kind="missing",
        duty_kind="reception",
        on=date(2026, 7, 1),
        text="少记了一次",
        made_at=timezone.now(),
    )
    page = first_page(city.organizer)
    for label, address in (
        ("申诉等答复", "/admin/evaluations/appeal/?status__exact=lodged"),
        ("改进事项等验收", "/admin/evaluations/improvement/?due=done"),
        ("履职档案的异议等答复", "/admin/representatives/dutyobjection/?status__exact=open"),
    ):
        assert label in page and address in page
    assert "考评和档案" not in first_page(city.stranger)
