"""Moments of an office: working days, office hours, one thing after another. Pure."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, time, timedelta

MORNING = (8 * 60 + 30, 11 * 60 + 30)
AFTERNOON = (13 * 60 + 30, 17 * 60 + 20)


class OfficeClock:
    """Working days between two dates, in order; `is_workday` is asked once per day."""

    def __init__(self, is_workday, first, last, zone):
        span = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.days = [day for day in span if is_workday(day)]
        self.zone = zone

    def position(self, day):
        """Index of the first working day on or after `day`."""
        return bisect_left(self.days, day)

    def between(self, first, last):
        """Working days from `first` to `last`, both included."""
        return self.days[self.position(first) : self.position(last + timedelta(days=1))]

    def moment(self, day, rng):
        """Some minute within office hours of a working day."""
        low, high = MORNING if rng.random() < 0.55 else AFTERNOON
        return self._at(day, rng.randint(low, high), rng)

    def later(self, moment, workdays, rng):
        """A moment `workdays` working days after `moment`; with 0, later on the same day if the day allows."""
        minute = moment.hour * 60 + moment.minute
        if workdays == 0:
            if minute + 20 < AFTERNOON[1]:
                return self._at(
                    moment.date(),
                    self._office_minute(rng.randint(minute + 5, AFTERNOON[1])),
                    rng,
                    after=moment,
                )
            workdays = 1
        return self.moment(self.days[self.position(moment.date()) + workdays], rng)

    @staticmethod
    def _office_minute(minute):
        """Nobody works through the lunch break."""
        return AFTERNOON[0] + (minute - MORNING[1]) % 60 if MORNING[1] < minute < AFTERNOON[0] else minute

    def _at(self, day, minute, rng, after=None):
        found = datetime.combine(day, time(minute // 60, minute % 60, rng.randrange(60)), self.zone)
        return found if after is None or found > after else after + timedelta(minutes=1)


@dataclass(slots=True)
class Course:
    """What happened to a matter and when; None means: not (yet)."""

    received: datetime
    registered: datetime | None = None
    assigned: datetime | None = None
    replied: datetime | None = None
    fed_back: datetime | None = None
    archived: datetime | None = None
    withdrawn: datetime | None = None
    reopened: datetime | None = None
    replied_before: datetime | None = None
    """The reply that did not hold, where the matter was reopened."""
    fed_back_before: datetime | None = None

    @property
    def status(self):
        if self.withdrawn:
            return "withdrawn"
        if self.archived:
            return "archived"
        if self.replied:
            return "feedback"
        if self.assigned:
            return "handling"
        return "registered" if self.registered else "received"


_WAITS = ("registered", "assigned", "replied", "fed_back", "archived")


def run_course(clock, received, *, consultation, late, rng):
    """The whole way of a matter to the archive; `late` is the share of steps that miss their limit."""
    course = Course(received)
    moment = received
    for step in _WAITS:
        moment = clock.later(moment, _wait(step, consultation, late, rng), rng)
        setattr(course, step, moment)
    return course


def _wait(step, consultation, late, rng):
    """Working days a step takes; the limits are those of time_limits.csv."""
    missed = rng.random() < late
    match step:
        case "registered":
            return 2 if missed else rng.choice((0, 0, 0, 0, 1))
        case "assigned":
            return rng.randint(6, 7) if missed else rng.choice((0, 1, 1, 1, 2, 2, 3, 4))
        case "replied" if consultation:
            return rng.randint(6, 9) if missed else rng.choice((1, 2, 2, 3, 3, 4, 5))
        case "replied":
            return rng.randint(31, 44) if missed else min(30, int(rng.triangular(2, 31, 11)))
        case "fed_back":
            return rng.randint(4, 6) if missed else rng.choice((0, 0, 1, 1, 2, 3))
    return rng.randint(1, 10)


def reopen_course(clock, course, rng):
    """The person was told and not content: handled once more, then told again and archived."""
    course.replied_before, course.fed_back_before = course.replied, course.fed_back
    course.reopened = clock.later(course.fed_back, rng.randint(1, 5), rng)
    course.replied = clock.later(course.reopened, rng.randint(4, 20), rng)
    course.fed_back = clock.later(course.replied, rng.randint(0, 3), rng)
    course.archived = clock.later(course.fed_back, rng.randint(1, 8), rng)


def withdraw_course(clock, course, rng):
    """Taken back while it was still open."""
    last = rng.choice((course.received, course.registered, course.assigned))
    course.withdrawn = clock.later(last, rng.randint(0, 1), rng)
    for step in _WAITS:
        if getattr(course, step) and getattr(course, step) >= course.withdrawn:
            setattr(course, step, None)
    course.replied = course.fed_back = course.archived = None


def stop_course(course, now):
    """Forget what has not happened yet at `now`."""
    for step in (*_WAITS, "withdrawn"):
        if getattr(course, step) and getattr(course, step) > now:
            setattr(course, step, None)
