"""Figures about the masses' survey (R90)."""

from django.db.models import F

from accounts.scope import under
from evaluations.models import Survey
from records.metrics import Metric, Pair, register
from representatives.metrics.links import end_of

PLACE = "按工作室（站）或党代表所在地归口"


def _surveys(organization, _start, as_of, **conditions):
    rows = Survey.objects.filter(under("organization__path", [organization.path]), **conditions)
    return rows.with_names().order_by("-year", "pk")


def _running(organization, start, as_of):
    """Begun by the end of the day, and not closed by then."""
    begun = _surveys(organization, start, as_of, opened_at__lt=end_of(as_of))
    return begun.filter(closed_at=None) | begun.filter(closed_at__gte=end_of(as_of))


def _closed(organization, start, as_of):
    return _surveys(organization, start, as_of, closed_at__date__range=(start, as_of))


def _shown(organization, start, as_of):
    return _closed(organization, start, as_of).filter(answers_count__gte=F("minimum_answers"))


def _declare(code, name, unit, definition, queryset, **more):
    register(Metric(code, name, unit, definition, Pair.OPINION, queryset, **more))


_declare(
    "surveys_open",
    "进行中的群众评议",
    "次",
    f"截至日评议中的：不晚于截至日开始，且截至日尚未结束；{PLACE}，与起始日无关。",
    _running,
)
_declare("surveys_closed", "已结束的群众评议", "次", f"起始日至截至日（含当日）结束的；{PLACE}。", _closed)
_declare(
    "survey_answers",
    "群众评议份数",
    "份",
    f"起始日至截至日（含当日）结束的群众评议收到的份数之和；{PLACE}。评议中的要等结束才计入。",
    _closed,
    total="answers_count",
)
_declare(
    "surveys_shown",
    "满最少份数的群众评议",
    "次",
    f"起始日至截至日（含当日）结束、收到的份数不少于所设最少份数的；{PLACE}。",
    _shown,
)
