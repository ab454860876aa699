"""Congresses, people and mandates of the demo city: exact totals, believable spread."""

from dataclasses import dataclass
from datetime import date

from portal.demo.people import FIELDS, OFFICE_FIELDS, OFFICE_POSTS, POSTS, invent_person
from portal.demo.quotas import scaled, share
from portal.demo.sites import SECOND_REPRESENTATIVE, SPECIAL, Home
from representatives.enums import Level
from representatives.models import Congress, Mandate, Person
from representatives.pinyin import initials

MANDATES = {Level.NATIONAL: 4, Level.PROVINCIAL: 56, Level.CITY: 560, Level.COUNTY: 3900, Level.TOWN: 9744}
FRONTLINE = {Level.NATIONAL: 2, Level.PROVINCIAL: 26, Level.CITY: 223, Level.COUNTY: 1861, Level.TOWN: 5451}
SECOND_MANDATES = 542
"""People who hold a second mandate, in their town: 14,264 mandates − 13,722 people (R1)."""
BATCH = 2000


@dataclass(eq=False)
class Seat:
    """A mandate before it is written."""

    level: str
    home: Home
    is_frontline: bool = False
    person: Person | None = None
    field: str = ""
    mandate: Mandate | None = None


def build_rolls(sites, *, scale, rng):
    """Write congresses and people. Returns the seats, each with its `mandate` still to be written."""
    upper = _upper_seats(sites, scale, rng)
    town = _town_seats(sites, scale, rng)
    _set_frontline(upper, scale, rng)
    pairs = _second_mandates(upper, town, scale, rng)
    _set_town_frontline(town, pairs, scale, rng)
    _invent_people(upper, town, pairs, sites.homes, rng)
    seats = upper + town
    Person.objects.bulk_create({id(s.person): s.person for s in seats}.values(), batch_size=BATCH)
    _draft_mandates(seats, _write_congresses(sites, rng))
    return seats


def write_mandates(seats):
    """Once the groups stand: a mandate carries its group from the first row on."""
    Mandate.objects.bulk_create([seat.mandate for seat in seats], batch_size=BATCH)


def _upper_seats(sites, scale, rng):
    """National and provincial seats live where a workroom stands that they can lead (R10)."""
    free = [
        home
        for home in sites.homes
        if home.has_workroom and home.is_town and home.organization.code not in SPECIAL
    ]
    leading = rng.sample(free, min(len(free), scaled(4, scale) + scaled(56, scale)))
    seats = []
    for level in (Level.NATIONAL, Level.PROVINCIAL):
        seats += [Seat(level, leading.pop()) for _seat in range(scaled(MANDATES[level], scale))]
    seats += _spread(Level.CITY, sites.homes, scale, lambda home: home.weight if home.is_town else 6)
    towns = [home for home in sites.homes if home.is_town]
    return seats + _spread(Level.COUNTY, towns, scale, lambda home: home.weight)


def _town_seats(sites, scale, _rng):
    towns = [home for home in sites.homes if home.is_town]
    return _spread(Level.TOWN, towns, scale, lambda home: home.weight)


def _spread(level, homes, scale, weight):
    parts = share(scaled(MANDATES[level], scale), [weight(home) for home in homes])
    return [Seat(level, home) for home, part in zip(homes, parts, strict=True) for _seat in range(part)]


def _set_frontline(seats, scale, rng):
    for level in FRONTLINE:
        of_level = [seat for seat in seats if seat.level == level]
        for seat in rng.sample(of_level, min(len(of_level), scaled(FRONTLINE[level], scale))):
            seat.is_frontline = True


def _second_mandates(upper, town, scale, rng):
    """Pairs (upper seat, town seat) of one person in her own town."""
    by_home = {}
    for seat in town:
        by_home.setdefault(seat.home, []).append(seat)
    holders = [seat for seat in upper if seat.level in (Level.CITY, Level.COUNTY) and seat.home in by_home]
    pairs = []
    for seat in rng.sample(holders, len(holders)):
        if len(pairs) == scaled(SECOND_MANDATES, scale):
            break
        if by_home[seat.home]:
            pairs.append((seat, by_home[seat.home].pop()))
    return pairs


def _set_town_frontline(town, pairs, scale, rng):
    """A person at the front line is so in both her mandates; the rest fills the exact number."""
    for upper, second in pairs:
        second.is_frontline = upper.is_frontline
    paired = {id(second) for _upper, second in pairs}
    free = [seat for seat in town if id(seat) not in paired]
    left = scaled(FRONTLINE[Level.TOWN], scale) - sum(seat.is_frontline for seat in town)
    for seat in rng.sample(free, max(0, min(len(free), left))):
        seat.is_frontline = True


def _invent_people(upper, town, pairs, homes, rng):
    second = {id(own): other for other, own in pairs}
    known = _known_people(upper, {id(other) for other, _own in pairs}, homes)
    for serial, seat in enumerate([*upper, *town], start=1):
        other = second.get(id(seat))
        if other is not None:
            seat.person, seat.field = other.person, other.field
            continue
        name, field, post = known.get(id(seat), (None, None, None))
        fields, weights = (
            (FIELDS, [3, 3, 3] + [1.2] * (len(FIELDS) - 3))
            if seat.is_frontline
            else (OFFICE_FIELDS, [5, 1, 3, 2])
        )
        seat.field = field or rng.choices(fields, weights)[0]
        post = post or rng.choice(POSTS[seat.field] if seat.is_frontline else OFFICE_POSTS)
        gender = None if name is None else ("female" if name in ("曹冬梅", "王雯") else "male")
        invented = invent_person(rng, serial, name=name, gender=gender)
        employer = f"{seat.home.name if seat.is_frontline or seat.level == Level.TOWN else seat.home.county.display_name}{post}"
        seat.person = Person(**vars(invented), employer=employer, pinyin=initials(invented.name))


_KNOWN_FIELDS = {
    "杨守伟": "现代农业",
    "曹冬梅": "社区治理",
    "杜长安": "公共服务",
    "王守信": "村级组织",
    "王雯": "教育",
}


def _known_people(upper, taken, homes):
    """The representatives whose names are on the doors, each on a frontline seat of her own town."""
    wanted = [(name, code, post) for code, (_room, _pilot, _specialty, name, post) in SPECIAL.items()]
    found = {}
    for name, code, post in [*wanted, SECOND_REPRESENTATIVE]:
        level = Level.CITY if name in ("杨守伟", "王雯") else Level.COUNTY
        free = [
            seat for seat in upper if seat.level == level and id(seat) not in taken and id(seat) not in found
        ]
        seat = min(free, key=lambda seat: (not seat.is_frontline, seat.home.organization.code != code))
        seat.home = next(home for home in homes if home.organization.code == code)
        found[id(seat)] = (name, _KNOWN_FIELDS[name], post)
    return found


def _write_congresses(sites, rng):
    """{(level, organisation id): Congress}"""
    root = sites.root
    rows = [
        Congress(level=Level.NATIONAL, organization=root, ordinal=20, name="中国共产党第二十次全国代表大会", start_date=date(2022, 10, 16)),
        Congress(level=Level.PROVINCIAL, organization=root, ordinal=12, name="中国共产党山东省第十二次代表大会", start_date=date(2022, 5, 28)),
        Congress(level=Level.CITY, organization=root, ordinal=13, name="中国共产党潍坊市第十三次代表大会", start_date=date(2022, 2, 20)),
    ]  # fmt: skip
    towns = [home for home in sites.homes if home.is_town]
    for county in dict.fromkeys(home.county for home in towns):
        rows.append(
            _local_congress(
                Level.COUNTY, county, county.name, rng.randint(12, 16), date(2021, 12, rng.randint(20, 29))
            )
        )
    for home in towns:
        name = home.name if home.name.startswith(home.county.display_name) else home.full_name
        rows.append(
            _local_congress(
                Level.TOWN, home.organization, name, rng.randint(12, 19), date(2021, 12, rng.randint(1, 16))
            )
        )
    for row in rows:
        row.planned_end_date = row.start_date.replace(year=row.start_date.year + 5)
    Congress.objects.bulk_create(rows)
    return {(row.level, row.organization_id): row for row in rows}


def _local_congress(level, organization, name, ordinal, start_date):
    return Congress(
        level=level,
        organization=organization,
        ordinal=ordinal,
        name=f"中国共产党{name}第{ordinal}次代表大会",
        start_date=start_date,
    )


def _draft_mandates(seats, congresses):
    """Certificates are numbered from the top level down, as an office would."""
    for number, seat in enumerate(seats, start=1):
        seat.mandate = Mandate(
            person=seat.person,
            congress=_congress_of(seat, congresses),
            level=seat.level,
            organization=seat.home.organization,
            certificate_number=f"DB3707-{number:05d}",
            electing_unit=_electing_unit(seat, number),
            field=seat.field,
            is_frontline=seat.is_frontline,
        )
        seat.mandate.start_date = seat.mandate.congress.start_date


def _congress_of(seat, congresses):
    organization = {Level.TOWN: seat.home.organization, Level.COUNTY: seat.home.county}.get(seat.level)
    if organization is not None:
        return congresses[seat.level, organization.pk]
    return next(row for (level, _organization), row in congresses.items() if level == seat.level)


def _electing_unit(seat, number):
    match seat.level:
        case Level.NATIONAL:
            return "山东省"
        case Level.PROVINCIAL:
            return "潍坊市"
        case Level.CITY:
            return seat.home.county.display_name
        case Level.COUNTY:
            return seat.home.name
    return f"{seat.home.name}第{number % 14 + 1}选区"
