"""What is going on with the rosters today, done by the office's own verbs: next month planned, its first days published,
leave, a swap to approve, an offer, a seat that fell free, and a venue that cannot be filled."""

from datetime import datetime, timedelta

from accounts.actor import Actor
from portal.demo.receptions.planning import HERS, OTHER
from portal.demo.receptions.words import LEAVES
from representatives.models import Mandate
from studios.actions.days import publish_days
from studios.actions.duties import ask_leave, record_leave
from studios.actions.planning import plan_month
from studios.actions.seats import candidates
from studios.actions.swaps import offer_swap, take_swap, takers
from studios.boards import eligible_mandates, rule_days
from studios.enums import DayStatus, DutyStatus
from studios.models import Duty, Leave, ReceptionDay, ReceptionRule, Studio
from studios.notices import tell_planned, tell_sitter

COUNTY = "370783"
"""寿光: a station there sends everybody to a course, so that its day cannot be filled."""
SOON = timedelta(days=9)
"""So far ahead the days of the next month are published already."""


class Desk:
    """`now` is the last moment at which anything was done; `last_of(day)` is the last working day up to a day."""

    def __init__(self, staff, clock, calendar, today, now):
        self.staff, self.clock, self.calendar, self.today, self.now = staff, clock, calendar, today, now
        self.month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        self.pilot = Studio.objects.select_related("organization").get(is_pilot=True)
        self.keeper = Actor(user=staff.keepers[self.pilot.pk], door="admin")

    def at(self, number, hour, minute):
        """A working day up to that day of this month, and before today."""
        day = self.clock.days[self.clock.position(self.today.replace(day=number) + timedelta(days=1)) - 1]
        day = min(day, self.now.date())
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.now.tzinfo)

    def run(self, rng):
        self.send_on_a_course()
        self.send_away(rng)
        self.plan_next_month()
        self.publish_soon()
        self.tell_sitters()
        self.swap_and_leave()
        self.plan_a_journey()

    def send_on_a_course(self):
        station = (
            Studio.objects.filter(kind="station", organization__path__startswith=self._county_path())
            .exclude(organization=self.pilot.organization)
            .select_related("organization")
            .order_by("pk")
            .first()
        )
        last = self.month + timedelta(days=30)
        rules = ReceptionRule.objects.filter(studio=station)
        found = next((day for _rule, day in rule_days(rules, self.month, last, calendar=self.calendar)), None)
        people = {mandate.person for _studio, mandate in eligible_mandates([station.pk], on=self.today)}
        if found is None or len(people) < 2:
            return
        stays, *away = sorted(people, key=lambda person: person.pk)
        self._record(away, found.date - timedelta(days=2), found.date + timedelta(days=2), "参加全市集中轮训")

    def _county_path(self):
        return self.pilot.organization.county_path

    def send_away(self, rng):
        """Of a hundred representatives two are away for some days of the next month."""
        people = list(
            Mandate.objects.in_office()
            .exclude(group__placement__studio=self.pilot)
            .exclude(person__leaves__isnull=False)
            .order_by("person", "pk")
            .values_list("person_id", flat=True)
            .distinct()
        )
        start = self.month + timedelta(days=rng.randint(1, 6))
        rows = []
        for person in rng.sample(people, len(people) // 50):
            first = start + timedelta(days=rng.randint(0, 16))
            last = first + timedelta(days=rng.randint(2, 9))
            rows.append(self._leave(person, first, last, rng.choice(LEAVES)))
        Leave.objects.bulk_create(rows, batch_size=500)

    def _leave(self, person_id, first, last, reason):
        return Leave(
            person_id=person_id,
            start_date=first,
            end_date=last,
            reason=reason,
            recorded_at=self.now - timedelta(minutes=40),
            recorded_by=self.keeper.user,
        )

    def _record(self, people, first, last, reason):
        Leave.objects.bulk_create([self._leave(person.pk, first, last, reason) for person in people])

    def plan_next_month(self):
        result = plan_month(
            self.month, Studio.objects.all(), by=Actor.system(), at=self.at(20, 8, 35), calendar=self.calendar
        )
        tell_planned(self.pilot, self.month, at=self.at(20, 8, 35))
        return result

    def publish_soon(self):
        days = ReceptionDay.objects.filter(status=DayStatus.PLANNED, date__lte=self.today + SOON)
        for day in days.select_related("studio__organization").order_by("pk"):
            keeper = Actor(user=self.staff.keepers[day.studio_id], door="admin")
            publish_days([day], by=keeper, at=self.at(25, 10, 15))

    def tell_sitters(self):
        """What was published in bulk stands at the bell of those who sit at the pilot workroom."""
        duties = Duty.objects.holding().filter(
            day__studio=self.pilot, day__status=DayStatus.PUBLISHED, date__gte=self.today
        )
        for duty in duties.select_related("day__studio", "person__user").order_by("pk"):
            tell_sitter(duty, "请您驻室接待", at=duty.day.published_at)

    def swap_and_leave(self):
        """On the coming days of the pilot workroom, but for the duty that its representative has to confirm."""
        duties = Duty.objects.filter(
            day__studio=self.pilot,
            day__status=DayStatus.PUBLISHED,
            status=DutyStatus.ASSIGNED,
            date__gt=self.today,
        ).select_related("day__studio__organization", "person__user", "mandate__person")
        waiting = list(duties.exclude(person__name=HERS).order_by("-date", "pk"))
        offered = self._offer_to(HERS, waiting)
        waiting = [duty for duty in waiting if offered is None or duty.day_id != offered.day_id]
        swapped = self._swap(sorted(waiting, key=lambda duty: (duty.person.name != OTHER, duty.date)))
        for duty in sorted(waiting, key=lambda duty: (duty.date, duty.pk)):
            if duty != swapped and duty.person.name != OTHER:
                ask_leave(duty, by=self.keeper, at=self.now, reason="临时到省里参加培训，当天赶不回来。")
                return

    def _offer_to(self, name, duties):
        """An offer that the demo's representative may take."""
        for duty in duties:
            able = [one for one in candidates(duty.day, instead_of=duty) if one[1].is_valid]
            if any(mandate.person.name == name for mandate, _one in able):
                offer_swap(
                    duty,
                    by=self._hers_or_keeper(duty),
                    at=self.now,
                    note="那天家里有事，请哪位方便的接一下。",
                )
                return duty
        return None

    def _swap(self, duties):
        """Somebody has taken it; the keeper has still to agree."""
        for duty in duties:
            swap = offer_swap(duty, by=self._hers_or_keeper(duty), at=self.now, note="当天要到外地送货。")
            taker = next(
                (one for one in takers(swap) if one.person.user_id and one.person.name != HERS), None
            )
            if taker:
                take_swap(swap, taker, by=Actor(user=taker.person.user, door="portal"), at=self.now)
                return duty
            swap.delete()
        return None

    def _hers_or_keeper(self, duty):
        return Actor(user=duty.person.user, door="portal") if duty.person.user_id else self.keeper

    def plan_a_journey(self):
        """The colleague has told that she is away for a week, some time ahead."""
        mandate = Mandate.objects.in_office().filter(person__name=OTHER, person__user__isnull=False).first()
        if mandate is None:
            return
        first = self.today + timedelta(days=33)
        record_leave(
            mandate.person,
            by=Actor(user=mandate.person.user, door="portal"),
            at=self.now,
            organization=mandate.organization,
            start_date=first,
            end_date=first + timedelta(days=6),
            reason="到省委党校参加师资培训",
        )
