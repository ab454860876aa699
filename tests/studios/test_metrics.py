"""What the figures of the workrooms count: a small year in two counties, written down row by row."""

from datetime import date, datetime, time, timedelta
from itertools import count

import pytest

from records.metrics import compute, get_metric, records_of
from representatives.enums import DutyKind, Level
from representatives.models import DutyRecord
from studios.enums import CheckInMeans, CompanionRole, DayStatus, DutyStatus, HelperKind
from studios.models import Companion, Duty, Helper, MandatePlacement, ReceptionDay, ReceptionPolicy, Visit
from tests.factories import CHINA, make_congress, make_group, make_mandate, make_person, make_studio

pytestmark = pytest.mark.django_db
START, AS_OF = date(2026, 9, 1), date(2026, 10, 28)
serial = count(1)


def value(code, place, as_of=AS_OF, start=START):
    return compute(get_metric(code), place, start, as_of).value


def listed(code, place, as_of=AS_OF, start=START):
    return list(records_of(get_metric(code), place, start, as_of))


def make_day(studio, on, status=DayStatus.HELD, **fields):
    return ReceptionDay.objects.create(
        studio=studio,
        date=on,
        rule_date=on,
        start_time=time(9),
        end_time=time(11, 30),
        status=status,
        **fields,
    )


def sit(day, mandate, status=DutyStatus.SERVED, by=CheckInMeans.KEEPER):
    duty = Duty.objects.create(
        day=day, mandate=mandate, person=mandate.person, date=day.date, status=status, checked_in_by=by
    )
    if status == DutyStatus.SERVED:
        DutyRecord.objects.create(
            mandate=mandate,
            kind=DutyKind.RECEPTION,
            on=day.date,
            source_type="studios.duty",
            source_id=duty.pk,
        )
    return duty


def come(day, number, *, is_member=False, cancelled=None):
    at = datetime.combine(day.date, time(10), CHINA)
    return Visit.objects.create(
        day=day, count=number, is_member=is_member, recorded_at=at, cancelled_at=cancelled
    )


def help_at(studio, kind=HelperKind.VOLUNTEER, *, joined=date(2026, 3, 1), left=None, person=None):
    person = person or make_person(name=f"帮手{next(serial)}")
    return Helper.objects.create(person=person, studio=studio, kind=kind, joined_date=joined, left_date=left)


def test_days_are_told_by_what_became_of_them(city):
    for on, status in [
        (date(2026, 9, 1), DayStatus.HELD),
        (date(2026, 9, 15), DayStatus.MISSED),
        (date(2026, 10, 8), DayStatus.POSTPONED),
        (date(2026, 10, 9), DayStatus.HELD),
        (date(2026, 10, 15), DayStatus.PUBLISHED),
        (date(2026, 10, 28), DayStatus.PLANNED),
        (date(2026, 10, 29), DayStatus.HELD),
        (date(2026, 8, 31), DayStatus.HELD),
    ]:
        make_day(city.studio, on, status)
    make_day(city.neighbour_studio, date(2026, 9, 15))
    told = {
        name: value(f"reception_{name}", city.county)
        for name in ("due", "held", "missed", "unrecorded", "postponed")
    }
    assert told == {"due": 5, "held": 2, "missed": 1, "unrecorded": 2, "postponed": 1}
    assert value("reception_rate", city.county) == 40.0
    assert value("reception_held", city.root) == 3
    assert [day.date for day in listed("reception_held", city.county)] == [
        date(2026, 9, 1),
        date(2026, 10, 9),
    ]
    assert value("reception_held", city.county, as_of=date(2026, 10, 8)) == 1
    assert value("reception_rate", city.neighbour_town, start=date(2026, 9, 16)) is None


@pytest.mark.parametrize(
    ("start", "as_of", "venues"),
    [
        (date(2026, 8, 1), date(2026, 9, 30), ["洛城街道党代表工作室"]),
        (date(2026, 9, 1), date(2026, 10, 31), []),  # no day in October
        (
            date(2026, 9, 1),
            date(2026, 10, 30),
            ["洛城街道党代表工作室", "老杜工作室"],
        ),  # October is not whole
        (date(2026, 7, 2), date(2026, 9, 29), ["洛城街道党代表工作室"]),  # August alone is whole
        (date(2026, 9, 3), date(2026, 9, 20), ["老杜工作室"]),  # no whole month: what has come so far
    ],
)
def test_a_venue_that_receives_every_month(city, start, as_of, venues):
    make_day(city.studio, date(2026, 8, 14))
    make_day(city.studio, date(2026, 8, 28))
    make_day(city.studio, date(2026, 9, 1))
    make_day(city.neighbour_studio, date(2026, 9, 15))
    make_day(city.neighbour_studio, date(2026, 8, 14), DayStatus.MISSED)
    found = {studio.name for studio in listed("reception_monthly", city.root, as_of, start)}
    assert found == set(venues)
    assert value("reception_monthly", city.root, as_of, start) == len(venues)
    assert value("reception_monthly_rate", city.root, as_of, start) == len(venues) / 2 * 100


def test_a_venue_that_is_closed_does_not_receive_every_month(city):
    make_day(city.studio, date(2026, 9, 1))
    city.studio.is_active = False
    city.studio.save(update_fields=["is_active"])
    assert value("reception_monthly", city.root, date(2026, 9, 30)) == 0


def test_each_representative_counts_on_each_day_and_the_day_once(city):
    """R24: of the city or above, and at the front line."""
    city_level = make_congress(city.root, level=Level.CITY)
    one, two = (make_mandate(city.town, congress=city_level) for _n in range(2))
    office = make_mandate(city.town, congress=city_level, is_frontline=False)
    day, later = make_day(city.studio, date(2026, 9, 1)), make_day(city.studio, date(2026, 9, 15))
    for mandate in (one, two, city.mandate):
        sit(day, mandate)
    sit(later, office, by=CheckInMeans.CODE)
    sit(later, one, DutyStatus.ABSENT)
    sit(make_day(city.studio, date(2026, 10, 29)), one)
    sit(make_day(city.studio, date(2026, 10, 1), DayStatus.PUBLISHED), two)  # checked in, not closed
    sit(
        make_day(city.neighbour_studio, date(2026, 9, 1)),
        make_mandate(city.neighbour_town, congress=city_level),
    )
    codes = ("sessions", "sessions_city", "sessions_town", "sessions_county", "sessions_city_frontline")
    assert [value(code, city.county) for code in codes] == [4, 3, 1, 0, 2]
    assert value("reception_city_frontline", city.county) == 1
    assert (value("sessions_absent", city.county), value("sessions_by_code", city.county)) == (1, 1)
    assert value("sessions_city_frontline", city.root) == 3
    assert {duty.person for duty in listed("sessions_city_frontline", city.county)} == {
        one.person,
        two.person,
    }
    assert [row.pk for row in listed("reception_city_frontline", city.county)] == [day.pk]


def test_visitors_are_added_up_and_corrections_count_from_their_day_on(city):
    day = make_day(city.studio, date(2026, 9, 1))
    come(day, 3)
    come(day, 2, is_member=True)
    come(day, 40, cancelled=datetime(2026, 9, 3, 9, tzinfo=CHINA))
    come(make_day(city.studio, date(2026, 11, 2)), 7)
    come(make_day(city.neighbour_studio, date(2026, 9, 1)), 5)
    assert [value(code, city.county) for code in ("visits", "visits_members", "visits_others")] == [5, 2, 3]
    assert value("visits", city.county, as_of=date(2026, 9, 2)) == 45
    assert value("visits", city.root) == 10
    assert sum(visit.count for visit in listed("visits", city.county)) == 5
    nobody = value("visits", city.county, start=date(2026, 10, 1))
    assert (nobody, type(nobody)) == (0, int)


def test_each_helper_counts_once_where_she_is(city):
    help_at(city.studio, HelperKind.ACTIVIST)
    moved = make_person(name="王搬家")
    help_at(city.studio, left=date(2026, 6, 1), person=moved)
    help_at(city.neighbour_studio, joined=date(2026, 6, 1), person=moved)
    both = make_person(name="李两头")
    help_at(city.studio, left=date(2026, 12, 31), person=both)
    help_at(city.neighbour_studio, HelperKind.COMMUNITY_WORKER, joined=date(2026, 7, 1), person=both)
    help_at(city.studio, joined=date(2026, 10, 29))
    codes = ("helpers", "helpers_activist", "helpers_community_worker", "helpers_volunteer")
    assert [value(code, city.root) for code in codes] == [3, 1, 1, 1]
    assert [value(code, city.county) for code in codes] == [1, 1, 0, 0]
    assert [value(code, city.county, as_of=date(2026, 5, 31)) for code in codes] == [3, 1, 0, 2]
    assert {row.studio for row in listed("helpers", city.neighbour)} == {city.neighbour_studio}
    assert value("persons", city.county) == 2


def test_companions_count_on_days_that_were_held(city):
    person, now = make_person(name="林青年"), datetime(2026, 9, 1, 10, tzinfo=CHINA)
    for on, status, role in [
        (date(2026, 9, 1), DayStatus.HELD, CompanionRole.MENTEE),
        (date(2026, 9, 15), DayStatus.HELD, CompanionRole.HELPER),
        (date(2026, 10, 1), DayStatus.MISSED, CompanionRole.HELPER),
    ]:
        Companion.objects.create(
            day=make_day(city.studio, on, status), person=person, role=role, recorded_at=now
        )
    codes = ("companions", "companions_mentee", "companions_helper")
    assert [value(code, city.county) for code in codes] == [2, 1, 1]
    assert [value(code, city.neighbour) for code in codes] == [0, 0, 0]


def test_frontline_representatives_have_a_venue_by_group_in_person_or_by_leading_it(city):
    shut = make_studio(city.town, is_active=False)
    alone, leading, attached, gone, shut_out = (make_mandate(city.town) for _n in range(5))
    make_mandate(city.town, is_frontline=False, group=city.group)
    city.studio.lead = leading
    city.studio.save(update_fields=["lead"])
    MandatePlacement.objects.create(mandate=attached, studio=city.studio, start_date=date(2026, 10, 1))
    MandatePlacement.objects.create(
        mandate=gone, studio=city.studio, start_date=date(2026, 1, 1), end_date=date(2026, 10, 1)
    )
    shut_out.group = make_group(city.town, studio=shut)
    shut_out.save(update_fields=["group"])
    assert {row.pk for row in listed("frontline_with_venue", city.county)} == {
        *city.group.mandates.frontline().values_list("pk", flat=True),
        leading.pk,
        attached.pk,
    }
    assert alone.is_frontline
    assert value("frontline_with_venue", city.county) == 4
    assert value("frontline_coverage", city.county) == round(4 / 7 * 100, 1)
    on_the_30th = {row.pk for row in listed("frontline_with_venue", city.county, date(2026, 9, 30))}
    assert (gone.pk in on_the_30th, attached.pk in on_the_30th) == (True, False)


def serve_on(mandate, studio, *dates):
    return [sit(make_day(studio, on), mandate) for on in dates]


class TestYearlyMinimum:
    def test_twice_a_year_is_enough_and_mandates_of_one_person_count_together(self, city):
        second = make_mandate(city.town, person=city.mandate.person, level=Level.COUNTY, congress=make_congress(
            city.county, level=Level.COUNTY
        ))  # fmt: skip
        serve_on(city.mandate, city.studio, date(2026, 2, 2), date(2025, 12, 30))
        assert value("minimum_reached", city.county) == 0
        serve_on(second, city.studio, date(2026, 3, 2))
        assert [person.pk for person in listed("minimum_reached", city.county)] == [city.mandate.person_id]
        assert value("minimum_reached", city.county, as_of=date(2026, 3, 1), start=date(2026, 1, 1)) == 0
        assert value("minimum_reached", city.neighbour) == 0
        assert value("minimum_reached_rate", city.county) == 50.0

    def test_a_line_that_was_taken_back_does_not_count(self, city):
        serve_on(city.mandate, city.studio, date(2026, 2, 2), date(2026, 3, 2))
        taken_back = datetime(2026, 5, 6, 9, tzinfo=CHINA)
        DutyRecord.objects.filter(on=date(2026, 3, 2)).update(reversed_at=taken_back)
        assert value("minimum_reached", city.county) == 0
        assert value("minimum_reached", city.county, as_of=date(2026, 5, 5), start=date(2026, 1, 1)) == 1

    @pytest.mark.parametrize(
        ("policies", "reached"),
        [
            ({}, {"杨守伟"}),
            ({"root": 1}, {"杨守伟", "王雯", "杜长安"}),
            ({"root": 3}, set()),
            ({"root": 1, "county": 2}, {"杨守伟", "杜长安"}),
            ({"root": 1, "county": 3, "town": 2}, {"杨守伟", "杜长安"}),
            ({"neighbour": 0}, {"杨守伟", "杜长安"}),
        ],
    )
    def test_the_nearest_policy_counts(self, city, policies, reached):
        for place, minimum in policies.items():
            ReceptionPolicy.objects.create(organization=getattr(city, place), yearly_minimum=minimum)
        wen, du = (user.person.mandates.get() for user in (city.colleague, city.stranger_representative))
        serve_on(city.mandate, city.studio, date(2026, 2, 2), date(2026, 3, 2))
        serve_on(wen, city.studio, date(2026, 4, 2))
        serve_on(du, city.neighbour_studio, date(2026, 4, 2))
        assert {person.name for person in listed("minimum_reached", city.root)} == reached
        for place in (city.county, city.town):
            here = {person.name for person in listed("minimum_reached", place)}
            assert here == reached - {"杜长安"}


def test_a_county_and_its_neighbour_make_up_the_city(city):
    for studio in (city.studio, city.neighbour_studio):
        for month in (9, 10):
            day = make_day(studio, date(2026, month, 8))
            sit(day, city.mandate if studio == city.studio else make_mandate(city.neighbour_town))
            come(day, month)
            help_at(studio, joined=day.date - timedelta(days=1))
    for code in ("reception_held", "sessions", "visits", "helpers", "frontline_with_venue"):
        assert value(code, city.county) + value(code, city.neighbour) == value(code, city.root) > 0
