"""Which classes the demo city has held: the first year of the term in 2022 (R30, R33), and what was routine since."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.demo.quotas import scaled
from portal.demo.trainings.words import GROUP_TOPICS, TOPICS, teacher_for
from representatives.enums import Level
from training.audiences import RANK
from training.enums import Audience, EnrolmentSource, TrainingKind

CITY_DAYS = (date(2022, 6, 14), date(2022, 8, 16), date(2022, 10, 18))
"""After the congresses of the city and the province; the last also for those elected to the national one."""
NATIONAL = date(2022, 10, 16)
CLASS_SIZE = 100
MAIN_CLASS_SIZE = 45
OTHERS_COME = 0.88
"""Of those who are not at the front line; whoever is, came: 一线全覆盖."""
ROUTINE_COME = 0.95
GROUPS_HELD = 0.97


@dataclass(eq=False)
class Class:
    """One session before it is written. `roster`: [(seat, whether she came)]."""

    organization: object
    kind: str
    title: str
    start: date
    days: int
    hours: int
    place: str
    teacher: str
    audience: str = Audience.RESPONSIBLE
    group: object = None
    is_main_class: bool = False
    course: str = ""
    source: str = EnrolmentSource.RULE
    why: str = ""
    roster: list = field(default_factory=list)
    row: object = None

    @property
    def end(self):
        return self.start + timedelta(days=self.days - 1)


class ClassPlanner:
    """`members`: [(Group, seats)]; `clock` knows the working days."""

    def __init__(self, sites, seats, groups, clock, now, scale, rng):
        self.sites, self.groups, self.clock, self.now, self.rng = sites, groups, clock, now, rng
        self.scale = scale
        best = {}
        for seat in seats:
            known = best.get(id(seat.person))
            if known is None or RANK[seat.level] < RANK[known.level]:
                best[id(seat.person)] = seat
        self.people = list(best.values())
        """One seat for each person, that of her highest level."""
        own = [seat for seat in seats if seat.level in (Level.COUNTY, Level.TOWN)]
        upper = {id(seat.person) for seat in self.people if self._is_citys(seat)}
        self.by_county = {}
        seen = set()
        for seat in sorted(own, key=lambda seat: RANK[seat.level]):
            if id(seat.person) in seen or id(seat.person) in upper:
                continue
            seen.add(id(seat.person))
            self.by_county.setdefault(seat.home.county, []).append(seat)

    @staticmethod
    def _is_citys(seat):
        return seat.is_frontline and seat.level in Level.city_and_above()

    def plan(self):
        classes = (
            self._city() + self._counties() + self._main_classes(date(2022, 7, 5), date(2022, 9, 16), 0.105)
        )
        return _untangled(classes + self._routine() + self._this_year())

    def _city(self):
        late = [seat for seat in self.people if self._is_citys(seat) and seat.level == Level.NATIONAL]
        rest = [seat for seat in self.people if self._is_citys(seat) and seat.level != Level.NATIONAL]
        self.rng.shuffle(rest)
        parts = [rest[number :: len(CITY_DAYS)] for number in range(len(CITY_DAYS))]
        parts[-1] += late
        return [
            self._class(
                self.sites.root,
                TrainingKind.ON_ELECTION,
                f"市级以上一线党代表第{'一二三'[number]}期培训班",
                day,
                days=3,
                hours=24,
                roster=[(seat, True) for seat in part],
            )
            for number, (day, part) in enumerate(zip(CITY_DAYS, parts, strict=True))
            if part
        ]

    def _counties(self):
        classes = []
        for county, seats in self.by_county.items():
            seats = self.rng.sample(seats, len(seats))
            number = max(-(-len(seats) // CLASS_SIZE), 1)
            days = self.clock.between(date(2022, 3, 1), date(2022, 6, 24))
            for turn in range(number):
                day = days[(turn * 2 + 1) * len(days) // (number * 2)]
                part = seats[turn::number]
                roster = [(s, s.is_frontline or self.rng.random() < OTHERS_COME) for s in part]
                title = f"{county.display_name}新当选党代表第{turn + 1}期培训班"
                classes.append(
                    self._class(county, TrainingKind.ON_ELECTION, title, day, days=2, hours=16, roster=roster)
                )
        return classes

    def _main_classes(self, first, last, share, *, spread=0.0):
        """Places in the main classes of county Party schools (R31)."""
        classes = []
        for county, seats in self.by_county.items():
            wanted = len(seats) * (share + self.rng.uniform(-spread, spread))
            chosen = self.rng.sample(seats, min(max(round(wanted), 1), len(seats)))
            number = -(-len(chosen) // MAIN_CLASS_SIZE)
            days = self.clock.between(first, last)
            for turn in range(number):
                classes.append(
                    self._class(
                        county,
                        TrainingKind.TOPIC,
                        f"{county.display_name}委党校主体班（党代表第{turn + 1}期）",
                        days[(turn * 2 + 1) * len(days) // (number * 2 + 1)],
                        days=5,
                        hours=40,
                        roster=[(seat, True) for seat in chosen[turn::number]],
                        audience=Audience.HAND,
                        source=EnrolmentSource.HAND,
                        why="主办单位逐人选定",
                        is_main_class=True,
                    )
                )
        return classes

    def _span(self):
        """The part of the last twelve months in which the routine classes lie, in this year where it is old enough."""
        today = self.now.date()
        first = today - timedelta(days=300)
        if today.month >= 4:
            first = max(first, today.replace(month=2, day=20))
        return self.clock.between(first, today - timedelta(days=12))

    def _routine(self):
        days, classes = self._span(), []
        for number, (group, members) in enumerate(self.groups):
            if self.rng.random() > GROUPS_HELD and number:
                continue
            roster = [(seat, self.rng.random() < ROUTINE_COME) for seat in _once(members)]
            if not any(came for _seat, came in roster):
                continue
            county = members[0].home.county
            classes.append(
                self._class(
                    county,
                    TrainingKind.ROUTINE,
                    f"{group.name}学习日：{self.rng.choice(GROUP_TOPICS)}"[:80],
                    days[number * len(days) // len(self.groups)],
                    days=1,
                    hours=4,
                    roster=roster,
                    audience=Audience.GROUP,
                    group=group,
                    place="小组所在工作室",
                )
            )
        return classes

    def _this_year(self):
        days = self._span()
        classes = self._main_classes(days[len(days) // 3], days[-10], 0.105, spread=0.03)
        for county, seats in self.by_county.items():
            course, title = self.rng.choice(TOPICS)
            chosen = self.rng.sample(seats, min(scaled(40, self.scale) or 1, len(seats)))
            roster = [(seat, self.rng.random() < 0.9) for seat in chosen]
            roster[0] = (roster[0][0], True)
            classes.append(
                self._class(
                    county,
                    TrainingKind.TOPIC,
                    title,
                    days[-self.rng.randint(12, 40)],
                    days=1,
                    hours=8,
                    roster=roster,
                    audience=Audience.HAND,
                    source=EnrolmentSource.NEED,
                    why=f"在需求调查里提出想学{title[:-3]}",
                    course=course,
                )
            )
        return classes

    def _class(self, organization, kind, title, start, *, place="", **more):
        place = place or f"{organization.display_name}委党校"
        return Class(
            organization, kind, title, start, place=place, teacher=teacher_for(kind, self.rng), **more
        )


def _untangled(classes):
    """Nobody is called to two classes on one day: she stays with the one that begins first."""
    busy, kept = {}, []
    for one in sorted(classes, key=lambda one: (one.start, one.organization.path, one.title)):
        free = []
        for seat, came in one.roster:
            taken = busy.setdefault(id(seat.person), [])
            if all(end < one.start for end in taken):
                free.append((seat, came))
                taken.append(one.end)
        one.roster = free
        if any(came for _seat, came in free):
            kept.append(one)
    return kept


def _once(seats):
    """A group may hold two seats of one person."""
    return list({id(seat.person): seat for seat in seats}.values())
