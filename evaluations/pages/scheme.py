"""A scheme in words: what counts how much, as whoever is appraised reads it."""

from dataclasses import dataclass

from evaluations.actions.schemes import FULL_WEIGHT, faults_before_use, plain, weight_of
from evaluations.enums import Measure, SchemeStatus, grade_label
from evaluations.explaining import NOUNS
from evaluations.models import Cycle, Evaluation, Scheme
from evaluations.moves import SCHEMES
from evaluations.point_words import how_counted
from evaluations.rules import may_organize
from records.models import Event
from representatives.ledger import unit_of


@dataclass(frozen=True)
class Line:
    """One indicator in words that whoever is appraised understands."""

    name: str
    most: str
    how: str
    source: str
    is_bonus: bool


def in_words(indicator):
    """「驻室接待满 2 次得 15 分，按比例计，最多 15 分。」"""
    if indicator.is_from_ledger:
        noun, unit = "、".join(indicator.kind_labels), _unit(indicator)
    else:
        noun, unit, _thing = NOUNS[indicator.source]
    how = how_counted(indicator.rule, noun=noun, unit=unit)
    return Line(
        indicator.name,
        plain(indicator.most),
        how + (f"{indicator.help}。" if indicator.help else ""),
        str(indicator.get_source_display()),
        indicator.is_bonus,
    )


def _unit(indicator):
    units = {unit_of(kind) for kind in indicator.kinds}
    if indicator.measure == Measure.LINES:
        return "件" if units == {"件"} else "次"
    return unit_of(indicator.kinds[0]) if indicator.kinds else "次"


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
    used = Evaluation.objects.filter(scheme=scheme).values("cycle")
    used_by = Cycle.objects.visible_to(user).filter(pk__in=used)
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
