"""Do grades, what follows from them, and points agree? Part of `manage.py verify`."""

from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import Count, F, Q

from evaluations import scoring
from evaluations.actions.finalizing import excellent_pairs
from evaluations.computing import scored_rows
from evaluations.enums import CycleStatus, EvaluationStatus, Grade, IndicatorSource, Measure
from evaluations.models import Candidate, Cycle, Evaluation, Improvement, ReminderTalk, Scheme
from representatives.models import DutyRecord, Mandate


def check_appraisals():
    yield from _grades()
    yield from _candidates()
    yield from _talks()
    yield from _improvements()
    yield from _points()
    yield from _ledger()


def _grades():
    """In a final cycle everybody who took part has a final grade, and the four grades add up."""
    final = Q(status=EvaluationStatus.FINAL)
    by_grade = {grade.value: Count("pk", filter=final & Q(decided_grade=grade)) for grade in Grade}
    rows = (
        Evaluation.objects.filter(cycle__status=CycleStatus.FINAL)
        .appraised()
        .order_by("cycle")
        .values("cycle__title")
        .annotate(appraised=Count("pk"), **by_grade)
    )
    for row in rows:
        total = sum(row[grade.value] for grade in Grade)
        if total != row["appraised"]:
            yield f"「{row['cycle__title']}」参加考评 {row['appraised']}，四个等次合计 {total}，不相等。"
    rows = Evaluation.objects.order_by("pk")
    early = final & ~Q(cycle__status=CycleStatus.FINAL)
    for title in rows.filter(early).values_list("cycle__title", flat=True).distinct():
        yield f"「{title}」还没有定档，却有已定档的考评结果。"
    for title in Cycle.objects.filter(status=CycleStatus.FINAL, closed_at=None).values_list(
        "title", flat=True
    ):
        yield f"「{title}」已定档，却没有定档时间。"


def _candidates():
    """A place on the list for each second excellent year running within a term, and for nobody else."""
    missing = excellent_pairs().filter(candidacy=None, cycle__status=CycleStatus.FINAL)
    for name, year in missing.values_list("mandate__person__name", "cycle__year"):
        yield f"{name} {year - 1}、{year}两年优秀，却没有列入优先人选。"
    right = excellent_pairs().values("pk")
    strange = Candidate.objects.exclude(evaluation__in=right)
    for name, year in strange.values_list("evaluation__mandate__person__name", "evaluation__cycle__year"):
        yield f"{name} 列为{year}年度优先人选，却没有连续两年优秀。"
    other = Candidate.objects.exclude(
        previous__mandate=F("evaluation__mandate"), previous__cycle__year=F("evaluation__cycle__year") - 1
    )
    for name in other.values_list("evaluation__mandate__person__name", flat=True):
        yield f"优先人选{name}的两年考评不是同一资格的相邻两年。"


def _talks():
    missing = (
        Evaluation.objects.of_people()
        .final()
        .filter(decided_grade=Grade.INCOMPETENT, talk=None, cycle__status=CycleStatus.FINAL)
    )
    for name, year in missing.values_list("mandate__person__name", "cycle__year"):
        yield f"{name} {year}年度不称职，却没有列入提醒谈话。"
    incompetent = Q(evaluation__decided_grade=Grade.INCOMPETENT, evaluation__status=EvaluationStatus.FINAL)
    held = ("held", "closed")
    for sentence, condition in (
        ("列入提醒谈话，却没有定为不称职", ~incompetent),
        ("已谈话，却没有谈话日期或谈话人", Q(status__in=held) & (Q(talk_date=None) | Q(talker=""))),
        ("还没有谈话，却有谈话日期", Q(status="due") & ~Q(talk_date=None)),
        ("已办结，却没有回访结果", Q(status="closed") & (Q(followed_up_on=None) | Q(outcome=""))),
        ("回访早于谈话", Q(followed_up_on__lt=F("talk_date"))),
    ):
        rows = ReminderTalk.objects.filter(condition).order_by("pk")
        for name in rows.values_list("evaluation__mandate__person__name", flat=True):
            yield f"{name} {sentence}。"


def _improvements():
    for sentence, condition in (
        ("没有责任人", Q(owner=None, owner_name="")),
        ("等着验收，却没有完成情况", Q(status="done") & (Q(result="") | Q(done_at=None))),
        ("已验收，却没有完成情况", Q(status="confirmed") & (Q(result="") | Q(settled_at=None))),
        ("已取消，却没有原因", Q(status="dropped", reason="")),
    ):
        for content in Improvement.objects.filter(condition).order_by("pk").values_list("content", flat=True):
            yield f"改进事项「{content}」{sentence}。"


def _schemes():
    schemes = Scheme.objects.filter(evaluations__isnull=False).distinct().prefetch_related("indicators")
    return {scheme.pk: (scheme, list(scheme.indicators.all())) for scheme in schemes}


def _points():
    """Points and scores recomputed from the quantities they were given for, in plain Python. Whatever was changed after
    a cycle had become final shows here."""
    schemes = _schemes()
    rows = Evaluation.objects.appraised().exclude(points={}).order_by("pk")
    columns = rows.values_list("pk", "scheme", "points", "score", "cycle__title")
    for pk, scheme_id, points, score, title in columns.iterator(5000):
        scheme, indicators = schemes[scheme_id]
        scored, wrong = [], False
        for indicator in indicators:
            quantity, got = points.get(str(indicator.pk), [None, None])
            due = scoring.points(quantity, indicator.rule)
            wrong |= due != got
            scored.append((indicator.rule, due))
        if wrong or scoring.total(scored, bonus_cap=scheme.bonus_cap_hundredths) != score:
            yield f"「{title}」的一份考评结果（编号 {pk}）得分与各项数量算出的不一致。"


def _ledger():
    """What the statements would score in a running cycle, against the duty ledger added up line by line. Both read it
    now, so that a record of this morning, which is not yet counted, raises no alarm."""
    schemes = _schemes()
    for cycle in Cycle.objects.filter(status__in=CycleStatus.computable(), opened_at__isnull=False).order_by(
        "pk"
    ):
        if cycle.is_of_venues:
            continue
        by_hand = recompute_by_hand(cycle, schemes)
        used = set(cycle.evaluations.order_by().values_list("scheme", flat=True))
        for scheme in used:
            rows = (
                cycle.evaluations.appraised()
                .filter(scheme=scheme)
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            told = scored_rows(cycle, schemes[scheme][0])
            for pk in rows:
                if told.get(pk) != by_hand[pk]:
                    yield f"「{cycle.title}」的一份考评结果（编号 {pk}）按履职记录逐条核算的得分与系统计算的不一致。"


def recompute_by_hand(cycle, schemes=None):
    """{evaluation id: score in hundredths or None} of a cycle of people, in plain Python: each person's lines, whichever
    of her mandates they are written under."""
    schemes = schemes or _schemes()
    lines, quantities = _add_up(cycle)
    found = {}
    rows = cycle.evaluations.appraised().select_related("mandate").defer("report", "points")
    for row in rows.order_by("pk"):
        scheme, indicators = schemes[row.scheme_id]
        scored = [
            (one.rule, scoring.points(_quantity(row, one, lines, quantities), one.rule)) for one in indicators
        ]
        found[row.pk] = scoring.total(scored, bonus_cap=scheme.bonus_cap_hundredths)
    return found


def _add_up(cycle):
    """({(person, kind): lines}, {(person, kind): what they add up to}) of the cycle's period."""
    people = cycle.evaluations.order_by().values("mandate__person")
    seats = dict(Mandate.objects.filter(person__in=people).order_by().values_list("pk", "person"))
    lines, quantities = Counter(), defaultdict(Decimal)
    records = DutyRecord.objects.standing().filter(on__range=(cycle.period_start, cycle.period_end))
    for mandate, kind, quantity in (
        records.order_by().values_list("mandate_id", "kind", "quantity").iterator(5000)
    ):
        if mandate in seats:
            lines[seats[mandate], kind] += 1
            quantities[seats[mandate], kind] += quantity
    return lines, quantities


def _quantity(row, indicator, lines, quantities):
    if indicator.is_from_ledger:
        counts = quantities if indicator.measure == Measure.QUANTITY else lines
        total = sum((counts[row.mandate.person_id, kind] for kind in indicator.kinds), start=Decimal(0))
        return int(total * 100)
    given = {
        IndicatorSource.SELF_REPORT: row.self_mark * 100
        if row.reported_at and row.self_mark is not None
        else None,
        IndicatorSource.COMMITTEE: row.committee_mark,
        IndicatorSource.SURVEY: row.survey_mark,
    }
    return given.get(indicator.source)
