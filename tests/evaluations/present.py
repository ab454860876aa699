"""This year's appraisal of 寿光市, walked to a stage by the office's own verbs around today, for the doors that read the
real clock."""

from datetime import timedelta

from django.utils import timezone

from accounts.enums import Role
from evaluations.actions.assessors import appoint_assessors
from evaluations.actions.cycles import perform_cycle
from evaluations.actions.evaluations import decide_as_suggested, perform_evaluation
from evaluations.actions.marks import give_marks, seal_sheet
from evaluations.models import Assessor, Evaluation
from representatives.enums import DutyKind
from tests.evaluations.world import add_records, make_cycle, make_scheme
from tests.factories import acting, make_user

STAGES = ("reporting", "assessing", "sealed", "deciding", "decided", "publicity", "appeals", "final")
REPORT = "一年来驻室接待两次，记下群众的事三件，都有了回音。"


def walk_year(city, stage, **fields):
    """`city.cycle`, `city.hers` (杨守伟, reported) and `city.colleagues` (王雯, not reported); returns the cycle.

    "sealed": both assessors have sealed, nothing is opened; "decided": as suggested, not published.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    by = acting(city.organizer)
    city.second_assessor = make_user(Role.ASSESSOR, city.county, name="吴考评")
    scheme = fields.pop("scheme", None) or make_scheme(city)
    days = {
        "cut_off_date": today,
        "open_date": today,
        "report_due_date": today + timedelta(days=12),
        "assess_due_date": today + timedelta(days=20),
        "decide_due_date": today + timedelta(days=30),
    }
    city.cycle = make_cycle(city, scheme=scheme, levels=["town"], **days | fields)
    wang = city.colleague.person.mandates.get()
    add_records(city.mandate, DutyKind.RECEPTION, times=2, on=today)
    add_records(city.mandate, DutyKind.TRAINING, on=today)
    add_records(wang, DutyKind.RECEPTION, on=today)

    def do(verb, at=now):
        perform_cycle(verb, city.cycle, by=by, at=at)

    done = STAGES.index(stage)
    do("open")
    city.hers = evaluation_of(city.cycle, city.mandate)
    city.colleagues = evaluation_of(city.cycle, wang)
    if done >= STAGES.index("assessing"):
        data = {"report": REPORT, "self_mark": 90}
        perform_evaluation("submit_report", city.hers, by=acting(city.representative), at=now, data=data)
        appoint_assessors(city.cycle, [city.assessor, city.second_assessor], by=by, at=now)
        do("start_assessment")
    if done >= STAGES.index("sealed"):
        for user, marks in ((city.assessor, (91, 73)), (city.second_assessor, (86, 70))):
            seat = Assessor.objects.get(cycle=city.cycle, user=user)
            given = dict(zip((city.hers.pk, city.colleagues.pk), marks, strict=True))
            give_marks(seat, given, by=acting(user), at=now)
            seal_sheet(seat, by=acting(user), at=now)
    if done >= STAGES.index("deciding"):
        do("suggest")
    if done >= STAGES.index("decided"):
        decide_as_suggested(city.cycle, by=by, at=now)
    if done >= STAGES.index("publicity"):
        do("publish")
    if done >= STAGES.index("appeals"):
        do("end_publicity", now + timedelta(days=25))
    if done >= STAGES.index("final"):
        do("finalize", now + timedelta(days=60))
    city.hers = evaluation_of(city.cycle, city.mandate)
    city.colleagues = evaluation_of(city.cycle, wang)
    city.cycle.refresh_from_db()
    return city.cycle


def evaluation_of(cycle, mandate):
    return Evaluation.objects.with_names().get(cycle=cycle, mandate=mandate)
