"""Groups of about 20 by place and field (R14).

Frontline mandates form the 378 groups of the report; the others form groups of their own beside them. City, county
and town mandates join groups; a national or provincial one leads a workroom instead (R10).
"""

from collections import Counter
from datetime import date

from portal.demo.ledger import Line
from portal.demo.people import FIELDS, OFFICE_FIELDS
from portal.demo.quotas import cut, scaled, share
from portal.demo.sites import KNOWN
from representatives.enums import Level
from representatives.models import Group
from studios.models import GroupPlacement

GROUPS = {True: 378, False: 335}
GROUPED = (Level.CITY, Level.COUNTY, Level.TOWN)
ORDINALS = ["", "第二", "第三", "第四", "第五", "第六", "第七", "第八", "第九"]
BATCH = 2000
FORMED_FROM = date(2022, 3, 15)
"""When the congresses of all levels had met and their rolls were in."""
UNSETTLED = "370783"
"""The county with something to do: one of its groups has grown too large, one beside it has shrunk."""
TOO_MANY, LEFT = 27, 9
BY_HAND = ("住在本组活动场所附近，便于参加活动", "与组长同一单位，便于集中学习")
"""Why somebody was put into her group by hand."""


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
    _unsettle(groups)
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


def _unsettle(groups):
    """Two groups of one place and kind stray, so that there is a proposal to look at; and two people were put where
    they are by hand. Small cities have no such pair."""
    towns = {}
    for _group, members in groups:
        home = members[0].home
        if home.county.code == UNSETTLED and not any(seat.person.name in KNOWN for seat in members):
            towns.setdefault((home.organization.code, members[0].is_frontline), []).append(members)
    for key in sorted(towns):
        for giver, taker in zip(towns[key], towns[key][1:], strict=False):
            if len(giver) + len(taker) >= TOO_MANY + LEFT and len(taker) < TOO_MANY:
                while len(taker) < TOO_MANY and len(giver) > LEFT:
                    taker.append(giver.pop())
                for seat, note in zip(taker[-2:], BY_HAND, strict=True):
                    seat.mandate.is_group_fixed, seat.mandate.group_note = True, note
                return


def group_lines(groups, staff, clock, rng):
    """Each group was formed by its county's organizer some days after the rolls were in."""
    venues = dict(GroupPlacement.objects.values_list("group_id", "studio__name"))
    first, lines = clock.position(FORMED_FROM), []
    for group, members in groups:
        fields = Counter(seat.field for seat in members)
        same = fields[group.field]
        whole = "全部" if same == len(members) else f"其中{same}名"
        lines.append(
            Line(
                at=clock.moment(clock.days[first + rng.randrange(8)], rng),
                verb="formed",
                subject_type=Group._meta.label_lower,
                subject=group,
                organization_id=group.organization_id,
                actor=staff.organizers[group.organization.county_path],
                door="admin",
                after={"members": len(members), "studio": venues.get(group.pk)},
                note=f"同在{group.organization.display_name}，共{len(members)}名，{whole}属{group.field}，便于组织、便于活动。",
            )
        )
    return lines


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
