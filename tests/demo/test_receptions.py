"""Reception days of the demo city: the report's year, and something to do today, whatever day today is."""

import random
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.actor import Actor
from accounts.models import Notice, Organization, User
from portal.demo.city import build_city
from portal.demo.quotas import scaled
from portal.demo.receptions.planning import SESSIONS, VISITS
from portal.demo.receptions.rota import Rota, Sitter
from portal.demo.receptions.volunteers import HELPERS
from portal.verification import verify_house
from records.metrics import compute_all
from records.models import Event
from representatives.enums import DutyKind
from representatives.models import DutyRecord
from studios.actions.days import perform_day
from studios.actions.duties import confirm_duty
from studios.actions.swaps import approve_swap, take_swap
from studios.actions.the_day import (
    add_companion,
    check_in,
    check_in_by_code,
    record_visit,
)
from studios.codes import code_at
from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import (
    Duty,
    DutyReminder,
    Helper,
    Leave,
    ReceptionDay,
    ReceptionRule,
    Studio,
    StudioTarget,
    SwapRequest,
)
from studios.reminders import send_duty_reminders
from tests.demo.conftest import NOW, REPORT_DAY, TODAY
from tests.factories import CHINA
from workdays.queries import load_calendar

ODD_DAYS = [
    date(2023, 3, 1),  # the tail touches the report's year
    date(2026, 10, 3),  # a holiday of a week
    date(2027, 1, 1),  # a holiday of a year without an announcement
    date(2028, 2, 29),
]


def desk(username):
    return Actor(user=User.objects.get(username=username), door="admin")


def phone(user):
    return Actor(user=user, door="portal")


def pilot_days(**conditions):
    return ReceptionDay.objects.filter(studio__is_pilot=True, **conditions).select_related(
        "studio__organization"
    )


def holder(duty):
    return duty.person.user


def test_the_reports_numbers_come_out(demo_city):
    root = Organization.objects.get(code="3707")
    value = {figure.metric.code: figure.value for figure in compute_all(root, date(2022, 1, 1), REPORT_DAY)}
    # Six of the city and above cannot sit as often as 2 % of the report's sessions; test_full_scale has them all.
    assert scaled(SESSIONS, 0.01) < value["sessions_city_frontline"] <= scaled(SESSIONS, 0.02)
    assert value["visits"] == scaled(VISITS, 0.02)
    assert value["helpers"] == scaled(HELPERS, 0.02)
    assert (value["reception_missed"] > 0, value["reception_postponed"] > 0) == (True, True)
    assert 90 < value["reception_rate"] < 100


def test_weicheng_receives_on_the_first_and_the_fifteenth(demo_city):
    rules = ReceptionRule.objects.filter(studio__organization__path__startswith=place("370702").path)
    assert set(rules.values_list("rrule", flat=True)) == {"FREQ=MONTHLY;BYMONTHDAY=1,15"}
    assert ReceptionRule.objects.count() == Studio.objects.count() == 229
    held = ReceptionDay.objects.filter(rule__in=rules, date__year=2022, postponed_from=None)
    # 1 to 3 January, May Day and National Day are holidays; 15 January is a Saturday, 2 April a make-up day.
    assert {day.date for day in held if day.date.month in (1, 4, 10)} == {
        date(2022, 1, 4), date(2022, 1, 17), date(2022, 4, 1), date(2022, 4, 15), date(2022, 10, 8), date(2022, 10, 17),
    }  # fmt: skip


def place(code):
    return Organization.objects.get(code=code)


def test_days_are_work_days_and_nobody_sits_on_two_that_follow_each_other(demo_city):
    calendar = load_calendar()
    sequences, of_person = {}, {}
    for studio, on in ReceptionDay.objects.exclude(status=DayStatus.POSTPONED).values_list("studio", "date"):
        sequences.setdefault(studio, {})[on] = set()
    # Who did not come may sit on the next day.
    rows = Duty.objects.holding().exclude(status=DutyStatus.ABSENT)
    for studio, person, on in rows.values_list("day__studio", "person", "date"):
        sequences[studio][on].add(person)
        of_person.setdefault(person, []).append(on)
    assert all(calendar.is_workday(on) for dates in sequences.values() for on in dates)
    for dates in sequences.values():
        ordered = sorted(dates)
        for one, other in zip(ordered, ordered[1:], strict=False):
            assert dates[one].isdisjoint(dates[other]), (one, other)
    for dates in of_person.values():
        ordered = sorted(dates)
        assert all((later - one).days > 1 for one, later in zip(ordered, ordered[1:], strict=False))


def test_each_service_is_in_the_ledger(demo_city):
    served = Duty.objects.filter(status=DutyStatus.SERVED, day__status=DayStatus.HELD)
    lines = DutyRecord.objects.standing().filter(kind=DutyKind.RECEPTION)
    assert set(lines.values_list("source_id", "mandate_id", "on")) == set(
        served.values_list("pk", "mandate_id", "date")
    )


def test_the_demos_representative_has_a_duty_to_confirm(scratch):
    duty = Duty.objects.of_user(desk("yangshouwei").user).ahead(on=TODAY).order_by("date").first()
    assert duty.status == DutyStatus.ASSIGNED
    assert TODAY < duty.date <= TODAY + timedelta(days=9)
    assert Notice.objects.filter(user=duty.person.user, link=f"/duties/{duty.pk}/", read_at=None).exists()
    confirm_duty(duty, by=phone(duty.person.user), at=NOW)
    assert duty.status == DutyStatus.CONFIRMED


def test_the_keeper_has_a_day_to_hold_today(scratch):
    """From the check-in to the close, by the accounts that are published."""
    day = pilot_days().get(date=TODAY)
    keeper, at = desk("zhushi-yangshouwei"), datetime.combine(TODAY, time(9, 5), CHINA)
    duties = list(day.duties.holding().select_related("person__user", "day__studio"))
    hers = next(duty for duty in duties if holder(duty) and holder(duty).username == "wangwen")
    check_in_by_code(hers, by=phone(holder(hers)), at=at, code=code_at(day.code_secret, at))
    record_visit(day, by=keeper, at=at, count=2, is_member=True)
    perform_day("close", day, by=keeper, at=at, data={"minutes": 120, "summary": "来访2人次。"})
    assert day.status == DayStatus.HELD


def test_a_swap_waits_and_another_is_offered(scratch):
    keeper = desk("zhushi-yangshouwei")
    waiting = SwapRequest.objects.select_related("duty__day__studio").get(state=SwapState.TAKEN)
    assert approve_swap(waiting, by=keeper, at=NOW).state == SwapState.DONE
    offer = SwapRequest.objects.get(state=SwapState.OPEN)
    hers = phone(desk("yangshouwei").user)
    mandate = hers.user.person.mandates.exclude(group=None).order_by("pk").first()
    assert take_swap(offer, mandate, by=hers, at=NOW).state == SwapState.TAKEN


def test_the_next_month_is_planned_and_some_of_it_cannot_be(demo_city):
    following = ReceptionDay.objects.filter(date__gte=date(2026, 12, 1))
    assert set(following.filter(studio__is_pilot=False).values_list("status", flat=True)) <= {
        "planned",
        "published",
    }
    assert following.filter(status=DayStatus.PLANNED, duties__isnull=False).exists()
    assert pilot_days(status=DayStatus.PLANNED).exists()
    assert set(
        pilot_days(date__range=(TODAY, TODAY + timedelta(days=24))).values_list("status", flat=True)
    ) == {"published"}
    assert following.exclude(unfilled_reason="").exists()
    assert Leave.objects.standing().exists()
    free = pilot_days(status=DayStatus.PUBLISHED, duties__status=DutyStatus.ON_LEAVE)
    assert free.exists()


def test_who_was_told_is_not_told_again(scratch):
    told = DutyReminder.objects.count()
    ahead = Duty.objects.holding().filter(day__status=DayStatus.PUBLISHED, date__gt=TODAY)
    assert ahead.exclude(reminders__kind="published").count() == 0
    send_duty_reminders(on=TODAY, at=NOW)
    first = DutyReminder.objects.count()
    send_duty_reminders(on=TODAY, at=NOW)
    assert told <= first == DutyReminder.objects.count()


def test_zhigou_sets_itself_targets(demo_city):
    own = StudioTarget.objects.filter(studio__name="尽美枳沟党代表工作室")
    assert set(own.values_list("year", flat=True)) == {2022, 2026}
    assert own.filter(year=2026).count() == 5


def test_helpers_are_grown_up_people_without_a_mandate(demo_city):
    assert Helper.objects.filter(left_date=None).values("person").distinct().count() == scaled(HELPERS, 0.02)
    assert set(Helper.objects.values_list("kind", flat=True)) == {"activist", "community_worker", "volunteer"}
    assert not Helper.objects.filter(person__mandates__isnull=False).exists()


def test_events_have_the_shape_the_verbs_leave(scratch):
    """A day walked by the real verbs tells the same things as those written in bulk."""
    keeper, at = desk("zhushi-yangshouwei"), datetime.combine(TODAY, time(9, 5), CHINA)
    day = pilot_days().get(date=TODAY)
    duty = day.duties.holding().select_related("person__user", "day__studio").first()
    check_in(duty, by=keeper, at=at)
    record_visit(day, by=keeper, at=at, count=1)
    helper = Helper.objects.filter(studio=day.studio).current(on=TODAY).first()
    add_companion(day, by=keeper, at=at, person=helper.person, role="helper")
    perform_day("close", day, by=keeper, at=at, data={"minutes": 90, "summary": "来访1人次。"})
    coming = pilot_days(date__gt=TODAY, status=DayStatus.PUBLISHED).order_by("date")
    later = load_calendar().add_workdays(coming[0].date, 1).date
    perform_day(
        "postpone", coming[0], by=keeper, at=at, data={"to_date": later.isoformat(), "reason": "全镇停电检修"}
    )
    planned = pilot_days(status=DayStatus.PLANNED).first()
    perform_day("publish", planned, by=keeper, at=at)
    compared = set()
    for event in Event.objects.filter(at=at, subject_type__in=["studios.receptionday", "studios.duty"]):
        drawn = Event.objects.filter(
            subject_type=event.subject_type, verb=event.verb, at__lt=NOW - timedelta(days=90)
        )
        example = drawn.first()
        assert example is not None, event.verb
        assert (example.before.keys(), example.after.keys(), example.door) == (
            event.before.keys(),
            event.after.keys(),
            "portal" if example.door == "portal" else event.door,
        ), event.verb
        compared.add(event.verb)
    assert compared >= {
        "check_in",
        "record_visit",
        "add_companion",
        "close",
        "postpone",
        "move_in",
        "publish",
    }


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("today", ODD_DAYS, ids=str)
def test_the_story_is_there_on_odd_days(today, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("setup", verbosity=0)
    build_city(scale=0.005, at=datetime.combine(today, time(9), CHINA), today=today)
    assert [(check.code, check.faults) for check in verify_house(on=today) if check.faults] == []
    coming = pilot_days(status=DayStatus.PUBLISHED, date__gte=today)
    assert coming.count() >= 2
    calendar = load_calendar()
    assert coming.filter(date=today).exists() == calendar.is_workday(today)
    last_work_day = max(day for n in range(1, 15) if calendar.is_workday(day := today - timedelta(days=n)))
    newest = Event.objects.order_by("-at").first()
    assert timezone.localdate(newest.at) == last_work_day


@given(
    st.integers(1, 40), st.integers(1, 3), st.lists(st.integers(1, 9), min_size=1, max_size=40), st.booleans()
)
def test_the_rota_takes_turns(people, seats, gaps, wants_city):
    dice = random.Random(people * 97 + seats)
    sitters = [
        Sitter(
            seat=SimpleNamespace(person=SimpleNamespace(name=f"代表{n}")),
            person=n,
            since=date(2022, 1, 1) + timedelta(days=dice.choice((0, 0, 60))),
            lot=dice.random(),
            is_city_frontline=n % 3 == 0,
        )
        for n in range(people)
    ]
    rota, day, before, counts = Rota({1: sitters}), date(2022, 1, 3), set(), {}
    for gap in gaps:
        day += timedelta(days=gap)
        turns = rota.sit(1, day, seats, city=1 if wants_city else None)
        chosen = [one for one, _why in turns]
        assert len(chosen) == len({one.person for one in chosen}) <= seats
        assert all(one.since <= day for one in chosen)
        assert before.isdisjoint(one.person for one in chosen)
        if wants_city:
            assert sum(one.is_city_frontline for one in chosen) <= 1
        in_office = sum(one.since <= day for one in sitters)
        if not wants_city and in_office > 1:
            assert chosen
        before = {one.person for one in chosen}
        for one in chosen:
            counts[one.person] = counts.get(one.person, 0) + 1
    if not wants_city and all(one.since == date(2022, 1, 1) for one in sitters) and people > 2 * seats:
        every = [counts.get(one.person, 0) for one in sitters]
        assert max(every) - min(every) <= 2
