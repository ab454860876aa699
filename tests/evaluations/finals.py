"""Years that are over: final grades written down as the cycle would leave them, for what follows from them."""

from datetime import datetime

from evaluations.actions.finalizing import follow_up
from evaluations.enums import CycleStatus, EvaluationStatus, Grade, SubjectKind
from evaluations.models import Cycle, Evaluation, ReminderTalk
from tests.evaluations.world import make_cycle, make_evaluation
from tests.factories import CHINA, acting

CLOSED = {year: datetime(year + 1, 3, 10, 10, 0, tzinfo=CHINA) for year in range(2019, 2027)}
"""A working day in March after the year."""


def final_cycle(city, year, *, kind=SubjectKind.REPRESENTATIVE, **fields):
    fields.setdefault("status", CycleStatus.FINAL)
    fields.setdefault("closed_at", CLOSED[year])
    return make_cycle(city, year=year, kind=kind, levels=["town"], **fields)


def final_grade(cycle, subject, grade, *, score=9100, **fields):
    fields.setdefault("status", EvaluationStatus.FINAL)
    row = make_evaluation(cycle, subject, decided_grade=grade, suggested_grade=grade, score=score, **fields)
    return Evaluation.objects.with_names().select_related("mandate__person__user").get(pk=row.pk)


def years_of(city, subject, grades):
    """{year: cycle} with one final grade of the subject in each; None for a year without any."""
    cycles = {}
    for year, grade in grades.items():
        cycles[year] = Cycle.objects.filter(year=year, kind=SubjectKind.REPRESENTATIVE).first()
        cycles[year] = cycles[year] or final_cycle(city, year)
        if grade is not None:
            final_grade(cycles[year], subject, grade)
    return cycles


def make_talk(city, mandate=None, *, year=2022):
    """A talk that is due, as the final grade of the year has left it."""
    cycle = final_cycle(city, year)
    final_grade(cycle, mandate or city.mandate, Grade.INCOMPETENT, score=4200)
    follow_up(cycle, by=acting(city.organizer), at=CLOSED[year])
    return ReminderTalk.objects.with_names().get(evaluation__cycle=cycle)
