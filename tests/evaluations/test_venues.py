"""The appraisal of venues (R83, R89): four shares, the records behind each, and the report of the one who keeps it."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.computing import compute_cycle
from evaluations.enums import CycleStatus, EvaluationStatus, Grade, IndicatorSource, SubjectKind
from evaluations.models import Evaluation
from evaluations.venue_measures import explain_measure, studio_measures
from petitions.models import Petition
from studios.models import ChecklistItem, ChecklistResult, ReceptionDay, StudioTarget
from tests.evaluations.finals import final_cycle, final_grade
from tests.evaluations.world import make_cycle, make_evaluation
from tests.factories import CHINA, make_petition, make_studio

pytestmark = pytest.mark.django_db
TODAY = date(2023, 2, 1)
ALL = IndicatorSource.of_venues()


def make_day(studio, day, status, **fields):
    times = {"start_time": time(9), "end_time": time(11)}
    return ReceptionDay.objects.create(studio=studio, date=day, status=status, **times | fields)


def make_answered(city, *, replied, told, studio=None, **fields):
    """A matter answered on one day and told on another, or not yet."""
    petition = make_petition(city, status="told")
    noon = time(12)
    fields["replied_at"] = datetime.combine(replied, noon, CHINA)
    fields["fed_back_at"] = datetime.combine(told, noon, CHINA) if told else None
    fields["studio"] = studio or city.studio
    Petition.objects.filter(pk=petition.pk).update(**fields)
    return petition


@pytest.fixture
def cycle(city):
    return make_cycle(city, kind=SubjectKind.STUDIO, year=2022, title="寿光市2022年度工作室考核")


@pytest.fixture
def venue(city):
    """Ten days due of which eight held, two of four items, three of four matters in time, targets reached by half."""
    studio = city.studio
    for month in range(1, 9):
        make_day(studio, date(2022, month, 15), "held")
    make_day(studio, date(2022, 9, 15), "missed", reason="台风")
    make_day(studio, date(2022, 10, 15), "published")
    make_day(studio, date(2022, 11, 15), "postponed")
    make_day(studio, date(2021, 12, 15), "missed")
    StudioTarget.objects.create(studio=studio, year=2022, kind="days_held", target=16)
    StudioTarget.objects.create(studio=studio, year=2022, kind="helpers", target=2)
    StudioTarget.objects.create(studio=studio, year=2021, kind="visits", target=100)
    items = [ChecklistItem.objects.create(code=f"item-{n}", name=f"有{n}") for n in range(4)]
    ChecklistItem.objects.create(code="old", name="旧标准", is_active=False)
    for item, met, expires in (
        (items[0], True, None),
        (items[1], True, date(2022, 12, 31)),
        (items[2], True, date(2022, 6, 30)),
        (items[3], False, None),
    ):
        ChecklistResult.objects.create(studio=studio, item=item, is_met=met, expires_date=expires)
    # The rule: three work days after the answer. The 8th of June 2022 is a Wednesday.
    answered = date(2022, 6, 8)
    make_answered(city, replied=answered, told=date(2022, 6, 9))
    make_answered(city, replied=answered, told=date(2022, 6, 13))
    make_answered(city, replied=answered, told=date(2022, 6, 14))
    make_answered(city, replied=date(2022, 12, 28), told=date(2022, 12, 29))
    make_answered(city, replied=date(2022, 12, 30), told=None)  # not yet due when the year ends
    make_answered(city, replied=date(2021, 6, 8), told=None)
    return studio


def test_four_shares_in_hundredths_of_per_cent(cycle, venue):
    assert studio_measures(cycle, on=TODAY)[venue.pk] == {
        IndicatorSource.TARGETS: 2500,  # 8 of 16 days and nobody of 2 helpers
        IndicatorSource.CHECKLIST: 5000,
        IndicatorSource.RECEPTION_DAYS: 8000,
        IndicatorSource.MATTERS: 7500,
    }


def test_a_venue_of_which_nothing_was_due(city, cycle):
    assert set(studio_measures(cycle, on=TODAY)) == {city.studio.pk}
    assert studio_measures(cycle, on=TODAY)[city.studio.pk] == dict.fromkeys(ALL)


def test_the_venue_next_door_is_not_measured(city, cycle, venue):
    assert city.neighbour_studio.pk not in studio_measures(cycle, on=TODAY)


def test_what_lies_ahead_is_not_yet_missed(cycle, venue):
    measures = studio_measures(cycle, on=date(2022, 10, 15))[venue.pk]
    assert measures[IndicatorSource.RECEPTION_DAYS] == 8889  # 8 of 9: the 15th of October is today


def test_a_surplus_hides_no_gap(cycle, venue):
    StudioTarget.objects.filter(kind="days_held", year=2022).update(target=1)
    assert studio_measures(cycle, on=TODAY)[venue.pk][IndicatorSource.TARGETS] == 5000


@pytest.mark.parametrize("more", [1, 6])
def test_queries_do_not_grow_with_the_venues(city, cycle, venue, more):
    for _n in range(more):
        studio = make_studio(city.town)
        make_day(studio, date(2022, 3, 15), "held")
        StudioTarget.objects.create(studio=studio, year=2022, kind="days_held", target=1)
        make_answered(city, studio=studio, replied=date(2022, 6, 8), told=date(2022, 6, 9))
    with CaptureQueriesContext(connection) as found:
        measures = studio_measures(cycle, on=TODAY)
    assert len(measures) == more + 1
    assert len(found) <= 10, [query["sql"][:100] for query in found]


@pytest.mark.parametrize("source", ALL)
def test_each_share_opens_what_it_was_made_of(city, cycle, venue, source):
    evaluation = make_evaluation(cycle, venue)
    told = explain_measure(evaluation, source, reader=city.keeper, on=TODAY)
    assert told.share == studio_measures(cycle, on=TODAY)[venue.pk][source]
    assert told.sentence and told.link.startswith("/admin/")
    assert len(told.rows) == told.under
    assert [row.is_good for row in told.rows] == sorted(row.is_good for row in told.rows)
    if source != IndicatorSource.TARGETS:
        assert told.share == (20000 * told.over + told.under) // (2 * told.under)


def test_a_matter_is_named_to_those_only_who_may_see_it(city, cycle, venue):
    evaluation = make_evaluation(cycle, venue)
    numbers = set(Petition.objects.values_list("number", flat=True))
    hidden = explain_measure(evaluation, IndicatorSource.MATTERS, reader=city.stranger, on=TODAY)
    shown = explain_measure(evaluation, IndicatorSource.MATTERS, reader=city.keeper, on=TODAY)
    assert (hidden.over, hidden.under) == (shown.over, shown.under) == (3, 4)
    assert not any(number in row.what or row.link for row in hidden.rows for number in numbers)
    assert all(row.link for row in shown.rows)


def test_the_engine_takes_the_shares(cycle, venue):
    evaluation = make_evaluation(cycle, venue)
    compute_cycle(cycle)
    evaluation.refresh_from_db()
    found = {
        indicator.source: evaluation.points[str(indicator.pk)]
        for indicator in evaluation.scheme.indicators.all()
    }
    assert found[IndicatorSource.TARGETS] == [2500, 1000]
    assert found[IndicatorSource.CHECKLIST] == [5000, 1000]


@pytest.fixture
def open_report(city):
    """The doors read the real clock: a cycle of this year, in which reports are being written."""
    today = timezone.localdate()
    cycle = make_cycle(
        city,
        kind=SubjectKind.STUDIO,
        year=today.year,
        status=CycleStatus.REPORTING,
        open_date=today,
        report_due_date=today + timedelta(days=9),
        assess_due_date=today + timedelta(days=20),
        decide_due_date=today + timedelta(days=30),
    )
    return make_evaluation(cycle, city.studio)


def test_a_keeper_writes_the_report_of_her_venue(city, open_report, browser):
    desk, address = browser(city.keeper), f"/admin/evaluations/venuereport/{open_report.pk}/"
    assert "工作小结" in desk.page("/admin/")
    assert city.studio.name in desk.page("/admin/evaluations/venuereport/")
    assert "写小结" in desk.page(f"{address}change/")
    assert desk.post(f"{address}do/save/", {"report": "今年接待", "self_mark": ""}).status_code == 302
    open_report.refresh_from_db()
    assert (open_report.report, open_report.status) == ("今年接待", EvaluationStatus.PENDING)
    wrong = desk.post(f"{address}do/submit_report/", {"report": "今年接待", "self_mark": "101"})
    assert (wrong.status_code, "0到100" in wrong.content.decode()) == (400, True)
    sent = {"report": "今年接待120人次。", "self_mark": "92"}
    assert desk.post(f"{address}do/submit_report/", sent).status_code == 302
    assert "今年接待120人次。" in desk.page(f"{address}change/")
    assert desk.post(f"{address}do/save/", sent).status_code == 409
    assert desk.post(f"{address}do/recall_report/").status_code == 302
    assert Evaluation.objects.get().status == EvaluationStatus.PENDING
    assert desk.post(f"{address}do/decide/", {"grade": "excellent"}).status_code == 404


def test_others_do_not_come_to_a_keepers_page(city, open_report, browser):
    address = f"/admin/evaluations/venuereport/{open_report.pk}/"
    organizer = browser(city.organizer)
    assert organizer.get(f"{address}change/").status_code == 403
    assert "工作小结" not in organizer.page("/admin/")
    assert organizer.post(f"{address}do/save/", {"report": "替她写"}).status_code == 403
    open_report.studio = city.neighbour_studio
    open_report.save(update_fields=["studio"])
    keeper = browser(city.keeper)
    keeper.page(f"{address}change/", 404)
    assert keeper.post(f"{address}do/save/", {"report": "别人的"}).status_code == 404
    assert browser(city.representative).get(f"{address}change/").status_code in (302, 403)


def test_a_grade_shows_when_it_is_public_and_not_before(city, browser):
    cycle = final_cycle(city, 2022, kind=SubjectKind.STUDIO, status=CycleStatus.DECIDING)
    evaluation = final_grade(cycle, city.studio, Grade.EXCELLENT, status=EvaluationStatus.DECIDED)
    desk = browser(city.keeper)
    addresses = ("/admin/evaluations/venuereport/", f"/admin/evaluations/venuereport/{evaluation.pk}/change/")
    assert not any("优秀" in desk.page(address) or "91.00" in desk.page(address) for address in addresses)
    cycle.status = CycleStatus.PUBLICITY
    cycle.save(update_fields=["status"])
    assert all("优秀" in desk.page(address) and "91.00" in desk.page(address) for address in addresses)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_reports_asks_no_more_for_more(city, browser, number, django_assert_max_num_queries):
    for year in range(2020, 2020 + number):
        final_grade(final_cycle(city, year, kind=SubjectKind.STUDIO), city.studio, Grade.EXCELLENT)
    desk = browser(city.keeper)
    desk.page("/admin/evaluations/venuereport/")
    with django_assert_max_num_queries(12):
        assert desk.page("/admin/evaluations/venuereport/").count("优秀") >= number


def test_the_register_opens_the_records_behind_a_share(city, venue, browser):
    cycle = final_cycle(city, 2022, kind=SubjectKind.STUDIO)
    evaluation = final_grade(cycle, venue, Grade.BASIC, score=6100)
    address = f"/admin/evaluations/evaluation/{evaluation.pk}/"
    targets = evaluation.scheme.indicators.get(source=IndicatorSource.TARGETS)
    desk = browser(city.organizer)
    page = desk.page(f"{address}change/")
    assert f"{address}records/{targets.pk}/" in page
    assert f"/admin/evaluations/improvement/add/?evaluation={evaluation.pk}" in page
    assert "目标 16，完成 8，还差 8" in desk.page(f"{address}records/{targets.pk}/")
    committee = evaluation.scheme.indicators.get(source=IndicatorSource.COMMITTEE)
    desk.page(f"{address}records/{committee.pk}/", 404)
    browser(city.stranger).page(f"{address}records/{targets.pk}/", 404)
