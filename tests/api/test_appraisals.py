"""The year's appraisal at the REST door: verbs, sheets, appeals — and what nobody may know before its time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.actions.conflicts import find_conflicts
from evaluations.enums import CycleStatus, SubjectKind
from evaluations.models import Appeal, Assessor, Cycle, Evaluation, Mark
from records.models import Event
from representatives.enums import DutyKind
from studios.enums import TargetKind
from studios.models import StudioTarget
from tests.evaluations.present import REPORT, STAGES, walk_year
from tests.evaluations.world import add_records, make_cycle, make_evaluation, make_scheme
from tests.factories import make_mandate, make_person

pytestmark = pytest.mark.django_db
EVERYBODY = (
    "organizer", "leader", "assessor", "second_assessor", "client", "representative", "colleague",
)  # fmt: skip
DECIDERS = ("organizer", "leader")
HIDDEN = {
    "score": None,
    "committee_mark": None,
    "committee_count": None,
    "suggested_grade": None,
    "decided_grade": None,
    "decided_at": None,
    "decision_reason": None,
    "is_over_quota": None,
}


def new_cycle(city, **fields):
    year = timezone.localdate().year
    return {
        "kind": "representative",
        "organization": city.county.pk,
        "year": year,
        "title": f"寿光市{year}年度党代表考评",
        "levels": ["town"],
        "cut_off_date": str(timezone.localdate()),
    } | fields


# --- cycles ---------------------------------------------------------------------------------------------------


def test_a_cycle_is_made_with_its_usual_days_and_walked(city, door):
    organizer, year = door("organizer"), timezone.localdate().year
    made = organizer.post("evaluation-cycles/", new_cycle(city), key="k1")
    assert made.status_code == 201, made.told
    again = organizer.post("evaluation-cycles/", new_cycle(city), key="k1")
    assert (again.status_code, again.told["id"]) == (201, made.told["id"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert made.told["report_due_date"] == f"{year + 1}-01-20"
    address = f"evaluation-cycles/{made.told['id']}/"
    assert made.headers["Location"].endswith(address)
    assert {"open", "cancel", "appoint"} <= set(made.told["allowed_verbs"])
    refused = organizer.post(f"{address}open/")
    assert (refused.status_code, refused.told["code"]) == (409, "no-scheme")
    make_scheme(city)
    opened = organizer.post(f"{address}open/")
    assert (opened.status_code, opened.told["status"]) == (200, "reporting"), opened.told
    assert opened.told["progress"] == {
        "appraised": 2, "reported": 0, "decided": 0, "assessors": 0, "sealed": 0,
    }  # fmt: skip
    assert organizer.post(f"{address}open/").status_code == 409
    asked = organizer.post(f"{address}appoint/", {"users": [city.assessor.pk]})
    assert asked.told == {"done": 1}
    (seat,) = organizer.get(f"{address}assessors/").told["results"]
    assert (seat["user"], seat["sealed_at"]) == (city.assessor.pk, None)
    freed = organizer.post(f"{address}excuse/", {"assessor": seat["id"], "reason": "出差"})
    assert freed.told["excused_at"] is not None
    assert organizer.post(f"{address}excuse/", {"assessor": seat["id"], "reason": "出差"}).status_code == 409
    assert organizer.post(f"{address}excuse/", {"assessor": 10**9, "reason": "x"}).status_code == 400
    verbs = [line["verb"] for line in organizer.get(f"{address}events/").told["results"]]
    assert verbs == ["created", "open", "appoint", "excuse"]


def test_days_out_of_order_and_twice_the_same_year_are_refused(city, door):
    organizer, year = door("organizer"), timezone.localdate().year
    wrong = organizer.post(
        "evaluation-cycles/", new_cycle(city, report_due_date=f"{year}-01-01", period_end=f"{year - 1}-01-01")
    )
    assert wrong.status_code == 400
    assert sorted(wrong.told["errors"]) == ["period_end", "period_start", "report_due_date"]
    early = organizer.post("evaluation-cycles/", new_cycle(city, open_date=f"{year - 1}-12-31"))
    assert sorted(early.told["errors"]) == ["open_date"]
    assert organizer.post("evaluation-cycles/", new_cycle(city, levels=[])).status_code == 400
    assert organizer.post("evaluation-cycles/", new_cycle(city, kind="studio")).status_code == 400
    assert organizer.post("evaluation-cycles/", new_cycle(city, status="final")).status_code == 400
    assert organizer.post("evaluation-cycles/", new_cycle(city)).status_code == 201
    twice = organizer.post("evaluation-cycles/", new_cycle(city))
    assert (twice.status_code, sorted(twice.told["errors"])) == (400, ["year"])
    assert Cycle.objects.count() == 1


def test_who_may_not_make_or_move_a_cycle(city, door):
    cycle = make_cycle(city, levels=["town"])
    assert (
        door("organizer").post("evaluation-cycles/", new_cycle(city, organization=city.root.pk)).status_code
        == 403
    )
    assert door("stranger").post("evaluation-cycles/", new_cycle(city)).status_code == 400
    for name in ("leader", "assessor", "client"):
        caller = door(name)
        assert caller.post("evaluation-cycles/", new_cycle(city)).status_code == 403
        assert caller.post(f"evaluation-cycles/{cycle.pk}/cancel/", {"reason": "x"}).status_code == 403
        assert caller.patch(f"evaluation-cycles/{cycle.pk}/", {"title": "x"}).status_code == 403
        assert (
            caller.post(f"evaluation-cycles/{cycle.pk}/appoint/", {"users": [city.assessor.pk]}).status_code
            == 403
        )
    for name in ("representative", "keeper", "handler"):
        assert door(name).get("evaluation-cycles/").status_code == 403
    assert door("stranger").get(f"evaluation-cycles/{cycle.pk}/").status_code == 404
    for name in ("assessor", "client"):
        assert door(name).get(f"evaluation-cycles/{cycle.pk}/assessors/").status_code == 403
        assert door(name).get(f"evaluation-cycles/{cycle.pk}/events/").status_code == 403
        assert door(name).get(f"evaluation-cycles/{cycle.pk}/").told["progress"] is None
    cycle.refresh_from_db()
    assert (cycle.status, cycle.assessors.count()) == (CycleStatus.DRAFT, 0)


def test_what_may_still_be_set_while_it_runs(city, door):
    cycle = make_cycle(city, levels=["town"])
    organizer, address = door("organizer"), f"evaluation-cycles/{cycle.pk}/"
    assert (
        organizer.patch(address, {"levels": ["county"], "open_date": str(cycle.open_date)}).status_code == 200
    )
    assert organizer.patch(address, {"year": 2020}).status_code == 400
    Cycle.objects.filter(pk=cycle.pk).update(status=CycleStatus.REPORTING)
    later = cycle.report_due_date + timedelta(days=2)
    assert organizer.patch(address, {"report_due_date": str(later)}).told["report_due_date"] == str(later)
    assert organizer.patch(address, {"levels": ["town"]}).status_code == 409
    Cycle.objects.filter(pk=cycle.pk).update(status=CycleStatus.DECIDING)
    passed = cycle.assess_due_date + timedelta(days=2)
    assert organizer.patch(address, {"assess_due_date": str(passed)}).status_code == 409
    assert organizer.patch(address, {"title": "改"}).status_code == 200
    Cycle.objects.filter(pk=cycle.pk).update(status=CycleStatus.FINAL)
    assert organizer.patch(address, {"title": "再改"}).status_code == 409


# --- what nobody may know before its time ---------------------------------------------------------------------


def expected_of(stage, name):
    """What `name` is told of 杨守伟 at `stage`: nothing, the means and the suggestion, the decision too."""
    done = STAGES.index(stage)
    if done >= STAGES.index("publicity"):
        return {"means", "decision"} if name != "colleague" else None
    found = set()
    if name in ("organizer", "leader", "assessor", "second_assessor") and done >= STAGES.index("deciding"):
        found.add("means")
    if name in DECIDERS and done >= STAGES.index("decided"):
        found.add("decision")
    return None if name == "colleague" else found


@pytest.mark.parametrize("stage", STAGES)
def test_marks_means_and_grades_are_told_in_their_time_only(city, door, stage):
    walk_year(city, stage)
    Evaluation.objects.filter(pk=city.hers.pk).update(survey_mark=8_123, survey_count=9)
    for name in EVERYBODY:
        expected, caller = expected_of(stage, name), door(name)
        one = caller.get(f"evaluations/{city.hers.pk}/")
        rows = {row["id"]: row for row in caller.get("evaluations/").told["results"]}
        if expected is None:
            assert one.status_code == 404
            assert set(rows) == {city.colleagues.pk}
            continue
        row = one.told
        means = {key: row[key] for key in ("score", "committee_mark", "committee_count", "suggested_grade")}
        told = (
            {
                "score": "95.55",
                "committee_mark": "88.50",
                "committee_count": 2,
                "suggested_grade": "excellent",
            }
            if "means" in expected
            else dict.fromkeys(means)
        )
        assert means == told, (stage, name)
        assert row["decided_grade"] == ("excellent" if "decision" in expected else None), (stage, name)
        survey = "81.23" if name in DECIDERS or "means" in expected else None
        assert (row["survey_mark"], row["survey_count"]) == (survey, 9 if survey else None), (stage, name)
        assert rows[city.hers.pk] == {key: row[key] for key in rows[city.hers.pk]}
        if not expected:
            assert {key: row[key] for key in HIDDEN} == HIDDEN
        explained = caller.get(f"evaluations/{city.hers.pk}/explanation/").told
        by_code = {line["code"]: line for line in explained["lines"]}
        assert by_code["reception"]["points"] == "40.00"
        assert (explained["score"] is None) == ("means" not in expected)
        assert (by_code["committee"]["points"] is None) == ("means" not in expected)
        if "means" not in expected:
            assert (by_code["committee"]["quantity"], explained["sums"], explained["distance"]) == (
                None,
                [],
                "",
            )


def test_what_one_assessor_gave_is_nobodys_to_read(city, door):
    walk_year(city, "sealed")
    seat = Assessor.objects.get(cycle=city.cycle, user=city.assessor)
    address = f"assessor-sheets/{seat.pk}/"
    own = door("assessor").get(f"{address}marks/").told["results"]
    assert {row["evaluation"]: row["value"] for row in own} == {city.hers.pk: 91, city.colleagues.pk: 73}
    for stage in (CycleStatus.ASSESSING, CycleStatus.DECIDING, CycleStatus.FINAL):
        Cycle.objects.filter(pk=city.cycle.pk).update(status=stage)
        for name in ("organizer", "leader", "second_assessor", "client"):
            caller = door(name)
            assert caller.get(address).status_code == 404
            assert caller.get(f"{address}marks/").status_code == 404
            assert caller.put(f"{address}marks/", {"marks": {str(city.hers.pk): 1}}).status_code == 404
            assert seat.pk not in {row["id"] for row in caller.get("assessor-sheets/").told["results"]}
        for name in ("representative", "keeper"):
            assert door(name).get(address).status_code == 403
    assert sorted(Mark.objects.filter(assessor=seat).values_list("value", flat=True)) == [73, 91]
    said = str(list(Event.objects.values_list("before", "after", "note")))
    assert "91" not in said and "73" not in said


def test_a_filter_by_grade_or_an_order_tells_no_more_than_the_row(city, door):
    walk_year(city, "decided")
    found = {
        name: [row["id"] for row in door(name).get("evaluations/", grade="excellent").told["results"]]
        for name in EVERYBODY
    }
    assert found == dict.fromkeys(EVERYBODY, []) | dict.fromkeys(DECIDERS, [city.hers.pk])
    assert door("client").get("evaluations/", ordering="score").status_code == 400
    assert door("client").get("evaluations/", score="95").status_code == 400


def test_the_time_line_in_which_grades_stand_is_for_those_who_decide(city, door):
    walk_year(city, "decided")
    lines = door("organizer").get(f"evaluations/{city.hers.pk}/events/").told["results"]
    assert [line["verb"] for line in lines] == ["submit_report", "decide"]
    for name in ("representative", "assessor", "client"):
        assert door(name).get(f"evaluations/{city.hers.pk}/events/").status_code == 403


def test_a_draft_report_is_its_writers_alone(city, door):
    walk_year(city, "reporting")
    address = f"evaluations/{city.hers.pk}/"
    kept = door("representative").patch(f"{address}report/", {"report": "写了一半"})
    assert (kept.status_code, kept.told["report"], kept.told["self_mark"]) == (200, "写了一半", None)
    more = door("representative").patch(f"{address}report/", {"self_mark": 77})
    assert (more.told["report"], more.told["self_mark"]) == ("写了一半", 77)
    for name in ("organizer", "leader", "assessor", "client"):
        row = door(name).get(address).told
        assert (row["report"], row["self_mark"], row["report_saved_at"]) == (None, None, None)
        assert door(name).patch(f"{address}report/", {"report": "改"}).status_code == 403
    assert door("colleague").patch(f"{address}report/", {"report": "改"}).status_code == 404
    sent = door("representative").post(
        f"{address}submit-report/", {"report": REPORT, "self_mark": 88}, key="s"
    )
    assert sent.told["status"] == "reported"
    again = door("representative").post(
        f"{address}submit-report/", {"report": REPORT, "self_mark": 88}, key="s"
    )
    assert again.headers["Idempotency-Replayed"] == "true"
    assert door("organizer").get(address).told["report"] == REPORT
    assert door("client").get(address).told["report"] is None
    assert door("representative").patch(f"{address}report/", {"report": "改"}).status_code == 409
    unknown = door("representative").patch(f"{address}report/", {"reprot": "改"})
    assert (unknown.status_code, list(unknown.told["errors"])) == (400, ["reprot"])


# --- evaluations ----------------------------------------------------------------------------------------------


def test_filters_and_pages(city, door):
    walk_year(city, "publicity")
    organizer = door("organizer")

    def ids(**query):
        return [row["id"] for row in organizer.get("evaluations/", **query).told["results"]]

    both = [city.colleagues.pk, city.hers.pk]
    assert ids() == sorted(both, reverse=True)
    assert ids(search="杨守伟") == [city.hers.pk]
    assert ids(grade="excellent") == [city.hers.pk]
    assert ids(grade="competent") == []
    assert sorted(ids(cycle=city.cycle.pk, year=city.cycle.year)) == sorted(both)
    assert ids(year=2019) == []
    assert sorted(ids(organization=city.town.code, status="decided")) == sorted(both)
    assert ids(person=city.mandate.person_id) == [city.hers.pk]
    assert organizer.get("evaluations/", organization=city.neighbour.code).status_code == 400
    assert [row["id"] for row in door("representative").get("evaluations/", mine="true").told["results"]] == [
        city.hers.pk
    ]
    first = organizer.get("evaluations/", page_size=1).told
    second = organizer.get(first["next"]).told
    assert [row["id"] for row in first["results"] + second["results"]] == sorted(both, reverse=True)
    assert second["next"] is None
    assert door("stranger").get("evaluations/").told["results"] == []
    assert door("handler").get("evaluations/").status_code == 403


def test_the_committee_decides_and_says_why(city, door):
    walk_year(city, "deciding")
    organizer, address = door("organizer"), f"evaluations/{city.hers.pk}/"
    assert "decide" in organizer.get(address).told["allowed_verbs"]
    for name in ("leader", "assessor", "client", "representative"):
        assert door(name).post(f"{address}decide/", {"grade": "excellent"}).status_code == 403
        assert "decide" not in door(name).get(address).told["allowed_verbs"]
    assert door("stranger").post(f"{address}decide/", {"grade": "excellent"}).status_code == 404
    bare = organizer.post(f"{address}decide/", {"grade": "competent"})
    assert (bare.status_code, list(bare.told["errors"])) == (400, ["reason"])
    decided = organizer.post(f"{address}decide/", {"grade": "competent", "reason": "集体研究。"})
    assert (decided.told["decided_grade"], decided.told["decision_reason"]) == ("competent", "集体研究。")
    assert door("stranger").post(f"evaluation-cycles/{city.cycle.pk}/decide-as-suggested/").status_code == 404
    assert door("leader").post(f"evaluation-cycles/{city.cycle.pk}/decide-as-suggested/").status_code == 403
    rest = organizer.post(f"evaluation-cycles/{city.cycle.pk}/decide-as-suggested/")
    assert rest.told == {"done": 1}


def test_the_records_behind_a_point(city, door):
    walk_year(city, "assessing")
    address = f"evaluations/{city.hers.pk}/records/"
    reception = city.hers.scheme.indicators.get(code="reception")
    rows = door("organizer").get(address, indicator=reception.pk).told["results"]
    assert [row["kind"] for row in rows] == ["reception", "reception"]
    assert len(door("representative").get(address).told["results"]) == 3
    assert door("organizer").get(address, indicator="一").status_code == 400
    assert door("organizer").get(address, indicator=10**9).status_code == 400
    assert door("colleague").get(address).status_code == 404


def test_lists_cost_no_more_with_more_rows(city, door):
    walk_year(city, "publicity")

    def cost(path):
        caller = door("organizer")
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(path).status_code == 200
        return len(queries)

    Appeal.objects.create(
        evaluation=city.hers, content="不对", lodged_at=timezone.now(), old_grade="excellent"
    )
    paths = ("evaluations/", f"evaluations/{city.hers.pk}/records/", "appeals/", "evaluation-cycles/")
    before = [cost(path) for path in paths]
    for n in range(3):
        mandate = make_mandate(city.town, person=make_person(name=f"新人{n}"))
        row = make_evaluation(city.cycle, mandate, status="decided", decided_grade="basic")
        Appeal.objects.create(evaluation=row, content="不对", lodged_at=timezone.now(), old_grade="basic")
        scheme = make_scheme(city, year=2010 + n)
        make_cycle(city, year=2010 + n, scheme=scheme)
    add_records(city.mandate, DutyKind.RECEPTION, times=4, on=timezone.localdate())
    assert [cost(path) for path in paths] == before
    assert max(before) <= 12


# --- sheets ---------------------------------------------------------------------------------------------------


def test_an_assessor_marks_declares_and_seals(city, door):
    walk_year(city, "assessing")
    seat = Assessor.objects.get(cycle=city.cycle, user=city.assessor)
    assessor, address = door("assessor"), f"assessor-sheets/{seat.pk}/"
    assert (assessor.get(address).told["total"], assessor.get(address).told["left"]) == (2, 2)
    rows = {row["evaluation"]: row for row in assessor.get(f"{address}marks/").told["results"]}
    assert (rows[city.hers.pk]["report"], rows[city.colleagues.pk]["report"]) == (REPORT, None)
    both = {str(city.hers.pk): 90, str(city.colleagues.pk): 101}
    wrong = assessor.put(f"{address}marks/", {"marks": both})
    assert (wrong.status_code, list(wrong.told["errors"])) == (400, [str(city.colleagues.pk)])
    assert not Mark.objects.filter(assessor=seat).exclude(value=None).exists()
    for body in (
        {},
        {"marks": {}},
        {"marks": []},
        {"marks": {"x": 1}},
        {"mark": {"1": 1}},
        {"marks": {"²": 1}},
    ):
        assert assessor.put(f"{address}marks/", body).status_code == 400, body
    assert assessor.post(f"{address}seal/").told["code"] == "unmarked"
    given = assessor.put(f"{address}marks/", {"marks": {str(city.hers.pk): 90}})
    assert given.told == {"given": 1, "left": 1}
    assert assessor.put(f"{address}marks/", {"marks": {str(city.hers.pk): None}}).told["left"] == 2
    assessor.put(f"{address}marks/", {"marks": {str(city.hers.pk): 92}})
    assert assessor.post(f"{address}declare-conflict/", {"evaluation": city.colleagues.pk}).told["left"] == 0
    assert assessor.post(f"{address}declare-conflict/", {"evaluation": 10**9}).status_code == 400
    sealed = assessor.post(f"{address}seal/", key="seal")
    assert sealed.told["sealed_at"] is not None
    assert assessor.put(f"{address}marks/", {"marks": {str(city.hers.pk): 1}}).status_code == 409
    assert assessor.post(f"{address}declare-conflict/", {"evaluation": city.hers.pk}).status_code == 409
    assert Mark.objects.get(assessor=seat, evaluation=city.hers).value == 92
    seats = {seat["user"]: seat for seat in door("organizer").get(
        f"evaluation-cycles/{city.cycle.pk}/assessors/"
    ).told["results"]}  # fmt: skip
    assert seats[city.assessor.pk]["sealed_at"] and not seats[city.second_assessor.pk]["sealed_at"]
    early = door("organizer").post(f"evaluation-cycles/{city.cycle.pk}/suggest/")
    assert early.told["code"] == "not-sealed"


def test_whom_she_has_to_do_with_she_does_not_mark(city, door):
    walk_year(city, "assessing")
    seat = Assessor.objects.get(cycle=city.cycle, user=city.assessor)
    make_person(user=city.assessor, employer="寿光市蔬菜合作社")
    city.mandate.person.employer = "寿光市蔬菜合作社"
    city.mandate.person.save(update_fields=["employer"])
    find_conflicts(seat)
    rows = {
        row["evaluation"]: row
        for row in door("assessor").get(f"assessor-sheets/{seat.pk}/marks/").told["results"]
    }
    assert rows[city.hers.pk]["conflict"] == "same_unit"
    refused = door("assessor").put(f"assessor-sheets/{seat.pk}/marks/", {"marks": {str(city.hers.pk): 90}})
    assert refused.status_code == 400


# --- appeals --------------------------------------------------------------------------------------------------


def test_an_appeal_is_lodged_answered_and_read_by_few(city, door):
    walk_year(city, "publicity")
    hers = door("representative")
    body = {"evaluation": city.hers.pk, "content": "少算一次接待。"}
    made = hers.post("appeals/", body, key="a1")
    assert made.status_code == 201, made.told
    assert hers.post("appeals/", body, key="a1").told["id"] == made.told["id"]
    assert hers.post("appeals/", body).status_code == 409
    assert made.told["allowed_verbs"] == ["withdraw"]
    address = f"appeals/{made.told['id']}/"
    for name in ("assessor", "client"):
        assert door(name).get("appeals/").status_code == 403
    for name in ("colleague", "stranger", "stranger_representative"):
        assert door(name).get("appeals/").told["results"] == []
        assert door(name).get(address).status_code == 404
    assert door("leader").post(f"{address}uphold/", {"new_grade": "basic", "answer": "x"}).status_code == 403
    assert hers.post(f"{address}uphold/", {"new_grade": "excellent", "answer": "x"}).status_code == 403
    upheld = door("organizer").post(f"{address}uphold/", {"new_grade": "competent", "answer": "已核实。"})
    assert (upheld.told["status"], upheld.told["new_grade"]) == ("upheld", "competent")
    assert hers.get(address).told["answer"] == "已核实。"
    assert hers.get(f"evaluations/{city.hers.pk}/").told["decided_grade"] == "competent"
    assert hers.post(f"{address}withdraw/").status_code == 409


def test_nobody_appeals_for_another_or_out_of_time(city, door):
    walk_year(city, "decided")
    body = {"evaluation": city.hers.pk, "content": "少算一次接待。"}
    early = door("representative").post("appeals/", body)
    assert early.status_code == 409
    Cycle.objects.filter(pk=city.cycle.pk).update(status=CycleStatus.PUBLICITY)
    assert door("organizer").post("appeals/", body).status_code == 403
    assert door("colleague").post("appeals/", body).status_code == 400
    assert door("client").post("appeals/", body).status_code == 403
    assert door("representative").post("appeals/", {"content": "x"}).status_code == 400
    assert not Appeal.objects.exists()


# --- venues ---------------------------------------------------------------------------------------------------


def test_a_venue_is_assessed_by_the_same_rules(city, door):
    cycle = make_cycle(city, kind=SubjectKind.STUDIO, status=CycleStatus.REPORTING)
    row = make_evaluation(cycle, city.studio)
    keeper, address = door("keeper"), f"studio-assessments/{row.pk}/"
    assert door("organizer").get(f"evaluations/{row.pk}/").status_code == 404
    assert keeper.get("evaluations/").status_code == 403
    assert keeper.patch(f"{address}report/", {"report": "接待日办了二十次。"}).status_code == 200
    sent = keeper.post(f"{address}submit-report/", {"report": "接待日办了二十次。", "self_mark": 92})
    assert (sent.told["status"], sent.told["name"], sent.told["is_mine"]) == (
        "reported",
        city.studio.name,
        True,
    )
    Cycle.objects.filter(pk=cycle.pk).update(status=CycleStatus.DECIDING)
    Evaluation.objects.filter(pk=row.pk).update(committee_mark=9_000, committee_count=3, score=8_000)
    assert keeper.get(address).told["committee_mark"] is None
    assert door("organizer").get(address).told["committee_mark"] == "90.00"
    assert keeper.get(f"{address}explanation/").told["score"] is None
    for name in ("stranger", "stranger_representative"):
        assert door(name).get(address).status_code in (403, 404)
    assert door("representative").get("studio-assessments/").status_code == 403


def test_the_records_behind_a_share_of_a_venue(city, door):
    cycle = make_cycle(city, kind=SubjectKind.STUDIO, status=CycleStatus.DECIDING)
    row = make_evaluation(cycle, city.studio)
    StudioTarget.objects.create(studio=city.studio, year=cycle.year, kind=TargetKind.DAYS_HELD, target=12)
    targets = row.scheme.indicators.get(code="targets")
    committee = row.scheme.indicators.get(code="committee")
    address = f"studio-assessments/{row.pk}/measure/"
    told = door("keeper").get(address, indicator=targets.pk).told
    assert (told["share"], told["over"], told["under"], told["left_out"]) == ("0.00", 0, 1, 0)
    assert "还差 12" in told["rows"][0]["note"] and told["rows"][0]["is_good"] is False
    assert door("organizer").get(address, indicator=committee.pk).status_code == 400
    assert door("organizer").get(address).status_code == 400
    assert door("stranger").get(address, indicator=targets.pk).status_code == 404
