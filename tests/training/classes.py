"""Sessions of training as the stories need them."""

from datetime import date, time

from training.actions.sessions import give_code
from training.enums import Audience, TrainingKind
from training.models import Training, TrainingPlan


def make_plan(organization, year=2026, **fields):
    fields = {"title": f"{organization.name}{year}年党代表培训计划"} | fields
    return TrainingPlan.objects.create(organization=organization, year=year, **fields)


def make_training(organization, *, start=date(2026, 11, 23), end=None, **fields):
    fields = {
        "kind": TrainingKind.ON_ELECTION,
        "title": "党代表履职基础培训班",
        "start_time": time(9),
        "place": "寿光市委党校一楼报告厅",
        "teacher": "王教授",
        "hours": 8,
        "seats": 50,
        "audience": Audience.RESPONSIBLE,
    } | fields
    training = Training.objects.create(
        organization=organization, start_date=start, end_date=end or start, **fields
    )
    return give_code(training)
