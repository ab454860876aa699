"""Where the demo city plays: homes of mandates, and which of them have a workroom (R16) — before anything is written."""

from dataclasses import dataclass, field

from accounts.enums import OrganizationKind
from accounts.models import Organization
from portal.demo.quotas import share

WORKROOMS, STATIONS = 77, 152

SPECIAL = {
    # town code: (name of the workroom, pilot, specialty, its representative, her post)
    "370783005": ("杨守伟党代表工作室", True, "蔬菜种植技术帮带", "杨守伟", "蔬菜合作社理事长"),
    "370704003": ("曹冬梅党代表工作室", False, "党建+志愿服务", "曹冬梅", "社会工作服务中心负责人"),
    "370725003": ("老杜工作室", False, "劳资纠纷调解", "杜长安", "企业工会主席"),
    "370782101": ("尽美枳沟党代表工作室", False, "年初定指标、年终检查评议", "王守信", "村党支部书记"),
}
"""The workrooms that the city is known for (R6, R18, R74, R75, R89)."""

SECOND_REPRESENTATIVE = ("王雯", "370783005", "市委党校教师")
KNOWN = frozenset([*(row[3] for row in SPECIAL.values()), SECOND_REPRESENTATIVE[0]])
"""Representatives that sit in the first group of their place, and it in the workroom that is known for them."""


@dataclass(eq=False)
class Home:
    """A town, or a development zone without towns of its own: where people live and venues stand."""

    organization: Organization
    county: Organization
    weight: float
    has_workroom: bool = False
    stations: int = 0
    studios: list = field(default_factory=list)

    @property
    def is_town(self):
        return self.organization.kind == OrganizationKind.TOWN

    @property
    def full_name(self):
        town = self.organization.display_name if self.is_town else ""
        return f"{self.county.display_name}{town}"

    @property
    def name(self):
        return self.organization.display_name


@dataclass
class Sites:
    root: Organization
    counties: list
    homes: list
    units: dict
    """(path of the parent, "U01") → the bureau."""

    def of_county(self, county):
        return [home for home in self.homes if home.county == county]

    def unit(self, county, number):
        """The county's bureau of that kind, or the city's where the county has none."""
        return self.units.get((county.path, f"U{number}")) or self.units[self.root.path, f"U{number}"]


def survey_sites(rng):
    """Read the organisation tree and decide where workrooms and stations stand."""
    rows = list(Organization.objects.order_by("path"))
    root = next(row for row in rows if row.kind == OrganizationKind.CITY)
    counties = [row for row in rows if row.kind in OrganizationKind.county_level()]
    homes = [home for county in counties for home in _homes(county, rows, rng)]
    units = {
        (row.path[:-4], row.code.split("-")[1]): row
        for row in rows
        if row.kind == OrganizationKind.UNIT and "-" in row.code
    }
    _spread_workrooms(homes, rng)
    _spread_stations(homes)
    return Sites(root, counties, homes, units)


def _homes(county, rows, rng):
    towns = [row for row in rows if row.parent_id == county.pk and row.kind == OrganizationKind.TOWN]
    if not towns:
        return [Home(county, county, weight=0.9)]
    return [Home(town, county, weight=rng.uniform(0.75, 1.3)) for town in towns]


def _spread_workrooms(homes, rng):
    """Every development zone without towns and every known place has one; the rest by county."""
    for home in homes:
        home.has_workroom = not home.is_town or home.organization.code in SPECIAL
    left = WORKROOMS - sum(home.has_workroom for home in homes)
    free = [home for home in homes if not home.has_workroom]
    counties = list(dict.fromkeys(home.county for home in free))
    parts = share(left, [sum(home.county == county for home in free) for county in counties])
    for county, part in zip(counties, parts, strict=True):
        for home in rng.sample([home for home in free if home.county == county], part):
            home.has_workroom = True


def _spread_stations(homes):
    """One for every home, the rest where most people live."""
    for home in homes:
        home.stations = 1
    for home in sorted(homes, key=lambda home: -home.weight)[: STATIONS - len(homes)]:
        home.stations = 2
