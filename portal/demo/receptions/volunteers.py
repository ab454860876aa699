"""The helpers of the demo city: activists, community workers and volunteers, 8,300 on the day of the report (R37)."""

from datetime import date, timedelta

from portal.demo.ledger import Line
from portal.demo.matters import AS_OF
from portal.demo.people import invent_name
from portal.demo.quotas import scaled, share
from portal.demo.receptions.words import LEFT
from representatives.models import Person
from representatives.pinyin import initials
from studios.enums import HelperKind
from studios.models import Helper

HELPERS = 8_300
KINDS = {HelperKind.ACTIVIST: 29, HelperKind.COMMUNITY_WORKER: 24, HelperKind.VOLUNTEER: 47}
MORE = 0.03
"""The share of further people who had left by the day of the report, or came after it."""
BEGINNING = date(2021, 12, 6)
SUBJECT = Helper._meta.label_lower


def enrol(studios, staff, clock, now, *, scale, rng):
    """Write people and helpers. Returns ({studio id: [helpers]}, their events)."""
    total, more = scaled(HELPERS, scale), scaled(HELPERS * MORE, scale)
    stayed = _draw(studios, total, clock.between(BEGINNING, AS_OF), rng)
    left = _draw(studios, more, clock.between(BEGINNING, date(2022, 5, 31)), rng)
    for helper in left:
        helper.left_date = clock.days[
            clock.position(helper.joined_date + timedelta(days=rng.randint(40, 120)))
        ]
        helper.left_reason = rng.choice(LEFT)
    yesterday = now.date() - timedelta(days=1)
    after = clock.between(AS_OF + timedelta(days=1), yesterday)
    came = _draw(studios, more, after[-500:], rng)
    for helper in rng.sample(stayed, more):
        helper.left_date, helper.left_reason = rng.choice(after), rng.choice(LEFT)
    helpers = [*stayed, *left, *came]
    for serial, helper in enumerate(helpers, start=1):
        helper.person.phone = f"1542{serial:07d}"
    Person.objects.bulk_create([helper.person for helper in helpers], batch_size=2000)
    Helper.objects.bulk_create(helpers, batch_size=2000)
    by_venue = {}
    for helper in helpers:
        by_venue.setdefault(helper.studio_id, []).append(helper)
    return by_venue, _lines(helpers, staff, clock, rng)


def _draw(studios, total, days, rng):
    weights = [rng.uniform(0.6, 1.4) * (1.6 if studio.kind == "workroom" else 1) for studio in studios]
    drawn = []
    for studio, number in zip(studios, share(total, weights), strict=True):
        for kind in rng.choices(list(KINDS), list(KINDS.values()), k=number):
            name, gender = invent_name(rng)
            person = Person(name=name, gender=gender, pinyin=initials(name))
            drawn.append(Helper(person=person, studio=studio, kind=kind, joined_date=rng.choice(days)))
    return drawn


def _lines(helpers, staff, clock, rng):
    for helper in helpers:
        studio = helper.studio
        keeper = staff.keepers[studio.pk]
        after = {
            "studio": studio.name,
            "kind": str(helper.kind),
            "joined_date": helper.joined_date.isoformat(),
        }
        at = clock.moment(helper.joined_date, rng)
        yield Line(at, "join", SUBJECT, helper, studio.organization_id, keeper, "admin", after=after)
        if helper.left_date:
            after, note = {"left_date": helper.left_date.isoformat()}, helper.left_reason
            at = clock.moment(helper.left_date, rng)
            yield Line(
                at,
                "leave_off",
                SUBJECT,
                helper,
                studio.organization_id,
                keeper,
                "admin",
                after=after,
                note=note,
            )
