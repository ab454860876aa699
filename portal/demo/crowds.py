"""The same thing told by several people: a cold estate that becomes a hot topic, and one broken bridge that three came
about, merged into one problem by the office's own verbs.
"""

from contextlib import suppress
from dataclasses import dataclass

from accounts.actor import Actor
from accounts.enums import Role
from accounts.models import User
from petitions.actions import merge_petitions
from petitions.models import Petition, Problem
from petitions.suggesting import TooLittleFiledError
from petitions.text_jobs import prepare_texts
from portal.demo.stories import Story, plan_one
from portal.demo.texts import Setting, write_matter

TOWN = "370783005"


@dataclass(frozen=True)
class Crowd:
    """`ago`: for each telling, how many working days ago its steps were taken."""

    category: str
    unit: str
    spot: dict
    ago: tuple
    is_merged: bool = False


CROWDS = (
    Crowd("traffic-road-bridge", "04", {"village": "王家桥村"}, ((9, 9, 8), (5, 4), (2,)), is_merged=True),
    Crowd(
        "housing-heating-temperature",
        "01",
        {"estate": "锦绣花园"},
        ((27, 27, 26), (24, 23, 22), (13, 12, 11), (9, 8, 7), (7, 6), (4, 3), (3,), (2,)),
    ),
)


def plan_crowds(planner, sites, now):
    plans = []
    today = planner.clock.position(now.date())
    home = next(home for home in sites.homes if home.organization.code == TOWN)
    seats = planner.staff.receivers[home.studios[0].pk]
    for crowd in CROWDS:
        for ago in crowd.ago:
            plan = plan_one(planner, home, seats[0], Story(crowd.category, crowd.unit, ago), today, sites)
            plans.append(_about(plan, crowd.spot, planner.rng))
    return plans


def _about(plan, spot, rng):
    """The same spot, in words of its own."""
    plan.setting = Setting(
        town=plan.setting.town, county=plan.setting.county, day=plan.setting.day, filled=dict(spot)
    )
    plan.title, plan.content = write_matter(
        plan.pattern, plan.setting, kind=plan.kind, channel=plan.channel, rng=rng
    )
    plan.place = f"{plan.home.full_name}{plan.setting.spot}"
    return plan


def finish_texts(*, on, at):
    """After the city is there: merge the bridge, find the hot topics, learn the categories."""
    for crowd in CROWDS:
        if crowd.is_merged:
            _merge(crowd, at=at)
    # Of a very small sample nothing can be learnt; the forms say so.
    with suppress(TooLittleFiledError):
        prepare_texts(on=on, at=at)


def _merge(crowd, *, at):
    (spot,) = crowd.spot.values()
    # Of this town alone: 南王家桥村 of another county ends with the same characters.
    told = Petition.objects.open().filter(organization__code=TOWN, place__endswith=spot)
    handled = told.filter(category__code=crowd.category, lead_unit__isnull=False)
    main = handled.with_names().order_by("received_at").first()
    if main is None or Problem.objects.filter(main=main).exists():
        return
    others = told.exclude(pk=main.pk).with_names()
    organizer = User.objects.filter(
        memberships__role=Role.ORGANIZER, memberships__organization__path=main.organization.county_path
    ).first()
    merge_petitions(
        list(others), main=main, by=Actor(user=organizer, door="admin"), at=at, note="同一座桥，并案办理"
    )
