"""双结对 of the demo city: cadres of every town with their frontline representatives, these with Party branches, and
who was in touch with whom (R50, R51)."""

from collections import Counter
from datetime import date, datetime

from accounts.enums import OrganizationKind, Role
from accounts.models import Membership, Organization, User
from portal.demo.ledger import BATCH, Line
from portal.demo.people import SURNAMES, invent_name
from portal.demo.staff import NO_PASSWORD, SINCE
from representatives.enums import ContactMethod, DutyKind, Level, LinkKind
from representatives.models import Contact, ContactLink, DutyRecord
from representatives.quarters import Quarter
from representatives.spreading import Post, Seat, spread

LINKED_ON = date(2022, 1, 17)
PER_CADRE, MOST = 22, 30
PER_BRANCH = 12
SUBJECT = ContactLink._meta.label_lower
KEPT_UP = {LinkKind.CADRE: (0.25, 0.7, 0.45), LinkKind.BRANCH: (0.2, 0.45, 0.3)}
"""The share that was contacted: in the last quarter of the report, in the quarter before this one, in this one."""
ENDINGS = ("家庄村", "家埠村", "家营村", "家洼村", "家官庄村")
NOTES = {
    LinkKind.CADRE: ("谈近期接待情况", "问有什么困难", "送学习资料", "谈代表小组活动", ""),
    LinkKind.BRANCH: ("参加主题党日", "听支部委员谈村里的事", "看集体经济项目", "帮支部理年度安排", ""),
}


def tell_links(sites, seats, staff, clock, now, *, rng):
    """Write cadres, branches, links and contacts. Returns the events, to be written with all others."""
    frontline = [seat for seat in seats if seat.is_frontline]
    by_home = Counter(seat.home.organization.pk for seat in frontline)
    cadres = _appoint_cadres(sites, by_home, staff, rng)
    branches = _found_branches(sites, by_home, rng)
    links = _link(LinkKind.CADRE, frontline, cadres, MOST) + _link(
        LinkKind.BRANCH, frontline, branches, 10_000
    )
    ContactLink.objects.bulk_create([link for link, _seat in links], batch_size=BATCH)
    at = datetime(2022, 1, 17, 15, 10, tzinfo=now.tzinfo)
    lines = [_link_line(link, seat, at, staff) for link, seat in links]
    return lines + _keep_up(links, staff, clock, now, rng)


def _appoint_cadres(sites, by_home, staff, rng):
    """[(user, path, name of the place)]: of every town so many that nobody has too many; of the county its organizer,
    who keeps in touch with those of the city and above."""
    users, posts = [], []
    for home in sites.homes:
        wanted = -(-by_home[home.organization.pk] // PER_CADRE)
        for _number in range(wanted):
            user = User(
                username=f"zugong-{len(users) + 1:04d}",
                display_name=invent_name(rng)[0],
                password=NO_PASSWORD,
            )
            users.append(user)
            posts.append((user, home.organization))
    User.objects.bulk_create(users, batch_size=BATCH)
    Membership.objects.bulk_create(
        (
            Membership(user=user, organization=place, role=Role.ORGANIZER, start_date=SINCE)
            for user, place in posts
        ),
        batch_size=BATCH,
    )
    return [(user, place) for user, place in posts] + [
        (staff.organizers[county.path], county) for county in sites.counties
    ]


def _found_branches(sites, by_home, rng):
    """[(branch, place)]: villages and communities below every place with frontline representatives."""
    last = {}
    for path in Organization.objects.values_list("path", flat=True):
        last[path[:-4]] = max(last.get(path[:-4], ""), path)
    found = []
    for home in sites.homes:
        place = home.organization
        number = int((last.get(place.path) or "0000")[-4:])
        wanted = -(-by_home[place.pk] // PER_BRANCH)
        names = rng.sample([f"{one}{end}" for one in SURNAMES[:60] for end in ENDINGS], wanted)
        for serial, name in enumerate(names, start=1):
            branch = Organization(
                code=f"{place.code}-B{serial:02d}",
                name=f"{name}党支部",
                kind=OrganizationKind.BRANCH,
                parent=place,
                path=f"{place.path}{number + serial:04d}",
            )
            found.append((branch, place))
    Organization.objects.bulk_create([branch for branch, _place in found], batch_size=BATCH)
    return found


def _link(kind, seats, ends, most):
    """[(ContactLink, seat)], spread as the office's own button spreads them; those of the city and above go to the
    county's organizer as far as he has room."""
    by_pk = {seat.mandate.pk: seat for seat in seats}
    end_of = {end.pk: end for end, _place in ends}
    names = {place.path: place.name for _end, place in ends}
    posts = [Post(end.pk, place.path) for end, place in ends]
    wanted = [Seat(pk, _path(kind, seat)) for pk, seat in by_pk.items()]
    field, word = ("cadre", "名组工干部") if kind == LinkKind.CADRE else ("branch", "个党支部")
    links = []
    for one in spread(wanted, posts, most=most).given:
        seat = by_pk[one.seat]
        reason = f"{names[one.path]}{one.among}{word}中联系最少，原有{one.load}名"
        started = max(LINKED_ON, seat.mandate.start_date)
        link = ContactLink(
            kind=kind, mandate=seat.mandate, start_date=started, reason=reason, **{field: end_of[one.post]}
        )
        links.append((link, seat))
    return links


def _path(kind, seat):
    if kind == LinkKind.CADRE and seat.level in Level.city_and_above():
        return seat.home.county.path
    return seat.home.organization.path


def _link_line(link, seat, at, staff):
    after = {"kind": str(link.kind), "mandate": f"{seat.person.name}", "with": str(link.cadre or link.branch)}
    place = seat.home.organization
    return Line(
        at, "link", SUBJECT, link, place.pk, staff.organizers[place.county_path], "admin", after=after
    )


def _keep_up(links, staff, clock, now, rng):
    """Contacts of three quarters. The demo's own representatives have still to be in touch in this one."""
    this = Quarter.of(now.date())
    quarters = (Quarter(date(2022, 7, 1), date(2022, 9, 30)), this.before, this)
    spans = [[day for day in clock.between(one.first, one.last) if day < now.date()] for one in quarters]
    published = {account["username"] for account in staff.published}
    contacts = []
    for link, seat in links:
        for days, share in zip(spans, KEPT_UP[link.kind], strict=True):
            user = link.cadre or seat.person.user
            still_to = days is spans[-1] and user is not None and user.username in published
            if days and not still_to and rng.random() < share:
                contacts.append((_contact(link, rng.choice(days), user, clock, rng), seat))
    Contact.objects.bulk_create([contact for contact, _seat in contacts], batch_size=BATCH)
    DutyRecord.objects.bulk_create(
        (
            DutyRecord(
                mandate_id=contact.link.mandate_id,
                kind=DutyKind.BRANCH_CONTACT,
                on=contact.on,
                source_type=Contact._meta.label_lower,
                source_id=contact.pk,
            )
            for contact, _seat in contacts
            if contact.link.kind == LinkKind.BRANCH
        ),
        batch_size=BATCH,
    )
    return [_contact_line(contact, seat, staff) for contact, seat in contacts]


def _contact(link, day, user, clock, rng):
    return Contact(
        link=link,
        on=day,
        method=rng.choices(list(ContactMethod), (5, 3, 2, 1))[0],
        note=rng.choice(NOTES[link.kind]),
        recorded_at=clock.moment(day, rng),
        recorded_by=user,
    )


def _contact_line(contact, seat, staff):
    place = seat.home.organization
    # Who has no account telephones, and the county's organizer writes it down.
    actor = contact.recorded_by or staff.organizers[place.county_path]
    door = "portal" if contact.recorded_by else "admin"
    after = {"on": contact.on.isoformat(), "method": str(contact.method)}
    return Line(contact.recorded_at, "contact", SUBJECT, contact.link, place.pk, actor, door, after=after)
