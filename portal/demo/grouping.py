"""Groups of about 20 by place and field (R14).

Frontline mandates form the 378 groups of the report; the others form groups of their own beside them. City, county
and town mandates join groups; a national or provincial one leads a workroom instead (R10).
"""

from collections import Counter

from portal.demo.people import FIELDS, OFFICE_FIELDS
from portal.demo.quotas import cut, scaled, share
from portal.demo.sites import KNOWN
from representatives.enums import Level
from representatives.models import Group

GROUPS = {True: 378, False: 335}
GROUPED = (Level.CITY, Level.COUNTY, Level.TOWN)
ORDINALS = ["", "第二", "第三", "第四", "第五", "第六", "第七", "第八", "第九"]
BATCH = 2000


def build_groups(seats, *, scale):
    """Write the groups and put every mandate of the three lower levels into one. Returns [(Group, seats)].

    The mandates themselves are written afterwards, then `choose_officers`.
    """
    homes = {seat.home for seat in seats}
    made = []
    for frontline, total in GROUPS.items():
        pool = [seat for seat in seats if seat.level in GROUPED and seat.is_frontline == frontline]
        by_home = scaled(total, scale) >= len(homes)
        made += _cut_pool(pool, scaled(total, scale), by_home)
    groups = _name_groups(made)
    Group.objects.bulk_create([group for group, _members in groups], batch_size=BATCH)
    for group, members in groups:
        for seat in members:
            seat.mandate.group = group
    return groups


def _cut_pool(pool, total, by_home):
    """Whole places are cut into equal pieces, people of one field side by side. Small cities group by county."""
    places = {}
    for seat in pool:
        places.setdefault(seat.home.organization if by_home else seat.home.county, []).append(seat)
    extra = share(
        max(0, total - len(places)), [max(0, len(members) - 20) + 0.01 for members in places.values()]
    )
    for (place, members), more in zip(places.items(), extra, strict=True):
        members.sort(key=lambda seat: (_rank(seat), seat.level, seat.mandate.certificate_number))
        for piece in cut(members, min(1 + more, len(members))):
            yield place, piece


def _rank(seat):
    """Those with a name on the door come first, so that they sit in the first group of their place."""
    known = seat.person.name in KNOWN
    fields = FIELDS if seat.is_frontline else OFFICE_FIELDS
    return -1 if known else fields.index(seat.field)


def _name_groups(made):
    used, groups = Counter(), []
    for place, members in made:
        field = Counter(seat.field for seat in members).most_common(1)[0][0]
        key = (place.pk, field)
        name = f"{place.display_name}{field}{ORDINALS[used[key]]}代表小组"
        used[key] += 1
        groups.append((Group(name=name, organization=place, field=field), members))
    return groups


def choose_officers(groups):
    """The member of the highest level leads, one of the lowest keeps the minutes."""
    for group, members in groups:
        by_level = sorted(members, key=lambda seat: list(Level).index(Level(seat.level)))
        group.leader = by_level[0].mandate
        group.secretary = by_level[-1].mandate if len(members) > 1 else None
    Group.objects.bulk_update(
        [group for group, _members in groups], ["leader", "secretary"], batch_size=BATCH
    )
