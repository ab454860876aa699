"""Frontline representatives of the city and above are attached in person to more venues of their county (R10, R24):
229 venues that receive once a month see one of them often only if each sits at several."""

from datetime import timedelta

from portal.demo.sites import KNOWN
from representatives.enums import Level
from studios.models import MandatePlacement

MORE = 3


def attach(sites, seats, members_of, leads, *, rng):
    """Write the placements. Returns {studio id: [seats]}."""
    venue_of = {id(seat): pk for pk, members in members_of.items() for seat in members}
    venue_of |= {
        id(seat): pk for pk, leading in leads.items() for seat in leading if seat.mandate.group is None
    }
    venues = {
        county.pk: [studio for home in sites.of_county(county) for studio in home.studios]
        for county in sites.counties
    }
    drawn = [seat for seat in seats if seat.is_frontline and seat.level in Level.city_and_above()]
    how_many = {}
    for seat in drawn:
        how_many[venue_of.get(id(seat))] = how_many.get(venue_of.get(id(seat)), 0) + 1
    attached, rows = {}, []
    for seat in drawn:
        if seat.person.name in KNOWN:
            continue
        free = [studio for studio in venues[seat.home.county.pk] if studio.pk != venue_of.get(id(seat))]
        free = rng.sample(free, len(free))
        for studio in sorted(free, key=lambda one: (one.pk not in members_of, how_many.get(one.pk, 0)))[
            :MORE
        ]:
            how_many[studio.pk] = how_many.get(studio.pk, 0) + 1
            attached.setdefault(studio.pk, []).append(seat)
            rows.append(
                MandatePlacement(
                    mandate=seat.mandate,
                    studio=studio,
                    start_date=seat.mandate.start_date + timedelta(days=5),
                )
            )
    MandatePlacement.objects.bulk_create(rows, batch_size=1000)
    return attached
