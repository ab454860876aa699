"""Writing the classes that are over: rows, rosters, the duty ledger and the time lines, as the verbs leave them."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat, LPad

from portal.demo.ledger import BATCH, Line
from portal.demo.trainings.planning import ClassPlanner
from portal.demo.trainings.words import SUMMARIES
from representatives.enums import DutyKind
from representatives.models import DutyRecord
from training.enums import AttendanceMeans, Audience, EnrolmentStatus, PlanStatus, TrainingStatus
from training.models import Course, Enrolment, Training, TrainingPlan

TRAINING, ENROLMENT, PLAN = (model._meta.label_lower for model in (Training, Enrolment, TrainingPlan))
FIRST_TOLD = datetime(2022, 1, 10, 9, 0)


def tell_trainings(sites, seats, groups, staff, clock, now, *, scale, rng):
    """Write everything up to today. Returns the events, to be written with all others."""
    classes = ClassPlanner(sites, seats, groups, clock, now, scale, rng("classes")).plan()
    classes.sort(key=lambda one: (one.start, one.organization.path, one.title))
    filing = TrainingFiling(sites, staff, clock, now, rng("trainings"))
    filing.write(classes)
    return filing.lines


class TrainingFiling:
    def __init__(self, sites, staff, clock, now, rng):
        self.sites, self.staff, self.clock, self.now, self.rng = sites, staff, clock, now, rng
        self.courses = {course.code: course for course in Course.objects.all()}
        self.lines = []

    def write(self, classes):
        self._write_plans(classes)
        for one in classes:
            one.row = self._row(one)
        Training.objects.bulk_create([one.row for one in classes], batch_size=BATCH)
        for one in classes:
            one.row.code = f"PX{one.start.year}-{one.row.pk:05d}"
        Training.objects.bulk_update([one.row for one in classes], ["code"], batch_size=500)
        rows = [row for one in classes for row in self._places(one)]
        Enrolment.objects.bulk_create(rows, batch_size=1000)
        self._number(classes)
        DutyRecord.objects.bulk_create(
            (
                DutyRecord(
                    mandate_id=row.mandate_id,
                    kind=DutyKind.TRAINING,
                    on=row.training.start_date,
                    quantity=row.hours,
                    source_type=ENROLMENT,
                    source_id=row.pk,
                )
                for row in rows
                if row.status == EnrolmentStatus.ATTENDED
            ),
            batch_size=BATCH,
        )
        for one in classes:
            self._tell(one)
        for row in rows:
            if row.checked_in_at:
                self._tell_check_in(row)

    def _organizer(self, organization):
        return self.staff.organizers[organization.path]

    def _write_plans(self, classes):
        """One of each place for 2022 and for this year, approved in January; this year's first is seen as a draft by
        nobody."""
        self.plans = {}
        for year in (2022, self.now.year):
            for place in (self.sites.root, *self.sites.counties):
                target = sum(
                    len(one.roster)
                    for one in classes
                    if one.organization.pk == place.pk and one.start.year == year
                )
                approved = datetime(year, 1, 14, 10, place.pk % 60, tzinfo=self.now.tzinfo)
                if approved > self.now:
                    continue
                self.plans[place.pk, year] = TrainingPlan(
                    organization=place,
                    year=year,
                    title=f"{place.display_name}{year}年党代表培训计划",
                    aim="任期第一年对本地代表全员培训；一线代表全覆盖。"
                    if year == 2022
                    else "按小组轮训，按需求开专题班。",
                    people_target=-(-target // 50) * 50,
                    status=PlanStatus.APPROVED,
                    document_number=f"{place.display_name[0]}组发〔{year}〕{3 + place.pk % 9}号",
                    approved_at=approved,
                    approved_by=self._organizer(place),
                )
        TrainingPlan.objects.bulk_create(self.plans.values())
        for plan in self.plans.values():
            before, after = {"status": "draft"}, {"status": "approved", "year": plan.year}
            who, place = plan.approved_by, plan.organization_id
            self.lines.append(
                Line(
                    plan.approved_at,
                    "approve",
                    PLAN,
                    plan,
                    place,
                    who,
                    "admin",
                    before,
                    after,
                    plan.document_number,
                )
            )

    def _moment(self, day, hour, minute):
        return datetime.combine(day, time(hour, minute), self.now.tzinfo)

    def _before(self, day, workdays, hour):
        return self._moment(self.clock.days[max(self.clock.position(day) - workdays, 0)], hour, day.day % 60)

    def _last_workday(self, one):
        """A class of a week may end on a Saturday; the office closes its books the day before."""
        return self.clock.days[self.clock.position(one.end + timedelta(days=1)) - 1]

    def _row(self, one):
        told = self._before(one.start, 8, 10)
        return Training(
            plan=self.plans.get((one.organization.pk, one.start.year)),
            organization=one.organization,
            kind=one.kind,
            title=one.title,
            course=self.courses.get(one.course),
            start_date=one.start,
            end_date=one.end,
            start_time=time(9),
            place=one.place,
            teacher=one.teacher,
            hours=one.hours,
            seats=max(len(one.roster), 1),
            is_main_class=one.is_main_class,
            audience=one.audience,
            group=one.group,
            status=TrainingStatus.HELD,
            published_at=told,
            summary=self.rng.choice(SUMMARIES),
            closed_at=self._moment(self._last_workday(one), 17, 2 + one.organization.pk % 20),
        )

    def _places(self, one):
        training = one.row
        for seat, came in one.roster:
            by_code = came and seat.person.user_id and self.rng.random() < 0.7
            at = self._moment(one.start, 8, 30) + timedelta(minutes=self.rng.randint(0, 35))
            away = not came and self.rng.random() < 0.6
            yield Enrolment(
                training=training,
                person=seat.person,
                mandate=seat.mandate,
                organization=seat.home.organization,
                status=EnrolmentStatus.ATTENDED
                if came
                else (EnrolmentStatus.ON_LEAVE if away else EnrolmentStatus.ABSENT),
                source=one.source,
                reason=one.why or self._why(one, seat),
                leave_reason=self.rng.choice(("住院", "外出务工", "单位值班")) if away else "",
                invited_at=training.published_at,
                checked_in_at=at if came else None,
                checked_in_by=(AttendanceMeans.CODE if by_code else AttendanceMeans.STAFF) if came else "",
                hours=Decimal(one.hours) if came else Decimal(0),
                changed_at=at if came else training.closed_at,
            )

    @staticmethod
    def _why(one, seat):
        what = f"{seat.mandate.get_level_display()}代表{'（生产和工作一线）' if seat.is_frontline else ''}"
        if one.audience == Audience.GROUP:
            return f"{what}，属{one.group.name}"
        return f"{what}，按培训职责由{one.organization.display_name}培训"

    @staticmethod
    def _number(classes):
        """Certificates: whoever came has learned all the hours."""
        number = LPad(Cast("pk", CharField()), 7, Value("0"))
        for year in sorted({one.start.year for one in classes}):
            rows = Enrolment.objects.filter(training__start_date__year=year, status=EnrolmentStatus.ATTENDED)
            rows.update(certificate_number=Concat(Value(f"JY{year}-"), number))

    def _tell(self, one):
        row, place, who = one.row, one.organization.pk, self._organizer(one.organization)
        drafted = self._before(one.start, 12, 9)
        came = sum(1 for _seat, came in one.roster if came)
        people = len(one.roster)
        for at, verb, before, after in (
            (drafted, "created", None, {"title": one.title}),
            (
                drafted + timedelta(minutes=6),
                "enrol_by_rule",
                None,
                {"people": people, "source": str(one.source)},
            ),
            (row.published_at, "publish", {"status": "planned"}, {"status": "open", "people": people}),
            (row.closed_at, "close", {"status": "open"}, {"status": "held", "came": came}),
        ):
            self.lines.append(Line(at, verb, TRAINING, row, place, who, "admin", before, after))

    def _tell_check_in(self, row):
        by_code = row.checked_in_by == AttendanceMeans.CODE
        who = row.person.user if by_code else self._organizer(row.training.organization)
        after = {"status": "attended", "means": str(row.checked_in_by)}
        self.lines.append(
            Line(
                row.checked_in_at,
                "check_in",
                ENROLMENT,
                row,
                row.training.organization_id,
                who,
                "portal" if by_code else "admin",
                {"status": "invited"},
                after,
            )
        )
