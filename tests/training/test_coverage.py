"""Distinct seats apart from attendances, the first year of a term, the quota, and the register that tells them."""

from datetime import date, timedelta

import pytest

from records.metrics import compute, get_metric
from representatives.enums import Level
from representatives.models import Mandate
from tests.factories import MONDAY, acting, make_congress, make_mandate, make_person
from tests.training.classes import make_training
from training.actions.missing import invite_missing
from training.enums import Audience, EnrolmentStatus, TrainingStatus
from training.models import Enrolment, TrainingDuty, TrainingPolicy
from training.reports.coverage import coverage_table, missing_seats
from training.reports.quota import quota_table

TODAY = date(2022, 10, 28)


def attend(mandate, day, *, hours=8, status=EnrolmentStatus.ATTENDED, **fields):
    """She was at a session of her county on that day, which is over."""
    county = mandate.organization.parent or mandate.organization
    training = make_training(county, start=day, status=TrainingStatus.HELD, published_at=MONDAY, **fields)
    return Enrolment.objects.create(
        training=training,
        person_id=mandate.person_id,
        mandate=mandate,
        organization=mandate.organization,
        status=status,
        source="rule",
        hours=hours,
        checked_in_by="staff",
    )


def table(year=2022, on=TODAY):
    return coverage_table(Mandate.objects.all(), Enrolment.objects.all(), year, on=on)


def test_twice_is_two_attendances_one_person_and_every_seat_of_hers(city):
    person = city.mandate.person
    make_mandate(city.county, level=Level.COUNTY, person=person)
    attend(city.mandate, date(2022, 3, 1))
    attend(city.mandate, date(2022, 9, 1))
    _rows, whole = table()
    assert (whole.attendances, whole.people) == (2, 1)
    # Two seats of one person and two other frontline seats.
    assert (whole.frontline, whole.trained, whole.missing, whole.percent) == (4, 2, 2, 50.0)
    values = {code: compute(get_metric(code), city.root, date(2022, 1, 1), TODAY).value for code in (
        "attendances", "training_people", "training_frontline", "training_frontline_rate",
        "training_first_year_due", "training_first_year_done", "training_hours",
    )}  # fmt: skip
    assert values == {
        "attendances": 2,
        "training_people": 1,
        "training_frontline": 2,
        "training_frontline_rate": 50.0,
        "training_first_year_due": 4,
        "training_first_year_done": 2,
        "training_hours": 16,
    }


def test_what_does_not_count(city):
    attend(city.mandate, date(2022, 3, 1), status=EnrolmentStatus.ABSENT, hours=0)
    attend(city.mandate, date(2021, 12, 25))
    attend(city.mandate, TODAY + timedelta(days=1))
    row = attend(city.mandate, date(2022, 4, 1))
    type(row.training).objects.filter(pk=row.training_id).update(status=TrainingStatus.OPEN)
    _rows, whole = table()
    assert (whole.attendances, whole.trained) == (0, 0)
    # 25 December lies in the first year of the term, though not in this calendar year.
    assert whole.first_done == 1


def test_the_first_year_ends_with_the_anniversary_and_leaves_by_elections_out(city):
    late = make_mandate(city.town, start_date=date(2023, 5, 1), person=make_person(name="补选人"))
    attend(city.mandate, date(2022, 12, 19))
    other = Mandate.objects.get(person__user=city.colleague)
    attend(other, date(2022, 12, 20))
    _rows, whole = table(2023, on=date(2023, 6, 1))
    assert (whole.first_due, whole.first_done) == (3, 1)
    missing = missing_seats("first_year", 2023, on=date(2023, 6, 1))
    assert late not in missing and other in missing


def test_who_trains_whom_is_data(city):
    make_mandate(city.county, level=Level.CITY, is_frontline=False, person=make_person(name="市机关"))
    _rows, whole = table()
    assert whole.first_due == 3
    for level in Level:
        TrainingDuty.objects.create(level=level, trainer="county", is_frontline_only=False)
    _rows, whole = table()
    assert whole.first_due == 4


def test_counties_add_up_to_the_whole(city):
    attend(Mandate.objects.get(person__user=city.stranger_representative), date(2022, 5, 5))
    rows, whole = table()
    assert len(rows) == 2
    for name in ("frontline", "trained", "attendances", "people", "first_due", "first_done"):
        assert sum(getattr(row, name) for row in rows.values()) == getattr(whole, name)


@pytest.mark.parametrize("base, whole", [("in_office", 4), ("frontline", 3)])
def test_the_quota_shows_both_its_parts(city, base, whole):
    make_mandate(city.town, is_frontline=False, person=make_person(name="镇机关"))
    congress = make_congress(city.root, level=Level.CITY, ordinal=13)
    upper = make_mandate(city.root, congress=congress, person=make_person(name="市代表"))
    attend(city.mandate, date(2022, 3, 1), is_main_class=True)
    attend(city.mandate, date(2022, 8, 1), is_main_class=True)
    attend(upper, date(2022, 3, 2), is_main_class=True)
    placed = attend(Mandate.objects.get(person__user=city.colleague), date(2022, 11, 9), is_main_class=True)
    Enrolment.objects.filter(pk=placed.pk).update(status=EnrolmentStatus.INVITED)
    policy = TrainingPolicy(organization=city.root, quota_base=base, quota_percent=80)
    _rows, found = quota_table(Mandate.objects.all(), 2022, policy, on=TODAY)
    assert (found.placed, found.came, found.whole) == (2, 1, whole)
    assert (found.is_met, found.gap) == (False, -(-whole * 80 // 100) - 2)
    Enrolment.objects.filter(pk=placed.pk).update(status=EnrolmentStatus.ON_LEAVE)
    _rows, found = quota_table(Mandate.objects.all(), 2022, policy, on=TODAY)
    assert found.placed == 1


def test_the_button_fills_the_seats_and_never_calls_anybody_twice(city):
    by, on = acting(city.organizer), MONDAY.date()
    first = make_training(city.county, start=on + timedelta(days=3), seats=1, audience=Audience.HAND)
    second = make_training(city.county, start=on + timedelta(days=9), audience=Audience.HAND)
    told = invite_missing(first, measure="frontline", year=2026, path="", by=by, at=MONDAY)
    assert (told["missing"], told["added"]) == (2, 1)
    assert "名额已满，还有 1 人" in told["words"]
    told = invite_missing(second, measure="frontline", year=2026, path="", by=by, at=MONDAY)
    assert (told["missing"], told["added"]) == (1, 1)
    people = Enrolment.objects.values_list("person", flat=True)
    assert len(people) == len(set(people)) == 2
    # Of the county next door nobody is called: its people are not this county's to call.
    assert not Enrolment.objects.filter(person__user=city.stranger_representative).exists()
