"""Every point is explained: how it was counted, from which records, and what one more would have done."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from evaluations.computing import compute_cycle
from evaluations.enums import CycleStatus, IndicatorSource, Measure, SubjectKind, WhenMissing
from evaluations.explaining import explain, records_behind
from evaluations.models import Evaluation
from evaluations.point_words import distance_words, gain_words, how_counted, lines_words, show
from evaluations.scoring import GradeLines, Rule
from representatives.enums import DutyKind
from representatives.models import DutyRecord
from tests.evaluations.present import walk_year
from tests.evaluations.world import add_records, make_cycle, make_evaluation, make_indicator, make_scheme
from tests.factories import make_congress, make_mandate, make_petition

YEAR = 2022
LABELS = {"excellent": "优秀", "competent": "称职", "basic": "基本称职", "incompetent": "不称职"}


@pytest.fixture
def year(city):
    """A scheme with every kind of indicator; 杨守伟 sits on two congresses."""
    city.scheme = scheme = make_scheme(city, year=YEAR, rows=(), bonus_cap=2, minimum_answers=5)
    rows = {
        "reception": {"kinds": [DutyKind.RECEPTION], "target": 7, "weight": 30, "cap": 36},
        "hours": {"kinds": [DutyKind.TRAINING], "target": 40, "weight": 15, "measure": Measure.QUANTITY},
        "matters": {
            "kinds": [DutyKind.PETITION_RECEIVED, DutyKind.PETITION_FED_BACK],
            "target": 9,
            "weight": 20,
        },
        "report": {"source": IndicatorSource.SELF_REPORT, "target": 100, "weight": 5},
        "committee": {"source": IndicatorSource.COMMITTEE, "target": 100, "weight": 20},
        "survey": {
            "source": IndicatorSource.SURVEY,
            "target": 100,
            "weight": 10,
            "when_missing": WhenMissing.LEAVE_OUT,
        },
        "mentoring": {
            "source": IndicatorSource.BONUS,
            "kinds": [DutyKind.MENTORING],
            "target": 3,
            "weight": 2,
        },
    }
    for position, (code, fields) in enumerate(rows.items()):
        indicator = make_indicator(scheme, code=code, position=position, **fields)
        setattr(city, code, indicator)
    city.cycle = make_cycle(city, year=YEAR, scheme=scheme, status=CycleStatus.DECIDING)
    city.second = make_mandate(
        city.county, person=city.mandate.person, congress=make_congress(city.county, level="county")
    )
    city.hers = make_evaluation(city.cycle, city.mandate, scheme=scheme)
    return city


def day(month):
    return date(YEAR, month, 6)


def hers(year):
    return Evaluation.objects.with_names().get(pk=year.hers.pk)


def told(year, reader=None):
    return explain(hers(year), reader=User.objects.get(pk=(reader or year.organizer).pk))


def line_of(explanation, indicator):
    return next(line for line in explanation.lines if line.indicator.pk == indicator.pk)


def count(year):
    compute_cycle(year.cycle)


def fill(year, *, receptions=5, hours=(8, "4.5"), matters=4, mentoring=2, report=88, committee=8_733):
    for n in range(receptions):
        add_records((year.mandate, year.second)[n % 2], DutyKind.RECEPTION, on=day(n % 12 + 1))
    for n, quantity in enumerate(hours):
        add_records(year.mandate, DutyKind.TRAINING, on=day(n + 1), quantity=quantity)
    add_records(year.second, DutyKind.PETITION_RECEIVED, times=matters, on=day(3))
    add_records(year.mandate, DutyKind.MENTORING, times=mentoring, on=day(4))
    Evaluation.objects.filter(pk=year.hers.pk).update(
        self_mark=report,
        reported_at=timezone.now() if report is not None else None,
        status="reported" if report is not None else "pending",
        committee_mark=committee,
        committee_count=3,
    )


def cents(value):
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def by_hand(year):
    """{code: points} and the total, from the tables alone: plain SQL and decimal arithmetic, none of the product's."""
    evaluation = Evaluation.objects.get(pk=year.hers.pk)
    got = {}
    with connection.cursor() as cursor:
        for indicator in year.scheme.indicators.all():
            if indicator.source in ("ledger", "bonus"):
                slots = ", ".join(["%s"] * len(indicator.kinds))
                cursor.execute(
                    "SELECT COUNT(*), SUM(r.quantity) FROM representatives_dutyrecord r"
                    " JOIN representatives_mandate m ON m.id = r.mandate_id"
                    f' WHERE m.person_id = %s AND r.kind IN ({slots}) AND r.reversed_at IS NULL AND r."on" >= %s'
                    ' AND r."on" <= %s',
                    [
                        year.mandate.person_id,
                        *indicator.kinds,
                        year.cycle.period_start,
                        year.cycle.period_end,
                    ],
                )
                lines, quantity = cursor.fetchone()
                number = Decimal(str(quantity or 0)) if indicator.measure == "quantity" else Decimal(lines)
            elif indicator.source == "self_report":
                number = None if evaluation.reported_at is None else Decimal(evaluation.self_mark)
            else:
                mark = {"committee": evaluation.committee_mark, "survey": evaluation.survey_mark}[
                    indicator.source
                ]
                number = None if mark is None else Decimal(mark) / 100
            if number is None:
                got[indicator.code] = None if indicator.when_missing == "leave_out" else Decimal(0)
            else:
                most = indicator.weight if indicator.cap is None else indicator.cap
                got[indicator.code] = min(cents(number * indicator.weight / indicator.target), most)
    base = {i.code: i.weight for i in year.scheme.indicators.all() if i.source != "bonus"}
    known = sum(weight for code, weight in base.items() if got[code] is not None)
    score = sum(got[code] for code in base if got[code] is not None)
    score = min(cents(score * 100 / known), Decimal(100))
    return got, score + min(got["mentoring"], year.scheme.bonus_cap)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"receptions": 9, "hours": (8, 8, 8, 8, 8), "matters": 12, "mentoring": 7},
        {"receptions": 0, "hours": (), "matters": 0, "mentoring": 0, "report": None, "committee": None},
        {"receptions": 3, "hours": ("0.5",), "matters": 1, "mentoring": 1, "report": 100, "committee": 3_333},
        {"receptions": 40, "hours": (60,), "matters": 30, "report": 100, "committee": 10_000},
    ],
)
def test_points_agree_with_a_recomputation_by_hand_to_the_last_decimal(year, facts):
    fill(year, **facts)
    reversed_one, *_rest = add_records(year.mandate, DutyKind.RECEPTION, on=day(2))
    DutyRecord.objects.filter(pk=reversed_one.pk).update(reversed_at=timezone.now())
    add_records(year.mandate, DutyKind.RECEPTION, on=date(YEAR + 1, 1, 1))
    count(year)
    explanation = told(year)
    points, score = by_hand(year)
    shown = {
        line.indicator.code: None if line.points is None else Decimal(line.points) / 100
        for line in explanation.lines
    }
    assert shown == points
    assert Decimal(explanation.score) / 100 == score
    assert explanation.changed == ""


def test_each_indicator_says_how_it_was_counted_and_what_one_more_would_have_done(year):
    fill(year)
    count(year)
    explanation = told(year)
    reception = line_of(explanation, year.reception)
    assert reception.how == "驻室接待满 7 次得 30 分，按比例计，最多 36 分。"
    assert (reception.quantity_words, reception.points_words, reception.lines) == ("5 次", "21.43", 5)
    # 6 × 30 ÷ 7 is 25.71; with the survey left out 56.88 of 90 are 63.20, and 61.16 would have been 67.96.
    assert reception.more == "再有 1 次驻室接待，可多得 4.28 分（折算后总分多 4.76 分）。"
    hours = line_of(explanation, year.hours)
    assert (hours.quantity_words, hours.points_words) == ("12.5 学时", "4.69")
    assert "再有 8 学时参加培训，可多得 3 分" in hours.more
    assert line_of(explanation, year.matters).how.startswith("接收群众意见、向群众反馈满 9 件得 20 分")
    mentoring = line_of(explanation, year.mentoring)
    assert mentoring.how == "结对帮带每 3 次加 2 分，按比例计，最多 2 分。"
    assert mentoring.more == "再有 1 次结对帮带，可多得 0.67 分。"
    committee = line_of(explanation, year.committee)
    assert (committee.quantity_words, committee.note) == ("87.33 分", "3 人测评的平均分。")
    assert committee.more.startswith("均分每高 1 分，可多得 0.2 分")
    # Nobody is led to give herself more.
    assert line_of(explanation, year.report).more == ""
    survey = line_of(explanation, year.survey)
    assert (survey.points, survey.is_left_out, survey.note) == (None, True, "评议不足 5 份，不显示也不计入。")
    raw = "56.88"  # 21.43 + 4.69 + 8.89 + 4.40 + 17.47
    assert explanation.sums == [
        f"「survey」没有数据，不计入；其余 90 分里得 {raw} 分，折算成百分制是 63.2 分。",
        "加分项共 1.33 分（合计最多加 2 分）。",
    ]
    assert (explanation.score_words, explanation.distance) == ("64.53", "离「称职」还差 15.47 分。")
    assert explanation.grade_lines == "优秀 90 分，称职 80 分，基本称职 60 分，以下为不称职。"


def test_at_a_cap_more_brings_nothing(year):
    fill(year, receptions=9, mentoring=3)
    count(year)
    explanation = told(year)
    assert line_of(explanation, year.reception).more == "已到上限，再多不加分。"
    assert line_of(explanation, year.reception).reached == 100
    assert line_of(explanation, year.mentoring).more == "已到上限，再多不加分。"


def test_bonuses_together_and_the_full_hundred_are_caps_too(year):
    make_indicator(
        year.scheme, code="branch", source=IndicatorSource.BONUS, kinds=[DutyKind.BRANCH_CONTACT], target=1
    )
    fill(year, receptions=8, hours=(40,), matters=9, report=100, committee=10_000, mentoring=1)
    add_records(year.mandate, DutyKind.BRANCH_CONTACT, on=day(5))
    Evaluation.objects.filter(pk=year.hers.pk).update(survey_mark=10_000, survey_count=6)
    Evaluation.objects.filter(pk=year.hers.pk).update(committee_count=2)
    from evaluations import computing

    computing._store(year.scheme, [year.cycle.pk], (year.cycle.period_start, year.cycle.period_end))
    explanation = told(year)
    assert line_of(explanation, year.mentoring).more == "加分合计已到上限 2 分，再多不加分。"
    assert line_of(explanation, year.reception).more == "各项合计已满 100 分，再多不加分。"
    assert "各项合计 104.29 分，按满分 100 分计。" in explanation.sums
    assert "合计最多加 2 分，按 2 分计。" in explanation.sums[-1]
    assert (explanation.score, explanation.distance) == (10_200, "")
    assert line_of(explanation, year.survey).note == "6 份评议的平均分。"


def test_before_it_is_computed_the_records_of_today_are_told(year):
    fill(year)
    explanation = told(year)
    reception = line_of(explanation, year.reception)
    assert (reception.points_words, reception.is_counted) == ("21.43", False)
    assert (explanation.score, explanation.sums) == (None, [])
    assert line_of(explanation, year.committee).points is None


def test_a_change_of_the_ledger_is_told_and_moves_nothing_that_is_settled(year):
    fill(year)
    count(year)
    add_records(year.mandate, DutyKind.RECEPTION, on=day(9))
    changed = told(year).changed
    assert changed == "履职记录后来有变化：「reception」现为 6，计算时是 5。下次计算得分时计入。"
    year.cycle.status = CycleStatus.FINAL
    year.cycle.save(update_fields=["status"])
    explanation = told(year)
    assert explanation.changed.endswith("得分已经定下，不随之改动。")
    assert line_of(explanation, year.reception).points_words == "21.43"
    assert line_of(explanation, year.reception).more.startswith("当年再多 1 次驻室接待")


def test_the_records_behind_a_point_open_page_by_page(city, year):
    petition = make_petition(city)
    DutyRecord.objects.filter(source_type="petitions.petition", source_id=petition.pk).update(on=day(7))
    add_records(year.mandate, DutyKind.PETITION_FED_BACK, times=31, on=day(5))
    page, first = records_behind(hers(year), year.matters, reader=city.representative)
    assert (page.paginator.count, len(first)) == (32, 30)
    assert first[0].told.phone == f"/matters/{petition.pk}/"
    assert first[0].told.what
    _page, second = records_behind(hers(year), year.matters, reader=city.representative, page=2)
    assert [entry.record.kind for entry in second] == ["petition_fed_back"] * 2
    # Of what a reader may not see, only the kind and the day are told.
    _page, strange = records_behind(hers(year), year.matters, reader=city.stranger)
    assert (strange[0].told.what, strange[0].told.phone) == ("", "")


def test_it_costs_the_same_however_much_there_is(year):
    def cost():
        reader = User.objects.get(pk=year.representative.pk)
        evaluation = hers(year)
        with CaptureQueriesContext(connection) as few:
            explain(evaluation, reader=reader)
        with CaptureQueriesContext(connection) as page:
            records_behind(evaluation, year.matters, reader=reader)
        return len(few), len(page)

    fill(year, receptions=1, hours=(), matters=1, mentoring=0)
    count(year)
    one = cost()
    fill(year, receptions=9, matters=12, mentoring=4)
    count(year)
    assert cost() == one
    assert one[0] <= 3 and one[1] <= 5


def test_a_venue_is_told_its_shares(city):
    scheme = make_scheme(city, kind=SubjectKind.STUDIO, year=YEAR)
    cycle = make_cycle(city, kind=SubjectKind.STUDIO, year=YEAR, scheme=scheme, status=CycleStatus.DECIDING)
    row = make_evaluation(cycle, city.studio, scheme=scheme)
    targets, checklist, committee = scheme.indicators.order_by("position")
    row.points = {
        str(targets.pk): [8_550, 3_420],
        str(checklist.pk): [None, 0],
        str(committee.pk): [9_000, 3_600],
    }
    row.score = 7_020
    row.save(update_fields=["points", "score"])
    explanation = explain(Evaluation.objects.with_names().get(pk=row.pk), reader=city.organizer)
    first, second, third = explanation.lines
    assert (first.quantity_words, first.points_words) == ("85.5 %", "34.2")
    assert first.more == "完成率每高 1 个百分点，可多得 0.4 分。"
    assert (second.points, second.note, second.lines) == (0, "没有数据。", None)
    assert explanation.distance == "离「良好」还差 9.8 分。"


# --- who may be told what, stage by stage ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "stage, told_to_her, told_to_office",
    [
        ("reporting", set(), set()),
        ("assessing", set(), set()),
        ("sealed", set(), set()),
        ("deciding", set(), {"committee", "score"}),
        ("decided", set(), {"committee", "score"}),
        ("publicity", {"committee", "score"}, {"committee", "score"}),
        ("final", {"committee", "score"}, {"committee", "score"}),
    ],
)
def test_means_and_totals_are_told_in_their_time(city, stage, told_to_her, told_to_office):
    walk_year(city, stage)
    for user, expected in ((city.representative, told_to_her), (city.organizer, told_to_office)):
        explanation = explain(city.hers, reader=User.objects.get(pk=user.pk))
        by_code = {line.indicator.code: line for line in explanation.lines}
        found = {code for code in ("committee",) if by_code[code].points is not None}
        found |= {"score"} if explanation.score is not None else set()
        assert found == expected, user.display_name
        assert (by_code["reception"].quantity, by_code["reception"].points) == (200, 4_000)
        if "committee" in expected:
            assert (by_code["committee"].quantity, by_code["committee"].note) == (8_850, "2 人测评的平均分。")
        else:
            assert by_code["committee"].quantity is None
            assert explanation.sums == [] and explanation.distance == ""


def test_a_draft_is_its_writers_alone(city):
    walk_year(city, "reporting")
    Evaluation.objects.filter(pk=city.hers.pk).update(report="写了一半", self_mark=77)
    city.hers.refresh_from_db()
    office = explain(city.hers, reader=city.organizer)
    line = next(line for line in office.lines if line.indicator.code == "report")
    assert (office.knows.report, line.quantity, line.points) == (False, None, None)


# --- the sentences alone --------------------------------------------------------------------------------------

RULE = Rule(target=1_200, weight=2_000, cap=2_400)


def test_numbers_are_written_as_people_write_them():
    assert [show(n) for n in (0, 1, 50, 100, 1_250, 10_000, None)] == [
        "0", "0.01", "0.5", "1", "12.5", "100", "—",
    ]  # fmt: skip


def test_gains_in_words():
    assert gain_words(0, 100, RULE, lead="再有 1 次") == "再有 1 次，可多得 1.67 分。"
    assert gain_words(1_400, 100, RULE, lead="再有 1 次") == "再有 1 次，可多得 0.67 分。"
    assert gain_words(1_440, 100, RULE, lead="再有 1 次") == "已到上限，再多不加分。"
    assert gain_words(0, 100, RULE, lead="再有 1 次", room=50) == "再有 1 次，可多得 0.5 分。"
    assert gain_words(0, 100, RULE, lead="再有 1 次", room=0, why_no_room="已满。") == "已满。"
    tiny = Rule(target=1_000_000, weight=10, cap=10)
    assert gain_words(0, 100, tiny, lead="再有 1 次") == "再有 1 次，所得不足 0.01 分。"
    assert how_counted(RULE, noun="驻室接待", unit="次") == "驻室接待满 12 次得 20 分，按比例计，最多 24 分。"


def test_grade_lines_in_words():
    lines = GradeLines()
    assert distance_words(8_850, lines, LABELS) == "离「优秀」还差 1.5 分。"
    assert distance_words(5_999, lines, LABELS) == "离「基本称职」还差 0.01 分。"
    assert distance_words(9_000, lines, LABELS) == distance_words(None, lines, LABELS) == ""
    assert lines_words(lines, LABELS) == "优秀 90 分，称职 80 分，基本称职 60 分，以下为不称职。"
