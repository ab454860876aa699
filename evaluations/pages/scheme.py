"""A scheme in words: what counts how much, as whoever is appraised reads it."""

from dataclasses import dataclass

from evaluations.actions.schemes import FULL_WEIGHT, faults_before_use, plain, weight_of
from evaluations.enums import IndicatorSource, Measure, SchemeStatus, WhenMissing, grade_label
from evaluations.models import Cycle, Scheme
from evaluations.moves import SCHEMES
from evaluations.rules import may_organize
from records.models import Event


@dataclass(frozen=True)
class Line:
    """One indicator in words that whoever is appraised understands."""

    name: str
    most: str
    how: str
    source: str
    is_bonus: bool


def in_words(indicator):
    """「驻室接待满2次得15分，不足的按比例；最多15分。」"""
    weight, target = plain(indicator.weight), plain(indicator.target)
    if indicator.is_from_ledger:
        kinds = "、".join(indicator.kind_labels)
        unit = "" if indicator.measure == Measure.QUANTITY else "次"
        verb = "每" if indicator.is_bonus else "满"
        how = f"{kinds}{verb}{target}{unit}得{weight}分"
        if not indicator.is_bonus:
            how += "，不足的按比例得分"
        elif indicator.most == indicator.weight:
            how += "，只加一回"
        if indicator.most > indicator.weight:
            how += f"，最多{plain(indicator.most)}分"
    else:
        base = "达到" if indicator.source in IndicatorSource.of_venues() else ""
        what = {
            IndicatorSource.SELF_REPORT: "自评分",
            IndicatorSource.COMMITTEE: "测评人打分的平均分",
            IndicatorSource.SURVEY: "群众评议的平均分",
        }.get(indicator.source, IndicatorSource(indicator.source).label)
        unit = "%" if base else "分"
        how = f"{what}{base}{target}{unit}得{weight}分，不足的按比例得分"
    if indicator.when_missing == WhenMissing.LEAVE_OUT:
        how += "；没有数据的不计入，其余指标按比例折算"
    return Line(
        indicator.name,
        plain(indicator.most),
        f"{how}。{indicator.help}",
        str(indicator.get_source_display()),
        indicator.is_bonus,
    )


@dataclass
class SchemePage:
    scheme: object
    lines: list
    """Indicators but for the bonuses, in words."""
    bonuses: list
    weight: str
    is_full: bool
    faults: list
    """What still stands against using the draft."""
    grades: list
    """[(label, from how many points)], from the top."""
    versions: list
    """Other versions of the same year, place and level."""
    moves: list
    may_organize: bool
    may_edit: bool
    used_by: list
    timeline: list


def scheme_page(scheme, user):
    indicators = list(scheme.indicators.all())
    lines = [in_words(indicator) for indicator in indicators]
    organizes = may_organize(user, scheme)
    weight = weight_of(indicators)
    versions = Scheme.objects.visible_to(user).filter(
        kind=scheme.kind, organization=scheme.organization, year=scheme.year, level=scheme.level
    )
    used_by = Cycle.objects.visible_to(user).filter(evaluations__scheme=scheme).distinct()
    return SchemePage(
        scheme=scheme,
        lines=[line for line in lines if not line.is_bonus],
        bonuses=[line for line in lines if line.is_bonus],
        weight=plain(weight),
        is_full=weight == FULL_WEIGHT,
        faults=faults_before_use(scheme, indicators) if scheme.is_editable and organizes else [],
        grades=_grades(scheme),
        versions=list(versions.exclude(pk=scheme.pk).order_by("-version")),
        moves=SCHEMES.allowed(scheme, user),
        may_organize=organizes,
        may_edit=organizes and scheme.status == SchemeStatus.DRAFT,
        used_by=list(used_by.select_related("organization")[:30]),
        timeline=list(Event.objects.about(scheme).order_by("-at", "-pk")[:30]) if organizes else [],
    )


def _grades(scheme):
    lines = (
        ("excellent", scheme.excellent_from),
        ("competent", scheme.competent_from),
        ("basic", scheme.basic_from),
    )
    found = [(grade_label(grade, scheme.kind), f"{plain(line)}分及以上") for grade, line in lines]
    return [*found, (grade_label("incompetent", scheme.kind), f"不满{plain(scheme.basic_from)}分")]
