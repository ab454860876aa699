"""Every page of the appraisal's desk speaks Chinese, also where it is filled."""

from datetime import date

import pytest
from django.utils import timezone

from evaluations.actions.cycles import suggest_grades
from evaluations.computing import compute_cycle
from evaluations.enums import CycleStatus
from evaluations.models import Appeal, Indicator
from representatives.enums import DutyKind
from tests.admin.test_chinese import english_in
from tests.evaluations.world import add_records, make_assessor, make_cycle, make_evaluation, make_scheme


@pytest.mark.parametrize("nouns", [("scheme",), ("cycle", "appeal"), ("evaluation", "assessor")])
def test_no_filled_page_speaks_english(city, browser, nouns):
    scheme = make_scheme(city, year=2022, status="in_use")
    draft = make_scheme(city, year=2023, status="draft")
    cycle = make_cycle(city, year=2022, levels=["town"], status=CycleStatus.DECIDING)
    sheet = make_assessor(make_cycle(city, year=2021, status=CycleStatus.ASSESSING), city.organizer)
    Indicator.objects.update(name="一项指标")
    add_records(city.mandate, DutyKind.RECEPTION, on=date(2022, 6, 1))
    row = make_evaluation(cycle, city.mandate, scheme=scheme, committee_mark=9000, committee_count=1)
    marked = make_evaluation(sheet.cycle, city.mandate)
    compute_cycle(cycle)
    suggest_grades(cycle)
    appeal = Appeal.objects.create(
        evaluation=row, content="复核", lodged_at=timezone.now(), old_grade="basic"
    )
    counted = scheme.indicators.get(code="reception")
    pages = {
        "scheme": [f"{draft.pk}/{page}/" for page in ("change", "edit", "copy", "what-if")],
        "cycle": [
            *(f"{cycle.pk}/{page}/" for page in ("change", "edit", "decide-as-suggested")),
            *(f"{sheet.cycle.pk}/{page}/" for page in ("change", "assessors")),
        ],
        "evaluation": [f"{row.pk}/{page}/" for page in ("change", f"records/{counted.pk}")],
        "appeal": [f"{appeal.pk}/{page}/" for page in ("change", "step/uphold")],
        "assessor": [
            f"{sheet.pk}/{page}/" for page in ("change", f"reports/{marked.pk}", f"conflicts/{marked.pk}")
        ],
    }
    desk, found = browser(city.organizer), {}
    for noun in nouns:
        for page in ["", *pages[noun]]:
            if words := english_in(desk.page(f"/admin/evaluations/{noun}/{page}")):
                found[f"{noun}/{page}"] = words
    assert found == {}
