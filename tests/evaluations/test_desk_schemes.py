"""Schemes at the desk: the form with its table of indicators, the page in words, copy, approval, trial."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.actions.cycles import suggest_grades
from evaluations.computing import compute_cycle
from evaluations.enums import CycleStatus, IndicatorSource, SchemeStatus
from evaluations.models import Scheme
from evaluations.setup import load_schemes
from representatives.enums import DutyKind
from tests.evaluations.world import add_records, make_cycle, make_evaluation, make_scheme
from tests.factories import make_mandate

DESK = "/admin/evaluations/scheme/"


def form_of(city, *rows, **changed):
    """What the form sends: the scheme, and one block for each indicator."""
    form = {
        "kind": "representative",
        "organization": city.county.pk,
        "year": 2022,
        "title": "寿光市2022年考评办法",
        "excellent_from": "90",
        "competent_from": "80",
        "basic_from": "60",
        "bonus_cap": "5",
        "minimum_answers": "5",
        "indicators-TOTAL_FORMS": len(rows),
        "indicators-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        block = {
            "source": "ledger",
            "measure": "lines",
            "target": "2",
            "weight": "100",
            "when_missing": "zero",
            "position": number,
        }
        form |= {f"indicators-{number}-{name}": value for name, value in (block | row).items()}
    return form | changed


RECEPTION = {"name": "驻室接待", "kinds": ["reception"]}


def test_from_the_form_to_use(city, browser):
    desk = browser(city.organizer)
    assert "数哪几类履职记录" in desk.page(f"{DESK}add/")
    answer = desk.post(f"{DESK}add/", form_of(city, RECEPTION))
    scheme = Scheme.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{DESK}{scheme.pk}/change/")
    assert list(scheme.indicators.values_list("code", "kinds")) == [("ledger-1", ["reception"])]
    page = desk.page(answer["Location"])
    assert "驻室接待满 2 次得 100 分" in page
    assert "启用前还要改" not in page
    assert "依据文号" in desk.page(f"{DESK}{scheme.pk}/step/approve/")
    refused = desk.post(f"{DESK}{scheme.pk}/step/approve/", {"document_number": ""})
    assert (refused.status_code, "请填写依据文号" in refused.content.decode()) == (400, True)
    desk.post(f"{DESK}{scheme.pk}/step/approve/", {"document_number": "寿组发〔2022〕9号"})
    scheme.refresh_from_db()
    assert scheme.status == SchemeStatus.IN_USE
    page = desk.page(f"{DESK}{scheme.pk}/edit/", status=409)
    assert "只有起草中的办法能改" in page
    desk.page(f"{DESK}{scheme.pk}/copy/")
    answer = desk.post(f"{DESK}{scheme.pk}/copy/", {"year": 2023})
    draft = Scheme.objects.get(year=2023)
    assert answer["Location"] == f"{DESK}{draft.pk}/change/"
    assert "复制自" in desk.page(answer["Location"])
    desk.post(f"{DESK}{scheme.pk}/step/send_back/")
    desk.page(f"{DESK}{scheme.pk}/edit/")
    scheme.refresh_from_db()
    assert scheme.status == SchemeStatus.DRAFT


@pytest.mark.parametrize(
    ("row", "changed", "words"),
    [
        (RECEPTION | {"kinds": []}, {}, "请选择数哪几类履职记录"),
        (RECEPTION | {"source": "targets", "kinds": []}, {}, "数据来源只能从这些里选"),
        (RECEPTION | {"cap": "20"}, {}, "最多得分不能低于分值"),
        (RECEPTION | {"weight": "0"}, {}, "大于或等于"),
        (RECEPTION, {"competent_from": "95"}, "须高于下一等次的分数线"),
        (RECEPTION, {"kind": "studio", "level": "town"}, "不分代表层级"),
    ],
)
def test_faults_stand_at_their_fields(city, browser, row, changed, words):
    answer = browser(city.organizer).post(f"{DESK}add/", form_of(city, row, **changed))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Scheme.objects.count() == 0


def test_a_draft_is_changed_in_its_table(city, browser):
    scheme = make_scheme(city, status="draft", year=2022)
    desk = browser(city.organizer)
    desk.page(f"{DESK}{scheme.pk}/edit/")
    rows = [{"id": row.pk, "name": row.name} for row in scheme.indicators.all()]
    form = form_of(city, *rows, **{"indicators-INITIAL_FORMS": 4})
    for number, row in enumerate(scheme.indicators.all()):
        values = {"source": row.source, "kinds": row.kinds, "target": row.target, "weight": row.weight}
        form |= {f"indicators-{number}-{name}": value for name, value in values.items()}
    form["indicators-0-weight"] = "45"
    form["indicators-1-DELETE"] = "on"
    answer = desk.post(f"{DESK}{scheme.pk}/edit/", form)
    assert answer.status_code == 302
    assert list(scheme.indicators.values_list("code", "weight")) == [
        ("reception", 45),
        ("report", 10),
        ("committee", 30),
    ]
    assert "现在是85分" in desk.page(f"{DESK}{scheme.pk}/change/")


def test_who_only_reads_finds_no_button_and_who_is_next_door_nothing(city, browser):
    scheme = make_scheme(city, status="draft")
    for user in (city.leader, city.assessor):
        desk = browser(user)
        page = desk.page(f"{DESK}{scheme.pk}/change/")
        assert "修改</a>" not in page
        assert desk.get(f"{DESK}{scheme.pk}/copy/").status_code == 403
        assert desk.get(f"{DESK}{scheme.pk}/what-if/").status_code == 403
        refused = desk.post(f"{DESK}{scheme.pk}/step/approve/", {"document_number": "x"})
        assert refused.status_code == 403
        assert desk.get(f"{DESK}add/").status_code == 403
    for address in ("change/", "edit/", "copy/", "what-if/", "step/approve/"):
        assert browser(city.stranger).get(f"{DESK}{scheme.pk}/{address}").status_code == 404
    assert browser(city.keeper).get(DESK).status_code == 403
    scheme.refresh_from_db()
    assert scheme.status == SchemeStatus.DRAFT


def test_a_county_copies_the_citys_scheme_for_itself(city, browser):
    load_schemes()
    scheme = Scheme.objects.get(kind="representative")
    desk = browser(city.organizer)
    assert "复制" in desk.page(f"{DESK}{scheme.pk}/change/")
    refused = desk.post(f"{DESK}{scheme.pk}/copy/", {"year": scheme.year})
    assert refused.status_code == 403
    desk.post(f"{DESK}{scheme.pk}/copy/", {"year": scheme.year, "organization": city.county.pk})
    draft = Scheme.objects.get(organization=city.county)
    assert draft.indicators.count() == scheme.indicators.count()


def test_the_trial_is_shown_by_county_and_by_person(city, browser):
    rows = (("reception", IndicatorSource.LEDGER, [DutyKind.RECEPTION], 2, 100),)
    scheme = make_scheme(city, year=2022, rows=rows)
    desk = browser(city.organizer)
    assert "还没有可以试算的年度" in desk.page(f"{DESK}{scheme.pk}/what-if/")
    cycle = make_cycle(city, year=2022, status=CycleStatus.FINAL)
    add_records(city.mandate, DutyKind.RECEPTION, on=date(2022, 6, 1))
    make_evaluation(cycle, city.mandate, scheme=scheme)
    compute_cycle(cycle)
    suggest_grades(cycle)
    scheme.indicators.update(target=1)
    page = desk.page(f"{DESK}{scheme.pk}/what-if/")
    assert "寿光市" in page
    assert "杨守伟" in page
    assert "0 → <b>1</b>" in page


@pytest.mark.parametrize("address", ["", "what-if/"])
def test_pages_cost_the_same_with_more_rows(city, browser, address):
    scheme = make_scheme(city, year=2022)
    cycle = make_cycle(city, year=2022, status=CycleStatus.FINAL, decide_due_date=timezone.localdate())
    make_evaluation(cycle, city.mandate, scheme=scheme, suggested_grade="excellent", score=9000)
    desk = browser(city.organizer)
    target = f"{DESK}{scheme.pk}/{address}" if address else DESK
    counts = []
    for year in (2023, 2024, 2025):
        with CaptureQueriesContext(connection) as queries:
            desk.page(target)
        counts.append(len(queries))
        make_scheme(city, year=year)
        mandate = make_mandate(city.town)
        make_evaluation(cycle, mandate, scheme=scheme, suggested_grade="excellent", score=9000)
    assert counts[0] == counts[-1] <= 12
