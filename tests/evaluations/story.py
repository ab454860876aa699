"""寿光市's year of three people, and the way to each of its stages."""

from datetime import date, datetime

import pytest

from accounts.enums import Role
from evaluations.actions.assessors import appoint_assessors
from evaluations.actions.cycles import perform_cycle
from evaluations.actions.evaluations import decide_as_suggested, perform_evaluation
from evaluations.actions.marks import give_marks, seal_sheet
from evaluations.models import Assessor, Evaluation
from representatives.enums import DutyKind
from tests.evaluations.world import add_records, make_cycle, make_scheme
from tests.factories import CHINA, acting, make_mandate, make_user

YEAR = 2022


def at(month, day, *, year=YEAR + 1, hour=9):
    return datetime(year, month, day, hour, tzinfo=CHINA)


@pytest.fixture
def office(city):
    city.wang = city.colleague.person.mandates.get()
    user = make_user(Role.REPRESENTATIVE, city.town, name="曹冬梅")
    city.cao = make_mandate(city.town, user=user)
    city.second_assessor = make_user(Role.ASSESSOR, city.county, name="吴考评")
    make_scheme(city, year=YEAR)
    city.cycle = make_cycle(city, year=YEAR, levels=["town"])
    for mandate, receptions in ((city.mandate, 2), (city.wang, 1), (city.cao, 0)):
        add_records(mandate, DutyKind.RECEPTION, times=receptions, on=date(YEAR, 6, 1))
    for mandate in (city.mandate, city.wang):
        add_records(mandate, DutyKind.TRAINING, on=date(YEAR, 3, 3))
    return city


def do(office, verb, when, *, user=None, data=None):
    return perform_cycle(verb, office.cycle, by=acting(user or office.organizer), at=when, data=data)


def evaluation_of(office, mandate):
    return Evaluation.objects.select_related("cycle", "mandate__person").get(
        cycle=office.cycle, mandate=mandate
    )


def to_reporting(office):
    do(office, "open", at(1, 5))


def report(office, mandate, mark=95):
    evaluation = evaluation_of(office, mandate)
    return perform_evaluation(
        "submit_report",
        evaluation,
        by=acting(mandate.person.user, "portal"),
        at=at(1, 10),
        data={"report": "一年来接待群众二十次。", "self_mark": mark},
    )


def to_assessing(office):
    to_reporting(office)
    report(office, office.mandate)
    report(office, office.wang, 90)
    appoint_assessors(
        office.cycle, [office.assessor, office.second_assessor], by=acting(office.organizer), at=at(1, 12)
    )
    do(office, "start_assessment", at(1, 21))


def mark_all(office, user, marks):
    seat = Assessor.objects.get(cycle=office.cycle, user=user)
    given = {evaluation_of(office, mandate).pk: value for mandate, value in marks.items()}
    give_marks(seat, given, by=acting(user), at=at(1, 25))
    return seat


def to_deciding(office):
    to_assessing(office)
    for user, marks in ((office.assessor, (96, 88, 40)), (office.second_assessor, (95, 91, 51))):
        people = (office.mandate, office.wang, office.cao)
        seat = mark_all(office, user, dict(zip(people, marks, strict=True)))
        seal_sheet(seat, by=acting(user), at=at(1, 26))
    do(office, "suggest", at(2, 6))


def decide(office, mandate, grade, reason=""):
    return perform_evaluation(
        "decide",
        evaluation_of(office, mandate),
        by=acting(office.organizer),
        at=at(2, 10),
        data={"grade": grade, "reason": reason},
    )


def to_publicity(office):
    to_deciding(office)
    decide_as_suggested(office.cycle, by=acting(office.organizer), at=at(2, 10))
    do(office, "publish", at(2, 13))


def to_appeals(office):
    to_publicity(office)
    do(office, "end_publicity", at(2, 21))
