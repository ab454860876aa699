"""How the points of one appraisal came about: for each indicator how it is counted, what was counted, what it brought, and
what one more would have done (PIPL Art. 24: whoever is appraised may have it explained).

`explain` asks two or three queries whatever there is; the records behind an indicator are read page by page.
"""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Sum

from evaluations.disclosure import Knows, Reader, is_handed_in
from evaluations.enums import CycleStatus, EvaluationStatus, Grade, IndicatorSource, Measure, grade_label
from evaluations.models import Indicator
from evaluations.models.schemes import hundredths
from evaluations.point_words import (
    bonus_words,
    distance_words,
    full_words,
    gain_words,
    how_counted,
    lines_words,
    scale_words,
    show,
)
from evaluations.scoring import FULL, divide, points, total
from representatives.enums import DutyKind
from representatives.ledger import Told, tell_lines, unit_of
from representatives.models import DutyRecord

PER_PAGE = 30
ONE = 100
TYPICAL = {DutyKind.TRAINING: 800}
"""What one more of a kind that is counted by quantity usually brings: a class of a day is eight hours."""


@dataclass(frozen=True)
class PointLine:
    """One indicator. Numbers are hundredths; both are None where nothing is known, or nothing may be told yet."""

    indicator: Indicator
    how: str
    quantity: int | None
    points: int | None
    unit: str
    is_told: bool
    is_counted: bool
    """Already computed; otherwise it is what the records say today."""
    is_left_out: bool
    lines: int | None
    """How many records stand behind it today; None where no ledger is."""
    more: str
    note: str

    @property
    def quantity_words(self):
        return f"{show(self.quantity)} {self.unit}" if self.quantity is not None else "—"

    @property
    def points_words(self):
        return show(self.points)

    @property
    def most_words(self):
        return show(hundredths(self.indicator.most))

    @property
    def reached(self):
        """Per cent of what this indicator can bring, for a bar."""
        most = hundredths(self.indicator.most)
        return 0 if not self.points else min(self.points * 100 // most, 100)


@dataclass(frozen=True)
class Explanation:
    evaluation: object
    knows: Knows
    lines: list
    score: int | None
    """None before it may be told."""
    sums: list
    """Sentences on how the total came about."""
    grade_lines: str
    distance: str
    changed: str
    """A sentence when the ledger no longer says what was counted."""
    tallies: list
    """[(label, quantity in words, unit)] of the ledger in the period, whether it counts for an indicator or not"""

    @property
    def score_words(self):
        return show(self.score)

    @property
    def is_settled(self):
        return _is_settled(self.evaluation)


def explain(evaluation, *, reader):
    """The Explanation of `evaluation` (with its cycle, scheme, place and subject at hand) for the user `reader`."""
    knows = Reader(reader).knows(evaluation)
    ledger = _count_ledger(evaluation)
    indicators = list(evaluation.scheme.indicators.all())
    counted = [_count(evaluation, indicator, ledger) for indicator in indicators]
    scored = [
        (indicator.rule, got)
        for indicator, (_quantity, got, _live, _done) in zip(indicators, counted, strict=True)
    ]
    cap = evaluation.scheme.bonus_cap_hundredths
    bonus = sum(got or 0 for rule, got in scored if rule.is_bonus)
    score = evaluation.score if knows.score else None
    lines = [
        _line(
            evaluation,
            indicator,
            count,
            ledger,
            knows,
            _Room.of(place, scored, cap, knows=score is not None),
        )
        for place, (indicator, count) in enumerate(zip(indicators, counted, strict=True))
    ]
    labels = {value: grade_label(value, evaluation.kind) for value in Grade.values}
    return Explanation(
        evaluation=evaluation,
        knows=knows,
        lines=lines,
        score=score,
        sums=_sums(lines, scored, cap, bonus) if score is not None else [],
        grade_lines=lines_words(evaluation.scheme.lines, labels),
        distance=distance_words(score, evaluation.scheme.lines, labels),
        changed=_changed(evaluation, indicators, counted),
        tallies=[
            (str(kind.label), show(ledger[kind.value][1]), unit_of(kind))
            for kind in DutyKind
            if kind.value in ledger
        ],
    )


def _is_settled(evaluation):
    return evaluation.cycle.status not in CycleStatus.computable()


def records_of(evaluation, kinds=None):
    """What stands in the ledger of the person in the period, on any of her seats; nothing for a venue."""
    if evaluation.mandate_id is None:
        return DutyRecord.objects.none()
    cycle = evaluation.cycle
    rows = DutyRecord.objects.standing().filter(
        mandate__person=evaluation.mandate.person_id, on__range=(cycle.period_start, cycle.period_end)
    )
    return rows if kinds is None else rows.filter(kind__in=kinds)


@dataclass(frozen=True)
class Behind:
    """One record behind an indicator."""

    record: DutyRecord
    told: Told

    @property
    def quantity(self):
        return f"{self.record.quantity.normalize():f} {unit_of(self.record.kind)}"


def records_behind(evaluation, indicator, *, reader, page=1):
    """(page, [Behind]) of the records that an indicator from the ledger counts, newest first."""
    rows = records_of(evaluation, indicator.kinds).order_by("-on", "-pk")
    found = Paginator(rows.select_related("mandate"), PER_PAGE).get_page(page)
    return found, [Behind(record, told) for record, told in tell_lines(list(found), reader)]


def _count_ledger(evaluation):
    """{kind: (lines, quantity in hundredths)}; one query."""
    if evaluation.mandate_id is None:
        return {}
    sums = records_of(evaluation).order_by().values_list("kind").annotate(Count("pk"), Sum("quantity"))
    return {kind: (lines, hundredths(quantity)) for kind, lines, quantity in sums}


def _of_ledger(indicator, ledger):
    place = 0 if indicator.measure == Measure.LINES else 1
    found = sum(ledger[kind][place] for kind in indicator.kinds if kind in ledger)
    return found * ONE if indicator.measure == Measure.LINES else found


def _count(evaluation, indicator, ledger):
    """(quantity, points, what the ledger says today or None, computed already?)"""
    live = _of_ledger(indicator, ledger) if indicator.is_from_ledger and evaluation.mandate_id else None
    stored = evaluation.points.get(str(indicator.pk))
    if stored is not None:
        return stored[0], stored[1], live, True
    if indicator.is_from_ledger:
        return live, points(live, indicator.rule), live, False
    return None, None, None, False


@dataclass(frozen=True)
class _Room:
    """What is still to be had beyond one indicator: `points` of it, None where nobody may know yet."""

    points: int | None = None
    why_none: str = ""
    others: tuple | None = None
    """(the rest of [(rule, points)], the bonuses' cap), where a gain counts for more because something is left out"""

    @classmethod
    def of(cls, place, scored, cap, *, knows):
        rule = scored[place][0]
        if rule.is_bonus:
            bonus = sum(got or 0 for each, got in scored if each.is_bonus)
            return cls(cap - bonus, f"加分合计已到上限 {show(cap)} 分，再多不加分。")
        base = [got for each, got in scored if not each.is_bonus]
        if not knows:
            return cls()
        if None in base:
            return cls(others=((*scored[:place], *scored[place + 1 :]), cap))
        return cls(FULL - sum(base), f"各项合计已满 {show(FULL)} 分，再多不加分。")

    def gain_in_total(self, quantity, step, rule):
        if self.others is None:
            return None
        rest, cap = self.others
        before, after = (
            total([*rest, (rule, points(number, rule))], bonus_cap=cap)
            for number in (quantity or 0, (quantity or 0) + step)
        )
        return after - before


def _line(evaluation, indicator, count, ledger, knows, room):
    quantity, got, _live, is_counted = count
    told = _may_tell(indicator, knows, evaluation.cycle.status)
    if not told:
        quantity = got = None
    left_out = told and is_counted and got is None
    noun, unit, lead, step = _words_of(indicator, is_past=_is_settled(evaluation))
    more = ""
    if told and got is not None and indicator.source != IndicatorSource.SELF_REPORT:
        rule = indicator.rule
        more = gain_words(
            quantity,
            step,
            rule,
            lead=lead,
            room=room.points,
            why_no_room=room.why_none,
            in_total=room.gain_in_total(quantity, step, rule),
        )
    return PointLine(
        indicator=indicator,
        how=how_counted(indicator.rule, noun=noun, unit=unit),
        quantity=quantity,
        points=got,
        unit=unit,
        is_told=told,
        is_counted=is_counted,
        is_left_out=left_out,
        lines=sum(ledger[kind][0] for kind in indicator.kinds if kind in ledger)
        if indicator.is_from_ledger
        else None,
        more=more,
        note=_note(evaluation, indicator, told=told, is_counted=is_counted, quantity=quantity),
    )


def _may_tell(indicator, knows, stage):
    return {
        # A draft counts for nothing, and once the stage is over it is no draft any more: nothing was handed in.
        IndicatorSource.SELF_REPORT: knows.report or stage not in (CycleStatus.DRAFT, CycleStatus.REPORTING),
        IndicatorSource.COMMITTEE: knows.committee,
        IndicatorSource.SURVEY: knows.survey,
    }.get(indicator.source, True)


NOUNS = {
    IndicatorSource.SELF_REPORT: ("自评分", "分", ""),
    IndicatorSource.COMMITTEE: ("测评均分", "分", "均分每高 1 分"),
    IndicatorSource.SURVEY: ("评议均分", "分", "均分每高 1 分"),
    IndicatorSource.TARGETS: ("年度目标完成率", "%", "完成率每高 1 个百分点"),
    IndicatorSource.CHECKLIST: ("阵地建设达标率", "%", "达标率每高 1 个百分点"),
    IndicatorSource.RECEPTION_DAYS: ("接待日开展率", "%", "开展率每高 1 个百分点"),
    IndicatorSource.MATTERS: ("意见按期反馈率", "%", "反馈率每高 1 个百分点"),
}


def _words_of(indicator, *, is_past):
    """(noun, unit, "再有 1 次驻室接待", the step in hundredths)"""
    if not indicator.is_from_ledger:
        return *NOUNS[indicator.source], ONE
    start = "当年再多" if is_past else "再有"
    labels = indicator.kind_labels
    noun = "、".join(labels)
    thing = "或".join(labels) if len(labels) <= 3 else "履职记录"
    if indicator.measure == Measure.LINES:
        unit = "件" if {unit_of(kind) for kind in indicator.kinds} == {"件"} else "次"
        return noun, unit, f"{start} 1 {unit}{thing}", ONE
    unit = unit_of(indicator.kinds[0]) if indicator.kinds else "次"
    step = max((TYPICAL.get(kind, ONE) for kind in indicator.kinds), default=ONE)
    return noun, unit, f"{start} {show(step)} {unit}{thing}", step


def _note(evaluation, indicator, *, told, is_counted, quantity):
    """Where the number comes from, for what is not in the ledger; of means only how many gave one."""
    source = indicator.source
    if not told:
        return "" if source == IndicatorSource.SELF_REPORT else "结果公示后才告知。"
    if source == IndicatorSource.SELF_REPORT:
        if is_handed_in(evaluation):
            return ""
        return "还没有上报述职。" if evaluation.cycle.status == CycleStatus.REPORTING else "没有上报述职。"
    if not is_counted:
        return "" if indicator.is_from_ledger else "还没有计算。"
    if source == IndicatorSource.COMMITTEE:
        return f"{evaluation.committee_count} 人测评的平均分。" if quantity is not None else "没有测评分。"
    if source == IndicatorSource.SURVEY:
        if quantity is None:
            return f"评议不足 {evaluation.scheme.minimum_answers} 份，不显示也不计入。"
        return f"{evaluation.survey_count} 份评议的平均分。"
    return "" if quantity is not None else "没有数据。"


def _sums(lines, scored, cap, bonus):
    base = [(rule, got) for rule, got in scored if not rule.is_bonus]
    known = sum(rule.weight for rule, got in base if got is not None)
    raw = sum(got for _rule, got in base if got is not None)
    told = []
    if known and known < FULL:
        names = [line.indicator.name for line in lines if line.is_left_out and not line.indicator.is_bonus]
        told.append(scale_words(names, known=known, got=raw, scaled=divide(raw * FULL, known)))
        raw = divide(raw * FULL, known)
    elif known:
        told.append(f"各项合计 {show(raw)} 分。")
    if raw > FULL:
        told.append(full_words(raw))
    if any(rule.is_bonus for rule, _got in scored):
        told.append(bonus_words(bonus, cap=cap))
    return told


def _changed(evaluation, indicators, counted):
    told = [
        f"「{indicator.name}」现为 {show(live)}，计算时是 {show(quantity)}"
        for indicator, (quantity, _got, live, is_counted) in zip(indicators, counted, strict=True)
        if is_counted and live is not None and live != (quantity or 0)
    ]
    if not told or evaluation.status == EvaluationStatus.EXCUSED:
        return ""
    then = "得分已经定下，不随之改动。" if _is_settled(evaluation) else "下次计算得分时计入。"
    return f"履职记录后来有变化：{'；'.join(told)}。{then}"
