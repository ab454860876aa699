"""One row of a roster: where it belongs, which congress it means, and what is wrong with it by itself."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.enums import OrganizationKind
from accounts.masking import mask_name, mask_phone
from accounts.models import Organization
from records.importers import Change, may_write
from records.workbooks import Fault
from representatives.congress_names import CongressName
from representatives.enums import Gender, Level
from representatives.models import Congress, Mandate, Person
from representatives.roster_columns import MANDATE_FIELDS, PERSON_FIELDS

MEMBER_AGE = 18
"""党章第一条: members are at least eighteen."""

_LEVEL_OF_KIND = {
    OrganizationKind.CITY: Level.CITY,
    OrganizationKind.COUNTY: Level.COUNTY,
    OrganizationKind.DEVELOPMENT_ZONE: Level.COUNTY,
    OrganizationKind.TOWN: Level.TOWN,
}


@dataclass
class RosterRow:
    number: int
    values: dict
    place: Organization | None = None
    congress_organization: Organization | None = None
    congress: Congress | None = None
    """The congress in the database; None when it has yet to be created."""
    mandate: Mandate | None = None
    person: Person | None = None

    @property
    def congress_text(self) -> CongressName:
        return self.values["congress"]

    @property
    def congress_key(self):
        return (self.values["level"], self.congress_organization.pk, self.congress_text.ordinal)

    @property
    def identity(self):
        return tuple(self.values[name] for name in ("name", "birth_month", "phone"))

    @property
    def person_key(self):
        """The same for all rows of one person, known or new."""
        return self.person.pk if self.person else self.identity

    @property
    def title(self):
        return f"{self.values['certificate_number']} {self.values['name']}"

    def facts(self):
        return [
            str(Level(self.values["level"]).label),
            self.congress_text.name,
            self.place.display_name,
            "一线" if self.values["is_frontline"] else "非一线",
        ]

    def person_changes(self):
        return _differences(self.person, self.values, PERSON_FIELDS)

    def mandate_changes(self):
        """Field → (old, new). An empty cell changes nothing."""
        changes = _differences(self.mandate, self.values, MANDATE_FIELDS)
        if self.mandate.organization_id != self.place.pk:
            changes["organization"] = (self.mandate.organization, self.place)
        if self.congress is None or self.mandate.congress_id != self.congress.pk:
            changes["congress"] = (self.mandate.congress, self.congress)
        return changes

    def changes(self):
        """What the preview shows for this row, person first."""
        shown = [
            Change(PERSON_FIELDS[name], *(show(mask_phone(v) if name == "phone" else v) for v in pair))
            for name, pair in self.person_changes().items()
        ]
        labels = MANDATE_FIELDS | {"organization": "所在地", "congress": "届次"}
        for name, (old, new) in self.mandate_changes().items():
            new = self.congress_text.name if name == "congress" else new
            value = (lambda v: Level(v).label) if name == "level" else show
            shown.append(Change(labels[name], str(value(old)), str(value(new))))
        return shown


def _differences(subject, values, names):
    return {
        name: (getattr(subject, name), values[name])
        for name in names
        if values[name] not in (None, "") and getattr(subject, name) != values[name]
    }


def show(value):
    """A value as the preview shows it."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value:%Y.%m}"
    return str(Gender(value).label) if value in Gender.values else str(value)


def masked(name, value):
    """A value as an event keeps it: personal data masked (PIPL Arts. 6, 28)."""
    if name == "name":
        return mask_name(value)
    if name == "phone":
        return mask_phone(value)
    if name in ("birth_month", "joined_party_month"):
        return "****" if value else ""
    return value if isinstance(value, bool) or value is None else str(value)


class RowChecker:
    """Checks rows one by one and fills in `place` and `congress_organization`; remembers names it has looked up."""

    def __init__(self, places, *, by, at):
        self.places = places
        self.by = by
        self.today = timezone.localtime(at).date()
        self._places, self._organizations, self._may = {}, {}, {}

    def faults(self, row):
        """All faults of the row that its cells did not show each for itself."""
        found = [*self._check_place(row), *self._check_congress(row), *self._check_ages(row)]
        return [Fault(row.number, column, message) for column, message in found]

    def _check_place(self, row):
        county_text, town_text = row.values["county"], row.values["town"] or ""
        if not county_text:
            return
        if (county_text, town_text) not in self._places:
            self._places[county_text, town_text] = self._find_place(county_text, town_text)
        row.place, fault = self._places[county_text, town_text]
        if fault:
            yield fault
        elif not self._may_write(row.place):
            yield "县市区", f"「{row.place.display_name}」不在您管理的范围内，请交该单位的组织部门导入。"

    def _find_place(self, county_text, town_text):
        """(organisation, None) or (None, (column, message))."""
        county = self.places.county(county_text)
        if county is None:
            return None, (
                "县市区",
                f"没有「{county_text[:20]}」这个县市区，请按本市县市区、开发区的名称填写。",
            )
        town = self.places.town(county, town_text) if town_text else None
        if town_text and town is None:
            return None, ("镇街", f"{county.display_name}没有「{town_text[:20]}」，请核对县市区和镇街。")
        return town or county, None

    def _may_write(self, place):
        if place.pk not in self._may:
            self._may[place.pk] = may_write(self.by, place)
        return self._may[place.pk]

    def _check_congress(self, row):
        text, level = row.congress_text, row.values["level"]
        if text is None:
            return
        if text.level is None and text.place not in self._organizations:
            self._organizations[text.place] = self.places.full(text.place)
        organization = self.places.city if text.level else self._organizations[text.place]
        if organization is None:
            yield (
                "届次",
                f"找不到届次里的「{text.place[:30]}」，请按组织的全称填写，如「中国共产党诸城市枳沟镇第19次代表大会」。",
            )
            return
        row.congress_organization = organization
        named = text.level or _LEVEL_OF_KIND[organization.kind]
        if level and level != named:
            yield "届次", f"届次是{Level(named).label}的，代表层级却是{Level(level).label}，请核对。"

    def _check_ages(self, row):
        born, joined = row.values["birth_month"], row.values["joined_party_month"]
        if born and _months(born, self.today) < MEMBER_AGE * 12:
            yield "出生年月", f"不满 {MEMBER_AGE} 周岁，请核对出生年月。"
        elif born and joined and _months(born, joined) < MEMBER_AGE * 12:
            yield "入党时间", f"入党时不满 {MEMBER_AGE} 周岁，请核对出生年月和入党时间。"


def _months(start, end):
    return (end.year - start.year) * 12 + end.month - start.month
