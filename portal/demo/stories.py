"""Matters that make sure that every published account finds work on its list, in every state, also overdue."""

from dataclasses import dataclass

from petitions.enums import Outcome
from portal.demo.schedule import Course

_STEPS = ("received", "registered", "assigned", "replied", "fed_back", "archived")


@dataclass(frozen=True)
class Story:
    """`ago`: how many working days ago each step was taken, in the order of the steps."""

    category: str
    unit: str
    ago: tuple[int, ...]
    outcome: str = ""
    receiver: str = "杨守伟"


PILOT = (
    Story("farming-greenhouse-upgrade", "02", (1,)),
    Story("welfare-elder-canteen", "09", (1,)),
    Story("traffic-road-pothole", "04", (4,)),
    Story("health-clinic-doctor", "06", (2, 1)),
    Story("education-school-bus", "05", (9, 8)),
    Story("housing-city-lamp", "01", (35, 34, 32)),
    Story("housing-heating-temperature", "01", (38, 37, 36), receiver="王雯"),
    Story("housing-city-drain", "01", (12, 12, 10)),
    Story("housing-heating-gas", "01", (20, 20, 18), receiver="王雯"),
    Story("housing-estate-elevator", "01", (31, 31, 29)),
    Story("farming-field-irrigation", "10", (9, 8, 7)),
    Story("farming-field-insurance", "02", (22, 21, 20, 2), Outcome.SOLVED),
    Story("labour-wage-arrears", "03", (18, 18, 17, 5), Outcome.SOLVED),
    Story("land-homestead-title", "11", (16, 16, 15, 1), Outcome.IN_PROGRESS, "王雯"),
    Story("housing-city-garbage", "08", (15, 15, 14, 6, 5), Outcome.SOLVED),
    Story("commerce-market-fair", "14", (17, 16, 15, 9, 8), Outcome.LATER),
    Story("traffic-bus-rural", "04", (26, 26, 24, 12, 11, 8), Outcome.SOLVED),
    Story("environment-water-river", "10", (30, 29, 28, 15, 14, 12), Outcome.SOLVED, "王雯"),
)
NEIGHBOUR = (
    Story("labour-wage-arrears", "03", (1,)),
    Story("labour-pension-injury", "03", (3, 2)),
    Story("labour-wage-contract", "03", (34, 34, 32)),
    Story("labour-wage-overtime", "03", (11, 11, 10, 1), Outcome.SOLVED),
)
PLACES = {"370783005": PILOT, "370725003": NEIGHBOUR}
"""By the code of the town whose workroom the stories belong to."""


def plan_stories(planner, sites, now):
    plans = []
    today = planner.clock.position(now.date())
    for code, stories in PLACES.items():
        home = next(home for home in sites.homes if home.organization.code == code)
        seats = planner.staff.receivers[home.studios[0].pk]
        for story in stories:
            seat = next((seat for seat in seats if seat.person.name == story.receiver), seats[0])
            plans.append(plan_one(planner, home, seat, story, today, sites))
    return plans


def plan_one(planner, home, seat, story, today, sites):
    clock, rng = planner.clock, planner.rng
    moments = {}
    moment = None
    for step, ago in zip(_STEPS, story.ago, strict=False):
        day = clock.days[today - ago]
        moment = clock.later(moment, 0, rng) if moment and moment.date() == day else clock.moment(day, rng)
        moments[step] = moment
    received = moments["received"]
    plan = planner.draw(
        received,
        home=home,
        studio=home.studios[0],
        seat=seat,
        category=story.category,
        anonymous=False,
        channel="studio",
    )
    plan.course = Course(**moments)
    plan.unit = sites.unit(home.county, story.unit)
    plan.outcome = story.outcome
    plan.by_representative = True
    return plan
