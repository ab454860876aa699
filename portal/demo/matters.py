"""Planning the matters of the demo city: where, what, when and how it ended. Nothing is written here."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from petitions.enums import FeedbackMethod, Kind, Outcome
from portal.demo.disputes import CATEGORY as WAGES
from portal.demo.disputes import CLUES, LAST_SAFE, MEDIATED
from portal.demo.disputes import HOME as DISPUTES_AT
from portal.demo.people import petitioner
from portal.demo.quotas import scaled
from portal.demo.schedule import Course, reopen_course, run_course, stop_course, withdraw_course
from portal.demo.texts import (
    ARCHIVE_NOTES,
    ASSIGN_NOTES,
    REGISTER_NOTES,
    REMARKS,
    REOPEN_REASONS,
    WITHDRAW_REASONS,
    Setting,
    load_patterns,
    write_matter,
    write_reply,
)

COLLECTED, RESOLVED = 21_000, 6_873
FIRST_DAY, AS_OF = date(2022, 1, 1), date(2022, 10, 28)
"""今年以来: the report's period, and the day its figures stand for."""
TAIL = 760
TAIL_WEEKS = 10
CHANNELS = {
    "studio": 38, "contact_point": 17, "phone": 14, "symposium": 8, "box": 5, "wechat": 7, "web": 9, "letter": 2
}  # fmt: skip
FEEDBACK_WAYS = [
    (FeedbackMethod.PHONE, 5),
    (FeedbackMethod.IN_PERSON, 3),
    (FeedbackMethod.MESSAGE, 2),
    (FeedbackMethod.PUBLIC, 0.3),
]
RATINGS = {
    "A": ([5, 4, 3, None], [55, 28, 5, 12]),
    "B": ([5, 4, 3, 2, None], [14, 34, 25, 7, 20]),
    "C": ([5, 4, 3, 2, 1, None], [6, 22, 34, 14, 4, 20]),
    "D": ([5, 4, 3, 2, 1, None], [12, 28, 28, 9, 3, 20]),
}
EASE = {Kind.CONSULTATION: 1.3, Kind.REQUEST: 1.0, Kind.OPINION: 0.9, Kind.CLUE: 1.0, Kind.SUGGESTION: 0.45}
"""How readily a kind of matter is solved, against the others."""


@dataclass(slots=True)
class Told:
    """Words and marks that go with the steps of a matter."""

    reply: str = ""
    reply_before: str = ""
    method: str = ""
    remark: str = ""
    rating: int | None = None
    notes: dict = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """One matter before it is written."""

    course: Course
    studio: object
    home: object
    seat: object
    channel: str
    pattern: object
    kind: str
    title: str
    content: str
    place: str
    name: str
    phone: str
    unit: object
    setting: Setting
    outcome: str = ""
    told: Told = field(default_factory=Told)
    by_representative: bool = False
    is_clue: bool = False
    row: object = None

    @property
    def is_consultation(self):
        return self.kind == Kind.CONSULTATION

    @property
    def outcome_before(self):
        """A matter that came back had been put off the first time, never solved."""
        return Outcome.REFERENCE if self.is_consultation else Outcome.LATER


class Planner:
    """Draws matters one by one; the same seed draws the same city."""

    def __init__(self, sites, staff, clock, rng):
        self.sites, self.staff, self.clock, self.rng = sites, staff, clock, rng
        self.serial = 0
        self.homes = sites.homes
        self.weights = [home.weight * (1.4 if home.has_workroom else 0.8) for home in sites.homes]
        self.drawn = {}

    def plan_year(self, scale):
        """The matters of 2022, all long closed: exactly `COLLECTED` of them, `RESOLVED` solved by `AS_OF`."""
        days = self.clock.between(FIRST_DAY, AS_OF)
        weights = [self._busyness(day) for day in days]
        total = scaled(COLLECTED, scale)
        received = [self.clock.moment(day, self.rng) for day in self.rng.choices(days, weights, k=total)]
        received.sort()
        clues = self._clue_numbers(received, scale)
        plans = [
            self.draw_clue(moment) if number in clues else self.draw(moment)
            for number, moment in enumerate(received)
        ]
        for plan in plans:
            self._run(plan, late=0.035)
        self._solve(plans, scaled(RESOLVED, scale))
        return plans

    def _clue_numbers(self, received, scale):
        """Which of the year's matters are clues: enough of them early, so that they can be mediated in time."""
        early = sum(1 for moment in received if moment.date() <= LAST_SAFE)
        mediated = set(self.rng.sample(range(early), scaled(MEDIATED, scale)))
        others = [number for number in range(len(received)) if number not in mediated]
        return mediated | set(self.rng.sample(others, scaled(CLUES, scale) - len(mediated)))

    def draw_clue(self, moment):
        """Wages that were not paid, told to 老杜工作室; `plan.is_clue` says that a dispute is made of it."""
        home = next(home for home in self.homes if home.organization.code == DISPUTES_AT)
        plan = self.draw(moment, home=home, studio=home.studios[0], category=WAGES, kind=Kind.CLUE)
        plan.is_clue = True
        return plan

    @staticmethod
    def _busyness(day):
        """Reception days bring more people, and the year warms up."""
        return (
            (2.6 if day.day in (1, 5, 10, 15, 20) else 1)
            * (1.25 if day.weekday() == 0 else 1)
            * (0.8 + day.month / 25)
        )

    def plan_tail(self, scale, now):
        """What has come in over the last weeks, each as far as it has got by `now`."""
        days = self.clock.between(now.date() - timedelta(weeks=TAIL_WEEKS), now.date() - timedelta(days=1))
        received = [self.clock.moment(day, self.rng) for day in self.rng.choices(days, k=scaled(TAIL, scale))]
        plans = [self.draw(moment) for moment in sorted(received)]
        for plan in plans:
            plan.course = run_course(
                self.clock, plan.course.received, consultation=plan.is_consultation, late=0.07, rng=self.rng
            )
            if self.rng.random() < 0.02:
                withdraw_course(self.clock, plan.course, self.rng)
            stop_course(plan.course, now)
            if plan.course.replied:
                plan.outcome = self._outcome(plan)
        return plans

    def _run(self, plan, *, late):
        plan.course = run_course(
            self.clock, plan.course.received, consultation=plan.is_consultation, late=late, rng=self.rng
        )
        chance = self.rng.random()
        if chance < 0.015:
            withdraw_course(self.clock, plan.course, self.rng)
        elif chance < 0.026 and plan.course.received.date() < date(2022, 7, 15):
            # Early enough that all of it lies before the day of the report.
            reopen_course(self.clock, plan.course, self.rng)

    def _solve(self, plans, target):
        """Exactly `target` of those answered by the day of the report were solved; later answers were not."""
        answered = [plan for plan in plans if plan.course.replied]
        in_time = [plan for plan in answered if plan.course.replied.date() <= AS_OF]
        ranked = sorted(in_time, key=lambda plan: -(self.rng.random() ** (1 / EASE[plan.kind])))
        solved = {id(plan) for plan in ranked[:target]}
        for plan in answered:
            plan.outcome = Outcome.SOLVED if id(plan) in solved else self._unsolved(plan)

    def _unsolved(self, plan):
        if plan.is_consultation:
            return Outcome.REFERENCE
        return self.rng.choices([Outcome.IN_PROGRESS, Outcome.LATER, Outcome.REFERENCE], [46, 28, 26])[0]

    def _outcome(self, plan):
        return Outcome.SOLVED if self.rng.random() < 0.36 * EASE[plan.kind] else self._unsolved(plan)

    def draw(
        self,
        moment,
        *,
        home=None,
        studio=None,
        seat=None,
        category=None,
        anonymous=None,
        channel=None,
        kind=None,
    ):
        """A matter received at `moment`; what is not named is drawn."""
        rng = self.rng
        self.serial += 1
        home = home or rng.choices(self.homes, self.weights)[0]
        studio = studio or home.studios[0 if rng.random() < 0.6 else rng.randrange(len(home.studios))]
        seat = seat or self._seat(studio, moment.date())
        channel = channel or rng.choices(list(CHANNELS), CHANNELS.values())[0]
        pattern = self._pattern(moment.date(), home, category, kind)
        kind = kind or rng.choice(pattern.kinds)
        setting = Setting(town=home.name, county=home.county.display_name, day=moment.date())
        title, content = write_matter(pattern, setting, kind=kind, channel=channel, rng=rng)
        anonymous = rng.random() < (0.6 if channel == "box" else 0.1) if anonymous is None else anonymous
        name, phone = ("", "") if anonymous else petitioner(rng, self.serial)
        return Plan(
            course=Course(moment),
            studio=studio,
            home=home,
            seat=seat,
            channel=channel,
            pattern=pattern,
            kind=kind,
            title=title,
            content=content,
            place=f"{home.full_name}{setting.spot}",
            name=name,
            phone=phone,
            unit=self.sites.unit(home.county, pattern.unit),
            setting=setting,
            by_representative=seat is not None and rng.random() < 0.45,
        )

    def _seat(self, studio, day):
        """One of those who sit there and were in office that day; a few matters came to the venue alone."""
        seats = [seat for seat in self.staff.receivers.get(studio.pk, ()) if seat.mandate.start_date <= day]
        return self.rng.choice(seats) if seats and self.rng.random() < 0.93 else None

    def _pattern(self, day, home, category, kind=None):
        """Any pattern that suits the season and the coast; of a handful, the one not drawn for longest."""
        patterns = load_patterns()
        if category:
            fitting = [pattern for pattern in patterns if pattern.category == category]
            if kind == Kind.CLUE:
                # Clues of one kind come by the dozen: in turn from all that somebody tells or asks help with.
                telling = [one for one in fitting if {Kind.CLUE, Kind.REQUEST} & set(one.kinds)]
                return self.rng.choice(telling)
            return fitting[0]
        options = [
            pattern for pattern in self.rng.sample(patterns, 6) if pattern.suits(day, home.county.code)
        ]
        if not options:
            return self._pattern(day, home, category)
        chosen = min(options, key=lambda pattern: self.drawn.get(pattern.title, 0))
        self.drawn[chosen.title] = self.serial
        return chosen

    def tell(self, plan):
        """Find the words for the steps that have happened."""
        rng, course, told = self.rng, plan.course, plan.told
        if course.registered:
            told.notes["register"] = rng.choice(REGISTER_NOTES)
        if course.assigned:
            told.notes["assign"] = rng.choice(ASSIGN_NOTES)
        if course.reopened:
            told.notes["reopen"] = rng.choice(REOPEN_REASONS)
            told.reply_before = self._reply(plan, plan.outcome_before)
        if course.replied:
            told.reply = self._reply(plan, plan.outcome)
        if course.fed_back:
            ways, weights = zip(*FEEDBACK_WAYS, strict=True)
            told.method = FeedbackMethod.PUBLIC if not plan.phone else rng.choices(ways, weights)[0]
            ratings, weights = RATINGS[plan.outcome]
            told.rating = None if told.method == FeedbackMethod.PUBLIC else rng.choices(ratings, weights)[0]
            told.remark = rng.choice(REMARKS[told.rating])
        if course.archived:
            told.notes["archive"] = rng.choice(ARCHIVE_NOTES)
        if course.withdrawn:
            told.notes["withdraw"] = rng.choice(WITHDRAW_REASONS)

    def _reply(self, plan, outcome):
        return write_reply(plan.pattern, plan.setting, kind=plan.kind, outcome=outcome, rng=self.rng)


def office_now(today, zone):
    """Eight in the morning: everything in the demo has happened by then."""
    return datetime.combine(today, datetime.min.time(), zone).replace(hour=8)
