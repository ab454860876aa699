"""The reception days of the demo city before they are written: from the rules, what became of each, and who sat.

Two stretches: the report's period, and the twelve months up to the end of the present month. At the pilot workroom
something is on today and in the next days, whatever day today is, so that every step of a duty can be tried.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.demo.matters import AS_OF, FIRST_DAY
from portal.demo.quotas import scaled, share
from portal.demo.receptions.rota import Rota
from portal.demo.receptions.words import reason_for
from studios.enums import DayStatus
from studios.recurrence import reception_dates

SESSIONS, VISITS = 2_600, 9_500
"""By frontline representatives of the city and above; of members and masses (R24, R25)."""
ONE_DAY = timedelta(days=1)
LATEST = 3
"""Of the days in so many working days before today some are not recorded yet."""
AHEAD = timedelta(days=24)
"""So far ahead the pilot workroom has published, also into the next month."""
HERS, OTHER = "杨守伟", "王雯"
"""The demo's representative, who has a duty to confirm, and her colleague, who checks in and swaps."""


@dataclass(eq=False, slots=True)
class DayPlan:
    studio: object
    rule: object
    found: object
    """The ReceptionDate."""
    date: date
    status: str
    reason: str = ""
    came_from: "DayPlan | None" = None
    turns: list = field(default_factory=list)
    """[(Sitter, why it was her turn)]"""
    absent: set = field(default_factory=set)
    """Sitters who did not come."""
    members: int = 0
    others: int = 0
    row: object = None

    @property
    def is_held(self):
        return self.status == DayStatus.HELD

    @property
    def sitters(self):
        return [one for one, _why in self.turns]

    @property
    def served(self):
        return [one for one in self.sitters if one not in self.absent]


class DayPlanner:
    def __init__(self, rules, lists, clock, calendar, now, rng):
        self.rules, self.lists, self.clock, self.calendar = rules, lists, clock, calendar
        self.today, self.rng = now.date(), rng
        self.rota = Rota(lists)

    def plan_report(self, scale):
        """1 January to 28 October 2022: exactly so many sessions and visitors, where the lists are long enough."""
        plans = self._lay_down(FIRST_DAY, AS_OF)
        self._seat_report(plans, scaled(SESSIONS, scale))
        plans = [plan for plan in plans if plan.turns]
        held = [plan for plan in plans if plan.is_held]
        weights = [self.rng.uniform(0.3, 2) * (1.5 if plan.studio.kind == "workroom" else 1) for plan in held]
        for plan, number in zip(held, share(scaled(VISITS, scale), weights) if held else [], strict=True):
            self._receive(plan, number)
        return plans

    def plan_tail(self):
        """The last twelve months, with everything up to the end of this month published."""
        month = self.today.replace(day=1)
        first = max(AS_OF + ONE_DAY, (month - timedelta(days=330)).replace(day=1))
        last = (month + timedelta(days=32)).replace(day=1) - ONE_DAY
        plans = self._lay_down(first, last)
        pilot = next(studio for studio in self.rules if studio.is_pilot)
        plans += self._days_of(pilot, last + ONE_DAY, self.today + AHEAD)
        self._something_today(pilot, plans)
        plans.sort(key=lambda plan: plan.date)
        self._seat_tail(plans, pilot)
        for plan in plans:
            if plan.is_held:
                self._receive(plan, self.rng.choice((0, 1, 2, 2, 3, 3, 4, 5, 7, 9)))
        return [plan for plan in plans if plan.turns]

    def _lay_down(self, first, last):
        plans = [plan for studio in self.rules for plan in self._days_of(studio, first, last)]
        plans.sort(key=lambda plan: plan.date)
        taken = {(plan.studio.pk, plan.date) for plan in plans}
        for plan in list(plans):
            if plan.date < self.today:
                self._let_happen(plan, plans, taken, last)
        plans.sort(key=lambda plan: plan.date)
        return plans

    def _days_of(self, studio, first, last):
        rule = self.rules[studio]
        if last < first:
            return []
        return [
            DayPlan(studio, rule, found, found.date, DayStatus.PUBLISHED)
            for found in reception_dates(rule.rrule, first, last, self.calendar, rule.holiday_policy)
        ]

    def _let_happen(self, plan, plans, taken, last):
        chance = self.rng.random()
        plan.status = DayStatus.HELD
        if plan.studio.is_pilot:
            return
        late = self.clock.position(self.today) - self.clock.position(plan.date)
        if late <= LATEST and chance < 0.3:
            plan.status = DayStatus.PUBLISHED
        elif chance < 0.025:
            plan.status, plan.reason = DayStatus.MISSED, reason_for(plan.date, self.rng)
        elif chance < 0.055:
            later = self.clock.days[self.clock.position(plan.date) + self.rng.randint(2, 5)]
            if later <= last and later < self.today and (plan.studio.pk, later) not in taken:
                taken.add((plan.studio.pk, later))
                self._put_off(plan, later, plans, DayStatus.HELD)

    def _put_off(self, plan, later, plans, status):
        plan.status, plan.reason = DayStatus.POSTPONED, reason_for(plan.date, self.rng)
        plans.append(DayPlan(plan.studio, plan.rule, plan.found, later, status, came_from=plan))

    def _something_today(self, pilot, plans):
        """On a working day the pilot workroom receives today: by its rule, or because the last day was put off."""
        own = [plan for plan in plans if plan.studio is pilot]
        if any(plan.date == self.today for plan in own) or not self.calendar.is_workday(self.today):
            return
        before = [plan for plan in own if plan.date < self.today]
        if before:
            self._put_off(max(before, key=lambda plan: plan.date), self.today, plans, DayStatus.PUBLISHED)

    def _seat_report(self, plans, wanted):
        """The sessions of the city and above follow a straight line to the number of the report."""
        since = date(2022, 3, 1)
        counted = [plan for plan in plans if plan.is_held and plan.date >= since]
        # A little ahead of the line's end, so that the last days can make up what is missing.
        step = wanted / max(1, len(counted) * 0.97)
        target = got = 0
        for plan in plans:
            if plan.status == DayStatus.POSTPONED:
                continue
            city = 0
            if plan.is_held and plan.date >= since:
                target = min(wanted, target + step)
                city = max(0, round(target) - got)
            plan.turns = self.rota.sit(plan.studio.pk, plan.date, plan.rule.seats, city=city)
            self._let_some_be_absent(plan)
            got += sum(1 for one in plan.served if one.is_city_frontline) if plan.is_held else 0
        self._hand_back(plans)

    def _seat_tail(self, plans, pilot):
        named = {
            one.person: one.seat.person.name
            for one in self.lists[pilot.pk]
            if one.seat.person.name in (HERS, OTHER) and one.seat.person.user_id
        }
        calls = self._calls(plans, pilot)
        quiet = self.today - timedelta(days=40)
        for plan in plans:
            if plan.status == DayStatus.POSTPONED:
                continue
            first = calls.get(plan.date, ()) if plan.studio is pilot else ()
            unless = named.keys() if plan.date > quiet else ()
            plan.turns = self.rota.sit(
                plan.studio.pk, plan.date, plan.rule.seats, first=first, unless=frozenset(unless)
            )
            self._let_some_be_absent(plan)
        self._hand_back(plans)

    def _calls(self, plans, pilot):
        """{date: names}: the colleague today and on the second day to come, the demo's representative on the first."""
        own = sorted(plan.date for plan in plans if plan.studio is pilot and plan.date >= self.today)
        calls = {self.today: (OTHER,)}
        calls |= dict(zip([on for on in own if on > self.today], ((HERS,), (OTHER,)), strict=False))
        return calls

    def _let_some_be_absent(self, plan):
        if plan.status == DayStatus.MISSED:
            plan.absent = set(plan.sitters)
        elif plan.is_held and len(plan.sitters) > 1 and self.rng.random() < 0.04:
            plan.absent = {self.rng.choice(plan.sitters)}

    @staticmethod
    def _hand_back(plans):
        """The day that was put off had the same people."""
        for plan in plans:
            if plan.came_from:
                plan.came_from.turns = plan.turns

    def _receive(self, plan, number):
        plan.members = sum(1 for _one in range(number) if self.rng.random() < 0.38)
        plan.others = number - plan.members
