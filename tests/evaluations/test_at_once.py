"""Two people at one moment in an appraisal, over real transactions: one wins cleanly, nothing is there twice."""

from datetime import date, datetime

import pytest

from accounts.actor import Actor
from evaluations.actions.appeals import lodge_appeal
from evaluations.actions.assessors import appoint_assessors
from evaluations.actions.cycles import perform_cycle
from evaluations.actions.evaluations import perform_evaluation
from evaluations.actions.marks import give_marks, seal_sheet
from evaluations.enums import CycleStatus, EvaluationStatus, Grade, SubjectKind
from evaluations.models import Appeal, Assessor, Cycle, Evaluation, Mark
from evaluations.year import prepare_cycle
from records.models import Event
from tests.evaluations.world import make_cycle, make_evaluation, make_scheme
from tests.factories import CHINA, acting
from tests.studios.test_at_once import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = 2022
DAY = datetime(2023, 1, 25, 9, tzinfo=CHINA)


def read(model, pk):
    rows = model.objects.select_related("cycle__organization") if model is not Cycle else model.objects
    return rows.get(pk=pk)


@pytest.fixture
def cycle(city):
    return make_cycle(city, year=YEAR, levels=["town"])


def test_two_who_open_a_cycle_open_it_once(city, cycle):
    def open_it():
        return perform_cycle("open", read(Cycle, cycle.pk), by=acting(city.organizer), at=DAY)

    assert len(winners(at_once(open_it, open_it))) == 1
    assert Evaluation.objects.count() == 2
    assert Event.objects.about(cycle).filter(verb="open").count() == 1


def test_two_who_prepare_a_year_make_one_cycle(city):
    make_scheme(city, year=YEAR)

    def prepare():
        kind = SubjectKind.REPRESENTATIVE
        return prepare_cycle(city.county, YEAR, kind, by=Actor.system(), at=DAY)

    assert len(winners(at_once(prepare, prepare))) == 2
    assert Cycle.objects.count() == 1


def test_a_mark_that_comes_with_the_seal_is_in_it_or_refused(city, cycle):
    evaluation = make_evaluation(cycle, city.mandate)
    Cycle.objects.update(status=CycleStatus.ASSESSING)
    appoint_assessors(read(Cycle, cycle.pk), [city.assessor], by=acting(city.organizer), at=DAY)
    seat = Assessor.objects.get()
    give_marks(read(Assessor, seat.pk), {evaluation.pk: 80}, by=acting(city.assessor), at=DAY)

    def seal():
        return seal_sheet(read(Assessor, seat.pk), by=acting(city.assessor), at=DAY)

    def change():
        return give_marks(read(Assessor, seat.pk), {evaluation.pk: 95}, by=acting(city.assessor), at=DAY)

    sealed, changed = at_once(seal, change)
    assert sealed.sealed_at == DAY
    assert Mark.objects.get().value == (80 if isinstance(changed, Exception) else 95)


def test_two_appeals_at_once_are_one(city, cycle):
    evaluation = make_evaluation(
        cycle, city.mandate, status=EvaluationStatus.DECIDED, decided_grade=Grade.BASIC
    )
    Cycle.objects.update(status=CycleStatus.PUBLICITY, publicity_end_date=date(2023, 2, 20))

    def lodge():
        by = acting(city.representative, "portal")
        return lodge_appeal(read(Evaluation, evaluation.pk), by=by, at=DAY, data={"content": "漏记一次。"})

    assert len(winners(at_once(lodge, lodge))) == 1
    assert Appeal.objects.count() == 1


def test_a_decision_and_the_publication_never_cross(city, cycle):
    evaluation = make_evaluation(cycle, city.mandate, suggested_grade=Grade.BASIC)
    Cycle.objects.update(status=CycleStatus.DECIDING)

    def decide():
        row = read(Evaluation, evaluation.pk)
        return perform_evaluation(
            "decide", row, by=acting(city.organizer), at=DAY, data={"grade": "basic", "reason": ""}
        )

    def publish():
        return perform_cycle("publish", read(Cycle, cycle.pk), by=acting(city.organizer), at=DAY)

    decided, published = at_once(decide, publish)
    assert not isinstance(decided, Exception)
    now = read(Cycle, cycle.pk).status
    assert now == (CycleStatus.DECIDING if isinstance(published, Exception) else CycleStatus.PUBLICITY)
