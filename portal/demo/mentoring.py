"""双带双帮 of the demo city: 740 pairs with young representatives and 740 with young cadres by the day of the report,
what they did, and how some of them ended (R34–R36, R38)."""

from datetime import date, timedelta

from portal.demo.ledger import BATCH, Line
from portal.demo.people import POSTS, invent_name
from portal.demo.quotas import scaled, share
from representatives.enums import DutyKind, Level
from representatives.models import DutyRecord, Person
from representatives.pinyin import initials
from representatives.quarters import Quarter
from studios.enums import CompanionRole, DayStatus, DutyStatus
from studios.models import Companion, Duty, ReceptionDay
from training.enums import MentoringKind, PairKind, PairOutcome, PairStatus
from training.models import MentorPair, PairGoal, PairRecord
from training.pairing import Mentor, Young, propose

PAIRS = 740
LATER = 36
"""Further pairs, begun after the report and concluded since."""
MOST = 4
YOUNG = date(1983, 1, 1)
TERM_END = date(2026, 12, 31)
SUBJECT = MentorPair._meta.label_lower
GOALS = (
    "能独立主持一次接待",
    "一年走访二十户群众",
    "学会办理意见建议的全过程",
    "带头完成一项村里的实事",
    "能上台讲一堂微党课",
    "掌握本行业一项新技术",
)
DONE = {
    MentoringKind.TALK: ("谈怎么把话听完、把事记准", "谈近期的工作和困难", "谈代表该做什么、不该做什么"),
    MentoringKind.GUIDANCE: ("一起看了项目现场", "到村里走了五户", "现场看接待登记，逐条讲"),
    MentoringKind.SKILL: ("教怎么写好一条建议", "教大棚测温和水肥", "教怎么和承办单位沟通"),
    MentoringKind.TASK: ("一起协调了一件邻里纠纷", "一起跑成了路灯的事", "一起办了一次宣讲"),
}
CADRE_POSTS = ("组织委员", "宣传干事", "党政办科员", "乡村振兴专干", "驻村第一书记", "团委书记")


LATER_ENDED = date(2024, 3, 18), date(2024, 4, 12)


def tell_pairs(seats, staff, clock, now, *, scale, rng):
    """Write pairs, goals, records, companions. Returns the events, to be written with all others."""
    mentors = [
        seat
        for seat in seats
        if seat.level in Level.city_and_above() and seat.mandate.start_date < date(2022, 3, 1)
    ]
    load = {}
    pairs = _young_representatives(seats, mentors, load, scaled(PAIRS, scale), clock, rng)
    pairs += _young_cadres(mentors, load, scaled(PAIRS, scale), clock, rng)
    # A city that is built earlier has not come to their end yet.
    if now.date() > LATER_ENDED[1]:
        pairs += _later_ones(mentors, load, scaled(LATER, scale), clock, rng)
    MentorPair.objects.bulk_create([pair for pair, _seat in pairs], batch_size=BATCH)
    _set_goals(pairs, rng)
    lines = [_pair_line(pair, seat, staff, clock, rng) for pair, seat in pairs]
    lines += _records(pairs, staff, clock, now, rng)
    lines += [_conclude_line(pair, staff, clock, rng) for pair, _seat in pairs if pair.ended_date]
    return lines + _sit_beside(pairs, staff, clock, rng)


def _shares(mentors, total):
    """{county: number} of pairs, by how many mentors live there."""
    counties = {}
    for seat in mentors:
        counties.setdefault(seat.home.county, []).append(seat)
    parts = share(total, [len(seats) for seats in counties.values()])
    return [(county, seats, part) for (county, seats), part in zip(counties.items(), parts, strict=True)]


def _chosen(mentors, young_people, load):
    """[(mentor seat, index of the young one, reason)], as the office's own suggestions choose."""
    by_pk = {seat.mandate.pk: seat for seat in mentors}
    asked = [
        Mentor(pk, seat.home.organization.path, seat.field, load.get(seat.person.pk, 0))
        for pk, seat in by_pk.items()
    ]
    people = {pk: seat.person.pk for pk, seat in by_pk.items()}
    chosen = propose(asked, young_people, most=MOST, people=people)
    for one in chosen:
        person = people[one.mentor]
        load[person] = load.get(person, 0) + 1
    return [(by_pk[one.mentor], one.young, "，".join(one.reasons)) for one in chosen]


def _pair(
    kind, mentor, mentee, home, field, reason, clock, rng, *, first=date(2022, 2, 14), last=date(2022, 5, 31)
):
    started = rng.choice(clock.between(first, last))
    pair = MentorPair(
        kind=kind,
        mentor=mentor.mandate,
        mentee=mentee,
        organization=home.organization,
        field=field,
        start_date=started,
        planned_end_date=TERM_END,
        reason=reason,
    )
    return pair, mentor


def _young_representatives(seats, mentors, load, total, clock, rng):
    mentoring = {seat.person.pk for seat in mentors}
    pairs, taken = [], set()
    for county, own, part in _shares(mentors, total):
        young = {}
        for seat in seats:
            fits = seat.home.county == county and seat.level in (Level.COUNTY, Level.TOWN)
            if fits and seat.person.birth_month >= YOUNG and seat.person.pk not in mentoring | taken:
                young.setdefault(seat.person.pk, seat)
        drawn = rng.sample(list(young.values()), min(part, len(young)))
        asked = [
            Young(number, seat.home.organization.path, seat.field, seat.person.pk)
            for number, seat in enumerate(drawn)
        ]
        for mentor, number, reason in _chosen(own, asked, load):
            seat = drawn[number]
            taken.add(seat.person.pk)
            pairs.append(
                _pair(PairKind.REPRESENTATIVE, mentor, seat.person, seat.home, seat.field, reason, clock, rng)
            )
    return pairs + _from_elsewhere(seats, mentors, load, taken | mentoring, total - len(pairs), clock, rng)


def _from_elsewhere(seats, mentors, load, taken, missing, clock, rng):
    """Where a county has too few young people or too few mentors, the city helps out."""
    young = {}
    for seat in seats:
        if seat.level in (Level.COUNTY, Level.TOWN) and seat.person.birth_month >= YOUNG:
            young.setdefault(seat.person.pk, seat)
    free = [seat for pk, seat in young.items() if pk not in taken]
    pairs = []
    for seat in rng.sample(free, min(max(0, missing), len(free))):
        mentor = min(mentors, key=lambda one: (load.get(one.person.pk, 0), one.mandate.pk))
        load[mentor.person.pk] = load.get(mentor.person.pk, 0) + 1
        pairs.append(
            _pair(PairKind.REPRESENTATIVE, mentor, seat.person, seat.home, seat.field, "全市统筹", clock, rng)
        )
    return pairs


def _young_cadres(mentors, load, total, clock, rng, **span):
    """New people: young cadres hold no seat."""
    drafted = []
    for _county, own, part in _shares(mentors, total):
        homes = [rng.choice(own).home for _number in range(part)]
        fields = [rng.choice([*POSTS, ""]) for _home in homes]
        asked = [Young(number, home.organization.path, fields[number]) for number, home in enumerate(homes)]
        for mentor, number, reason in _chosen(own, asked, load):
            drafted.append((mentor, homes[number], fields[number], reason))
    people = [
        _cadre(home, number, rng) for number, (_mentor, home, _field, _why) in enumerate(drafted, start=1)
    ]
    offset = Person.objects.filter(phone__startswith="1543").count()
    for number, person in enumerate(people, start=offset + 1):
        person.phone = f"1543{number:07d}"
    Person.objects.bulk_create(people, batch_size=BATCH)
    return [
        _pair(PairKind.CADRE, mentor, person, home, field, reason, clock, rng, **span)
        for person, (mentor, home, field, reason) in zip(people, drafted, strict=True)
    ]


def _cadre(home, _number, rng):
    name, gender = invent_name(rng)
    return Person(
        name=name,
        gender=gender,
        pinyin=initials(name),
        birth_month=date(rng.randint(1988, 1998), rng.randint(1, 12), 1),
        education=rng.choice(("本科", "本科", "本科", "硕士研究生", "大专")),
        employer=f"{home.name}{rng.choice(CADRE_POSTS)}",
    )


def _later_ones(mentors, load, total, clock, rng):
    """Begun in the spring after the report, for a year, and concluded."""
    free = dict.fromkeys(load, MOST - 1)
    pairs = _young_cadres(
        mentors, {p: min(n, free[p]) for p, n in load.items()}, total, clock, rng,
        first=date(2023, 3, 1), last=date(2023, 4, 28),
    )  # fmt: skip
    for pair, _mentor in pairs:
        pair.planned_end_date = date(2024, 3, 31)
        pair.ended_date = rng.choice(clock.between(*LATER_ENDED))
        pair.status = PairStatus.CONCLUDED
        pair.outcome = rng.choices(list(PairOutcome), (7, 4, 1))[0]
        pair.summary = (
            "一年里谈过、教过、一起办过事，能独当一面。"
            if pair.outcome == "reached"
            else "还有目标没有达到，继续跟进。"
        )
    return pairs


def _set_goals(pairs, rng):
    goals = []
    for pair, _mentor in pairs:
        for number, content in enumerate(rng.sample(GOALS, 2)):
            reached = None
            if pair.outcome == PairOutcome.REACHED or (number == 0 and rng.random() < 0.6):
                reached = min(
                    pair.start_date + timedelta(days=rng.randint(120, 240)), pair.ended_date or TERM_END
                )
            goals.append(
                PairGoal(
                    pair=pair,
                    content=content,
                    due_date=min(pair.start_date + timedelta(days=250), pair.planned_end_date)
                    if reached
                    else pair.planned_end_date,
                    reached_date=reached,
                    evidence="有接待、走访记录" if reached else "",
                )
            )
    PairGoal.objects.bulk_create(goals, batch_size=BATCH)


def _pair_line(pair, mentor, staff, clock, rng):
    after = {"kind": str(pair.kind), "mentor": mentor.person.name, "start_date": pair.start_date.isoformat()}
    return _line(pair, clock.moment(pair.start_date, rng), "pair", staff, after=after)


def _line(pair, at, verb, staff, *, actor=None, before=None, after=None, note=""):
    place = pair.organization
    door = "portal" if actor else "admin"
    actor = actor or staff.organizers[place.county_path]
    return Line(at, verb, SUBJECT, pair, place.pk, actor, door, before, after, note)


def _records(pairs, staff, clock, now, rng):
    """In the second and third quarter of the report's year, and in those of this one; the demo's own mentors have still
    to write down this quarter's."""
    this = Quarter.of(now.date())
    quarters = [Quarter.of(date(2022, 6, 1)), Quarter.of(date(2022, 8, 1)), this.before, this]
    spans = [[day for day in clock.between(one.first, one.last) if day < now.date()] for one in quarters]
    published = {account["username"] for account in staff.published}
    rows, lines = [], []
    for pair, mentor in pairs:
        user = mentor.person.user
        for days, part in zip(spans, (0.7, 0.8, 0.8, 0.5), strict=True):
            within = [
                day
                for day in days
                if pair.start_date < day and (not pair.ended_date or day <= pair.ended_date)
            ]
            still_to = days is spans[-1] and user is not None and user.username in published
            if within and not still_to and rng.random() < part:
                day, kind = rng.choice(within), rng.choice(list(MentoringKind))
                content = rng.choice(DONE[kind])
                at = clock.moment(day, rng)
                row = PairRecord(
                    pair=pair, on=day, kind=kind, content=content, recorded_at=at, recorded_by=user
                )
                rows.append(row)
                after = {"on": day.isoformat(), "kind": str(kind)}
                lines.append(_line(pair, at, "record", staff, actor=user, after=after))
    PairRecord.objects.bulk_create(rows, batch_size=BATCH)
    DutyRecord.objects.bulk_create(
        (
            DutyRecord(
                mandate_id=row.pair.mentor_id,
                kind=DutyKind.MENTORING,
                on=row.on,
                source_type=PairRecord._meta.label_lower,
                source_id=row.pk,
            )
            for row in rows
        ),
        batch_size=BATCH,
    )
    return lines


def _conclude_line(pair, staff, clock, rng):
    after = {"status": "concluded", "ended_date": pair.ended_date.isoformat()}
    return _line(
        pair, clock.moment(pair.ended_date, rng), "conclude", staff, before={"status": "active"}, after=after,
        note=pair.summary,
    )  # fmt: skip


def _sit_beside(pairs, staff, clock, rng):
    """同驻室: on some of the days on which a mentor sat, one of her young people sat beside her."""
    mine = {}
    for pair, _mentor in pairs:
        mine.setdefault(pair.mentor_id, []).append(pair)
    sat = Duty.objects.filter(
        mandate__in=list(mine), status=DutyStatus.SERVED, day__status=DayStatus.HELD
    ).select_related("day__studio", "day__rule")
    busy = set(Duty.objects.holding().values_list("person_id", "date"))
    known = set(Companion.objects.values_list("day_id", "person_id"))
    companions, lines = [], []
    for duty in sat.order_by("date", "pk").iterator(2000):
        if rng.random() > 0.3:
            continue
        pair = rng.choice(mine[duty.mandate_id])
        within = pair.start_date <= duty.date and (not pair.ended_date or duty.date <= pair.ended_date)
        if not within or (pair.mentee_id, duty.date) in busy or (duty.day_id, pair.mentee_id) in known:
            continue
        known.add((duty.day_id, pair.mentee_id))
        keeper, studio = staff.keepers[duty.day.studio_id], duty.day.studio
        at = duty.checked_in_at + timedelta(minutes=9)
        companions.append(
            Companion(
                day=duty.day,
                person=pair.mentee,
                role=CompanionRole.MENTEE,
                recorded_at=at,
                recorded_by=keeper,
            )
        )
        after = {"person": pair.mentee_id, "role": str(CompanionRole.MENTEE)}
        lines.append(
            Line(
                at, "add_companion", ReceptionDay._meta.label_lower, duty.day, studio.organization_id, keeper, "admin",
                after=after,
            )
        )  # fmt: skip
    Companion.objects.bulk_create(companions, batch_size=BATCH)
    return lines
