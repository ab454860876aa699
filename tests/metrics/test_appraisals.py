"""The figures of the year's account (R83–R91), each as of a day, and the records that each opens."""

from datetime import date, datetime

import pytest

from evaluations.actions.finalizing import follow_up
from evaluations.actions.improvements import add_improvement, perform_improvement
from evaluations.actions.talks import perform_talk
from evaluations.enums import Grade, SubjectKind
from evaluations.models import ReminderTalk
from portal.figures import columns_of
from records.metrics import compute, get_metric, records_of
from tests.evaluations.finals import CLOSED, final_cycle, final_grade, years_of
from tests.factories import CHINA, acting, make_mandate, make_person

pytestmark = pytest.mark.django_db
DAY = date(2023, 4, 30)
CODES = {
    "appraised": 2,
    "appraised_excellent": 1,
    "appraised_competent": 0,
    "appraised_basic": 0,
    "appraised_incompetent": 1,
    "appraised_excellent_rate": 50.0,
    "candidates": 1,
    "candidates_chosen": 0,
    "talks": 1,
    "talks_held": 1,
    "talks_closed": 0,
    "talks_late": 0,
    "talks_held_rate": 100.0,
    "improvements": 2,
    "improvements_open": 1,
    "improvements_done": 1,
    "improvements_done_rate": 50.0,
    "venues_appraised": 1,
    "venues_appraised_excellent": 1,
    "venues_excellent_rate": 100.0,
}


def at(month, day, hour=9):
    return datetime(2023, month, day, hour, tzinfo=CHINA)


@pytest.fixture
def spring(city):
    """The spring of 2023: one excellent twice running, one who is talked to on the 17th of March, a venue, two items of
    which one is done on the 20th of April."""
    by = acting(city.organizer)
    cycle = years_of(city, city.mandate, {2021: Grade.EXCELLENT, 2022: Grade.EXCELLENT})[2022]
    poor = final_grade(cycle, make_mandate(city.town, person=make_person()), Grade.INCOMPETENT, score=4000)
    follow_up(cycle, by=by, at=CLOSED[2022])
    final_grade(final_cycle(city, 2022, kind=SubjectKind.STUDIO), city.studio, Grade.EXCELLENT)
    talk = ReminderTalk.objects.with_names().get()
    held = {
        "talk_date": "2023-03-17",
        "talker": "孙志强",
        "content": "…",
        "plan": "…",
        "follow_up_date": "2023-06-30",
    }
    perform_talk("hold", talk, by=by, at=at(3, 18), data=held)
    for content in ("每月驻室一次", "参加培训"):
        data = {"content": content, "owner_name": "老李", "due_date": "2023-06-30"}
        item = add_improvement(poor, by=by, at=at(3, 20), data=data)
    perform_improvement("report_done", item, by=by, at=at(4, 19), data={"result": "参加了。"})
    perform_improvement("confirm", item, by=by, at=at(4, 20))
    return city


def value(city, code, *, place=None, on=DAY):
    return compute(get_metric(code), place or city.county, date(2023, 1, 1), on).value


def test_what_each_figure_counts(spring):
    assert {code: value(spring, code) for code in CODES} == CODES


def test_the_county_next_door_counts_nothing(spring):
    counted = [code for code in CODES if not get_metric(code).ratio]
    assert {value(spring, code, place=spring.neighbour) for code in counted} == {0}


def test_each_figure_is_as_of_a_day(spring):
    assert value(spring, "appraised", on=date(2023, 3, 9)) == 0
    assert value(spring, "talks_held", on=date(2023, 3, 16)) == 0
    assert value(spring, "talks_late", on=date(2023, 3, 16)) == 0
    assert (value(spring, "improvements_done", on=date(2023, 4, 19)), value(spring, "improvements_open")) == (
        0,
        1,
    )
    # What was final last year is last year's.
    assert compute(get_metric("appraised"), spring.county, date(2022, 1, 1), date(2022, 12, 31)).value == 1


def test_the_four_grades_add_up(spring):
    assert sum(value(spring, f"appraised_{grade}") for grade in Grade) == value(spring, "appraised")


@pytest.mark.parametrize("code", [code for code in CODES if not code.endswith("_rate")])
def test_each_figure_opens_its_records(spring, client, code):
    rows = records_of(get_metric(code), spring.county, date(2023, 1, 1), DAY)
    assert rows.count() == CODES[code]
    for row in rows:
        assert all(str(column.show(row)) for column in columns_of(rows.model, masked=True))
    client.force_login(spring.leader)
    answer = client.get(f"/figures/{code}/?organization=370783&from=2023-01-01&as_of=2023-04-30")
    assert answer.status_code == 200
    assert "杨守伟" not in answer.content.decode()


@pytest.mark.parametrize("people", [1, 3])
def test_a_list_costs_the_same_for_more_people(spring, client, people, django_assert_max_num_queries):
    cycle = final_cycle(spring, 2022, organization=spring.town)
    for _turn in range(people):
        final_grade(cycle, make_mandate(spring.town, person=make_person()), Grade.COMPETENT)
    client.force_login(spring.leader)
    address = "/figures/appraised/?organization=370783&from=2023-01-01&as_of=2023-04-30"
    client.get(address)
    with django_assert_max_num_queries(8):
        client.get(address)
