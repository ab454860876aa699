"""Workrooms, stations, their checklists, and which group meets where (R13, R16–R19)."""

from datetime import date, timedelta

from portal.demo.people import invent_name
from portal.demo.sites import KNOWN, SPECIAL
from representatives.enums import Level
from studios.enums import StudioKind
from studios.models import ChecklistItem, ChecklistResult, GroupPlacement, Studio

SPOTS = ["便民服务中心", "党群服务中心", "社区服务中心", "文化活动中心"]
STATION_SPOTS = [
    "农贸市场",
    "工业园",
    "卫生院",
    "中心社区",
    "批发市场",
    "司法所",
    "车站社区",
    "学校片区",
    "蔬菜园区",
    "新村社区",
]
RECEPTION_TEXTS = ["每月10日", "每月15日", "每月20日", "每月第一个星期三", "每月第二个星期五", "每月5日"]
WEICHENG = "370702"
PILOT_TEXT = "每周三"
"""The pilot receives every week, so that there is always a day to come."""
ITEM_SHORTAGES = {
    "premises": "场所与其他科室合用，尚未挂牌",
    "system": "制度未上墙",
    "process": "流程图未更新",
    "staff": "只有兼职联络员1名，接待日到岗不足",
    "materials": "登记台账不全",
}


def build_venues(sites, seats, *, rng):
    """Write 77 workrooms and 152 stations. `home.studios` lists them, the workroom first."""
    leads = _leads(seats)
    workrooms = [_workroom(home, leads.get(home, []), rng) for home in sites.homes if home.has_workroom]
    Studio.objects.bulk_create(workrooms)
    by_home = {studio.organization_id: studio for studio in workrooms}
    by_county = {}
    for studio in workrooms:
        by_county.setdefault(studio.organization.county_path, studio)
    stations = [
        station
        for home in sites.homes
        for station in _stations(home, by_home.get(home.organization.pk) or by_county[home.county.path], rng)
    ]
    Studio.objects.bulk_create(stations)
    homes = {home.organization.pk: home for home in sites.homes}
    for studio in workrooms + stations:
        homes[studio.organization_id].studios.append(studio)
    _check(workrooms + stations, rng)
    return workrooms + stations


def _leads(seats):
    """Per home, who may lead: national and provincial mandates first (R10), then the higher of the others."""
    order = list(Level)
    leads = {}
    for seat in sorted(
        seats, key=lambda seat: (order.index(Level(seat.level)), not seat.is_frontline, seat.mandate.pk)
    ):
        if seat.level != Level.TOWN:
            leads.setdefault(seat.home, []).append(seat)
    return leads


def _workroom(home, leads, rng):
    known = SPECIAL.get(home.organization.code)
    if known:
        name, is_pilot, specialty, representative, _post = known
        lead = next(seat for seat in leads if seat.person.name == representative)
    else:
        lead = leads[0] if leads else None
        named_after = lead is not None and rng.random() < 0.16
        name = f"{home.full_name}{lead.person.name if named_after else ''}党代表工作室"
        is_pilot, specialty = False, ""
    return Studio(
        name=name,
        kind=StudioKind.WORKROOM,
        organization=home.organization,
        address=f"{home.full_name}{rng.choice(SPOTS)}{rng.randint(1, 3)}楼",
        lead=lead.mandate if lead else None,
        lead_name=lead.person.name if lead else "",
        reception_text=PILOT_TEXT if is_pilot else _reception(home, rng),
        is_pilot=is_pilot,
        specialty=specialty,
    )


def _stations(home, parent, rng):
    for spot in rng.sample(STATION_SPOTS, home.stations):
        yield Studio(
            name=f"{home.full_name}{spot}党代表工作站",
            kind=StudioKind.STATION,
            organization=home.organization,
            parent=parent,
            address=f"{home.full_name}{spot}{rng.choice(SPOTS)}{rng.randint(1, 2)}楼",
            lead_name=invent_name(rng)[0],
            reception_text=_reception(home, rng),
        )


def _reception(home, rng):
    return "每月1日、15日" if home.county.code == WEICHENG else rng.choice(RECEPTION_TEXTS)


def _check(studios, rng):
    """The yearly inspection: workrooms nearly all complete, a fifth of the stations lack something."""
    items = list(ChecklistItem.objects.filter(is_active=True))
    inspectors, results = {}, []
    for studio in studios:
        county = studio.organization.county_path
        inspector = inspectors.setdefault(county, invent_name(rng)[0])
        weak = rng.random() < (0.03 if studio.kind == StudioKind.WORKROOM else 0.2)
        missing = (
            set(rng.sample([item.pk for item in items], rng.randint(1, min(3, len(items)))))
            if weak
            else set()
        )
        day = date(2022, 9, 5) + timedelta(days=rng.randrange(0, 5) + 7 * rng.randrange(0, 3))
        for item in items:
            results.append(
                ChecklistResult(
                    studio=studio,
                    item=item,
                    is_met=item.pk not in missing,
                    inspected_date=day,
                    inspector=inspector,
                    note=ITEM_SHORTAGES.get(item.code, "尚未做到") if item.pk in missing else "",
                )
            )
    ChecklistResult.objects.bulk_create(results, batch_size=2000)


def place_groups(sites, groups):
    """Each group meets at a venue of its place, in turn (一组一室). Returns {studio id: [seats]}."""
    venues = {}
    for home in sites.homes:
        venues.setdefault(home.organization.pk, []).extend(home.studios)
        if home.is_town:
            venues.setdefault(home.county.pk, []).extend(home.studios)
    turns, placements, members_of = {}, [], {}
    for group, members in groups:
        known = next((s for s in members if s.person.name in KNOWN), None)
        options = known.home.studios if known else venues[group.organization_id]
        turn = turns[group.organization_id] = turns.get(group.organization_id, -1) + 1
        studio = options[turn % len(options)] if not known else options[0]
        placements.append(GroupPlacement(group=group, studio=studio))
        members_of.setdefault(studio.pk, []).extend(members)
    GroupPlacement.objects.bulk_create(placements, batch_size=2000)
    return members_of
