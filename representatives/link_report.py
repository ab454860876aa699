"""How far links have come, and who has not been contacted this quarter: by county or town, and by cadre (R50, R51)."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import F

from accounts.models import Organization
from accounts.scope import STEP
from representatives import rules
from representatives.enums import LinkKind
from representatives.models import ContactLink

COUNTY, TOWN = STEP * 2, STEP * 3


@dataclass
class PlaceRow:
    name: str = ""
    wanted: int = 0
    linked: int = 0
    contacted: int = 0
    pk: int | None = None
    """Of the county, where one can go on to its towns."""

    @property
    def unlinked(self):
        return self.wanted - self.linked

    @property
    def silent(self):
        return self.linked - self.contacted

    @property
    def share(self):
        """Whole percent of the linked, cut: 99 until nobody is missing."""
        return self.contacted * 100 // self.linked if self.linked else None


def place_rows(kind, mandates, links, quarter, *, on, by_town):
    """([PlaceRow] in the order of the places, PlaceRow of all). Representatives are counted, each once; three queries."""
    length = TOWN if by_town else COUNTY
    rows, whole = {}, PlaceRow("合计")
    wanted = mandates.in_office().filter(**rules.linked_level(kind)).order_by()
    paths = dict(wanted.values_list("pk", "organization__path"))
    for path in paths.values():
        for row in (rows.setdefault(path[:length], PlaceRow()), whole):
            row.wanted += 1
    linked = {}
    standing = links.standing_on(on).filter(kind=kind).with_last_contact().order_by()
    for mandate, last in standing.values_list("mandate_id", "last_on"):
        linked[mandate] = linked.get(mandate, False) or (last is not None and last >= quarter.first)
    for mandate, is_contacted in linked.items():
        if mandate not in paths:
            continue
        for row in (rows[paths[mandate][:length]], whole):
            row.linked += 1
            row.contacted += is_contacted
    names = {place.path: place for place in Organization.objects.filter(path__in=list(rows))}
    for path, row in rows.items():
        place = names.get(path)
        row.name = place.display_name if place else ""
        row.pk = place.pk if place and not by_town and len(path) == COUNTY else None
    return [rows[path] for path in sorted(rows)], whole


@dataclass
class KeeperRow:
    name: str
    place: str
    links: int = 0
    contacted: int = 0
    most: int = 0

    @property
    def silent(self):
        return self.links - self.contacted

    @property
    def is_over(self):
        return self.links > self.most


def cadre_rows(links, quarter, policies, *, on, limit=100):
    """[KeeperRow] of the cadres, those with most that are silent first; one query."""
    rows, places = {}, {}
    standing = links.standing_on(on).filter(kind=LinkKind.CADRE).with_last_contact().order_by()
    # Plain values: a city has thousands of links, and a model for each takes longer than the question itself.
    for pk, name, username, path, place, short, last in standing.values_list(
        "cadre",
        "cadre__display_name",
        "cadre__username",
        "mandate__organization__path",
        "mandate__organization__name",
        "mandate__organization__short_name",
        "last_on",
    ):
        row = rows.setdefault(pk, KeeperRow(name or username, "", most=policies.at_path(path).cadre_load))
        row.links += 1
        row.contacted += last is not None and last >= quarter.first
        places.setdefault(pk, Counter())[short or place] += 1
    for pk, row in rows.items():
        row.place = "、".join(name for name, _number in places[pk].most_common(2))
    return sorted(rows.values(), key=lambda row: (-row.silent, -row.links, row.name))[:limit]


def own_links(user, *, on):
    """Whose contacts are hers to keep, the longest silent first, never contacted before all."""
    rows = ContactLink.objects.in_hand_of(user).standing_on(on).with_last_contact().with_names()
    return rows.order_by(F("last_on").asc(nulls_first=True), "pk")
