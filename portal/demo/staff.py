"""The accounts of the demo city. Only the published ones have a password; the others cannot sign in."""

import secrets
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from accounts.clients import create_client
from accounts.enums import Role
from accounts.models import Membership, User
from portal.demo.people import invent_name
from representatives.enums import Level
from representatives.models import Person
from studios.models import Keeper

SINCE = date(2021, 11, 1)
WORDS = [
    "fengzheng",
    "qingcai",
    "lantian",
    "baiyang",
    "dahai",
    "xiaomai",
    "yumi",
    "taohua",
    "lianhe",
    "gaoliang",
    "hetao",
    "songshu",
    "chunfeng",
    "qiuyu",
    "bohai",
    "mihe",
    "weihe",
    "yunmen",
    "yishan",
    "dapeng",
    "hongri",
    "mingyue",
]
NO_PASSWORD = "!demo-account-without-password"
COUNTY_SLUGS = {
    "370702": "weicheng", "370703": "hanting", "370704": "fangzi", "370705": "kuiwen", "370724": "linqu", "370725": "changle",
    "370772": "binhai", "370781": "qingzhou", "370782": "zhucheng", "370783": "shouguang", "370784": "anqiu", "370785": "gaomi",
    "370786": "changyi", "370791": "gaoxin", "370792": "zongbao", "370793": "xiashan",
}  # fmt: skip
RECEIVERS_PER_VENUE = 5


@dataclass
class Staff:
    """Who does what in the demo city, ready to be named in time lines."""

    organizers: dict = field(default_factory=dict)
    keepers: dict = field(default_factory=dict)
    handlers: dict = field(default_factory=dict)
    representatives: dict = field(default_factory=dict)
    receivers: dict = field(default_factory=dict)
    """Studio id → seats whose people sit there and have an account."""
    published: list = field(default_factory=list)
    users: list = field(default_factory=list)
    memberships: list = field(default_factory=list)

    def add(self, username, display_name, organization, role, *, publish=False, **fields):
        user = User(username=username, display_name=display_name, password=NO_PASSWORD, **fields)
        if publish:
            self._publish(user, organization, role)
        self.users.append(user)
        if role in Role.values:
            self.memberships.append(
                Membership(user=user, organization=organization, role=role, start_date=SINCE)
            )
        return user

    def _publish(self, user, organization, role):
        password = invent_password()
        user.password = make_password(password)
        self.published.append(
            {
                "role": str(role),
                "organization": organization.display_name,
                "organization_code": organization.code,
                "username": user.username,
                "password": password,
                "display_name": user.display_name,
            }
        )


def invent_password():
    """Easy to type from a screen, 10^8 and more to guess, new for every installation."""
    return "-".join([secrets.choice(WORDS), secrets.choice(WORDS), f"{secrets.randbelow(10_000):04d}"])


def appoint_staff(sites, studios, members_of, *, rng):
    staff = Staff()
    _appoint_offices(staff, sites, rng)
    _appoint_handlers(staff, sites, rng)
    kept = _appoint_keepers(staff, sites, studios, rng)
    people = _appoint_representatives(staff, sites, studios, members_of)
    User.objects.bulk_create(staff.users, batch_size=1000)
    Membership.objects.bulk_create(staff.memberships, batch_size=1000)
    Keeper.objects.bulk_create(
        [Keeper(user=user, studio=studio, start_date=SINCE) for user, studio in kept], batch_size=1000
    )
    Person.objects.bulk_update(people, ["user"], batch_size=1000)
    _publish_client(staff, sites.root)
    return staff


def _publish_client(staff, root):
    """Another system signs in at /oauth/token/: its name and password are the client's id and secret."""
    name = "政务服务平台（演示）"
    credentials = create_client(name, organization_code=root.code, role=Role.CLIENT, on=SINCE)
    staff.published.append(
        {
            "role": Role.CLIENT.value,
            "organization": root.display_name,
            "organization_code": root.code,
            "username": credentials.client_id,
            "password": credentials.client_secret,
            "display_name": name,
        }
    )


def _appoint_offices(staff, sites, rng):
    root = sites.root
    # The installer's key stands beside the roles; it is no role itself.
    staff.add("guanliyuan", "系统管理员", root, "superuser", publish=True, is_superuser=True, is_staff=True)
    staff.organizers[root.path] = staff.add(
        "zuzhi-weifang", invent_name(rng)[0], root, Role.ORGANIZER, publish=True
    )
    for county in sites.counties:
        slug = COUNTY_SLUGS[county.code]
        publish = slug in ("shouguang", "changle")
        staff.organizers[county.path] = staff.add(
            f"zuzhi-{slug}", invent_name(rng)[0], county, Role.ORGANIZER, publish=publish
        )
    for slug, role in (("kaoping", Role.ASSESSOR), ("lingdao", Role.LEADER), ("shenji", Role.AUDITOR)):
        staff.add(f"{slug}-weifang", invent_name(rng)[0], root, role, publish=True)


def _appoint_handlers(staff, sites, rng):
    for (parent, number), unit in sites.units.items():
        county = next((county for county in sites.counties if county.path == parent), sites.root)
        slug = COUNTY_SLUGS.get(county.code, "weifang")
        publish = slug == "shouguang" and number == "U01"
        username = "jingban-shouguang-zhujian" if publish else f"jingban-{slug}-{number.lower()}"
        staff.handlers[unit.pk] = staff.add(
            username, invent_name(rng)[0], unit, Role.HANDLER, publish=publish
        )


def _appoint_keepers(staff, sites, studios, rng):
    homes = {home.organization.pk: home for home in sites.homes}
    kept = []
    for number, studio in enumerate(studios, start=1):
        town = homes[studio.organization_id].organization
        publish = studio.is_pilot
        username = "zhushi-yangshouwei" if publish else f"zhushi-{number:03d}"
        user = staff.add(username, invent_name(rng)[0], town, Role.KEEPER, publish=publish)
        if publish:
            staff.published[-1]["organization"] = studio.name
        staff.keepers[studio.pk] = user
        kept.append((user, studio))
    return kept


def _appoint_representatives(staff, sites, studios, members_of):
    """Those who receive people at a venue have an account: the higher levels first."""
    slugs = {"杨守伟": "yangshouwei", "王雯": "wangwen"}
    order = list(Level)
    people, known = [], {}
    for studio in studios:
        seats = sorted(
            members_of.get(studio.pk, []),
            key=lambda seat: (
                seat.person.name not in slugs,
                not seat.is_frontline,
                order.index(Level(seat.level)),
                seat.mandate.pk,
            ),
        )
        for seat in seats[:RECEIVERS_PER_VENUE]:
            if seat.person.pk not in known:
                username = slugs.get(seat.person.name)
                publish = username is not None
                known[seat.person.pk] = staff.add(
                    username or f"daibiao-{len(known) + 1:04d}",
                    seat.person.name,
                    seat.home.organization,
                    Role.REPRESENTATIVE,
                    publish=publish,
                )
                seat.person.user = known[seat.person.pk]
                people.append(seat.person)
            staff.representatives[seat.mandate.pk] = known[seat.person.pk]
            staff.receivers.setdefault(studio.pk, []).append(seat)
    return people
