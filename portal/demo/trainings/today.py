"""What is going on with training today, done by the office's own verbs: a class of today, one that is coming with a leave
to decide, a survey that is open, and a class for whoever is still missing."""

from datetime import timedelta

from accounts.actor import Actor
from accounts.models import Organization
from portal.demo.receptions.planning import HERS, OTHER
from portal.demo.trainings.words import NEEDS
from representatives.models import Mandate
from training.actions.attending import perform_enrolment
from training.actions.enrolling import enrol_by_rule, enrol_people
from training.actions.needs import answer_survey, perform_survey
from training.actions.sessions import give_code, perform_training
from training.enums import Audience, TrainingKind
from training.models import Course, Enrolment, NeedSurvey, Training, TrainingPlan

COUNTY = "370783"
ANSWERS = 120


class TrainingDesk:
    """`now` is the last moment at which anything was done."""

    def __init__(self, staff, today, now, rng):
        self.staff, self.today, self.now, self.rng = staff, today, now, rng
        self.county = Organization.objects.get(code=COUNTY)
        self.city = Organization.objects.get(path=self.county.path[:4])
        self.by = Actor(user=staff.organizers[self.county.path], door="admin")
        self.boss = Actor(user=staff.organizers[self.city.path], door="admin")

    def run(self):
        self.hold_today()
        self.call_next_week()
        self.plan_for_the_missing()
        self.ask_what_they_need()

    def _seat(self, name):
        rows = Mandate.objects.in_office().filter(person__name=name, person__user__isnull=False)
        return rows.select_related("person__user", "organization", "group").first()

    def _class(self, organization, title, days, **fields):
        start = self.today + timedelta(days=days)
        plan = TrainingPlan.objects.filter(organization=organization, year=start.year).first()
        training = Training.objects.create(
            plan=plan,
            organization=organization,
            title=title,
            start_date=start,
            end_date=fields.pop("end_date", start),
            place=fields.pop("place", f"{organization.display_name}委党校二楼报告厅"),
            teacher=fields.pop("teacher", "市委党校教师"),
            **fields,
        )
        return give_code(training)

    def hold_today(self):
        """The pilot's own group learns today: the code is on the screen, and its representative has still to check in."""
        seat = self._seat(HERS)
        if seat is None or seat.group is None:
            return
        training = self._class(
            self.county,
            f"{seat.group.name}学习日：怎样把群众的话写成建议",
            0,
            kind=TrainingKind.ROUTINE,
            hours=4,
            seats=40,
            audience=Audience.GROUP,
            group=seat.group,
            material="学习《潍坊市党代表履职手册》第三章；请带一件最近接待时记下的事。",
            course=Course.objects.filter(code="research").first(),
        )
        enrol_by_rule(training, by=self.by, at=self.now)
        if training.enrolments.exists():
            perform_training("publish", training, by=self.by, at=self.now)

    def call_next_week(self):
        """A class of the city next week: somebody has confirmed, somebody asks for leave, the rest have still to say."""
        training = self._class(
            self.city,
            "市级以上一线党代表秋冬季轮训班",
            6,
            end_date=self.today + timedelta(days=7),
            kind=TrainingKind.TOPIC,
            hours=16,
            seats=80,
            audience=Audience.CONDITIONS,
            levels=["national", "provincial", "city"],
            frontline_only=True,
            course=Course.objects.filter(code="party-theory").first(),
        )
        if seat := self._seat(HERS):
            enrol_people(training, by=self.boss, at=self.now, data={"people": [seat.person]})
        enrol_by_rule(training, by=self.boss, at=self.now)
        if not training.enrolments.exists():
            return
        perform_training("publish", training, by=self.boss, at=self.now)
        rows = Enrolment.objects.filter(training=training, person__user__isnull=False)
        rows = rows.exclude(person__name=HERS).select_related(
            "training__organization", "person__user", "mandate"
        )
        for number, row in enumerate(rows.order_by("pk")[:12]):
            hers = Actor(user=row.person.user, door="portal")
            if number % 5 == 4 or row.person.name == OTHER:
                perform_enrolment("ask_leave", row, by=hers, at=self.now, data={"reason": "那天要到省里开会"})
            elif number % 2 == 0:
                perform_enrolment("confirm", row, by=hers, at=self.now)

    def plan_for_the_missing(self):
        """Waiting for the one button on the page of coverage."""
        self._class(
            self.county,
            "一线党代表补训班",
            20,
            kind=TrainingKind.TOPIC,
            hours=8,
            seats=120,
            audience=Audience.HAND,
        )

    def ask_what_they_need(self):
        year = self.today.year + (self.today.month >= 10)
        survey = NeedSurvey.objects.create(
            organization=self.county,
            year=year,
            title=f"{self.county.display_name}{year}年党代表培训需求调查",
            words="明年开什么班，先听您说。",
            due_date=self.today + timedelta(days=12),
        )
        perform_survey("open", survey, by=self.by, at=self.now)
        courses = list(Course.objects.filter(is_active=True))
        weights = [self.rng.uniform(0.4, 3) for _course in courses]
        seats = Mandate.objects.in_office().filter(
            organization__path__startswith=self.county.path, person__user__isnull=False
        )
        seats = seats.exclude(person__name__in=[HERS, OTHER]).select_related("person__user").order_by("pk")
        for seat in list(seats)[:ANSWERS]:
            doing, lacking = self.rng.choice(NEEDS)
            chosen = {self.rng.choices(courses, weights)[0].code for _pick in range(self.rng.randint(1, 3))}
            data = {"courses": sorted(chosen), "doing": doing, "lacking": lacking}
            answer_survey(survey, by=Actor(user=seat.person.user, door="portal"), at=self.now, data=data)
