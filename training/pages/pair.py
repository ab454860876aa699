"""What the page of a pair shows, at the desk and on the phone."""

from dataclasses import dataclass

from representatives.quarters import Quarter
from training.enums import PairStatus
from training.together import count_by_kind, shared_sessions

CHIPS = {PairStatus.ACTIVE: "handling", PairStatus.CONCLUDED: "archived", PairStatus.STOPPED: "received"}
SHOWN = 50


@dataclass(frozen=True)
class PairPage:
    pair: object
    chip: str
    goals: list
    records: list
    shared: list
    counts: list
    """[(同驻室, number)] of the three together"""
    waits_this_quarter: bool

    @property
    def reached(self):
        return sum(1 for goal in self.goals if goal.reached_date)


def pair_page(pair, *, on):
    records = list(pair.records.standing().select_related("recorded_by")[:SHOWN])
    shared = shared_sessions([pair])[pair.pk]
    is_active = pair.status == PairStatus.ACTIVE
    return PairPage(
        pair=pair,
        chip=CHIPS[pair.status],
        goals=list(pair.goals.all()),
        records=records,
        shared=shared,
        counts=count_by_kind(shared),
        waits_this_quarter=is_active and not any(one.on >= Quarter.of(on).first for one in records),
    )
