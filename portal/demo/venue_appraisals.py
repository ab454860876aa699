"""The venues' appraisal of 2022, county by county (R83): shares by the house's own measures, marks drawn by lot, grades as
suggested."""

from datetime import date, timedelta
from decimal import Decimal

from evaluations.actions.cycles import in_scope
from evaluations.actions.schemes import number_version
from evaluations.enums import EvaluationStatus, IndicatorSource, SchemeStatus, SubjectKind, WhenMissing
from evaluations.models import Evaluation, Indicator, Scheme
from portal.demo.appraisals import Appraisals
from studios.models import Studio

YEAR = 2022
WHOLE = 0.2
SMALL = ("370725", "370783")
INDICATORS = (
    ("targets", "年度目标", IndicatorSource.TARGETS, 25),
    ("checklist", "“五有”阵地", IndicatorSource.CHECKLIST, 20),
    ("reception-days", "接待日", IndicatorSource.RECEPTION_DAYS, 20),
    ("matters", "意见反馈", IndicatorSource.MATTERS, 15),
    ("committee", "党委测评", IndicatorSource.COMMITTEE, 20),
)
REPORTS = (
    "每月按时接待，来访都有登记；阵地制度上墙、资料齐全。不足是宣传不够，明年到各村走一遍。",
    "接待日没有空过，群众反映的事逐件交办反馈。不足是志愿者少，明年再发动一批。",
    "与网格一起收集意见，联系代表轮流驻室。不足是场地小，明年与社区共用会议室。",
)


def tell_venue_appraisals(sites, staff, clock, now, *, scale, rng):
    """Write the year of all counties (in a small city of the two whose accounts are published: there
    are as many venues at any scale). Returns the events, to be written with all others."""
    telling = VenueAppraisals(sites, staff, clock, now, rng)
    telling.counties = [place for place in sites.counties if scale >= WHOLE or place.code in SMALL]
    telling.tell(YEAR)
    return telling.lines


class VenueAppraisals(Appraisals):
    """The same months and the same committees; `worth` is by venue."""

    def _cycles(self, year):
        return [self._cycle(place, year) for place in self.counties]

    def _scheme(self, year):
        approved = self._moment(self._workday(date(year, 11, 20)), 11)
        scheme = Scheme(
            kind=SubjectKind.STUDIO,
            organization=self.sites.root,
            year=year,
            title="潍坊市2022年度党代表工作室（站）考核办法",
            note="阵地与代表分开考核；群众评议下一年起试行。",
            document_number="潍组发〔2022〕42号",
            excellent_quota_percent=25,
            status=SchemeStatus.IN_USE,
            approved_at=approved,
            frozen_at=self._moment(self._workday(date(year + 1, 1, 4)), 9),
        )
        number_version(scheme)
        scheme.save()
        Indicator.objects.bulk_create(
            Indicator(
                scheme=scheme,
                code=code,
                name=name,
                source=source,
                target=100,
                weight=Decimal(weight),
                position=position,
                when_missing=WhenMissing.LEAVE_OUT,
            )
            for position, (code, name, source, weight) in enumerate(INDICATORS, start=1)
        )
        return scheme

    def _cycle(self, place, year):
        cycle = super()._cycle(place, year)
        cycle.kind, cycle.levels = SubjectKind.STUDIO, []
        cycle.title = f"{place.display_name}{year}年工作室（站）考核"
        return cycle

    def _evaluations(self, cycle, scheme):
        for pk, organization in in_scope(cycle).order_by("pk").values_list("pk", "organization_id"):
            self.worth[pk] = min(max(self.rng.gauss(87, 5), 55), 98)
            reported = self.rng.random() < 0.97
            moment = self._moment(cycle.open_date, 9) + timedelta(
                days=self.rng.randrange(1, 15), minutes=self.rng.randrange(480)
            )
            yield Evaluation(
                cycle=cycle,
                scheme=scheme,
                studio_id=pk,
                organization_id=organization,
                report=self.rng.choice(REPORTS) if reported else "",
                self_mark=min(100, round(self.worth[pk]) + 4) if reported else None,
                report_saved_at=moment if reported else None,
                reported_at=moment if reported else None,
                status=EvaluationStatus.REPORTED if reported else EvaluationStatus.PENDING,
            )

    def _value(self, row):
        return min(100, max(0, round(self.worth[row.studio_id] + self.rng.gauss(0, 3))))

    def _decide(self, year, cycles):
        by_cycle = {cycle.pk: cycle for cycle in cycles}
        rows = list(Evaluation.objects.filter(cycle__in=by_cycle).order_by("pk").defer("report", "points"))
        names = dict(Studio.objects.values_list("pk", "name"))
        for row in rows:
            row.cycle = by_cycle[row.cycle_id]
            row.studio = Studio(pk=row.studio_id, name=names[row.studio_id])
            row.decided_grade = row.suggested_grade
            row.decided_at = self._moment(row.cycle.decide_due_date, 10)
            row.decided_by, row.status = self._organizer(row.cycle), EvaluationStatus.FINAL
            self.lines.append(self._line(row.cycle.closed_at, "finalized", row, row.decided_grade))
        fields = ["decided_grade", "decided_at", "decided_by", "status"]
        Evaluation.objects.bulk_update(rows, fields, batch_size=500)
