"""Board, month and rule at the desk: what staff press, what it would do, and what is refused."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.models import Event, Job
from representatives.models import Mandate
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, Leave, ReceptionDay, ReceptionRule, Studio, SwapRequest
from tests.factories import make_group, make_mandate, make_studio
from tests.studios.desk import duties_of, make_day, today

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"admin:studios_receptionday_{name}", args=args)


def next_month():
    return (today().replace(day=1) + timedelta(days=32)).replace(day=1)


@pytest.fixture
def venue(city, workroom, calendar):
    """Next month with the 20th: far enough ahead to be published on any day this test runs."""
    ReceptionRule.objects.filter(studio=workroom).update(rrule="FREQ=MONTHLY;BYMONTHDAY=20")
    return workroom


@pytest.fixture
def board(venue):
    return address("board", venue.pk, next_month())


@pytest.fixture
def planned(city, venue, board, at_desk):
    answer = at_desk(city.keeper).post(f"{board}plan/")
    assert (answer.status_code, answer["Location"]) == (302, board)
    return ReceptionDay.objects.get(studio=venue, date__gt=today(3))


def test_planning_fills_the_board_with_people_and_reasons(city, planned, board, at_desk):
    page = at_desk(city.leader).get(board).content.decode()
    for duty in duties_of(planned):
        assert duty.person.name in page and duty.reason in page
    assert "待公布" in page and "desk-seat--free" not in page
    # A leader looks on: no button, nothing to drag.
    main = page[page.index('<div class="desk">') :]
    assert "<form" not in main and "draggable" not in main and "换人" not in main


def test_a_day_is_published_from_the_board_once(city, planned, board, at_desk):
    client = at_desk(city.keeper)
    step = address("step", planned.pk, "publish")
    answer = client.post(step, {"board": "1"})
    assert (answer.status_code, answer["Location"]) == (302, board)
    again = client.post(step, {"board": "1"})
    assert (
        again.status_code,
        "刚才已有人" in again.content.decode() or "不能做" in again.content.decode(),
    ) == (
        409,
        True,
    )
    assert Event.objects.about(planned).filter(verb="publish").count() == 1


def test_the_whole_month_is_published_and_what_cannot_be_says_why(city, venue, planned, board, at_desk):
    late = make_day(venue, days=1, status=DayStatus.PLANNED, sitters=[city.mandate])
    client = at_desk(city.organizer)
    assert client.post(f"{board}publish/").status_code == 302
    assert ReceptionDay.objects.get(pk=planned.pk).status == DayStatus.PUBLISHED
    assert client.post(f"{board}publish/").status_code == 409
    this_month = address("board", venue.pk, late.date)
    page = client.get(this_month).content.decode()
    assert "须至少提前 3 天公布" in page
    refused = client.post(f"{this_month}publish/")
    assert (refused.status_code, "提前 3 天" in refused.content.decode()) == (409, True)
    assert ReceptionDay.objects.get(pk=late.pk).status == DayStatus.PLANNED


def test_choosing_a_seat_shows_what_it_does_before_it_is_done(city, planned, board, at_desk):
    client = at_desk(city.keeper)
    leaving, other = duties_of(planned)
    seat = address("seat", planned.pk)
    page = client.get(f"{seat}?instead_of={leaving.pk}").content.decode()
    # Somebody who sits beside her already is told of, but cannot be chosen.
    assert f'value="{other.mandate_id}" disabled' in page
    assert "公平性" in page
    taker = Mandate.objects.filter(group=city.group).exclude(pk__in=[leaving.mandate_id, other.mandate_id])[0]
    # Dragged here, she is chosen already and stands among the first.
    dragged = client.get(f"{seat}?instead_of={leaving.pk}&mandate={taker.pk}").content.decode()
    assert f'value="{taker.pk}" checked' in dragged
    answer = client.post(seat, {"instead_of": leaving.pk, "mandate": taker.pk, "reason": "顺路"})
    assert (answer.status_code, answer["Location"]) == (302, board)
    held = Duty.objects.holding().filter(day=planned)
    assert set(held.values_list("mandate", flat=True)) == {other.mandate_id, taker.pk}
    assert held.get(mandate=taker).is_pinned
    # The seat has changed hands meanwhile.
    assert client.post(seat, {"instead_of": leaving.pk, "mandate": taker.pk}).status_code == 404
    full = client.post(seat, {"mandate": leaving.mandate_id})
    assert (full.status_code, "席位已排满" in full.content.decode()) == (400, True)


def test_who_is_on_leave_or_of_another_venue_is_not_seated(city, planned, at_desk):
    client = at_desk(city.keeper)
    away, stays = duties_of(planned)
    free = (
        Mandate.objects.filter(group=city.group).exclude(pk__in=[away.mandate_id, stays.mandate_id]).first()
    )
    Leave.objects.create(
        person=free.person,
        start_date=planned.date,
        end_date=planned.date,
        reason="住院",
        recorded_at=planned.studio.reception_days.first().published_at or city.keeper.date_joined,
    )
    seat = address("seat", planned.pk)
    refused = client.post(seat, {"instead_of": away.pk, "mandate": free.pk})
    assert (refused.status_code, "请假" in refused.content.decode()) == (400, True)
    foreign = Mandate.objects.exclude(group=city.group).first()
    assert client.post(seat, {"instead_of": away.pk, "mandate": foreign.pk}).status_code == 400
    assert client.post(seat, {"instead_of": away.pk}).status_code == 400
    assert {duty.status for duty in duties_of(planned)} == {DutyStatus.ASSIGNED}


def test_a_seat_is_freed_with_a_reason_and_told_on_the_board(city, planned, board, at_desk):
    client = at_desk(city.keeper)
    duty = duties_of(planned)[0]
    unseat = address("unseat", planned.pk, duty.pk)
    assert client.post(unseat, {"reason": ""}).status_code == 400
    assert client.post(unseat, {"reason": "那天要开会"}).status_code == 302
    page = client.get(board).content.decode()
    assert "空 1 席" in page and "空席" in page and "那天要开会" in page
    assert client.post(unseat, {"reason": "再撤一次"}).status_code == 409


def test_a_swap_that_waits_stands_on_top_and_is_approved_once(city, planned, board, at_desk):
    ReceptionDay.objects.filter(pk=planned.pk).update(
        status="published", published_at=city.keeper.date_joined
    )
    first, second = duties_of(planned)
    taker = Mandate.objects.filter(group=city.group).exclude(pk__in=[first.mandate_id, second.mandate_id])[0]

    def waiting(duty):
        at = city.keeper.date_joined
        return SwapRequest.objects.create(
            duty=duty, state=SwapState.TAKEN, offered_at=at, taken_at=at, taken_by=taker, note="赶集"
        )

    swap = waiting(first)
    client = at_desk(city.keeper)
    assert "换班待同意" in client.get(board).content.decode()
    change = reverse("admin:studios_swaprequest_change", args=[swap.pk])
    assert "公平性" in client.get(change).content.decode()
    approve = reverse("admin:studios_swaprequest_approve", args=[swap.pk])
    refuse = reverse("admin:studios_swaprequest_refuse", args=[swap.pk])
    for user, status in [(city.leader, 403), (city.stranger, 404), (city.handler, 403)]:
        assert at_desk(user).post(approve).status_code == status
        assert at_desk(user).post(refuse, {"reason": "不行"}).status_code == status
    assert client.post(refuse, {"reason": ""}).status_code == 400
    assert client.get(approve).status_code == 405
    answer = client.post(approve)
    assert (answer.status_code, answer["Location"]) == (302, board)
    assert client.post(approve).status_code == 409
    assert client.post(refuse, {"reason": "晚了"}).status_code == 409
    assert Duty.objects.holding().filter(day=planned, mandate=taker).exists()
    other = waiting(second)
    answer = client.post(
        reverse("admin:studios_swaprequest_refuse", args=[other.pk]), {"reason": "那天要她主持"}
    )
    assert answer.status_code == 302
    assert SwapRequest.objects.get(pk=other.pk).state == SwapState.REFUSED


WRITES = ["plan/", "publish/"]


@pytest.mark.parametrize("name", WRITES)
def test_nobody_else_plans_or_publishes(name, city, planned, board, at_desk):
    before = list(Duty.objects.values_list("pk", "status"))
    assert at_desk(city.leader).post(board + name).status_code in (403, 409)
    assert at_desk(city.stranger).post(board + name).status_code == 404
    assert at_desk(city.handler).post(board + name).status_code == 403
    assert at_desk(city.keeper).get(board + name).status_code == 405
    assert list(Duty.objects.values_list("pk", "status")) == before
    assert ReceptionDay.objects.get(pk=planned.pk).status == DayStatus.PLANNED


def test_seats_are_not_for_others(city, planned, at_desk):
    duty = duties_of(planned)[0]
    for to in (address("seat", planned.pk), address("unseat", planned.pk, duty.pk)):
        for method in ("get", "post"):
            sent = {"mandate": city.mandate.pk, "reason": "不行"}
            assert getattr(at_desk(city.leader), method)(to, sent).status_code == 403
            assert getattr(at_desk(city.stranger), method)(to, sent).status_code == 404
    assert Duty.objects.get(pk=duty.pk).status == DutyStatus.ASSIGNED


def test_the_past_is_not_planned_and_a_venue_without_a_rule_says_so(city, venue, calendar, at_desk):
    client = at_desk(city.organizer)
    past = client.post(address("plan", venue.pk, date(2025, 3, 1)))
    assert (past.status_code, "已经过去" in past.content.decode()) == (400, True)
    bare = make_studio(city.town)
    none = client.post(address("plan", bare.pk, next_month()))
    assert (none.status_code, "还没有接待日规则" in none.content.decode()) == (400, True)
    nonsense = client.get(f"/admin/studios/receptionday/board/{venue.pk}/2026-13/", follow=True)
    assert nonsense.status_code == 404


def count_queries(client, to):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(to).status_code == 200
    return len(queries)


def test_board_and_month_cost_the_same_with_more_of_everything(city, venue, planned, board, at_desk):
    client = at_desk(city.organizer)
    month = address("month", next_month())
    for page in (board, month):
        client.get(page)
    few = [count_queries(client, page) for page in (board, month)]
    for number in range(2):
        make_day(
            venue,
            days=(next_month() - today()).days + 2 + number,
            status=DayStatus.PLANNED,
            sitters=[make_mandate(city.town, group=city.group)],
        )
        studio = make_studio(city.town)
        make_group(city.town, studio=studio)
        ReceptionRule.objects.create(
            studio=studio, rrule="FREQ=MONTHLY;BYMONTHDAY=10", start_date=date(2026, 1, 1), end_time=time(11)
        )
    assert [count_queries(client, page) for page in (board, month)] == few
    assert few[1] <= 12


def test_the_month_of_all_venues_is_planned_and_published_as_jobs(
    city, venue, at_desk, django_capture_on_commit_callbacks
):
    client = at_desk(city.organizer)
    month = address("month", next_month())
    page = client.get(month).content.decode()
    assert "1 个还没有排" in page and venue.name in page
    assert city.neighbour_studio.name not in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address("plan_all", next_month()))
    job = Job.objects.get(kind="plan-month")
    assert answer["Location"] == address("work", job.pk)
    shown = client.get(answer["Location"]).content.decode()
    assert "1 个接待日，2 席中排了 2 席" in shown
    assert client.get(address("work_progress", job.pk)).headers["HX-Refresh"] == "true"
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address("publish_all", next_month()))
    assert "公布了 1 个接待日" in client.get(answer["Location"]).content.decode()
    assert ReceptionDay.objects.get().status == DayStatus.PUBLISHED
    nothing = client.post(address("publish_all", next_month()))
    assert (nothing.status_code, "没有待公布" in nothing.content.decode()) == (400, True)
    assert at_desk(city.stranger).get(address("work", job.pk)).status_code == 404
    assert at_desk(city.handler).get(address("work", job.pk)).status_code == 403
    for name in ("plan_all", "publish_all"):
        assert at_desk(city.leader).post(address(name, next_month())).status_code == 403
        assert at_desk(city.handler).post(address(name, next_month())).status_code == 403
        assert client.get(address(name, next_month())).status_code == 405
    assert Job.objects.count() == 2


RULE = {
    "text": "每月1日、15日",
    "start_time": "9:00",
    "end_time": "11：30",
    "seats": "2",
    "holiday_policy": "next",
}


def test_a_rule_is_seen_for_a_year_and_then_set(city, calendar, at_desk):
    studio = city.studio
    client = at_desk(city.keeper)
    rule = reverse("admin:studios_studio_rule", args=[studio.pk])
    sent = RULE | {"start_date": "2027-01-01"}
    fragment = client.post(f"{rule}preview/", sent).content.decode()
    assert "从2027年1月1日" in fragment and "暂" in fragment and "1月1日为元旦，顺延至" in fragment
    assert "看不懂" in client.post(f"{rule}preview/", sent | {"text": "有空就来"}).content.decode()
    page = client.post(rule, sent | {"_preview": "1"})
    assert "2027年12月" in page.content.decode() and not ReceptionRule.objects.exists()
    assert client.post(rule, sent | {"text": "有空就来"}).status_code == 400
    assert client.post(rule, sent | {"end_time": "08:00"}).status_code == 400
    assert client.post(rule, sent).status_code == 302
    assert (
        client.post(rule, sent | {"text": "每月第一个星期三", "start_date": "2027-06-01"}).status_code == 302
    )
    early = client.post(rule, sent | {"start_date": "2027-03-01"})
    assert (early.status_code, "不能更早" in early.content.decode()) == (400, True)
    history = client.get(rule).content.decode()
    assert "每月1日、15日" in history and "每月第一个星期三" in history
    venue = client.get(reverse("admin:studios_studio_change", args=[studio.pk])).content.decode()
    assert "每月第一个星期三" in venue
    studio.refresh_from_db()
    assert studio.reception_text == "每月第一个星期三"


def test_a_rule_is_not_set_by_others(city, calendar, at_desk):
    rule = reverse("admin:studios_studio_rule", args=[city.studio.pk])
    sent = RULE | {"start_date": "2027-01-01"}
    assert at_desk(city.leader).get(rule).status_code == 200
    for user, status in [(city.leader, 403), (city.assessor, 403), (city.stranger, 404), (city.handler, 403)]:
        assert at_desk(user).post(rule, sent).status_code == status
    assert not ReceptionRule.objects.exists()


def test_the_text_of_the_rule_is_not_typed_into_the_venue(city, at_desk):
    from tests.security.test_desk import studio_form

    Studio.objects.filter(pk=city.studio.pk).update(reception_text="每月15日")
    to = reverse("admin:studios_studio_change", args=[city.studio.pk])
    assert (
        at_desk(city.organizer).post(to, studio_form(city.studio, reception_text="每天")).status_code == 302
    )
    city.studio.refresh_from_db()
    assert city.studio.reception_text == "每月15日"
