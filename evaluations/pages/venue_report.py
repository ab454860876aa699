"""What a keeper sees of the appraisal of her venue: what it is measured by, and the records behind each share."""

from dataclasses import dataclass
from decimal import Decimal

from evaluations.enums import IndicatorSource
from evaluations.models import Improvement
from evaluations.venue_measures import Explained, explain_measure


@dataclass(frozen=True)
class Line:
    """One indicator: what it brought, and what it was made of."""

    indicator: object
    quantity: Decimal | None
    points: Decimal | None
    explained: Explained | None

    @property
    def share(self):
        """87.50, or None"""
        if self.explained is None or self.explained.share is None:
            return None
        return Decimal(self.explained.share) / 100


@dataclass(frozen=True)
class ReportPage:
    lines: list
    improvements: list


def report_page(evaluation, reader, *, on):
    lines = []
    for indicator in evaluation.scheme.indicators.all():
        quantity, points = evaluation.points.get(str(indicator.pk)) or (None, None)
        explained = None
        if indicator.source in IndicatorSource.of_venues():
            explained = explain_measure(evaluation, indicator.source, reader=reader, on=on)
        lines.append(Line(indicator, _value(quantity), _value(points), explained))
    improvements = Improvement.objects.visible_to(reader).filter(evaluation=evaluation).with_names()
    return ReportPage(lines, list(improvements))


def _value(hundredths):
    return None if hundredths is None else Decimal(hundredths) / 100
