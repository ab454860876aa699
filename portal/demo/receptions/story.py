"""Reception days of the demo city: rules, who is attached where, what happened, helpers, targets (R10, R21–R25, R37, R89)."""

from datetime import datetime, time

from portal.demo.matters import FIRST_DAY
from portal.demo.receptions.attaching import attach
from portal.demo.receptions.planning import DayPlanner
from portal.demo.receptions.rota import lists_of
from portal.demo.receptions.volunteers import enrol
from portal.demo.receptions.writing import ReceptionFiling
from studios.enums import StudioKind, TargetKind
from studios.models import ReceptionRule, StudioTarget
from studios.recurrence import parse_reception_text

PROMISING = "370782101"
"""尽美枳沟 sets itself numbers at the year's start (R89)."""
TARGETS = {
    TargetKind.DAYS_HELD: (12, 12),
    TargetKind.VISITS: (60, 36),
    TargetKind.MATTERS: (120, 60),
    TargetKind.RESOLVED: (60, 20),
    TargetKind.HELPERS: (50, 30),
}
"""(of 尽美枳沟, of the others that set themselves some)"""


def tell_receptions(sites, studios, seats, members_of, staff, clock, calendar, now, *, scale, rng):
    """Write everything up to today. Returns the events, to be written with all others."""
    rules = _write_rules(studios, rng("rules"))
    leads = _leads(studios, seats)
    attached = attach(sites, seats, members_of, leads, rng=rng("attached"))
    lists = lists_of(studios, members_of, leads, attached)
    helpers, lines = enrol(studios, staff, clock, now, scale=scale, rng=rng("helpers"))
    planner = DayPlanner(rules, lists, clock, calendar, now, rng("days"))
    filing = ReceptionFiling(staff, clock, now, helpers, rng("receptions"))
    filing.tell_rules(rules, datetime(2021, 12, 29, 10, 20, tzinfo=now.tzinfo))
    filing.write(planner.plan_report(scale) + planner.plan_tail())
    _write_targets(studios, now.year, rng("targets"))
    return [*lines, *filing.lines]


def _write_rules(studios, rng):
    """{studio: ReceptionRule} as the texts say; workrooms have three seats, on which they like to mix the levels."""
    rules = {}
    for studio in studios:
        is_workroom = studio.kind == StudioKind.WORKROOM
        afternoon = rng.random() < 0.25 and not studio.is_pilot
        rules[studio] = ReceptionRule(
            studio=studio,
            rrule=parse_reception_text(studio.reception_text),
            start_time=time(14) if afternoon else time(9),
            end_time=time(16, 30) if afternoon else time(11, 30),
            seats=3 if is_workroom else 2,
            wants_mixed_levels=is_workroom,
            start_date=FIRST_DAY,
        )
    ReceptionRule.objects.bulk_create(rules.values(), batch_size=1000)
    return rules


def _leads(studios, seats):
    """{studio id: [the seat of who leads it]}"""
    by_mandate = {seat.mandate.pk: seat for seat in seats}
    return {studio.pk: [by_mandate[studio.lead_id]] for studio in studios if studio.lead_id}


def _write_targets(studios, year, rng):
    rows = []
    for studio in studios:
        promising = studio.organization.code == PROMISING and studio.kind == StudioKind.WORKROOM
        if not promising and rng.random() > 0.15:
            continue
        for kind, (own, others) in TARGETS.items():
            target = own if promising else others + rng.randint(-2, 4) * (others // 12)
            rows += [
                StudioTarget(studio=studio, year=each, kind=kind, target=target) for each in (2022, year)
            ]
    StudioTarget.objects.bulk_create(rows, batch_size=1000)
