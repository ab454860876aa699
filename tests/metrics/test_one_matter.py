"""One matter through the year: what the figures say on each day, also looking back after it was reopened."""

from datetime import date, datetime

import pytest

from petitions.actions import perform
from petitions.models import Channel, Petition
from records.metrics import Metric, Pair, compute, get_metric, records_of
from representatives.metrics import STOCK
from representatives.models import Mandate
from tests.factories import CHINA, acting, leaf_category, make_petition

START = date(2026, 9, 1)


def at(day, hour=10):
    return datetime(2026, 9, day, hour, 0, tzinfo=CHINA)


def value(code, organization, day, start=START):
    return compute(get_metric(code), organization, start, date(2026, 9, day)).value


@pytest.fixture
def petition(city):
    """Received on the 1st, answered with A on the 10th, told on the 11th, archived on the 14th, back on the 21st,
    answered with B on the 25th."""
    petition = make_petition(city, at=at(1))
    by = acting(city.organizer)
    for day, verb, data in [
        (2, "register", {"category": leaf_category()}),
        (3, "assign", {"organization": city.unit}),
        (10, "reply", {"content": "已修好。", "outcome": "A"}),
        (11, "feedback", {"method": "phone", "content": "满意", "rating": 5}),
        (14, "archive", {}),
        (21, "reopen", {"reason": "又坏了"}),
        (25, "reply", {"content": "正在换线。", "outcome": "B"}),
    ]:
        perform(verb, petition, by=by, at=at(day), data=data)
    return petition


@pytest.mark.parametrize(
    ("day", "state", "answered", "resolved", "fed_back"),
    [
        (1, "received", 0, 0, 0),
        (2, "registered", 0, 0, 0),
        (3, "handling", 0, 0, 0),
        (9, "handling", 0, 0, 0),
        (10, "feedback", 1, 1, 0),
        (11, "feedback", 1, 1, 1),
        (14, "archived", 1, 1, 1),
        (20, "archived", 1, 1, 1),
        (21, "handling", 0, 0, 0),
        (25, "feedback", 1, 0, 0),
    ],
)
def test_a_day_in_the_past_is_told_as_it_was(city, petition, day, state, answered, resolved, fed_back):
    told = [value(code, city.county, day) for code in ("answered", "resolved", "fed_back")]
    assert told == [answered, resolved, fed_back]
    states = {
        code: value(f"state_{code}", city.county, day)
        for code in ("received", "registered", "handling", "feedback", "archived", "withdrawn")
    }
    assert {code for code, number in states.items() if number} == {state}


def test_before_it_came_there_was_nothing(city, petition):
    assert value("collected", city.county, 1, start=date(2026, 8, 1)) == 1
    assert compute(get_metric("collected"), city.county, date(2026, 8, 1), date(2026, 8, 31)).value == 0
    assert compute(get_metric("collected"), city.county, date(2026, 9, 2), date(2026, 9, 30)).value == 0


def test_the_neighbour_counts_nothing_of_it(city, petition):
    assert value("collected", city.neighbour, 30) == 0
    assert value("collected", city.root, 30) == 1


def test_the_last_minute_of_a_day_belongs_to_it(city):
    make_petition(city, at=datetime(2026, 9, 30, 23, 59, tzinfo=CHINA))
    assert value("collected", city.county, 29) == 0
    assert value("collected", city.county, 30) == 1


def test_overdue_from_the_day_after_the_limit(city):
    """A consultation has five work days: given out on Wednesday the 2nd, due on the 9th."""
    petition = make_petition(city, kind="consultation", at=at(2, 9))
    by = acting(city.organizer)
    perform("register", petition, by=by, at=at(2), data={"category": leaf_category()})
    perform("assign", petition, by=by, at=at(2, 11), data={"organization": city.unit})
    assert petition.due_date == date(2026, 9, 9)
    assert [value("overdue", city.county, day) for day in (9, 10)] == [0, 1]
    assert [value("answer_due", city.county, day) for day in (9, 10)] == [0, 1]
    perform("reply", petition, by=by, at=at(11), data={"content": "答复。", "outcome": "D"})
    assert value("overdue", city.county, 10) == 1
    assert [
        value(code, city.county, 11) for code in ("overdue", "answer_due", "answered_on_time", "on_time_rate")
    ] == [0, 1, 0, 0.0]


def test_more_time_counts_from_the_day_it_was_granted(city):
    """Due on the 9th; asked on the 9th, granted on the 11th; stopped from the 14th to the 16th; answered on the 21st."""
    petition = make_petition(city, kind="consultation", at=at(2, 9))
    steps = [
        (2, "register", city.organizer, {"category": leaf_category()}),
        (2, "assign", city.organizer, {"organization": city.unit}),
        (
            9,
            "extend",
            city.handler,
            {"work_days": 5, "reason": "等文件", "told_on": "2026-09-09", "told_method": "phone"},
        ),
        (11, "approve_extension", city.organizer, {}),
        (14, "pause", city.handler, {"reason": "other_body", "note": "等上级复函"}),
        (16, "resume", city.handler, {}),
        (21, "reply", city.handler, {"content": "答复。", "outcome": "D"}),
    ]
    for day, verb, user, data in steps:
        perform(verb, petition, by=acting(user), at=at(day, 12), data=data)
    # Ten work days from the 2nd make the 16th; on the 14th two of them were left, and they went on on the 16th.
    assert petition.assignments.get().due_date == date(2026, 9, 18)
    days = (9, 10, 11, 14, 15, 16, 18, 21)
    assert [value("overdue", city.county, day) for day in days] == [0, 1, 0, 0, 0, 0, 0, 0]
    assert [value("answer_due", city.county, day) for day in days] == [0, 1, 0, 0, 0, 0, 0, 1]
    assert [value("answered_on_time", city.county, day) for day in (18, 21)] == [0, 0]
    assert [value("extended", city.county, day) for day in (10, 11, 21)] == [0, 1, 1]
    assert [value("paused", city.county, day) for day in (13, 14, 15, 16)] == [0, 1, 1, 0]


def test_an_answer_while_the_clock_stood_is_on_time(city):
    petition = make_petition(city, kind="consultation", at=at(2, 9))
    steps = [
        (2, "register", city.organizer, {"category": leaf_category()}),
        (2, "assign", city.organizer, {"organization": city.unit}),
        (8, "pause", city.handler, {"reason": "waiting_person", "note": "等材料"}),
        (28, "reply", city.handler, {"content": "答复。", "outcome": "D"}),
    ]
    for day, verb, user, data in steps:
        perform(verb, petition, by=acting(user), at=at(day, 12), data=data)
    assert [value("overdue", city.county, day) for day in (7, 10, 27, 28)] == [0, 0, 0, 0]
    assert value("on_time_rate", city.county, 28) == 100.0


def test_extensions_of_the_next_handling_do_not_touch_the_last_one(city, petition):
    """Back on the 21st with a new date; more time and a pause after that leave what was due before as it was."""
    first, second = petition.assignments.order_by("pk").values_list("due_date", flat=True)
    assert first < second
    perform("reopen", petition, by=acting(city.organizer), at=at(26), data={"reason": "又坏了"})
    told = {"told_on": "2026-09-28", "told_method": "phone"}
    asked = {"work_days": 5, "reason": "等配件"} | told
    perform("extend", petition, by=acting(city.handler), at=at(28), data=asked)
    perform("approve_extension", petition, by=acting(city.organizer), at=at(28), data={})
    rows = get_metric("answer_due").queryset(city.county, START, date(2026, 9, 15))
    assert rows.get().limit_on == first
    rows = get_metric("answer_due").queryset(city.county, START, date(2026, 9, 25))
    assert rows.get().limit_on == second


def test_a_supervision_stays_counted_after_its_end(city):
    petition = make_petition(city, at=at(1))
    perform("supervise", petition, by=acting(city.leader), at=at(3), data={"demand": "请查清。"})
    perform("end_supervision", petition, by=acting(city.leader), at=at(5), data={"result": "已查清。"})
    assert [value("supervised", city.county, day) for day in (2, 3, 30)] == [0, 1, 1]


def test_an_answer_on_the_last_day_is_on_time(city):
    petition = make_petition(city, kind="consultation", at=at(2, 9))
    by = acting(city.organizer)
    perform("register", petition, by=by, at=at(2), data={"category": leaf_category()})
    perform("assign", petition, by=by, at=at(2, 11), data={"organization": city.unit})
    perform("reply", petition, by=by, at=at(9, 17), data={"content": "答复。", "outcome": "D"})
    assert value("on_time_rate", city.county, 9) == 100.0


def test_a_withdrawn_matter_stays_collected(city):
    petition = make_petition(city, at=at(2))
    perform("withdraw", petition, by=acting(city.organizer), at=at(4), data={"reason": "本人要求"})
    assert [value(code, city.county, 5) for code in ("collected", "state_withdrawn", "answered")] == [1, 1, 0]
    assert value("state_received", city.county, 3) == 1


def test_a_mandate_counts_until_the_day_it_ends(city):
    Mandate.objects.filter(pk=city.mandate.pk).update(status="ended", end_date=date(2026, 9, 10))
    before, after = value("mandates", city.county, 9), value("mandates", city.county, 10)
    assert before - after == 1
    assert city.mandate not in records_of(get_metric("mandates"), city.county, START, date(2026, 9, 10))
    assert STOCK in get_metric("mandates").definition


def test_a_channel_that_staff_added_has_a_figure_of_its_own(city):
    channel = Channel.objects.create(code="night-school", name="夜校课堂", position=20)
    make_petition(city, at=at(1), channel=channel)
    make_petition(city, at=at(1))
    assert value("channel_night-school", city.county, 1) == 1
    assert "夜校课堂" in get_metric("channel_night-school").definition
    assert (value("channel_other", city.county, 1), value("channel_studio", city.county, 1)) == (1, 1)
    with pytest.raises(KeyError):
        get_metric("channel_never-made")


def test_a_sum_is_exact_and_a_sum_over_nothing_is_no_gap(city):
    doubles = Metric(
        code="reopened",
        name="重新办理次数",
        unit="次",
        definition="重新办理次数之和",
        pair=Pair.OPINION,
        queryset=lambda organization, start, as_of: Petition.objects.filter(organization=organization),
        total="reopen_count",
    )
    assert compute(doubles, city.town, START, date(2026, 9, 30)).value == 0
    for count in (2, 3):
        petition = make_petition(city, at=at(1))
        Petition.objects.filter(pk=petition.pk).update(reopen_count=count)
    assert compute(doubles, city.town, START, date(2026, 9, 30)).value == 5
