"""Writing the planned reception days: rows, seats, visitors, the duty ledger and the time lines, as the verbs leave
them."""

from datetime import date, datetime, timedelta

from portal.demo.ledger import BATCH, Line
from portal.demo.receptions.words import NOTES, summary_of
from representatives.enums import DutyKind
from representatives.models import DutyRecord
from studios.enums import CheckInMeans, CompanionRole, DayStatus, DutyStatus, ReminderKind
from studios.models import Companion, Duty, DutyReminder, ReceptionDay, ReceptionRule, Visit

FIRST_PLAN = date(2021, 12, 30)
"""The first month was planned when the last counties had elected."""
DAY, DUTY, RULE = (model._meta.label_lower for model in (ReceptionDay, Duty, ReceptionRule))


class ReceptionFiling:
    """`beside`: {studio id: [helpers]} who may sit beside."""

    def __init__(self, staff, clock, now, beside, rng):
        self.staff, self.clock, self.now, self.beside, self.rng = staff, clock, now, beside, rng
        self.last = clock.days[clock.position(now.date()) - 1]
        """The last working day that is over."""
        self.lines, self.visits, self.companions, self.put_off = [], [], [], []

    def write(self, plans):
        plans.sort(key=lambda plan: (plan.date, plan.studio.pk, plan.came_from is None))
        for plan in plans:
            plan.row = self._day(plan)
        ReceptionDay.objects.bulk_create([plan.row for plan in plans], batch_size=1000)
        moved = [plan for plan in plans if plan.came_from]
        for plan in moved:
            plan.came_from.row.postponed_to = plan.row
        ReceptionDay.objects.bulk_update(
            [plan.came_from.row for plan in moved], ["postponed_to"], batch_size=BATCH
        )
        self._write_duties(plans)
        for plan in plans:
            self._tell(plan)
        Visit.objects.bulk_create(self.visits, batch_size=BATCH)
        Companion.objects.bulk_create(self.companions, batch_size=BATCH)

    def tell_rules(self, rules, moment):
        """The organizers have set a rule for each venue."""
        for studio, rule in rules.items():
            after = {
                "studio": studio.name,
                "rule": studio.reception_text,
                "seats": rule.seats,
                "start_date": rule.start_date.isoformat(),
            }
            organizer = self.staff.organizers[studio.organization.county_path]
            self.lines.append(
                Line(moment, "set", RULE, rule, studio.organization_id, organizer, "admin", after=after)
            )

    def _day(self, plan):
        held, found, rule = plan.is_held, plan.found, plan.rule
        keeper = self.staff.keepers[plan.studio.pk]
        closed = self._closing(plan)
        came_from = plan.came_from.date if plan.came_from else None
        return ReceptionDay(
            studio=plan.studio,
            rule=rule,
            date=plan.date,
            rule_date=found.rule_date,
            moved_reason=f"由{came_from.month}月{came_from.day}日改来" if came_from else found.told[:120],
            is_provisional=found.is_provisional,
            start_time=rule.start_time,
            end_time=rule.end_time,
            seats=rule.seats,
            wants_mixed_levels=rule.wants_mixed_levels,
            status=plan.status,
            published_at=self.published_at(plan),
            reason=plan.reason,
            summary=summary_of(plan.members + plan.others, self.rng) if held else "",
            minutes=self.rng.choice((90, 120, 120, 150, 150)) if held else None,
            closed_at=closed,
            closed_by=keeper if closed else None,
            sequence=1 + (plan.status != DayStatus.PUBLISHED),
        )

    def _closing(self, plan):
        if plan.status not in (DayStatus.HELD, DayStatus.MISSED):
            return None
        return self._on(plan, plan.rule.end_time, self.rng.randint(2, 25))

    def _on(self, plan, clock_time, minutes=0):
        """A moment of the day, so many minutes after `clock_time`."""
        return datetime.combine(plan.date, clock_time, self.now.tzinfo) + timedelta(minutes=minutes)

    def _day_before(self, day, number, *, not_before):
        """The last working day up to that day of the month before, and before today."""
        before = (day.replace(day=1) - timedelta(days=1)).replace(day=number)
        return max(
            not_before, min(self.clock.days[self.clock.position(before + timedelta(days=1)) - 1], self.last)
        )

    def planned_at(self, plan):
        day = self._day_before(plan.date, 20, not_before=FIRST_PLAN)
        return datetime(day.year, day.month, day.day, 8, 30, tzinfo=self.now.tzinfo)

    def published_at(self, plan):
        """By the 25th of the month before; a day that came of another one when that was put off."""
        if plan.came_from:
            return self.put_off_at(plan.came_from)
        day = self._day_before(plan.date, 25, not_before=FIRST_PLAN + timedelta(days=1))
        return datetime(
            day.year, day.month, day.day, 9 + plan.studio.pk % 2, plan.studio.pk % 60, tzinfo=self.now.tzinfo
        )

    def put_off_at(self, plan):
        """In the morning of the day itself, or the working day before it."""
        return datetime(plan.date.year, plan.date.month, plan.date.day, 8, 31, tzinfo=self.now.tzinfo)

    def _write_duties(self, plans):
        later, rows = [], []
        for plan in plans:
            rows += [self._duty(plan, one, why) for one, why in plan.turns]
        Duty.objects.bulk_create(rows, batch_size=1000)
        self.duties = {}
        for duty in rows:
            self.duties.setdefault(duty.day_id, []).append(duty)
        for plan in plans:
            if plan.came_from:
                before = {duty.person_id: duty for duty in self.duties.get(plan.came_from.row.pk, ())}
                for duty in self.duties.get(plan.row.pk, ()):
                    duty.replaces = before[duty.person_id]
                    later.append(duty)
        Duty.objects.bulk_update(later, ["replaces"], batch_size=BATCH)
        DutyRecord.objects.bulk_create(
            (
                DutyRecord(
                    mandate_id=duty.mandate_id,
                    kind=DutyKind.RECEPTION,
                    on=duty.date,
                    source_type=DUTY,
                    source_id=duty.pk,
                )
                for duty in rows
                if duty.status == DutyStatus.SERVED and duty.day.status == DayStatus.HELD
            ),
            batch_size=BATCH,
        )
        DutyReminder.objects.bulk_create(
            DutyReminder(duty=duty, kind=ReminderKind.PUBLISHED, sent_at=duty.day.published_at)
            for duty in rows
            if duty.day.status == DayStatus.PUBLISHED
        )

    def _duty(self, plan, one, why):
        duty = Duty(
            day=plan.row,
            mandate=one.seat.mandate,
            person=one.seat.person,
            date=plan.date,
            status=self._duty_status(plan, one),
            reason=why,
            changed_at=plan.row.closed_at or plan.row.published_at,
        )
        if duty.status == DutyStatus.SERVED:
            by_code = one.seat.person.user_id and self.rng.random() < 0.6
            duty.checked_in_by = CheckInMeans.CODE if by_code else CheckInMeans.KEEPER
            duty.checked_in_at = duty.changed_at = self._on(
                plan, plan.rule.start_time, self.rng.randint(-12, 4)
            )
            duty.sequence = 1
        elif duty.status == DutyStatus.REPLACED:
            later = plan.row.postponed_to.date
            duty.left_reason, duty.sequence = f"改到{later.month}月{later.day}日。", 1
        elif duty.status == DutyStatus.CONFIRMED:
            duty.confirmed_at = duty.changed_at = self.clock.later(plan.row.published_at, 0, self.rng)
        return duty

    def _duty_status(self, plan, one):
        match plan.status:
            case DayStatus.POSTPONED:
                return DutyStatus.REPLACED
            case DayStatus.PUBLISHED:
                return self._ahead(plan, one)
        return DutyStatus.ABSENT if one in plan.absent else DutyStatus.SERVED

    def _ahead(self, plan, one):
        """Two of three with an account have confirmed; the demo's own representatives have still to."""
        silent = not one.seat.person.user_id or plan.studio.is_pilot
        return DutyStatus.ASSIGNED if silent or self.rng.random() < 0.35 else DutyStatus.CONFIRMED

    def _tell(self, plan):
        """The time line of a day, from the plan to the close."""
        day, keeper = plan.row, self.staff.keepers[plan.studio.pk]
        on = {"date": plan.date.isoformat()}
        duties = self.duties.get(day.pk, ())
        if plan.came_from:
            after = {"from": plan.came_from.date.isoformat(), **on}
            at = self.put_off_at(plan.came_from)
            self._line(plan, at, "move_in", keeper, after=after, note=plan.came_from.reason)
        else:
            self._line(
                plan, self.planned_at(plan), "plan", None, after={**on, "added": len(duties), "removed": 0}
            )
            self._move(plan, day.published_at, "publish", "planned", "published", keeper, sitters=len(duties))
        for duty in duties:
            self._tell_duty(plan, duty, keeper)
        if plan.status == DayStatus.POSTPONED:
            to = day.postponed_to.date.isoformat()
            self._move(
                plan, self.put_off_at(plan), "postpone", "published", "postponed", keeper, plan.reason, to=to
            )
        elif plan.status == DayStatus.MISSED:
            self._move(plan, day.closed_at, "miss", "published", "missed", keeper, plan.reason)
        elif plan.is_held:
            self._receive(plan, keeper)
            served = sum(1 for duty in duties if duty.status == DutyStatus.SERVED)
            self._move(
                plan, day.closed_at, "close", "published", "held", keeper, minutes=day.minutes, served=served
            )

    def _tell_duty(self, plan, duty, keeper):
        if duty.checked_in_at:
            by_code = duty.checked_in_by == CheckInMeans.CODE
            actor, door = (duty.person.user, "portal") if by_code else (keeper, "admin")
            before, after = "assigned", {"status": "served", "means": str(duty.checked_in_by)}
            self._duty_line(plan, duty, duty.checked_in_at, "check_in", actor, door, before, after)
        elif duty.confirmed_at:
            after = {"status": "confirmed", "date": plan.date.isoformat()}
            self._duty_line(
                plan, duty, duty.confirmed_at, "confirm", duty.person.user, "portal", "assigned", after
            )

    def _duty_line(self, plan, duty, at, verb, actor, door, before, after):
        place = plan.studio.organization_id
        self.lines.append(Line(at, verb, DUTY, duty, place, actor, door, {"status": before}, after))

    def _receive(self, plan, keeper):
        """Visitors of each kind, and now and then a helper beside the representatives."""
        for is_member, number in ((True, plan.members), (False, plan.others)):
            if number:
                at = self._on(plan, plan.rule.start_time, self.rng.randint(8, 80))
                note = self.rng.choice(NOTES)
                self.visits.append(
                    Visit(
                        day=plan.row,
                        is_member=is_member,
                        count=number,
                        note=note,
                        recorded_at=at,
                        recorded_by=keeper,
                    )
                )
                self._line(plan, at, "record_visit", keeper, after={"count": number, "is_member": is_member})
        beside = self.beside.get(plan.studio.pk)
        if beside and self.rng.random() < 0.3:
            helper = self.rng.choice(beside)
            if helper.joined_date <= plan.date and (helper.left_date is None or helper.left_date > plan.date):
                role = CompanionRole.MENTEE if self.rng.random() < 0.25 else CompanionRole.HELPER
                at = self._on(plan, plan.rule.start_time, 6)
                self.companions.append(
                    Companion(
                        day=plan.row, person=helper.person, role=role, recorded_at=at, recorded_by=keeper
                    )
                )
                after = {"person": helper.person_id, "role": str(role)}
                self._line(plan, at, "add_companion", keeper, after=after)

    def _move(self, plan, at, verb, before, after, actor, note="", **more):
        on = {"date": plan.date.isoformat()}
        self._line(plan, at, verb, actor, {"status": before}, {"status": after, **on, **more}, note)

    def _line(self, plan, at, verb, actor, before=None, after=None, note=""):
        door = "admin" if actor else "system"
        place = plan.studio.organization_id
        self.lines.append(Line(at, verb, DAY, plan.row, place, actor, door, before, after, note))
