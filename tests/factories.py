"""A small Weifang for tests: two counties side by side, one matter's worth of people in each.

The stories use three people: the owner of a matter, a colleague, and a stranger from the county next door.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from accounts.actions import create_organization
from accounts.actor import Actor
from accounts.enums import OrganizationKind, Role
from accounts.models import Membership, Organization, User
from petitions.actions import perform, receive_petition
from petitions.models import Category, Channel
from petitions.setup import load_categories, load_channels, load_time_limits
from records.models import Event
from representatives.enums import Level
from representatives.models import Congress, Group, Mandate, Person
from studios.enums import StudioKind
from studios.models import GroupPlacement, Keeper, Studio

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)
"""A plain working Monday morning; the clock of most stories starts here."""

_serial = count(1)


@dataclass
class City:
    root: Organization
    county: Organization
    town: Organization
    unit: Organization
    neighbour: Organization
    neighbour_town: Organization
    neighbour_unit: Organization
    studio: Studio
    neighbour_studio: Studio
    group: Group
    mandate: Mandate
    organizer: User
    keeper: User
    handler: User
    representative: User
    colleague: User
    leader: User
    assessor: User
    auditor: User
    client: User
    stranger: User
    stranger_representative: User

    def user(self, role):
        return getattr(self, str(role))


def make_city():
    """寿光市洛城街道 with its workroom, people and unit, and 昌乐县朱刘街道 next door."""
    load_channels()
    load_categories()
    load_time_limits()
    root = create_organization(code="3707", name="潍坊市", kind=OrganizationKind.CITY)
    county, town, unit = _make_county(root, "370783", "寿光市", "洛城街道")
    neighbour, neighbour_town, neighbour_unit = _make_county(root, "370725", "昌乐县", "朱刘街道")
    studio = make_studio(town, name="洛城街道党代表工作室")
    neighbour_studio = make_studio(neighbour_town, name="老杜工作室")
    group = make_group(town, studio=studio)
    representative = make_user(Role.REPRESENTATIVE, town, name="杨守伟")
    colleague = make_user(Role.REPRESENTATIVE, town, name="王雯")
    stranger_representative = make_user(Role.REPRESENTATIVE, neighbour_town, name="杜长安")
    mandate = make_mandate(town, user=representative, group=group)
    make_mandate(town, user=colleague, group=group)
    other_group = make_group(neighbour_town, studio=neighbour_studio)
    make_mandate(neighbour_town, user=stranger_representative, group=other_group)
    keeper = make_user(Role.KEEPER, town, name="许磊")
    Keeper.objects.create(user=keeper, studio=studio, start_date=date(2022, 1, 1))
    return City(
        root=root,
        county=county,
        town=town,
        unit=unit,
        neighbour=neighbour,
        neighbour_town=neighbour_town,
        neighbour_unit=neighbour_unit,
        studio=studio,
        neighbour_studio=neighbour_studio,
        group=group,
        mandate=mandate,
        organizer=make_user(Role.ORGANIZER, county, name="孙组工"),
        keeper=keeper,
        handler=make_user(Role.HANDLER, unit, name="刘经办"),
        representative=representative,
        colleague=colleague,
        leader=make_user(Role.LEADER, county, name="赵书记"),
        assessor=make_user(Role.ASSESSOR, county, name="钱考评"),
        auditor=make_user(Role.AUDITOR, county, name="周审计"),
        client=make_user(Role.CLIENT, county, name="对接系统", is_service=True),
        stranger=make_user(Role.ORGANIZER, neighbour, name="李邻县"),
        stranger_representative=stranger_representative,
    )


def _make_county(root, code, name, town_name):
    county = create_organization(code=code, name=name, kind=OrganizationKind.COUNTY, parent=root)
    town = create_organization(code=f"{code}001", name=town_name, kind=OrganizationKind.TOWN, parent=county)
    unit = create_organization(
        code=f"{code}-U01",
        name=f"{name}住房和城乡建设局",
        short_name=f"{name}住建局",
        kind=OrganizationKind.UNIT,
        parent=county,
    )
    return county, town, unit


def make_user(role, organization, *, name="", password="liaison-pass-1", **fields):
    """A user with one membership; `role=None` gives an account without any right."""
    number = next(_serial)
    user = User(username=f"u{number}", display_name=name or f"用户{number}", **fields)
    user.set_password(password)
    user.save()
    if role:
        Membership.objects.create(
            user=user, organization=organization, role=role, start_date=date(2022, 1, 1)
        )
    return user


def add_helper(city):
    """A second unit of the county with its handler: `city.helper_unit`, `city.helper`."""
    if not hasattr(city, "helper_unit"):
        city.helper_unit = create_organization(
            code="370783-U02",
            name="寿光市交通运输局",
            short_name="寿光市交通局",
            kind=OrganizationKind.UNIT,
            parent=city.county,
        )
        city.helper = make_user(Role.HANDLER, city.helper_unit, name="何协办")
    return city.helper_unit


def make_person(*, name="", user=None, **fields):
    number = next(_serial)
    fields.setdefault("phone", f"1990000{number:04d}")
    fields.setdefault("birth_month", date(1975, 6, 1))
    return Person.objects.create(
        name=name or (user.display_name if user else f"代表{number}"), user=user, **fields
    )


def make_congress(organization, *, level=Level.TOWN, ordinal=16):
    congress, _new = Congress.objects.get_or_create(
        level=level,
        organization=organization,
        ordinal=ordinal,
        defaults={
            "name": f"中国共产党{organization.name}第{ordinal}次代表大会",
            "start_date": date(2021, 12, 20),
        },
    )
    return congress


def make_mandate(organization, *, user=None, person=None, level=Level.TOWN, congress=None, **fields):
    number = next(_serial)
    person = person or make_person(user=user)
    congress = congress or make_congress(organization, level=level)
    fields.setdefault("certificate_number", f"CS{number:08d}")
    fields.setdefault("start_date", congress.start_date)
    fields.setdefault("is_frontline", True)
    return Mandate.objects.create(
        person=person, congress=congress, level=congress.level, organization=organization, **fields
    )


def make_studio(organization, *, name="", kind=StudioKind.WORKROOM, **fields):
    name = name or f"{organization.name}第{next(_serial)}党代表工作室"
    return Studio.objects.create(organization=organization, name=name, kind=kind, **fields)


def make_group(organization, *, studio=None, name="", **fields):
    group = Group.objects.create(
        organization=organization, name=name or f"{organization.name}第{next(_serial)}代表小组", **fields
    )
    if studio:
        GroupPlacement.objects.create(group=group, studio=studio)
    return group


def acting(user, door="admin"):
    """The user at a door, as an action wants her."""
    return Actor(user=user, door=door, address="127.0.0.1")


def leaf_category():
    return Category.objects.filter(children=None).first()


def make_petition(city, *, status="received", at=MONDAY, by=None, **fields):
    """A matter taken down at the city's workroom, walked to `status` by the office's own verbs."""
    data = {
        "studio": city.studio,
        "channel": Channel.objects.get(code="studio"),
        "kind": "opinion",
        "title": "村口三盏路灯半个月不亮",
        "content": "屯西村村口三盏路灯坏了半个月，晚上老人出门不便，希望尽快修好。",
        "place": "洛城街道屯西村",
        "petitioner_name": "李桂兰",
        "petitioner_phone": "13900002210",
        "mandate": city.mandate,
    } | fields
    petition = receive_petition(by=acting(by or city.organizer), at=at, **data)
    for verb, data in _walk(city, status):
        by = city.handler if verb == "extend" else city.organizer
        perform(verb, petition, by=acting(by), at=at, data=data)
    return petition


ASIDE = {
    "asked": (
        "extend",
        {
            "work_days": 10,
            "reason": "配件要从外地调运。",
            "told_on": MONDAY.date(),
            "told_method": "phone",
        },
    ),
    "paused": ("pause", {"reason": "waiting_person", "note": "等反映人补充现场照片。"}),
    "supervised": ("supervise", {"demand": "请于本周内查清原因，书面回报。"}),
}
"""Pseudo-states of tests beside the stages: handled, and something more about the clock."""


ROUTED = {
    "receiver": "xinfang",
    "receiver_name": "寿光市信访局",
    "reason": "属于信访事项，依法转信访部门办理。",
    "told_on": MONDAY.date(),
    "told_method": "phone",
}


def _walk(city, status):
    steps = [
        ("register", {"category": leaf_category()}),
        ("assign", {"organization": city.unit}),
        ("reply", {"content": "已更换三盏路灯，当晚恢复照明。", "outcome": "A"}),
        ("feedback", {"method": "phone", "content": "满意", "rating": 5}),
        ("archive", {}),
    ]
    length = {"received": 0, "registered": 1, "handling": 2, "feedback": 3, "told": 4, "archived": 5}
    if status == "withdrawn":
        return [("withdraw", {"reason": "反映人要求撤回"})]
    if status == "helped":
        return [*steps[:1], ("assign", {"organization": city.unit, "co_units": [add_helper(city)]})]
    if status == "routed_out":
        return [*steps[:1], ("route_out", ROUTED)]
    if status == "answered":
        return [*steps[:2], ("reply", {"content": "已列入明年计划。", "outcome": "C"})]
    if status == "unrated":
        return [*steps[:3], ("feedback", {"method": "phone"})]
    if status in ASIDE:
        return [*steps[: length["handling"]], ASIDE[status]]
    return steps[: length[status]]


def event_verbs(petition):
    """The time line as a list of verbs, oldest first."""
    return list(Event.objects.about(petition).order_by("at", "pk").values_list("verb", flat=True))
