"""The register of figures: every number is declared once, with its unit and definition, and opens its records.

Each app declares its own in `metrics.py` (found when the app loads). Cockpit, API, commands and lists read the
register; no figure is computed anywhere else (R94).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pair(models.TextChoices):
    """三上三下 (R92): every figure belongs to one of the three pairs."""

    ABILITY = "ability", _("履职能力提上去·办法思路送下去")
    OPINION = "opinion", _("意见建议呈上去·调查研究走下去")
    ACTION = "action", _("攻坚克难迎上去·党的政策传下去")


@dataclass(frozen=True)
class Metric:
    """One figure. `queryset(organization, start, as_of)` gives its records: those of the organisation's subtree, as
    they stood at the end of the day `as_of`; a figure over a period counts from `start` on (both days included).

    A rate names two other figures instead: `ratio = (numerator code, denominator code)`, unit %.
    """

    code: str
    name: str
    unit: str
    definition: str
    pair: str
    queryset: Callable | None = None
    distinct: str = ""
    """Count distinct values of this field instead of rows (e.g. people behind mandates)."""
    ratio: tuple[str, str] | None = None
    total: str = ""
    """Add up this field of the records instead of counting them, exactly (yuan that were recovered, visitors)."""


@dataclass(frozen=True)
class Figure:
    metric: Metric
    value: int | float | Decimal | None
    organization: object
    start: date
    as_of: date


_METRICS = {}
_FAMILIES = []
_KEPT_BACK = {}


def keep_back(models_concerned, find):
    """Let an app keep some of its records from some readers, and so from their figures: `find(user)` gives
    {model: Q of what she must not know of}, nothing for nearly everybody."""
    _KEPT_BACK.update(dict.fromkeys(models_concerned, find))


class Reader:
    """Who looks at the figures. What is kept from her is asked once, and only when a figure is about such records.

    A figure is the same for everybody, but for whom it would tell of something that she must not know of: she is told
    the number of the records that she may open.
    """

    def __init__(self, user):
        self.user = user
        self._kept = {}

    def kept_from(self, model):
        """Q of the records of the model that are kept from her, or None."""
        find = _KEPT_BACK.get(model)
        if find is None:
            return None
        if find not in self._kept:
            self._kept[find] = find(self.user)
        return self._kept[find].get(model)

    def narrow(self, rows):
        kept = self.kept_from(rows.model)
        return rows if kept is None else rows.exclude(kept)


def register(metric):
    """Add a figure to the register; a code stands for one figure for ever."""
    known = _METRICS.setdefault(metric.code, metric)
    if known is not metric and known != metric:
        raise ValueError(f"metric {metric.code} is declared twice")
    return metric


def register_family(build):
    """Figures that follow from data which staff keep: `build()` reads it and gives a Metric for each row."""
    _FAMILIES.append(build)


def declared_metrics():
    """The figures that the code declares, without asking the database for more."""
    return list(_METRICS.values())


def all_metrics():
    return [*_METRICS.values(), *_family_metrics()]


def _family_metrics():
    return [metric for build in _FAMILIES for metric in build() if metric.code not in _METRICS]


def get_metric(code):
    """Raises KeyError for an unknown code."""
    if code in _METRICS:
        return _METRICS[code]
    found = next((metric for metric in _family_metrics() if metric.code == code), None)
    if found is None:
        raise KeyError(code)
    return found


def year_start(as_of):
    return date(as_of.year, 1, 1)


def compute(metric, organization, start, as_of, *, reader=None):
    """The figure for the organisation's subtree; as the `reader` may know it, else the official one. A rate over nothing
    is None, not zero."""
    if metric.ratio:
        parts = (get_metric(code) for code in metric.ratio)
        over, under = (compute(part, organization, start, as_of, reader=reader).value for part in parts)
        return Figure(metric, _rate(over, under), organization, start, as_of)
    rows = records_of(metric, organization, start, as_of, reader=reader)
    if metric.total:
        value = rows.order_by().aggregate(total=models.Sum(metric.total))["total"] or 0
        if isinstance(rows.model._meta.get_field(metric.total), models.DecimalField):
            value = Decimal(value)
            # SQLite adds up without the places after the point.
            value = value.quantize(Decimal("0.01"))
    elif metric.distinct:
        value = rows.values(metric.distinct).distinct().count()
    else:
        value = rows.count()
    return Figure(metric=metric, value=value, organization=organization, start=start, as_of=as_of)


def compute_all(organization, start, as_of, metrics=None, *, reader=None):
    """[Figure] of the register (or of `metrics`), in its order; a figure that a rate leans on is counted once."""
    counted = {}

    def figure(metric):
        if metric.code not in counted:
            if metric.ratio:
                over, under = (figure(get_metric(code)).value for code in metric.ratio)
                value = _rate(over, under)
                counted[metric.code] = Figure(metric, value, organization, start, as_of)
            else:
                counted[metric.code] = compute(metric, organization, start, as_of, reader=reader)
        return counted[metric.code]

    return [figure(metric) for metric in (all_metrics() if metrics is None else metrics)]


def _rate(over, under):
    return round(over / under * 100, 1) if under else None


def records_of(metric, organization, start, as_of, *, reader=None):
    """The list behind the figure, as far as the `reader` may know of it; of a rate, the records of its numerator."""
    source = get_metric(metric.ratio[0]) if metric.ratio else metric
    rows = source.queryset(organization, start, as_of)
    return reader.narrow(rows) if reader else rows
