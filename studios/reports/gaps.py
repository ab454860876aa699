"""Targets against what was done (R89, 枳沟镇): per venue and per county, for one year."""

from dataclasses import dataclass, field
from datetime import date

from studios.enums import TargetKind
from studios.models import StudioTarget
from studios.target_counts import count_for_targets


@dataclass
class Gap:
    """One target and how far it is met."""

    target: int = 0
    actual: int = 0

    @property
    def gap(self):
        """How many are missing; 0 once the target is met."""
        return max(self.target - self.actual, 0)

    @property
    def share(self):
        """Whole percent, cut and not rounded: 99 is not yet 100."""
        return self.actual * 100 // self.target if self.target else None

    @property
    def is_met(self):
        return self.actual >= self.target


@dataclass
class GapRow:
    """A venue or a county; `gaps` by kind, None where no target is set."""

    name: str
    link: int | None = None
    gaps: dict = field(default_factory=dict)


def gap_table(studios, year, *, on, reader=None):
    """(counties, venues, kinds): two lists of GapRow, and the kinds for which anybody has a target.

    `studios`: a QuerySet of Studio. A county's row sums the venues that have a target, so that a venue without one does
    not hide another's gap. What happened after `on` is not counted, nor what the `reader` must not know of. One query
    for each kind, however many venues.
    """
    last = min(date(year, 12, 31), max(on, date(year, 1, 1)))
    targets = (
        StudioTarget.objects.filter(studio__in=studios, year=year)
        .select_related("studio__organization")
        .order_by("studio__organization__path", "studio__name", "studio", "kind")
    )
    targets = list(targets)
    asked = {target.kind for target in targets}
    kinds = [kind for kind in TargetKind if kind in asked]
    actuals = count_for_targets(kinds, studios, date(year, 1, 1), last, reader=reader)
    venues, counties = {}, {}
    for target in targets:
        studio = target.studio
        venue = venues.setdefault(studio.pk, GapRow(studio.name, studio.pk))
        home = studio.organization.county_path
        county = counties.setdefault(home, GapRow(home))
        actual = actuals.get(target.kind, {}).get(studio.pk, 0)
        venue.gaps[target.kind] = Gap(target.target, actual)
        total = county.gaps.setdefault(target.kind, Gap())
        total.target += target.target
        total.actual += actual
    return counties, list(venues.values()), kinds
