"""A year in publicity: the representative decided and in appeal, the venue of the town beside her, an assessor's seat."""

from datetime import timedelta

from django.utils import timezone

from evaluations.enums import CycleStatus, EvaluationStatus, Grade, SubjectKind
from evaluations.models import Appeal
from tests.evaluations.world import make_assessor, make_cycle, make_evaluation, make_scheme

YEAR = 2019


def appraisal_examples(city):
    """({noun in an address: row}, {name in an address: what is put there})"""
    now = timezone.now()
    decided = {
        "status": EvaluationStatus.DECIDED,
        "decided_grade": Grade.COMPETENT,
        "suggested_grade": Grade.COMPETENT,
        "score": 8_200,
        "report": "一年来接待群众二十次。",
        "reported_at": now,
    }
    in_publicity = {
        "status": CycleStatus.PUBLICITY,
        "publicity_end_date": timezone.localdate() + timedelta(days=5),
    }
    scheme = make_scheme(city, year=YEAR)
    cycle = make_cycle(city, year=YEAR, scheme=scheme, levels=["town"], **in_publicity)
    evaluation = make_evaluation(cycle, city.mandate, scheme=scheme, **decided)
    appeal = Appeal.objects.create(
        evaluation=evaluation,
        content="驻室接待少算了一次。",
        lodged_by=city.representative,
        lodged_at=now,
        old_grade=Grade.COMPETENT,
    )
    venues = make_scheme(city, kind=SubjectKind.STUDIO, year=YEAR)
    of_venues = make_cycle(city, kind=SubjectKind.STUDIO, year=YEAR, scheme=venues, **in_publicity)
    seat = make_assessor(cycle, city.assessor)
    rows = {
        "scheme": scheme,
        "cycle": cycle,
        "assessor": seat,
        "report": evaluation,
        "conflict": evaluation,
        "evaluation-cycle": cycle,
        "publicity": cycle,
        "evaluation": evaluation,
        "appraisal": evaluation,
        "appeal": appeal,
        "assessor-sheet": seat,
        "studio-assessment": make_evaluation(of_venues, city.studio, scheme=venues, **decided),
    }
    return rows, {"indicator": str(scheme.indicators.first().pk), "appeal": str(appeal.pk)}


APPRAISAL_VERBS = {
    "admin/evaluations/scheme/": "send_back",
    "admin/evaluations/cycle/": "withdraw_publicity",
    "admin/evaluations/evaluation/": "decide",
    "admin/evaluations/appeal/": "dismiss",
}
"""What a route begins with → the verb that its example is asked for."""
