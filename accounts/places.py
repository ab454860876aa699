"""Finding an organisation by the names clerks write in a workbook."""

import unicodedata

from accounts.enums import OrganizationKind
from accounts.models import Organization


def _key(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


class PlaceDirectory:
    """The whole tree in memory (a few hundred rows, one query): counties by name, towns within their county.

    Official name, short name and aliases all match; spaces and full-width letters do not matter.
    """

    PLACES = (
        OrganizationKind.CITY,
        OrganizationKind.COUNTY,
        OrganizationKind.DEVELOPMENT_ZONE,
        OrganizationKind.TOWN,
    )

    def __init__(self, organizations=None):
        if organizations is None:
            organizations = Organization.objects.filter(kind__in=self.PLACES).order_by("path")
        self.by_id = {place.pk: place for place in organizations}
        self.city = next((p for p in self.by_id.values() if p.kind == OrganizationKind.CITY), None)
        self._counties, self._towns = {}, {}
        for place in self.by_id.values():
            names = {_key(name) for name in (place.name, place.short_name, *place.aliases) if name}
            for name in names:
                if place.kind in OrganizationKind.county_level():
                    self._counties.setdefault(name, place)
                elif place.kind == OrganizationKind.TOWN:
                    self._towns.setdefault((place.county_path, name), place)
        self._city_names = (
            {_key(name) for name in (self.city.name, self.city.short_name, *self.city.aliases) if name}
            if self.city
            else set()
        )

    def county(self, text):
        """The county-level unit called so; the city itself for a mandate of the city's own organs; else None."""
        key = _key(text)
        return self._counties.get(key) or (self.city if key in self._city_names else None)

    def town(self, county, text):
        return self._towns.get((county.path, _key(text)))

    def full(self, text):
        """ "诸城市枳沟镇", "潍坊市", "潍坊市昌乐县": the organisation meant by a name written without spaces, or None."""
        key = _key(text)
        found = self.county(key)
        if found:
            return found
        for name in sorted(self._city_names, key=len, reverse=True):
            if name and key.startswith(name) and len(key) > len(name):
                return self._below_city(key[len(name) :]) or self._below_city(key)
        return self._below_city(key)

    def _below_city(self, key):
        if key in self._counties:
            return self._counties[key]
        for length in range(len(key) - 1, 0, -1):
            county = self._counties.get(key[:length])
            town = county and self._towns.get((county.path, key[length:]))
            if town:
                return town
        return None
