"""The appraisals of 2021 and 2022 as they were done: schemes, cycles, marks and decisions; scores by the house's own
statements, grades by its own rules. What the committees thought of people is drawn by lot, alike in both years."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F

from accounts.actor import Actor
from evaluations.actions.cycles import in_scope, suggest_grades
from evaluations.actions.finalizing import follow_up
from evaluations.actions.schemes import number_version
from evaluations.computing import compute_cycles, take_committee_marks
from evaluations.enums import (
    AppealStatus,
    CycleStatus,
    EvaluationStatus,
    Grade,
    IndicatorSource,
    SchemeStatus,
    SubjectKind,
    WhenMissing,
)
from evaluations.models import Appeal, Assessor, Cycle, Evaluation, Indicator, Mark, Scheme
from evaluations.year import CITY_LEVELS, COUNTY_LEVELS, default_dates
from portal.demo.ledger import BATCH, Line
from records.bulk import refresh_statistics
from representatives.enums import DutyKind
from workdays.queries import load_calendar

CYCLE, EVALUATION = Cycle._meta.label_lower, Evaluation._meta.label_lower
RECEIVED = [DutyKind.PETITION_RECEIVED, DutyKind.PETITION_FED_BACK]
SCHEMES = {
    2021: (
        "潍坊市2021年度党代表考评办法（试行）",
        "潍组发〔2021〕28号",
        "本届代表年底刚当选，履职不足一月，只作述职和测评。",
        [
            ("report", "个人述职", IndicatorSource.SELF_REPORT, [], 100, 30),
            ("committee", "党委测评", IndicatorSource.COMMITTEE, [], 100, 70),
        ],
    ),
    2022: (
        "潍坊市2022年度党代表考评办法",
        "潍组发〔2022〕41号",
        "任期第一年，以参训、述职和测评为主，驻室接待、办理意见和联系支部按次计分。",
        [
            ("training", "参加培训", IndicatorSource.LEDGER, [DutyKind.TRAINING], 1, 25),
            ("reception", "驻室接待", IndicatorSource.LEDGER, [DutyKind.RECEPTION], 2, 4),
            ("matters", "接收和反馈群众意见", IndicatorSource.LEDGER, RECEIVED, 3, 4),
            ("branch", "联系党支部", IndicatorSource.LEDGER, [DutyKind.BRANCH_CONTACT], 4, 2),
            ("report", "个人述职", IndicatorSource.SELF_REPORT, [], 100, 20),
            ("committee", "党委测评", IndicatorSource.COMMITTEE, [], 100, 45),
            ("mentoring", "结对帮带", IndicatorSource.BONUS, [DutyKind.MENTORING], 4, 2),
        ],
    ),
}
REPORTS = (
    "按时参加培训和小组活动，接待群众、走访联系户，反映的事尽力办。不足是到外村走得少，明年多走多听。",
    "宣传党代会精神，带头发展产业，帮邻里解决销路和用水难处。不足是学政策不够，明年参加专题培训。",
    "立足岗位履职，轮流驻室接待，收集意见及时转交反馈。不足是调研不深，明年围绕养老托幼做一次调研。",
    "联系党支部过组织生活，为群众跑腿办事。不足是写建议不熟练，明年在小组里多请教。",
)
OTHERWISE = (
    "上半年住院治疗，平时表现较好，党委研究定为此等次",
    "防汛救灾中表现突出，党委研究定为此等次",
    "群众有反映，经核实属实，党委研究定为此等次",
)
STEPS = (
    ("open", "open_date", {"status": "draft"}, {"status": "reporting"}),
    ("start_assessment", "report_due_date", {"status": "reporting"}, {"status": "assessing"}),
    ("suggest", "assess_due_date", {"status": "assessing"}, {"status": "deciding"}),
    ("publish", "decide_due_date", {"status": "deciding"}, {"status": "publicity"}),
    ("end_publicity", "publicity_end_date", {"status": "publicity"}, {"status": "appeals"}),
    ("finalize", "appeal_end_date", {"status": "appeals"}, {"status": "final"}),
)


def tell_appraisals(sites, staff, clock, now, *, rng):
    """Write both years. Returns the events, to be written with all others."""
    telling = Appraisals(sites, staff, clock, now, rng)
    for year in SCHEMES:
        telling.tell(year)
    return telling.lines


def write_indicators(scheme, year):
    """Those by which the year was appraised."""
    Indicator.objects.bulk_create(
        Indicator(
            scheme=scheme,
            code=code,
            name=name,
            source=source,
            kinds=[str(kind) for kind in kinds],
            target=target,
            weight=Decimal(weight),
            position=position,
            when_missing=WhenMissing.LEAVE_OUT if source == IndicatorSource.COMMITTEE else WhenMissing.ZERO,
        )
        for position, (code, name, source, kinds, target, weight) in enumerate(SCHEMES[year][3], start=1)
    )


class Appraisals:
    def __init__(self, sites, staff, clock, now, rng):
        self.sites, self.staff, self.clock, self.now, self.rng = sites, staff, clock, now, rng
        self.lines = []
        self.worth = {}
        """Mandate id → what the committee thinks of her, from 0 to 100; it changes little from year to year."""
        users = {user.username: user for user in staff.users}
        self.judges = [users["kaoping-weifang"], users["lingdao-weifang"]]

    def tell(self, year):
        # What is not yet over is not told; whose congress had not yet met had nobody to appraise.
        cycles = [cycle for cycle in self._cycles(year) if cycle.closed_at < self.now]
        cycles = [cycle for cycle in cycles if in_scope(cycle).exists()]
        if not cycles:
            return
        scheme = self._scheme(year)
        Cycle.objects.bulk_create(cycles)
        rows = [row for cycle in cycles for row in self._evaluations(cycle, scheme)]
        Evaluation.objects.bulk_create(rows, batch_size=1000)
        self._mark(cycles, rows)
        refresh_statistics(Evaluation, Assessor, Mark)
        for cycle in cycles:
            take_committee_marks(cycle)
        compute_cycles(cycles)
        for cycle in cycles:
            suggest_grades(cycle)
        self._decide(year, cycles)
        for cycle in cycles:
            follow_up(cycle, by=Actor(user=self._organizer(cycle), door="admin"), at=cycle.closed_at)
            self._tell_steps(cycle)

    def _cycles(self, year):
        return [self._cycle(place, year) for place in (self.sites.root, *self.sites.counties)]

    def _scheme(self, year):
        title, number, note, _rows = SCHEMES[year]
        approved = self._moment(self._workday(date(year, 11, 20)), 10)
        scheme = Scheme(
            organization=self.sites.root,
            year=year,
            title=title,
            note=note,
            document_number=number,
            status=SchemeStatus.IN_USE,
            approved_at=approved,
            frozen_at=self._moment(self._workday(date(year + 1, 1, 4)), 9),
        )
        number_version(scheme)
        scheme.save()
        write_indicators(scheme, year)
        return scheme

    def _workday(self, day):
        """The day itself, or the next one on which people work."""
        return load_calendar().next_workday(day)

    def _moment(self, day, hour, minute=0):
        return datetime.combine(day, time(hour, minute), self.now.tzinfo)

    def _organizer(self, cycle):
        return self.staff.organizers[cycle.organization.path]

    def _cycle(self, place, year):
        calendar = load_calendar()
        days = {
            name: self._workday(day) if "due" in name or "open" in name else day
            for name, day in default_dates(year).items()
        }
        publicity_end = calendar.add_workdays(days["decide_due_date"], 5).date
        appeal_end = calendar.add_workdays(publicity_end, 5).date
        is_city = place.pk == self.sites.root.pk
        return Cycle(
            kind=SubjectKind.REPRESENTATIVE,
            organization=place,
            year=year,
            title=f"{place.display_name}{year}年党代表考评",
            levels=[str(level) for level in (CITY_LEVELS if is_city else COUNTY_LEVELS)],
            publicity_end_date=publicity_end,
            appeal_end_date=appeal_end,
            status=CycleStatus.FINAL,
            opened_at=self._moment(days["open_date"], 9),
            closed_at=self._moment(calendar.add_workdays(appeal_end, 1).date, 10),
            **days,
        )

    def _evaluations(self, cycle, scheme):
        seats = in_scope(cycle).order_by("pk").values_list("pk", "organization_id")
        for pk, organization in seats:
            worth = self._worth(pk)
            idle = worth < 55
            reported = not idle and self.rng.random() < 0.985
            moment = self._moment(cycle.open_date, 8) + timedelta(
                days=self.rng.randrange(1, 15), minutes=self.rng.randrange(600)
            )
            yield Evaluation(
                cycle=cycle,
                scheme=scheme,
                mandate_id=pk,
                organization_id=organization,
                report=self.rng.choice(REPORTS) if reported else "",
                self_mark=min(100, max(70, round(worth + self.rng.gauss(6, 2)))) if reported else None,
                report_saved_at=moment if reported else None,
                reported_at=moment if reported else None,
                status=EvaluationStatus.REPORTED if reported else EvaluationStatus.PENDING,
            )

    def _worth(self, mandate):
        if mandate not in self.worth:
            lot = self.rng.random()
            if lot < 0.004:
                self.worth[mandate] = self.rng.gauss(42, 5)
            elif lot < 0.06:
                self.worth[mandate] = self.rng.gauss(68, 3)
            else:
                self.worth[mandate] = min(self.rng.gauss(86.5, 4.5), 98)
        drift = self.rng.gauss(0, 1.5)
        return min(max(self.worth[mandate] + drift, 20), 99)

    def _mark(self, cycles, rows):
        """The organizer of the place and two of the city's assess everywhere; all sheets are sealed on the last day."""
        of_cycle = {}
        for row in rows:
            of_cycle.setdefault(row.cycle_id, []).append(row)
        seats = [
            Assessor(cycle=cycle, user=user, sealed_at=self._moment(cycle.assess_due_date, 16))
            for cycle in cycles
            for user in (self._organizer(cycle), *self.judges)
        ]
        Assessor.objects.bulk_create(seats)
        Mark.objects.bulk_create(
            (
                Mark(assessor=seat, evaluation=row, value=self._value(row))
                for seat in seats
                for row in of_cycle.get(seat.cycle_id, ())
            ),
            batch_size=BATCH,
        )

    def _value(self, row):
        return min(100, max(0, round(self.worth[row.mandate_id] + self.rng.gauss(0, 3))))

    def _decide(self, year, cycles):
        """As suggested, but for one in two hundred; a handful appeal, and two in five of them are right."""
        by_cycle = {cycle.pk: cycle for cycle in cycles}
        rows = Evaluation.objects.filter(cycle__in=by_cycle).select_related("organization").order_by("pk")
        rows = list(rows.defer("report", "points"))
        higher = {
            Grade.COMPETENT: Grade.EXCELLENT,
            Grade.BASIC: Grade.COMPETENT,
            Grade.INCOMPETENT: Grade.BASIC,
        }
        appeals, otherwise = [], []
        for row in rows:
            cycle = by_cycle[row.cycle_id]
            row.cycle = cycle
            row.decided_grade, row.decided_at = row.suggested_grade, self._moment(cycle.decide_due_date, 9)
            lot = self.rng.random()
            if lot < 0.005 and row.suggested_grade in higher:
                row.decided_grade = higher[row.suggested_grade]
                row.decision_reason = self.rng.choice(OTHERWISE[:2])
                otherwise.append(row)
            elif lot > 0.998 and row.suggested_grade in (Grade.COMPETENT, Grade.BASIC):
                appeals.append(self._appeal(row, higher))
                otherwise.append(row)
            self.lines.append(self._line(cycle.closed_at, "finalized", row, row.decided_grade))
        for cycle in cycles:
            self._settle(cycle)
        changed = ["decided_grade", "decision_reason", "decided_at"]
        Evaluation.objects.bulk_update(otherwise, changed, batch_size=100)
        Appeal.objects.bulk_create(appeals)

    def _settle(self, cycle):
        """As suggested, all of them at once."""
        cycle.evaluations.update(
            decided_grade=F("suggested_grade"),
            decided_at=self._moment(cycle.decide_due_date, 9),
            decided_by=self._organizer(cycle),
            status=EvaluationStatus.FINAL,
        )

    def _line(self, at, verb, row, grade):
        return Line(
            at,
            verb,
            EVALUATION,
            row,
            row.organization_id,
            self._organizer(row.cycle),
            "admin",
            after={"grade": str(grade)},
        )

    def _appeal(self, row, higher):
        upheld = self.rng.random() < 0.4
        lodged = self._moment(row.cycle.decide_due_date, 15) + timedelta(days=self.rng.randrange(1, 5))
        appeal = Appeal(
            evaluation=row,
            content="有两次接待和一次走访没有计入，签到表和照片在站里。",
            lodged_at=lodged,
            old_grade=row.decided_grade,
            status=AppealStatus.UPHELD if upheld else AppealStatus.DISMISSED,
            answer="核对签到表，情况属实，予以改评。"
            if upheld
            else "核对签到表和台账，没有漏记，维持原评定。",
            answered_at=self._moment(row.cycle.publicity_end_date, 10),
        )
        self.lines.append(self._line(lodged, "appeal", row, row.decided_grade))
        if upheld:
            appeal.new_grade = higher[row.decided_grade]
            row.decided_grade, row.decision_reason = appeal.new_grade, "申诉成立，改评"
            row.decided_at = appeal.answered_at
            self.lines.append(self._line(appeal.answered_at, "amend", row, row.decided_grade))
        return appeal

    def _tell_steps(self, cycle):
        who = self._organizer(cycle)
        for verb, day, before, after in STEPS:
            at = self._moment(getattr(cycle, day), 9)
            at = {"open": cycle.opened_at, "finalize": cycle.closed_at}.get(verb, at + timedelta(hours=8))
            self.lines.append(
                Line(at, verb, CYCLE, cycle, cycle.organization_id, who, "admin", before, after)
            )
