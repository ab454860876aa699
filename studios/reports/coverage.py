"""Does every frontline representative belong to a venue? (R19)"""

from dataclasses import dataclass

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, When

from accounts.scope import STEP
from studios.models import MandatePlacement, Studio

COUNTY = STEP * 2
"""Length of the path of a county."""


@dataclass
class Coverage:
    name: str = ""
    total: int = 0
    covered: int = 0

    @property
    def missing(self):
        return self.total - self.covered

    @property
    def share(self):
        """Whole percent, cut: 99 until nobody is missing."""
        return self.covered * 100 // self.total if self.total else None


def frontline_mandates(mandates, *, on):
    """Frontline mandates in office out of `mandates`, with `has_venue`: by group, attached in person, or as lead."""
    attached = MandatePlacement.objects.filter(mandate=OuterRef("pk"), start_date__lte=on).filter(
        Q(end_date=None) | Q(end_date__gte=on)
    )
    leads = Studio.objects.filter(lead=OuterRef("pk"), is_active=True)
    placed = Q(group__placement__studio__is_active=True) | Exists(attached) | Exists(leads)
    has_venue = Case(When(placed, then=True), default=False, output_field=BooleanField())
    return mandates.in_office().frontline().annotate(has_venue=has_venue)


def coverage_by_county(mandates, *, on):
    """({county path: Coverage}, Coverage of all); one query."""
    rows = frontline_mandates(mandates, on=on).order_by().values_list("organization__path", "has_venue")
    counties, whole = {}, Coverage("合计")
    for path, placed in rows:
        county = counties.setdefault(path[:COUNTY], Coverage())
        for row in (county, whole):
            row.total += 1
            row.covered += bool(placed)
    return counties, whole


def without_venue(mandates, *, on):
    """Those whom no venue takes in."""
    return frontline_mandates(mandates, on=on).filter(has_venue=False)
